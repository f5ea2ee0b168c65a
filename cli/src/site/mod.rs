//! The subcommand `zoomkat site`: a Postman collection as static pages.
//!
//! * `mod.rs`: the subcommand, which lays out and writes the pages,
//! * `page.rs`: the pages; `content/`: the content of an item's page,
//! * `markdown.rs`: descriptions as safe HTML; `tags.rs`: raw HTML tags; `escape.rs`: escaped text,
//! * `secrets.rs`: replacement of secrets with variables; `json.rs`: JSON with its member order,
//! * `names.rs`: safe file names,
//! * `style.css` and `site.js`: included in each page; `content.css` and `content.js`: the same for the content
//!   of an item's page.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::SupportedCipherSuite;
use rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;
use zoomkat::postman::{Collection, CollectionNode, Item};

use self::names::Names;
use crate::input;
use crate::report::{Code, Failure, escape_controls, warn};

mod content;
mod escape;
mod json;
mod markdown;
mod names;
mod page;
mod secrets;
mod tags;

const STYLE: &str = concat!(include_str!("style.css"), include_str!("content.css"));
const SCRIPT: &str = concat!(include_str!("site.js"), include_str!("content.js"));

/// The file that marks a folder of pages. It lists the pages.
const MARKER: &str = ".zoomkat-site";

/// The layout of a collection.
struct Site<'c> {
    title: String,
    description: String,
    folders: Vec<Folder>,
    entries: Vec<Entry<'c>>,
    /// The order in which folders and items are visited.
    steps: Vec<Step>,
    /// Whether items and parameters are shown with their secrets.
    show_secrets: bool,
    /// The style with LF line endings, as a browser reads it: its hash must match.
    style: String,
    script: String,
}

struct Folder {
    name: String,
    description: String,
    /// Its anchor on the index.
    id: String,
    /// The parent folder.
    above: Option<usize>,
    /// The number of items in it at any depth.
    items: usize,
}

/// The maximum number of parent folders that contribute to a file name, whose length is limited.
const MAX_NAMED_PARENTS: usize = 60;

struct Entry<'c> {
    item: Item<'c>,
    name: String,
    verb: String,
    url: String,
    description: String,
    /// The name of its page without the extension.
    file: String,
    folder: Option<usize>,
}

enum Step {
    Enter(usize),
    Item(usize),
    Leave,
}

