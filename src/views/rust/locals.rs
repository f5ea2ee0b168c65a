//! The names of a program's variables.

use std::collections::{HashMap, HashSet};

/// Words reserved in this or a later edition, and names that every program uses.
const RESERVED: &str = "abstract as async await become box break const continue crate do dyn else enum extern \
                        false final fn for gen if impl in let loop macro main match mod move mut override priv pub \
                        raw ref return self static std str struct super trait true try type typeof u8 union unsafe \
                        unsized use virtual where while yield zoomkat \
                        authority base body decode_text env err form header host http json_escape line path percent_encode port req resp resp_status_code \
                        rest scheme ssl start";

/// The names of a program's variables. No two are equal.
#[derive(Default)]
pub(super) struct Locals {
    pub(super) names: Vec<String>,
    known: HashSet<String>,
    /// The last number added to a name.
    counts: HashMap<String, usize>,
}

impl Locals {
    pub(super) fn add(&mut self, name: String) {
        self.known.insert(name.clone());
        self.names.push(name);
    }

    /// Adds a free name that resembles `text`.
    pub(super) fn add_like(&mut self, text: &str) {
        let name = local_name(text);
        let mut free = name.clone();
        if self.known.contains(&free) {
            let count = self.counts.entry(name.clone()).or_insert(1);
            while self.known.contains(&free) {
                *count += 1;
                free = format!("{name}_{count}");
            }
        }
        self.add(free);
    }
}

/// Converts any text to a valid name in snake case that is not reserved.
fn local_name(text: &str) -> String {
    let mut name = String::new();
    let mut after_lower = false;
    for c in text.chars() {
        if c.is_ascii_uppercase() && after_lower {
            name.push('_');
        }
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if name.len() >= 40 {
            break;
        }
    }
    let mut name = name.trim_end_matches('_').to_owned();
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        name = format!("var_{name}").trim_end_matches('_').to_owned();
    }
    if RESERVED.split(' ').any(|reserved| reserved == name) {
        name.push_str("_value");
    }
    name
}
