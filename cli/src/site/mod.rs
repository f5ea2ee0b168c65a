//! `zoomkat site`: a Postman collection as pages that need nothing but a browser.
//!
//! * `mod.rs`, the subcommand: which pages there are, and their writing,
//! * `page.rs`, what stands on them,
//! * `markdown.rs`, descriptions as safe HTML; `tags.rs`, the tags in them; `escape.rs`, text as HTML,
//! * `secrets.rs`, which replaces secrets with variables; `json.rs`, items in the order of their members,
//! * `names.rs`, names of files that no name of an item can lead astray,
//! * `style.css` and `site.js`, the same in each page.

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
use crate::report::{Code, Failure, plain, say};

mod escape;
mod json;
mod markdown;
mod names;
mod page;
mod secrets;
mod tags;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("site.js");

/// The file that tells a folder of pages from others, with the names of the pages in it.
const MARK: &str = ".zoomkat-site";

/// A collection, laid out for its pages.
struct Site<'c> {
    title: String,
    description: String,
    folders: Vec<Folder>,
    entries: Vec<Entry<'c>>,
    /// How to go through all of it.
    steps: Vec<Step>,
    /// Whether items and parameters are shown with their secrets.
    show_secrets: bool,
    /// With the line ends that a browser reads, whatever those of the source are: its hash counts.
    style: String,
    script: String,
}

struct Folder {
    name: String,
    description: String,
    /// Its anchor on the index.
    id: String,
    /// The folder that it is in.
    above: Option<usize>,
    /// The items in it at any depth.
    items: usize,
}

/// So many of the folders that something is in have a part in its name, which is no longer than a file may have.
const NAMED: usize = 60;

struct Entry<'c> {
    item: Item<'c>,
    name: String,
    verb: String,
    url: String,
    description: String,
    /// The name of its page without the ending.
    file: String,
    folder: Option<usize>,
}

enum Step {
    Enter(usize),
    Item(usize),
    Leave,
}

