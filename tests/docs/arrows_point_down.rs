//! The layers of `src/`: paths between its modules point down only, as drawn in
//! docs/architecture.md, and some names are confined to their layer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::source::{files, items, path, read};

/// A path in the source: its modules and its location.
#[derive(Debug)]
struct Arrow {
    from: String,
    to: String,
    file: PathBuf,
}

/// Returns the modules from the top down, each with the number of its layer, from the first block
/// of docs/architecture.md: one line per layer, modules separated by spaces, then a comment.
fn layers() -> BTreeMap<String, usize> {
    let page = read("docs/architecture.md");
    let block = page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let mut layers = BTreeMap::new();
    for (layer, line) in block.lines().filter(|line| !line.trim().is_empty()).enumerate() {
        let folders = line.split("   ").next().unwrap_or_default();
        for name in folders.split_whitespace() {
            let name = name.trim_end_matches('/').trim_end_matches(".rs").to_owned();
            assert!(layers.insert(name.clone(), layer).is_none(), "{name} is drawn twice");
        }
    }
    layers
}

/// Returns the module path of a file: `src/net/tls.rs` is `["net", "tls"]`.
fn module_of(file: &Path) -> Vec<String> {
    let below = file.strip_prefix(path("src")).unwrap().with_extension("");
    let names = below.iter().map(|name| name.to_str().unwrap().to_owned());
    names.filter(|name| name != "mod" && name != "lib").collect()
}

