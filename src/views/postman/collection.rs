//! Collections and their folders.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::OnceLock;

use super::collection_variables::marked_secret;
use super::item::Item;
use super::json::JsonValue;
use super::model;
use super::outline::{self, FILE, Outline};
use crate::error::{Error, ErrorKind, Result};
use crate::text::charset;
use crate::text::file::quoted;

/// A collection of requests, as Postman exports it.
pub struct Collection {
    pub(super) outline: Outline,
    pub(super) name: String,
    pub(super) description: String,
    /// The variables that the caller set.
    pub(super) caller_variables: Vec<(String, String)>,
    /// The place of each name in `caller_variables`.
    caller_places: HashMap<String, usize>,
    pub(super) environment: Vec<(String, String)>,
    pub(super) globals: Vec<(String, String)>,
    /// The names of the variables that environments and globals mark as secret.
    pub(super) marked_secret: HashSet<String>,
    /// The names of the variables whose values are ignored.
    pub(super) unset: HashSet<String>,
    /// Whether the file is an item without a collection.
    pub(super) is_item: bool,
    /// Whether each entry, or a folder around it, has scripts. Determined once.
    pub(super) has_scripts: OnceLock<Vec<bool>>,
}

/// A folder of a collection, or the collection itself as the root folder.
#[derive(Clone, Copy)]
pub struct Folder<'c> {
    collection: &'c Collection,
    entry: usize,
}

