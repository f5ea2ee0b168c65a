//! The preprocessor's `#if`: which branch is for a program that runs anywhere.

use crate::language::Language;

pub(super) struct Conditions {
    defined: Vec<String>,
    /// For each open `#if`, whether one of its branches has been taken.
    taken: Vec<bool>,
    language: Language,
}

impl Conditions {
    pub(super) fn new(language: Language) -> Conditions {
        Conditions { defined: Vec::new(), taken: Vec::new(), language }
    }

    pub(super) fn define(&mut self, rest: &str) {
        let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next();
        self.defined.extend(name.map(str::to_owned));
    }

    /// Reads a directive. Returns whether the lines behind it are in a branch that is taken.
    pub(super) fn directive(&mut self, name: &str, rest: &str) -> bool {
        let rest = rest.split("//").next().unwrap_or_default().trim();
        match name {
            "if" | "ifdef" | "ifndef" => {
                let holds = self.holds(rest) != (name == "ifndef");
                self.taken.push(holds);
                holds
            }
            "elif" | "else" => {
                let holds = name == "else" || self.holds(rest);
                let Some(taken) = self.taken.last_mut() else { return true };
                let holds = holds && !*taken;
                *taken |= holds;
                holds
            }
            "endif" => {
                self.taken.pop();
                true
            }
            _ => true,
        }
    }

    fn holds(&self, condition: &str) -> bool {
        if let Some(rest) = condition.strip_prefix('!') {
            return !self.holds(rest.trim());
        }
        if let Some((left, right)) = condition.split_once("||") {
            return self.holds(left.trim()) || self.holds(right.trim());
        }
        if let Some((left, right)) = condition.split_once("&&") {
            return self.holds(left.trim()) && self.holds(right.trim());
        }
        let name = condition.trim_start_matches("defined").trim_matches(['(', ')', ' ']);
        match name {
            "1" | "true" | "__linux__" | "__unix__" | "__GNUC__" | "NET" | "NETCOREAPP" => true,
            "__cplusplus" => self.language == Language::Cpp,
            _ => self.defined.iter().any(|defined| defined == name),
        }
    }
}