/// Collects the targets of the paths in `tokens`, each as names from the crate's root. Comments are
/// not tokens, and a doc comment is a string inside one, so neither counts.
fn paths(tokens: TokenStream, module: &[String], found: &mut Vec<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let ident = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    };
    let colons = |at: usize| {
        let colon =
            |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
        colon(at) && colon(at + 1)
    };
    let mut at = 0;
    while at < tokens.len() {
        if let TokenTree::Group(group) = &tokens[at] {
            // `mod name { ... }`
            let inner = ident(at.wrapping_sub(1)).filter(|_| {
                group.delimiter() == Delimiter::Brace
                    && ident(at.wrapping_sub(2)).as_deref() == Some("mod")
            });
            let module: Vec<String> = module.iter().cloned().chain(inner).collect();
            paths(group.stream(), &module, found);
            at += 1;
            continue;
        }
        let is_continued = at >= 2 && colons(at - 2);
        let mut start = match ident(at).as_deref() {
            Some("crate") => Some(Vec::new()),
            Some("super") if !is_continued => {
                Some(module[..module.len().saturating_sub(1)].to_vec())
            }
            _ => None,
        };
        at += 1;
        let Some(path) = &mut start else { continue };
        while colons(at) && ident(at + 2).as_deref() == Some("super") {
            path.pop();
            at += 3;
        }
        if !colons(at) {
            continue;
        }
        match tokens.get(at + 2) {
            Some(TokenTree::Ident(name)) => {
                path.push(name.to_string());
                found.push(path.clone());
            }
            Some(TokenTree::Group(group)) => {
                let mut is_first = true;
                for token in group.stream() {
                    match token {
                        TokenTree::Ident(name) if is_first => {
                            let mut path = path.clone();
                            path.push(name.to_string());
                            found.push(path);
                            is_first = false;
                        }
                        TokenTree::Punct(comma) if comma.as_char() == ',' => is_first = true,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

fn arrows() -> Vec<Arrow> {
    let files = files(&path("src"));
    assert!(files.len() > 100, "too few files: {}", files.len());
    let mut arrows = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let module = module_of(&file);
        let Some(from) = module.first() else { continue };
        let mut found = Vec::new();
        paths(text.parse().unwrap(), &module, &mut found);
        for path in found {
            if path[0] != *from {
                arrows.push(Arrow { from: from.clone(), to: path[0].clone(), file: file.clone() });
            }
        }
    }
    arrows
}

#[test]
fn no_path_in_the_source_points_up_or_sideways() {
    let layers = layers();
    let arrows = arrows();
    assert!(arrows.len() > 300, "too few paths: {}", arrows.len());
    let mut wrong = Vec::new();
    for Arrow { from, to, file } in &arrows {
        let file = file.display();
        match (layers.get(from), layers.get(to)) {
            (None, _) => {
                wrong.push(format!("{file}: {from} is on no layer of docs/architecture.md"))
            }
            (_, None) => wrong.push(format!(
                "{file}: crate::{to} is not in the drawing; name the module that contains it"
            )),
            (Some(above), Some(below)) if below <= above => {
                wrong.push(format!("{file}: {from} names {to}, which is not below it"));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_exactly_the_arrows_of_the_source() {
    let page = read("docs/architecture.md");
    let (_, table) = page.split_once("| module | uses |\n|---|---|\n").unwrap();
    let mut listed = BTreeSet::new();
    for row in table.lines().take_while(|line| line.starts_with('|')) {
        let mut names = row.split('`').skip(1).step_by(2);
        let from = names.next().unwrap();
        listed.extend(names.map(|to| (from.to_owned(), to.to_owned())));
    }
    let there: BTreeSet<_> = arrows().into_iter().map(|arrow| (arrow.from, arrow.to)).collect();
    let missing: Vec<_> = there.difference(&listed).collect();
    let unknown: Vec<_> = listed.difference(&there).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing: {missing:?}, unknown: {unknown:?}");
}

/// Collects the names of the types that these items define, including those in inline modules.
fn types(items: &[syn::Item], found: &mut Vec<String>) {
    for item in items {
        match item {
            syn::Item::Struct(item) => found.push(item.ident.to_string()),
            syn::Item::Enum(item) => found.push(item.ident.to_string()),
            syn::Item::Union(item) => found.push(item.ident.to_string()),
            syn::Item::Trait(item) => found.push(item.ident.to_string()),
            syn::Item::Type(item) => found.push(item.ident.to_string()),
            syn::Item::Mod(item) => {
                types(item.content.as_ref().map_or(&[], |(_, items)| items), found)
            }
            _ => {}
        }
    }
}

#[test]
fn no_two_types_have_the_same_name() {
    let files = files(&path("src"));
    let mut defined = BTreeMap::<String, Vec<String>>::new();
    for file in files {
        let mut found = Vec::new();
        types(&items(&file), &mut found);
        for name in found {
            defined.entry(name).or_default().push(file.display().to_string());
        }
    }
    assert!(defined.len() > 200, "too few types: {}", defined.len());
    // The Zoom client has its own error types on purpose.
    defined.retain(|name, files| {
        files.len() > 1 && !matches!(&**name, "Error" | "ErrorKind" | "Result")
    });
    assert!(defined.is_empty(), "{defined:#?}");
}

#[test]
fn every_module_in_the_drawing_exists() {
    for name in layers().keys() {
        let src = path("src");
        let is_there =
            src.join(name).join("mod.rs").exists() || src.join(format!("{name}.rs")).exists();
        assert!(is_there, "docs/architecture.md draws {name}, which src/ does not have");
    }
}

#[test]
fn only_net_names_ureq() {
    named_only("ureq", &["net"], &[]);
}

/// The core may name Zoom only in the default endpoint and in documentation examples that use it.
#[test]
fn only_the_zoom_client_names_zoom() {
    let above = ["zoom", "chilkat", "views", "guide", "lib"];
    // Items that only the Zoom client uses are compiled with its feature.
    let feature = r#"feature = "zoom""#;
    named_only("zoom", &above, &["zoomkat", "api.zoom.us", "ZOOM_ACCESS_TOKEN", feature]);
}

/// Fails if a file outside `folders` contains `word`, in any case, other than within one of
/// `allowed`.
fn named_only(word: &str, folders: &[&str], allowed: &[&str]) {
    let files = files(&path("src"));
    let mut wrong = Vec::new();
    for file in files {
        let module = module_of(&file);
        let name = module.first().map_or("lib", String::as_str);
        if folders.contains(&name) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            let rest =
                allowed.iter().fold(line.to_owned(), |line, allowed| line.replace(allowed, ""));
            if rest.to_ascii_lowercase().contains(word) {
                wrong.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_finds_every_form_of_path() {
    let source = r#"
        //! crate::comment
        use crate::{a::b, c};
        use super::beside;
        /// [`x`](crate::doc)
        fn f() { crate::d::e(); super::super::up::g(); let _ = "crate::text"; h!(crate::i); }
        mod tests { use super::own; use super::super::outer; }
    "#;
    let module = ["room".to_owned(), "file".to_owned()];
    let mut found = Vec::new();
    paths(source.parse().unwrap(), &module, &mut found);
    let found: Vec<String> = found.iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["a", "c", "room::beside", "d", "up", "i", "room::file::own", "room::outer"]);
}