impl<'c> Site<'c> {
    fn of(collection: &'c Collection, show_secrets: bool) -> Site<'c> {
        let mut site = Site {
            title: titled(collection.name()),
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

    /// Lays out the folders and items, however deep they are.
    fn walk(&mut self, children: Vec<CollectionNode<'c>>) {
        let mut files = Names::without(&["index"]);
        let mut anchors = Names::without(&["main", "search"]);
        let mut open = vec![children.into_iter()];
        let mut above: Vec<usize> = Vec::new();
        while let Some(children) = open.last_mut() {
            match children.next() {
                Some(CollectionNode::Folder(folder)) => {
                    let at = self.folders.len();
                    let name = folder.name();
                    let near = self.above(above.last().copied(), NAMED);
                    let names = near.into_iter().map(|f| f.name.as_str());
                    let id = anchors.of(names.chain([name.as_str()]));
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
                    let near = self.above(above.last().copied(), NAMED);
                    let names = near.into_iter().map(|f| f.name.as_str());
                    let file = files.of(names.chain([name.as_str()]));
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

    /// A folder with those that it is in, the outermost first, but no more than so many of the nearest.
    fn above(&self, folder: Option<usize>, most: usize) -> Vec<&Folder> {
        let find = |at: usize| self.folders.get(at);
        let all =
            std::iter::successors(folder.and_then(find), |folder| folder.above.and_then(find));
        let mut near: Vec<&Folder> = all.take(most).collect();
        near.reverse();
        near
    }

    /// What the pages may do, for their `Content-Security-Policy`: show their own style and run their
    /// own script, nothing else. They are known by their hashes, which holds for a file, too.
    fn policy(&self) -> String {
        format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            hash(&self.style),
            hash(&self.script)
        )
    }
}

fn titled(name: &str) -> String {
    match name.trim() {
        "" => "Postman collection".to_owned(),
        name => name.to_owned(),
    }
}

/// The hash of a style or script, in the form that a policy takes.
fn hash(text: &str) -> String {
    let SupportedCipherSuite::Tls13(suite) = TLS13_AES_128_GCM_SHA256 else { return String::new() };
    let digest = suite.common.hash_provider.hash(text.as_bytes());
    format!("sha256-{}", STANDARD.encode(digest))
}

/// What was written.
#[derive(Default)]
pub(crate) struct Written {
    pages: usize,
    /// The pages whose parameters and JSON are as the collection has them and may show secrets.
    secrets: usize,
}

/// Writes the pages of `collection` into the folder `out`.
///
/// The folder is made if it is missing. One that holds anything is taken only if what is in it was
/// written by this before: then pages are replaced, those of items that are gone are removed, and
/// files that others put there stay.
pub(crate) fn write(
    collection: &Collection,
    out: &Path,
    show_secrets: bool,
) -> Result<Written, Failure> {
    let mut written = Written::default();
    let site = Site::of(collection, show_secrets);
    let policy = site.policy();
    let name_of = |entry: &Entry<'_>| format!("{}.html", entry.file);
    let mut pages: BTreeSet<String> = site.entries.iter().map(name_of).collect();
    pages.insert("index.html".to_owned());

    fs::create_dir_all(out).map_err(|err| unwritten(out, &err))?;
    let mark = out.join(MARK);
    let former = former(out, &mark)?;
    // All that there may be while it is not finished, so that a run that broke off can be made again.
    let listed =
        |names: &BTreeSet<String>| names.iter().map(|n| format!("{n}\n")).collect::<String>();
    for page in pages.difference(&former) {
        let path = out.join(page);
        if path.symlink_metadata().is_ok() {
            return Err(Failure::input(format!(
                "{} is there already and is no page of zoomkat's: name another folder, or move it",
                plain(&path.display().to_string())
            )));
        }
    }
    let save = |path: &Path, text: String| save(path, &text).map_err(|err| unwritten(path, &err));
    save(&mark, listed(&former.union(&pages).cloned().collect()))?;
    save(&out.join("index.html"), page::index(&site, &policy))?;
    for (at, entry) in site.entries.iter().enumerate() {
        let (page, secret) = page::item(&site, &policy, at, entry);
        save(&out.join(name_of(entry)), page)?;
        written.secrets += usize::from(secret);
    }
    for gone in former.difference(&pages) {
        let path = out.join(gone);
        match fs::remove_file(&path) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => {
                return Err(unwritten(&path, &err));
            }
            _ => {}
        }
    }
    save(&mark, listed(&pages))?;
    written.pages = pages.len();
    Ok(written)
}

/// Writes a file. One that is there is replaced, not written to: it may be a link to another's.
fn save(path: &Path, text: &str) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(err),
        _ => {}
    }
    fs::File::create_new(path)?.write_all(text.as_bytes())
}

/// The pages that are in the folder from before.
fn former(out: &Path, mark: &Path) -> Result<BTreeSet<String>, Failure> {
    match fs::read_to_string(mark) {
        // Only what could be a page: the list is a file that anyone may have changed.
        Ok(list) => Ok(list.lines().filter(|name| is_page(name)).map(str::to_owned).collect()),
        Err(err) if err.kind() == io::ErrorKind::NotFound => {
            let mut files = fs::read_dir(out).map_err(|err| unwritten(out, &err))?;
            match files.next() {
                None => Ok(BTreeSet::new()),
                Some(_) => Err(Failure::input(format!(
                    "{} is not empty and holds no former pages of zoomkat: name a new or empty folder",
                    out.display()
                ))),
            }
        }
        Err(err) => Err(unwritten(mark, &err)),
    }
}

fn unwritten(path: &Path, err: &io::Error) -> Failure {
    Failure::failed(format_args!("{}: {err}", path.display()))
}

fn is_page(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    name.strip_suffix(".html").is_some_and(|stem| !stem.is_empty() && stem.chars().all(plain))
}

/// Write a Postman collection as static web pages: an index with search, and a page an item with its
/// Rust program, curl command, Postman JSON, description, parameters and saved responses.
///
/// The pages need no server and no other file, load nothing, and are readable without JavaScript.
/// Secrets that are known by their names stand as variables in all of it but descriptions and scripts, which are as the
/// collection has them.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  zoomkat site zoom.json --out public")]
pub(crate) struct Args {
    /// A Postman collection (v2.0 or v2.1); - is standard input.
    collection: PathBuf,

    /// The folder that the pages are written to: a new or empty one, or that of a former run, whose
    /// pages are replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// A Postman environment, or globals, whose variables are used in the programs and commands. May be given
    /// several times: of two environments the later counts more, and globals less than all else.
    #[arg(long, value_name = "FILE")]
    env: Vec<PathBuf>,

    /// The value of a variable there, such as baseUrl=https://api.zoom.us/v2. May be given several times.
    #[arg(long = "var", value_name = "NAME=VALUE")]
    variables: Vec<String>,

    /// Show the parameters, the Postman JSON and the saved responses as the collection has them, secrets included.
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
    say(format_args!("{} pages in {}", written.pages, args.out.display()));
    if written.secrets > 0 {
        say(format_args!(
            "{} of them show parameters, Postman JSON and saved responses as the collection has them, and may show \
             secrets: look before you publish",
            written.secrets
        ));
    }
    Ok(Code::Success)
}
