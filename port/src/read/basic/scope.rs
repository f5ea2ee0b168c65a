//! What a reader knows of the script's names.

use std::collections::{HashMap, HashSet};

use super::dialect::Rules;
use super::objects;
use crate::tree::{Expr, Hint};

/// A variable with an object that only the language has.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Special {
    /// `CreateObject("WScript.Shell")`.
    Shell,
    /// `shell.Environment("PROCESS")`.
    Env,
    /// `CreateObject("Scripting.FileSystemObject")`.
    Files,
    /// The file that published scripts print to.
    OutFile,
    /// A list from AutoIt's `StringSplit`, whose first item is the number of the others.
    Counted,
    /// `Scripting.Dictionary`, `Dictionary(Of String, ...)`.
    Map,
    /// PowerBuilder's `ContextKeyword`.
    Context,
    /// PowerBuilder's list with the value of a variable of the environment.
    EnvValues(Expr),
    /// An exception that is made before it is thrown.
    Exception,
}

pub(super) struct Scope {
    pub(super) rules: &'static Rules,
    /// From lower case to the first spelling.
    names: HashMap<String, String>,
    /// Functions of the script, in lower case.
    pub(super) functions: HashSet<String>,
    /// Those of them that have lists as parameters, for PureBasic.
    pub(super) takes_lists: HashSet<String>,
    /// Objects of PureBasic, which are numbers there, with their classes.
    pub(super) flat: HashMap<String, String>,
    /// Variables that have been declared or set, in lower case.
    pub(super) variables: HashMap<String, Hint>,
    pub(super) specials: HashMap<String, Special>,
    /// The objects of `With` around the statement.
    pub(super) with: Vec<Expr>,
    /// The function around the statement, in lower case, and the variable for its result.
    pub(super) result: Option<(String, String)>,
    /// The name of that variable.
    pub(super) result_name: String,
    /// Whether names of Chilkat's classes stand alone.
    pub(super) imports_chilkat: bool,
    /// Lists that have items at first, in lower case.
    pub(super) sized: HashSet<String>,
    /// Functions of AutoIt whose `@error` the script tests, in lower case.
    pub(super) fails: HashSet<String>,
    /// The item of a list that a loop is at, for PureBasic.
    pub(super) items: HashMap<String, String>,
}

impl Scope {
    pub(super) fn new(rules: &'static Rules) -> Scope {
        Scope {
            rules,
            names: HashMap::new(),
            functions: HashSet::new(),
            takes_lists: HashSet::new(),
            flat: HashMap::new(),
            variables: HashMap::new(),
            specials: HashMap::new(),
            with: Vec::new(),
            result: None,
            result_name: "result".to_owned(),
            imports_chilkat: false,
            sized: HashSet::new(),
            fails: HashSet::new(),
            items: HashMap::new(),
        }
    }

    /// Returns the first spelling of a name.
    pub(super) fn name(&mut self, name: &str) -> String {
        let first = self.names.entry(name.to_lowercase()).or_insert_with(|| name.to_owned());
        first.clone()
    }

    /// Returns a name that the script has not had so far.
    pub(super) fn fresh(&mut self, name: &str) -> String {
        let mut fresh = name.to_owned();
        let mut count = 1;
        while self.names.contains_key(&fresh.to_lowercase()) {
            count += 1;
            fresh = format!("{name}_{count}");
        }
        self.name(&fresh)
    }

    /// Notes a variable, with what is known of its type.
    pub(super) fn declare(&mut self, name: &str, hint: Hint) {
        let known = self.variables.entry(name.to_lowercase()).or_default();
        if hint != Hint::Unknown {
            *known = hint;
        }
    }

    pub(super) fn hint(&self, name: &str) -> Option<&Hint> {
        self.variables.get(&name.to_lowercase())
    }

    pub(super) fn special(&self, expr: &Expr) -> Option<&Special> {
        match expr {
            Expr::Var(name) => self.specials.get(&name.to_lowercase()),
            Expr::New(class) if class == objects::SHELL => Some(&Special::Shell),
            _ => None,
        }
    }

    pub(super) fn set_special(&mut self, name: &str, special: Option<Special>) {
        match special {
            Some(special) => self.specials.insert(name.to_lowercase(), special),
            None => self.specials.remove(&name.to_lowercase()),
        };
    }

    /// Returns whether a value is an object of Chilkat, as far as the script says.
    pub(super) fn is_object(&self, expr: &Expr) -> bool {
        match expr {
            Expr::New(_) => true,
            Expr::Var(name) => matches!(self.hint(name), Some(Hint::Object(_))),
            _ => false,
        }
    }

    pub(super) fn is_list(&self, name: &str) -> bool {
        matches!(self.hint(name), Some(Hint::List(_)))
    }
}
