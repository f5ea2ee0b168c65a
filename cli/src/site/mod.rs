//! The subcommand `zoomkat site`: a Postman collection as static pages.
//!
//! * `mod.rs`: the subcommand, and the order of folders and items,
//! * `files.rs`: the folder of the pages,
//! * `layout.rs`: what all pages share; `tree.rs`: the side tree; `search.rs`: the data of the search,
//! * `index.rs`: the index; `variables.rs`: the page of the variables; `page.rs`: the page of an item;
//!   `content/`: its content,
//! * `markdown.rs`: descriptions as safe HTML; `tags.rs`: raw HTML tags; `escape.rs`: escaped text,
//! * `secrets.rs`: replacement of secrets with variables; `secret_urls.rs`: those in URLs; `json.rs`: JSON with its member order,
//! * `names.rs`: safe file names,
//! * `assets.rs`: the files `style.css` and `site.js` next to the pages, from `style.css`, `content.css`, `site.js` and
//!   `content.js`; `loader.js`: the script in each page.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{panic, thread};

use zoomkat::postman::{Collection, CollectionNode, Item};

use self::assets::Assets;
use self::files::OutputFolder;
use self::markdown::LineEnds;
use self::names::Names;
use self::secrets::Hider;
use self::variables::{Request, Variables};
use crate::input;
use crate::report::{Code, Failure, warn};

mod assets;
mod content;
mod escape;
mod files;
mod index;
mod json;
mod layout;
mod markdown;
mod names;
mod page;
mod search;
mod secret_urls;
mod secrets;
mod tags;
mod tree;
mod variables;

/// The maximum number of threads that write pages.
const MAX_THREADS: usize = 8;

/// The layout of a collection.
struct Site<'c> {
    title: String,
    description: String,
    folders: Vec<Folder>,
    entries: Vec<Entry<'c>>,
    /// The order in which folders and items are visited.
    steps: Vec<Step>,
    /// The folders and items that are in no folder.
    roots: Vec<Node>,
    variables: Variables,
    /// Whether items and parameters are shown with their secrets.
    show_secrets: bool,
    line_ends: LineEnds,
    assets: Assets,
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
    children: Vec<Node>,
    /// Its index among the nodes of its parent.
    place: usize,
}

/// A folder or an item by its index.
#[derive(Clone, Copy)]
enum Node {
    Folder(usize),
    Item(usize),
}

/// The maximum number of parent folders that contribute to a file name, whose length is limited.
const MAX_NAMED_PARENTS: usize = 60;

struct Entry<'c> {
    item: Item<'c>,
    name: String,
    verb: String,
    /// The URL as written, with its secrets.
    url: String,
    /// The URL without its secrets, unless they are shown.
    shown_url: String,
    /// The URL with the values of its variables, if any has one.
    resolved: Option<String>,
    description: String,
    /// The name of its page without the extension.
    file: String,
    folder: Option<usize>,
    /// Its index among the nodes of its folder.
    place: usize,
}

enum Step {
    Enter(usize),
    Item(usize),
    Leave,
}

