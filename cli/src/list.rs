//! The subcommand `zoomkat list`.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Style};
use zoomkat::postman::{Collection, CollectionNode, Item};
use zoomkat::zoom::rate_limit_label;

use crate::input;
use crate::report::{Code, Failure, escape_controls};

/// The maximum indent in characters, which bounds the length of a line.
const MAX_INDENT: usize = 40;

/// Show the folders and items of a Postman collection as a tree.
///
/// For each item: verb, path and name, Zoom's rate limit label if it is a Zoom operation, the number of
/// saved responses, and a mark if it has scripts. Scripts are never run.
#[derive(clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// A Postman collection (v2.0 or v2.1); - is standard input.
    collection: PathBuf,

    /// List the scripts instead. zoomkat does not run scripts.
    #[arg(long)]
    scripts: bool,
}

const EXAMPLE: &str = if cfg!(windows) {
    "Example:\n  zoomkat list zoom.json | findstr DELETE"
} else {
    "Example:\n  zoomkat list zoom.json | grep DELETE"
};

pub(crate) fn run(args: &Args) -> Result<Code, Failure> {
    let collection = input::collection(&args.collection)?;
    // Standard output itself is written line by line.
    let mut out = BufWriter::new(anstream::stdout().lock());
    if args.scripts {
        for line in collection.scripts() {
            writeln!(out, "{}", escape_controls(&line))?;
        }
    } else {
        tree(&mut out, &collection)?;
    }
    out.flush()?;
    Ok(Code::Success)
}

/// Writes the tree. It is iterative because folders may be nested to any depth.
fn tree(out: &mut impl Write, collection: &Collection) -> std::io::Result<()> {
    let bold = Style::new().bold();
    writeln!(out, "{bold}{}{bold:#}", name(collection.name()))?;
    let mut open = vec![collection.root().children().into_iter().peekable()];
    let mut indent: Vec<&str> = Vec::new();
    while let Some(level) = open.last_mut() {
        let Some(node) = level.next() else {
            open.pop();
            indent.pop();
            continue;
        };
        let is_last = level.peek().is_none();
        for part in indent.iter().take(MAX_INDENT) {
            out.write_all(part.as_bytes())?;
        }
        write!(out, "{}", if is_last { "└── " } else { "├── " })?;
        match node {
            CollectionNode::Folder(folder) => {
                writeln!(out, "{bold}{}{bold:#}", name(&folder.name()))?;
                open.push(folder.children().into_iter().peekable());
                indent.push(if is_last { "    " } else { "│   " });
            }
            CollectionNode::Item(item) => line(out, &item)?,
            _ => {}
        }
    }
    Ok(())
}

fn line(out: &mut impl Write, item: &Item<'_>) -> std::io::Result<()> {
    let (verb, url) = (item.verb(), item.url());
    let color = match verb.as_str() {
        "GET" | "HEAD" => AnsiColor::Green,
        "POST" => AnsiColor::Yellow,
        "DELETE" => AnsiColor::Red,
        _ => AnsiColor::Cyan,
    };
    let (style, dim) = (Style::new().fg_color(Some(color.into())), Style::new().dimmed());
    write!(out, "{style}{:<6}{style:#} {}", escape_controls(&verb), name(&item.name()))?;
    write!(out, "  {dim}{}{dim:#}", escape_controls(&path(&url)))?;
    if let Some(label) = rate_limit_label(&verb, &url) {
        write!(out, "  [{label}]")?;
    }
    match item.num_responses() {
        0 => {}
        1 => write!(out, "  (1 response)")?,
        n => write!(out, "  ({n} responses)")?,
    }
    if item.has_scripts() {
        write!(out, "  (scripts)")?;
    }
    writeln!(out)
}

/// Returns the URL without a leading base variable, without the query, and with the user info masked, since
/// it may contain a password.
fn path(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    if let Some(end) = url.starts_with("{{").then(|| url.find("}}/")).flatten() {
        return url[end + 2..].to_owned();
    }
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    let host = rest.split(['/', '\\']).next().unwrap_or_default();
    match host.rfind('@') {
        Some(at) => format!("{scheme}***{}", &rest[at..]),
        None => format!("{scheme}{rest}"),
    }
}

fn name(text: &str) -> String {
    if text.trim().is_empty() { "(no name)".into() } else { escape_controls(text) }
}
