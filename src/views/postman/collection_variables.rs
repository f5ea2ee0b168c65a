//! The variables of a collection, with the places where they are set.

use std::collections::HashSet;
use std::fmt;

use super::collection::Collection;
use super::item::Item;
use super::json::JsonValue;
use super::model;
use crate::error::Result;

/// Where a [`CollectionVariable`] is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VariableScope {
    /// By the caller, with [`Collection::set_variable`].
    Caller,
    /// In an environment.
    Environment,
    /// In the collection.
    Collection,
    /// In a folder.
    Folder,
    /// In an item.
    Item,
    /// In globals.
    Globals,
}

impl VariableScope {
    /// Returns `caller`, `environment`, `collection`, `folder`, `item` or `globals`.
    pub fn as_str(self) -> &'static str {
        match self {
            VariableScope::Caller => "caller",
            VariableScope::Environment => "environment",
            VariableScope::Collection => "collection",
            VariableScope::Folder => "folder",
            VariableScope::Item => "item",
            VariableScope::Globals => "globals",
        }
    }
}

impl fmt::Display for VariableScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A variable with its value, as written where it is set.
#[derive(Clone, PartialEq)]
pub struct CollectionVariable {
    name: String,
    value: String,
    scope: VariableScope,
    path: String,
    is_secret: bool,
}

impl CollectionVariable {
    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value, which may contain other variables.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Returns where it is set.
    pub fn scope(&self) -> VariableScope {
        self.scope
    }

    /// Returns the path of the folder or item that sets it. Empty for other scopes.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the file marks it as secret, with the type `secret`.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }
}

/// Shows no value.
impl fmt::Debug for CollectionVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectionVariable")
            .field("name", &self.name)
            .field("scope", &self.scope)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Collection {
    /// Returns the variables that have a value, those of the caller first, then of the environments, the collection,
    /// its folders and items in the order of the file, and the globals. A name may occur several times: an item uses
    /// the value of the caller, an environment, itself, its innermost folder, the collection or the globals, in this
    /// order.
    pub fn variables(&self) -> Vec<CollectionVariable> {
        let mut all = Vec::new();
        let mut add =
            |layer: &[(String, String)], scope, path: &str, is_secret: &dyn Fn(&str) -> bool| {
                let set = layer.iter().filter(|(name, _)| !self.unset.contains(name));
                all.extend(set.map(|(name, value)| CollectionVariable {
                    name: name.clone(),
                    value: value.clone(),
                    scope,
                    path: path.to_owned(),
                    is_secret: is_secret(name),
                }));
            };
        let is_marked = |name: &str| self.marked_secret.contains(name);
        add(&self.caller_variables, VariableScope::Caller, "", &is_marked);
        add(&self.environment, VariableScope::Environment, "", &is_marked);
        for (at, entry) in self.outline.entries.iter().enumerate().filter(|(_, e)| e.is_used) {
            let Ok(list) = self.outline.value(at, "variable") else { continue };
            let mut layer = model::variables(Some(&list));
            if layer.is_empty() {
                continue;
            }
            layer.reverse();
            let (scope, path) = match (at, entry.is_folder) {
                (_, false) => (VariableScope::Item, self.path_of(at)),
                (0, true) => (VariableScope::Collection, String::new()),
                (_, true) => (VariableScope::Folder, self.path_of(at)),
            };
            let marked = marked_secret(&list);
            add(&layer, scope, &path, &|name| marked.contains(name) || is_marked(name));
        }
        add(&self.globals, VariableScope::Globals, "", &is_marked);
        all
    }
}

/// Returns the names of the variables in a list that have the type `secret`.
pub(super) fn marked_secret(list: &JsonValue) -> HashSet<String> {
    let all = model::list(Some(list)).iter();
    let marked = all.filter(|entry| model::text_of(entry, "type").as_deref() == Some("secret"));
    marked.filter_map(|entry| model::text_of(entry, "key")).collect()
}

impl Item<'_> {
    /// Returns the URL with the values of its variables, without disabled params. A variable without a value stays
    /// `{{name}}`, and a path variable stays `:name`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) for variables whose values contain each other or grow too large.
    pub fn resolved_url(&self) -> Result<String> {
        self.resolver()?.resolve("url", &self.url())
    }
}