impl<'c> Site<'c> {
    fn new(collection: &'c Collection, show_secrets: bool) -> Site<'c> {
        let mut site = Site {
            title: title_or_default(collection.name()),
            description: collection.description().to_owned(),
            folders: Vec::new(),
            entries: Vec::new(),
            steps: Vec::new(),
            show_secrets,
            style: STYLE.replace('\r', ""),
            script: SCRIPT.replace('\r', ""),
        };
        site.walk(collection.root().children());
        site
    }

    /// Lays out folders and items of any depth.
    fn walk(&mut self, children: Vec<CollectionNode<'c>>) {
        let mut files = Names::reserving(&["index"]);
        let mut anchors = Names::reserving(&["main", "search"]);
        let mut open = vec![children.into_iter()];
        let mut above: Vec<usize> = Vec::new();
        while let Some(children) = open.last_mut() {
            match children.next() {
                Some(CollectionNode::Folder(folder)) => {
                    let at = self.folders.len();
                    let name = folder.name();
                    let near = self.with_parents(above.last().copied(), MAX_NAMED_PARENTS);
                    let names = near.into_iter().map(|f| f.name.as_str());
                    let id = anchors.assign(names.chain([name.as_str()]));
                    self.folders.push(Folder {
                        name,
                        description: folder.description(),
                        id,
                        above: above.last().copied(),
                        items: 0,
                    });
                    self.steps.push(Step::Enter(at));
                    above.push(at);
                    open.push(folder.children().into_iter());
                }
                Some(CollectionNode::Item(item)) => {
                    let name = item.name();
                    let near = self.with_parents(above.last().copied(), MAX_NAMED_PARENTS);
                    let names = near.into_iter().map(|f| f.name.as_str());
                    let file = files.assign(names.chain([name.as_str()]));
                    self.count(above.last().copied(), 1);
                    self.steps.push(Step::Item(self.entries.len()));
                    self.entries.push(Entry {
                        name,
                        verb: item.verb(),
                        url: item.url(),
                        description: item.description(),
                        file,
                        folder: above.last().copied(),
                        item,
                    });
                }
                Some(_) => {}
                None => {
                    open.pop();
                    if let Some(left) = above.pop() {
                        self.steps.push(Step::Leave);
                        let items = self.folders.get(left).map_or(0, |folder| folder.items);
                        self.count(above.last().copied(), items);
                    }
                }
            }
        }
    }

    fn count(&mut self, folder: Option<usize>, items: usize) {
        if let Some(folder) = folder.and_then(|at| self.folders.get_mut(at)) {
            folder.items += items;
        }
    }

    /// Returns a folder and its parents, outermost first, at most `max` of them.
    fn with_parents(&self, folder: Option<usize>, max: usize) -> Vec<&Folder> {
        let find = |at: usize| self.folders.get(at);
        let all =
            std::iter::successors(folder.and_then(find), |folder| folder.above.and_then(find));
        let mut near: Vec<&Folder> = all.take(max).collect();
        near.reverse();
        near
    }

    /// Returns the `Content-Security-Policy` of the pages. It allows only their own style and script,
    /// identified by hashes, which also works for local files.
    fn policy(&self) -> String {
        format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            hash(&self.style),
            hash(&self.script)
        )
    }
}

fn title_or_default(name: &str) -> String {
    match name.trim() {
        "" => "Postman collection".to_owned(),
        name => name.to_owned(),
    }
}

/// Returns the hash of a style or script in the form used in a policy.
fn hash(text: &str) -> String {
    let SupportedCipherSuite::Tls13(suite) = TLS13_AES_128_GCM_SHA256 else { return String::new() };
    let digest = suite.common.hash_provider.hash(text.as_bytes());
    format!("sha256-{}", STANDARD.encode(digest))
}

/// The result of writing a site.
#[derive(Default)]
pub(crate) struct WriteSummary {
    pages: usize,
    /// The pages that show parameters and JSON unmasked and may contain secrets.
    secrets: usize,
}

/// Writes the pages of `collection` into the folder `out`.
///
/// The folder is created if it is missing. If it is not empty, it must contain the pages of an earlier
/// run. They are replaced, pages of removed items are deleted, and other files are left unchanged.
pub(crate) fn write(
    collection: &Collection,
    out: &Path,
    show_secrets: bool,
) -> Result<WriteSummary, Failure> {
    let mut written = WriteSummary::default();
    let site = Site::new(collection, show_secrets);
    let policy = site.policy();
    let name_of = |entry: &Entry<'_>| format!("{}.html", entry.file);
    let mut pages: BTreeSet<String> = site.entries.iter().map(name_of).collect();
    pages.insert("index.html".to_owned());

    fs::create_dir_all(out).map_err(|err| write_error(out, &err))?;
    let marker = out.join(MARKER);
    let previous = previous_pages(out, &marker)?;
    // The old and the new pages, so that an interrupted run can be repeated.
    let listed =
        |names: &BTreeSet<String>| names.iter().map(|n| format!("{n}\n")).collect::<String>();
    for page in pages.difference(&previous) {
        let path = out.join(page);
        if path.symlink_metadata().is_ok() {
            return Err(Failure::input(format!(
                "{} exists and was not written by zoomkat: choose another folder, or move the file",
                escape_controls(&path.display().to_string())
            )));
        }
    }
    let save = |path: &Path, text: String| save(path, &text).map_err(|err| write_error(path, &err));
    save(&marker, listed(&previous.union(&pages).cloned().collect()))?;
    save(&out.join("index.html"), page::index(&site, &policy))?;
    for (at, entry) in site.entries.iter().enumerate() {
        let (page, secret) = page::item(&site, &policy, at, entry);
        save(&out.join(name_of(entry)), page)?;
        written.secrets += usize::from(secret);
    }
    for removed in previous.difference(&pages) {
        let path = out.join(removed);
        match fs::remove_file(&path) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => {
                return Err(write_error(&path, &err));
            }
            _ => {}
        }
    }
    save(&marker, listed(&pages))?;
    written.pages = pages.len();
    Ok(written)
}