impl<'c> Site<'c> {
    fn new(collection: &'c Collection, variables: Variables, args: &Args) -> Site<'c> {
        let mut site = Site {
            title: title_or_default(collection.name()),
            description: collection.description().to_owned(),
            folders: Vec::new(),
            entries: Vec::new(),
            steps: Vec::new(),
            roots: Vec::new(),
            variables,
            show_secrets: args.show_secrets,
            line_ends: args.line_ends,
            assets: Assets::new(),
        };
        site.title = site.shown_name(site.title.clone());
        site.walk(collection.root().children());
        site
    }

    /// Returns a name without its secrets, unless they are shown. It may be a URL.
    fn shown_name(&self, name: String) -> String {
        if self.show_secrets { name } else { Hider::default().name(&name) }
    }

    /// Sets the URLs of the entries. Returns what their requests contain.
    fn set_urls(&mut self) -> Vec<Request> {
        let found = in_parallel(&self.entries, |_, entry| {
            let request = variables::request(&entry.item);
            if self.show_secrets {
                let resolved = self.variables.resolve_url(entry);
                return (request, entry.url.clone(), resolved);
            }
            let call = entry.item.clone().keep_unresolved().call();
            let hider = call.as_ref().map(Hider::of).unwrap_or_default();
            let resolved = self.variables.resolve_url(entry).map(|url| hider.url(&url));
            (request, hider.url(&entry.url), resolved)
        });
        let set = |(entry, (request, shown, resolved)): (
            &mut Entry<'_>,
            (Request, String, Option<String>),
        )| {
            entry.resolved = resolved.filter(|url| *url != shown);
            entry.shown_url = shown;
            request
        };
        self.entries.iter_mut().zip(found).map(set).collect()
    }

    /// Lays out folders and items of any depth.
    fn walk(&mut self, children: Vec<CollectionNode<'c>>) {
        let mut files = Names::reserving(&["index", "variables"]);
        let mut anchors = Names::reserving(&["main", "requests", "search", "side", "tree"]);
        let mut open = vec![children.into_iter()];
        let mut above: Vec<usize> = Vec::new();
        while let Some(children) = open.last_mut() {
            match children.next() {
                Some(CollectionNode::Folder(folder)) => {
                    let at = self.folders.len();
                    let name = self.shown_name(folder.name());
                    let near = self.with_parents(above.last().copied(), MAX_NAMED_PARENTS);
                    let names = near.into_iter().map(|f| f.name.as_str());
                    let id = anchors.assign(names.chain([name.as_str()]));
                    let place = self.add_node(above.last().copied(), Node::Folder(at));
                    self.folders.push(Folder {
                        name,
                        description: folder.description(),
                        id,
                        above: above.last().copied(),
                        items: 0,
                        children: Vec::new(),
                        place,
                    });
                    self.steps.push(Step::Enter(at));
                    above.push(at);
                    open.push(folder.children().into_iter());
                }
                Some(CollectionNode::Item(item)) => {
                    let name = self.shown_name(item.name());
                    let near = self.with_parents(above.last().copied(), MAX_NAMED_PARENTS);
                    let names = near.into_iter().map(|f| f.name.as_str());
                    let file = files.assign(names.chain([name.as_str()]));
                    self.count(above.last().copied(), 1);
                    let node = Node::Item(self.entries.len());
                    let place = self.add_node(above.last().copied(), node);
                    self.steps.push(Step::Item(self.entries.len()));
                    self.entries.push(Entry {
                        name,
                        verb: item.verb(),
                        url: item.url(),
                        shown_url: String::new(),
                        resolved: None,
                        description: item.description(),
                        file,
                        folder: above.last().copied(),
                        place,
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

    /// Adds a node to a folder. Returns its index there.
    fn add_node(&mut self, folder: Option<usize>, node: Node) -> usize {
        let nodes = match folder.and_then(|at| self.folders.get_mut(at)) {
            Some(folder) => &mut folder.children,
            None => &mut self.roots,
        };
        nodes.push(node);
        nodes.len() - 1
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
}

fn title_or_default(name: &str) -> String {
    match name.trim() {
        "" => "Postman collection".to_owned(),
        name => name.to_owned(),
    }
}

/// The result of writing a site.
#[derive(Default)]
pub(crate) struct WriteSummary {
    pages: usize,
    /// The pages that show parameters and JSON unmasked and may contain secrets.
    secrets: usize,
}

/// Writes the pages of a collection, and the files that they share, into the folder `out`.
fn write(
    collection: &Collection,
    variables: Variables,
    args: &Args,
) -> Result<WriteSummary, Failure> {
    let mut site = Site::new(collection, variables, args);
    let requests = site.set_urls();
    let mut rows = Vec::new();
    for (at, (request, entry)) in requests.iter().zip(&site.entries).enumerate() {
        rows.push(search::row(entry, request));
        site.variables.add_user(at, request);
    }
    let has_variables = !site.variables.is_empty();
    let policy = layout::policy(&site);
    let name_of = |entry: &Entry<'_>| format!("{}.html", entry.file);
    let mut files: BTreeSet<String> = site.entries.iter().map(name_of).collect();
    files.insert("index.html".to_owned());
    files.extend(has_variables.then(|| "variables.html".to_owned()));
    let pages = files.len();
    files.extend(assets::FILES.iter().map(|name| (*name).to_owned()));

    let folder = OutputFolder::open(&args.out, files)?;
    folder.save("style.css", &site.assets.style)?;
    folder.save("site.js", &site.assets.script)?;
    folder.save("tree.js", &tree::data(&site))?;
    folder.save("index.html", &index::index(&site, &policy))?;
    if has_variables {
        folder.save("variables.html", &variables::page(&site, &policy))?;
    }
    let saved = in_parallel(&site.entries, |at, entry| {
        let (page, secret, anchors) = page::item(&site, &policy, at, entry);
        let ids = rows.get(at).map(|row| search::anchors_of(row, &anchors));
        folder.save(&name_of(entry), &page).map(|()| (secret, ids))
    });
    let mut written = WriteSummary { pages, secrets: 0 };
    for (row, saved) in rows.iter_mut().zip(saved) {
        let (secret, ids) = saved?;
        written.secrets += usize::from(secret);
        if let (Some(row), Some(ids)) = (row.as_array_mut(), ids) {
            row.push(ids.into());
        }
    }
    folder.save("search.js", &tree::script("zoomkatSearch", &rows))?;
    folder.close()?;
    Ok(written)
}

/// Does work on each of some values, on several threads. Returns the results in their order.
fn in_parallel<V: Sync, T: Send>(values: &[V], work: impl Fn(usize, &V) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
    let size = values.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let part = |(number, part)| {
            let work = &work;
            let each = move |(at, value)| work(number * size + at, value);
            scope.spawn(move || <[V]>::iter(part).enumerate().map(each).collect::<Vec<T>>())
        };
        let parts: Vec<_> = values.chunks(size).enumerate().map(part).collect();
        let joined = parts.into_iter().map(|part| part.join());
        joined.flat_map(|part| part.unwrap_or_else(|panic| panic::resume_unwind(panic))).collect()
    })
}

/// Write a Postman collection as static web pages: an index, a page for each item with its Rust program, curl
/// command, Postman JSON, description, parameters and saved responses, and a page of the variables.
///
/// Each page has a tree of the requests and a search (/). The pages work from a folder and from a server, load
/// only the files next to them, and are readable without JavaScript. Images of descriptions open with a click.
/// Secrets recognized by their names are replaced with variables, except in descriptions and scripts, which
/// are shown unchanged.
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

    /// The meaning of the end of a line inside a paragraph of a description: a line break, as Postman shows
    /// it, or a space, as in CommonMark.
    #[arg(long, value_enum, value_name = "RULE", default_value_t)]
    line_ends: LineEnds,

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
    let variables = Variables::new(&collection);
    if !args.show_secrets {
        // A secret may be used where nothing shows that it is one, such as a segment of the path.
        for name in variables.secret_names() {
            collection.unset_variable(name);
        }
    }
    let written = write(&collection, variables, args)?;
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