/// An entry of a folder.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CollectionNode<'c> {
    /// A folder.
    Folder(Folder<'c>),
    /// An item.
    Item(Item<'c>),
}

impl FromStr for Collection {
    type Err = Error;

    fn from_str(text: &str) -> Result<Collection> {
        Collection::from_json(text)
    }
}

impl Collection {
    /// Reads a collection (format 2.0 or 2.1), or a single item, which becomes a collection of one.
    ///
    /// The text is kept, and items are parsed when they are used.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`] for a text that is not JSON, with [line and column](Error::position), and for JSON that
    /// is neither a collection nor an item.
    pub fn from_json(text: &str) -> Result<Collection> {
        let outline = Outline::read(text)?;
        let is_item = !outline.entries[0].is_folder;
        if is_item && outline.member(0, "request").is_none() {
            // Postman's API returns the collection inside an object.
            if let Some(range) = outline.member(0, "collection") {
                let inner = outline.text.get(range).unwrap_or_default();
                if inner.starts_with('{') {
                    let inner = Outline::read(inner)?;
                    if inner.entries[0].is_folder {
                        return Self::from_outline(inner, false);
                    }
                }
            }
            let why = match outline.member(0, "requests") {
                Some(_) => "its format is version 1; export it from Postman as Collection v2.1",
                None => "it has neither items nor a request",
            };
            return Err(Error::content(FILE, why));
        }
        Self::from_outline(outline, is_item)
    }

    fn from_outline(outline: Outline, is_item: bool) -> Result<Collection> {
        let info = outline.value(0, "info")?;
        let (name, description) = match info {
            JsonValue::Object(_) => {
                (model::text_of(&info, "name"), info.get("description").cloned())
            }
            _ => {
                let name = outline.value(0, "name")?;
                (model::text(&name), Some(outline.value(0, "description")?))
            }
        };
        Ok(Collection {
            outline,
            name: name.unwrap_or_default(),
            description: model::description(description.as_ref()),
            caller_variables: Vec::new(),
            caller_places: HashMap::new(),
            environment: Vec::new(),
            globals: Vec::new(),
            marked_secret: HashSet::new(),
            unset: HashSet::new(),
            is_item,
            has_scripts: OnceLock::new(),
        })
    }

    /// Reads a file, in UTF-8 or in UTF-16 with a byte order mark.
    ///
    /// # Errors
    ///
    /// As for [`from_json`](Self::from_json); [`ErrorKind::Io`] for a file that cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Collection> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|err| {
            Error::new(ErrorKind::Io, format!("cannot read the file {}: {err}", quoted(path)))
                .with_source(err)
        })?;
        // Windows PowerShell writes UTF-16 with a byte order mark.
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            let text = charset::decode_exact(&bytes, "utf-16");
            return Self::from_json(&text.map_err(|why| Error::content(FILE, why))?);
        }
        match std::str::from_utf8(&bytes) {
            Ok(text) => Self::from_json(text),
            Err(err) => {
                let start = std::str::from_utf8(&bytes[..err.valid_up_to()]).unwrap_or_default();
                Err(Error::at(FILE, start, start.len(), "it is not UTF-8"))
            }
        }
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the description, usually Markdown. Empty if there is none.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Sets a variable for all items. This overrides the values in files.
    pub fn set_variable(&mut self, name: &str, value: &str) -> &mut Self {
        self.unset.remove(name);
        match self.caller_places.get(name).and_then(|at| self.caller_variables.get_mut(*at)) {
            Some(variable) => variable.1 = value.to_owned(),
            None => {
                self.caller_places.insert(name.to_owned(), self.caller_variables.len());
                self.caller_variables.push((name.to_owned(), value.to_owned()));
            }
        }
        self
    }

    /// Makes a variable one without a value, for all items. The values in files and those set before are ignored.
    pub fn unset_variable(&mut self, name: &str) -> &mut Self {
        self.unset.insert(name.to_owned());
        self
    }

    /// Loads the variables of an environment or of globals, as Postman exports them.
    ///
    /// A later environment overrides an earlier one. Disabled variables are ignored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`] for a text that is not JSON, with [line and column](Error::position), and for JSON
    /// without a list of values.
    pub fn load_environment(&mut self, json: &str) -> Result<&mut Self> {
        const WHAT: &str = "Postman environment";
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
        let file: JsonValue =
            serde_json::from_str(json).map_err(|err| outline::invalid_json(WHAT, &err))?;
        let values = match &file {
            JsonValue::Array(_) => &file,
            file => model::member(file, "values").unwrap_or(&JsonValue::Null),
        };
        if values.as_array().is_none() {
            return Err(Error::content(WHAT, "it has no list of values"));
        }
        self.marked_secret.extend(marked_secret(values));
        let scope = model::text_of(&file, "_postman_variable_scope");
        let layer = match scope.as_deref() {
            Some("globals") => &mut self.globals,
            _ => &mut self.environment,
        };
        // The first value of a name counts, so new variables are inserted before the older ones.
        let mut variables = model::variables(Some(values));
        let mut names: HashSet<String> = variables.iter().map(|(name, _)| name.clone()).collect();
        variables.extend(layer.drain(..).filter(|(name, _)| names.insert(name.clone())));
        *layer = variables;
        Ok(self)
    }

    /// Returns the root folder.
    pub fn root(&self) -> Folder<'_> {
        self.folder_at(0)
    }

    pub(super) fn folder_at(&self, entry: usize) -> Folder<'_> {
        Folder { collection: self, entry }
    }

    /// Returns all items, in the order of the file.
    pub fn items(&self) -> Vec<Item<'_>> {
        let entries = self.outline.entries.iter().enumerate();
        let items = entries.filter(|(_, entry)| !entry.is_folder && entry.is_used);
        items.map(|(entry, _)| self.item_at(entry)).collect()
    }

    /// Returns the folders and items with scripts, one line each: the path, and the kinds of scripts in parentheses.
    /// zoomkat does not run scripts.
    pub fn scripts(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (entry, _) in self.outline.entries.iter().enumerate().filter(|(_, e)| e.is_used) {
            let kinds = self.script_kinds(entry);
            if !kinds.is_empty() {
                let path = self.path_of(entry);
                let path = if path.is_empty() { self.name.clone() } else { path };
                found.push(format!("{path} ({})", kinds.join(", ")));
            }
        }
        found
    }

    /// Returns the kinds of an entry's own scripts.
    pub(super) fn script_kinds(&self, entry: usize) -> Vec<String> {
        let events = self.outline.value(entry, "event").unwrap_or_default();
        let mut kinds = Vec::new();
        for event in model::list(Some(&events)).iter().filter(|event| !model::is_disabled(event)) {
            let script = event.get("script").unwrap_or(&JsonValue::Null);
            let exec = match script {
                JsonValue::Object(_) => script.get("exec").unwrap_or(&JsonValue::Null),
                other => other,
            };
            let has_text =
                |line: &JsonValue| model::text(line).is_some_and(|line| !line.trim().is_empty());
            let has_lines = match exec {
                JsonValue::Array(lines) => lines.iter().any(has_text),
                other => has_text(other),
            };
            let has_source = model::member(script, "src").is_some();
            let kind = model::text_of(event, "listen").unwrap_or_else(|| "script".to_owned());
            if (has_lines || has_source) && !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds
    }

    pub(super) fn item_at(&self, entry: usize) -> Item<'_> {
        let (values, unresolved) = Default::default();
        Item { collection: self, entry, values, unresolved }
    }

    pub(super) fn name_of(&self, entry: usize) -> &str {
        self.outline.entries.get(entry).map_or("", |entry| entry.name.as_str())
    }

    /// Returns an entry, the folders around it from the innermost, and the collection.
    pub(super) fn ancestors(&self, entry: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(entry), |entry| self.outline.entries.get(*entry)?.parent)
    }

    /// Returns the names of the folders and of the entry, without that of the collection.
    pub(super) fn path_of(&self, entry: usize) -> String {
        let mut names: Vec<&str> = self
            .ancestors(entry)
            .filter(|entry| *entry != 0 || self.is_item)
            .map(|entry| self.name_of(entry))
            .collect();
        names.reverse();
        names.join("/")
    }
}