/// Writes a file. An existing one is replaced, not written to, since it may be a link to another file.
fn save(path: &Path, text: &str) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(err),
        _ => {}
    }
    fs::File::create_new(path)?.write_all(text.as_bytes())
}

/// Returns the pages of an earlier run.
fn previous_pages(out: &Path, marker: &Path) -> Result<BTreeSet<String>, Failure> {
    match fs::read_to_string(marker) {
        // Anyone may have changed the list, so names that cannot be pages are skipped.
        Ok(list) => Ok(list.lines().filter(|name| is_page(name)).map(str::to_owned).collect()),
        Err(err) if err.kind() == io::ErrorKind::NotFound => {
            let mut files = fs::read_dir(out).map_err(|err| write_error(out, &err))?;
            match files.next() {
                None => Ok(BTreeSet::new()),
                Some(_) => Err(Failure::input(format!(
                    "{} is not empty and has no pages written by zoomkat: choose a new or empty folder",
                    out.display()
                ))),
            }
        }
        Err(err) => Err(write_error(marker, &err)),
    }
}

fn write_error(path: &Path, err: &io::Error) -> Failure {
    Failure::failed(format_args!("{}: {err}", path.display()))
}

fn is_page(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    name.strip_suffix(".html").is_some_and(|stem| !stem.is_empty() && stem.chars().all(plain))
}

/// Write a Postman collection as static web pages: an index with search, and a page for each item with its
/// Rust program, curl command, Postman JSON, description, parameters and saved responses.
///
/// The pages need no server or other file, load nothing, and are readable without JavaScript. Secrets
/// recognized by their names are replaced with variables, except in descriptions and scripts, which are
/// shown unchanged.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  zoomkat site zoom.json --out public")]
pub(crate) struct Args {
    /// A Postman collection (v2.0 or v2.1); - is standard input.
    collection: PathBuf,

    /// The folder to write to. It must be new, empty, or the output of an earlier run, whose pages are
    /// replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// A Postman environment or globals file with values for the variables in the programs and commands.
    /// May be repeated: a later environment overrides an earlier one, and globals are used last.
    #[arg(long, value_name = "FILE")]
    env: Vec<PathBuf>,

    /// The value of a variable, such as baseUrl=https://api.zoom.us/v2. May be repeated.
    #[arg(long = "var", value_name = "NAME=VALUE")]
    variables: Vec<String>,

    /// Show parameters, Postman JSON and saved responses with their secrets.
    #[arg(long)]
    show_secrets: bool,
}

pub(crate) fn run(args: &Args) -> Result<Code, Failure> {
    let mut collection = input::collection(&args.collection)?;
    input::load_environments(&mut collection, &args.env)?;
    for (name, value) in input::pairs(&args.variables)? {
        collection.set_variable(name, value);
    }
    let written = write(&collection, &args.out, args.show_secrets)?;
    warn(format_args!("{} pages in {}", written.pages, args.out.display()));
    if written.secrets > 0 {
        warn(format_args!(
            "{} of them show parameters, Postman JSON and saved responses unmasked and may contain \
             secrets: check before you publish",
            written.secrets
        ));
    }
    Ok(Code::Success)
}
