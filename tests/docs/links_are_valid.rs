//! Every link in the documentation and in docs/ is valid.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use support::tools;

use crate::source::{path, read};

/// The address of the published documentation.
const DOCS_RS: &str = "https://docs.rs/zoomkat/latest/";

/// Builds the documentation, and returns its folder.
fn documentation() -> PathBuf {
    let target = std::env::current_exe().unwrap();
    // target/debug/deps/docs-...
    let target = target.ancestors().nth(3).unwrap().to_owned();
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["doc", "--locked", "--no-deps", "--all-features", "-p", "zoomkat"])
        .current_dir(path(""))
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTDOCFLAGS", "-D warnings")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join("doc")
}

/// Returns the values of an attribute in HTML, with entities decoded.
fn attributes(html: &str, name: &str) -> BTreeSet<String> {
    let start = format!(" {name}=\"");
    let values = html.split(&start).skip(1).filter_map(|rest| rest.split('"').next());
    values.map(|value| value.replace("&amp;", "&").replace("&#39;", "'")).collect()
}

/// Returns the path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}

fn html_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => html_files(&path, files),
            false if path.extension().is_some_and(|ending| ending == "html") => files.push(path),
            false => {}
        }
    }
}

struct Site {
    root: PathBuf,
    ids: BTreeMap<PathBuf, BTreeSet<String>>,
}

impl Site {
    /// Returns why a link on a page is broken. Links to other sites are not followed.
    fn fault(&mut self, page: &Path, link: &str) -> Option<String> {
        let (target, fragment) = link.split_once('#').unwrap_or((link, ""));
        let file = match target.strip_prefix(DOCS_RS) {
            Some(rest) => self.root.join(rest),
            None if target.starts_with("https://") => return None,
            None if target.contains(':') => return Some("neither https nor relative".into()),
            None if target.is_empty() => page.to_owned(),
            None => page.parent().unwrap().join(target),
        };
        let mut file = normal(&file);
        if target.ends_with('/') {
            file.push("index.html");
        }
        if !file.exists() {
            return Some(format!("no file {}", file.display()));
        }
        // A script adds the ids of lines in a source file.
        let is_source = file.starts_with(self.root.join("src"));
        if fragment.is_empty() || is_source || file.extension().is_none_or(|e| e != "html") {
            return None;
        }
        let ids = self
            .ids
            .entry(file)
            .or_insert_with_key(|file| attributes(&fs::read_to_string(file).unwrap(), "id"));
        (!ids.contains(fragment)).then(|| format!("no id {fragment}"))
    }
}

#[test]
fn every_link_in_the_documentation_leads_somewhere() {
    if !tools::has("cargo") {
        return;
    }
    let root = documentation();
    let mut pages = Vec::new();
    html_files(&root.join("zoomkat"), &mut pages);
    assert!(pages.len() > 60, "only {} pages", pages.len());
    let mut site = Site { root, ids: BTreeMap::new() };
    let (mut links, mut faults) = (0, Vec::new());
    for page in &pages {
        let html = fs::read_to_string(page).unwrap();
        for link in attributes(&html, "href").union(&attributes(&html, "src")) {
            links += 1;
            if let Some(why) = site.fault(page, link) {
                faults.push(format!("{}: {link}: {why}", page.display()));
            }
        }
    }
    assert!(links > 5000, "only {links} links");
    assert!(faults.is_empty(), "{} links lead nowhere:\n{}", faults.len(), faults.join("\n"));

    // The README is also read where the other files are missing, so its links must be absolute.
    let readme = read("README.md");
    let targets = readme.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let defined = readme.lines().filter_map(|line| line.strip_prefix('[')?.split("]: ").nth(1));
    let targets: Vec<&str> = targets.chain(defined).collect();
    assert!(targets.len() > 8, "{targets:?}");
    for target in targets {
        assert!(target.starts_with("https://"), "README.md: {target}");
        assert_eq!(site.fault(Path::new("README.md"), target), None, "README.md: {target}");
    }
    let nowhere = format!("{DOCS_RS}zoomkat/guide/nowhere/");
    assert!(site.fault(Path::new("README.md"), &nowhere).is_some());
}

/// Links between the pages of docs/ lead to files, for readers of the repository.
#[test]
fn links_between_pages_lead_to_files() {
    let mut links = 0;
    for entry in fs::read_dir(path("docs")).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for (label, target) in text.lines().filter_map(|line| {
            let (label, target) = line.strip_prefix("[guide-")?.split_once("]: ")?;
            (label != "chart").then_some((label, target))
        }) {
            assert_eq!(target, format!("{label}.md"), "{}", file.display());
            assert!(path("docs").join(target).exists(), "{}: {target}", file.display());
            links += 1;
        }
        assert!(!text.contains(".md)"), "{}: a link that docs.rs does not have", file.display());
    }
    assert!(links > 7, "only {links} links");
}