pub(super) fn set(layer: &mut Vec<(String, String)>, name: &str, value: &str) {
    match layer.iter_mut().find(|(known, _)| known == name) {
        Some(variable) => variable.1 = value.to_owned(),
        None => layer.push((name.to_owned(), value.to_owned())),
    }
}

impl<'c> Folder<'c> {
    /// Returns the name. The root has the name of the collection.
    pub fn name(&self) -> String {
        if self.entry == 0 {
            return self.collection.name.clone();
        }
        self.collection.name_of(self.entry).to_owned()
    }

    /// Returns the description, usually Markdown. Empty if there is none.
    pub fn description(&self) -> String {
        if self.entry == 0 {
            return self.collection.description.clone();
        }
        let description = self.collection.outline.value(self.entry, "description");
        model::description(description.ok().as_ref())
    }

    /// Returns the names of the folders down to this one, separated by `/`. Empty for the root.
    pub fn path(&self) -> String {
        if self.entry == 0 { String::new() } else { self.collection.path_of(self.entry) }
    }

    /// Returns the folders and items in it, in the order of the file.
    pub fn children(&self) -> Vec<CollectionNode<'c>> {
        let collection = self.collection;
        if collection.is_item {
            return vec![CollectionNode::Item(collection.item_at(0))];
        }
        let entries = &collection.outline.entries;
        let children = entries.get(self.entry).map_or(&[][..], |entry| &entry.children);
        let node = |child: &usize| match entries.get(*child) {
            Some(entry) if entry.is_folder => {
                CollectionNode::Folder(Folder { collection, entry: *child })
            }
            _ => CollectionNode::Item(collection.item_at(*child)),
        };
        children.iter().map(node).collect()
    }
}

/// Shows the name and the number of items.
impl fmt::Debug for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collection")
            .field("name", &self.name)
            .field("items", &self.items().len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Folder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Folder").field("path", &self.path()).finish_non_exhaustive()
    }
}
