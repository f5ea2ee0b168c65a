//! The port of a script.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use zoomkat::Call;

use crate::language::Language;
use crate::masked_lines::ScriptLines;
use crate::report::{Remark, RemarkKind, folded};
use crate::tree::{Block, StmtKind};
use crate::{oddities, passes, read, rust, secrets, single_call, translate};

/// The longest script that is read, in bytes.
const MAX_SCRIPT: usize = 16 << 20;

/// How a script is ported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The language of the script.
    pub language: Language,
    /// The form of the program. Default: [`Form::Idiomatic`].
    pub form: Form,
    /// Whether secrets in literals stay there. Default: false, so that the program reads them from the environment.
    pub keep_secrets: bool,
}

impl Options {
    /// Creates the options for a language.
    pub fn new(language: Language) -> Options {
        Options { language, form: Form::Idiomatic, keep_secrets: false }
    }
}

/// The form of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// As someone who knows Rust and zoomkat writes it.
    Idiomatic,
    /// Each line of the script has its statement, in the same order.
    Literal,
}

/// A program and what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Port {
    /// The Rust program.
    pub program: String,
    /// The remarks, in the order of the script's lines.
    pub remarks: Vec<Remark>,
    /// The number of lines of the script that are neither empty nor only comments.
    pub lines: usize,
    /// How many of them are ported.
    pub ported: usize,
}

/// Why a script cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// The line that it is about, from 1; 0 if it is about the whole script.
    pub line: usize,
    message: String,
}

impl Error {
    /// Returns the message without the line.
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn new(line: usize, message: impl Into<String>) -> Error {
        Error { line, message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.message),
            line => write!(f, "line {line}: {}", self.message),
        }
    }
}

impl std::error::Error for Error {}

/// Ports a script to Rust.
///
/// # Errors
///
/// If the text cannot be a script: it contains a NUL character, has more than 16 MiB, or has no statement that is
/// understood.
pub fn port(script: &str, options: &Options) -> Result<Port, Error> {
    let script = normalized(script)?;
    let mut tree = read_tree(&script, options)?;
    let mut remarks = oddities::find(&mut tree);
    let mut comments = BTreeSet::new();
    comment_lines(&mut tree, &mut comments);
    let code = code_lines(&script, options.language, &comments);
    let lines = ScriptLines::new(&script, options.keep_secrets);
    let is_literal = options.form == Form::Literal;
    let (program, not_ported) =
        translate::translate(&passes::run(tree, is_literal), &lines, options.language, is_literal);
    let unported: BTreeSet<usize> = not_ported
        .iter()
        .filter(|remark| remark.kind == RemarkKind::NotPorted)
        .flat_map(|remark| remark.line..=remark.end_line)
        .collect();
    remarks.extend(not_ported);
    remarks.sort_by_key(|remark| remark.line);
    remarks.dedup();
    let remarks = folded(remarks);
    let ported = code.iter().filter(|line| !unported.contains(line)).count();
    Ok(Port { program: rust::print(&program), remarks, lines: code.len(), ported })
}

/// Returns the request of a script that makes only one, whose values are known without running it. Values that come
/// from the environment are variables of the call, and so are secrets.
///
/// # Errors
///
/// If the script makes no request, more than one, or one that depends on what the program does, with the line.
pub fn call(script: &str, options: &Options) -> Result<Call, Error> {
    let script = normalized(script)?;
    let tree = read_tree(&script, options)?;
    single_call::only(&tree)
}

/// Returns a script with `\n` at its line ends and without a byte order mark.
fn normalized(script: &str) -> Result<Cow<'_, str>, Error> {
    let script = script.strip_prefix('\u{feff}').unwrap_or(script);
    if script.len() > MAX_SCRIPT {
        return Err(Error::new(
            0,
            format!("the script has {} bytes; at most {MAX_SCRIPT} are read", script.len()),
        ));
    }
    if let Some(at) = script.find('\0') {
        let line = script[..at].matches('\n').count() + 1;
        return Err(Error::new(line, "a NUL character, so this is not a text"));
    }
    Ok(match script.contains('\r') {
        true => Cow::Owned(script.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(script),
    })
}

fn read_tree(script: &str, options: &Options) -> Result<Block, Error> {
    let mut tree = read::read(options.language, script);
    let is_code = |kind: &StmtKind| !matches!(kind, StmtKind::Comment(_) | StmtKind::Unported(_));
    if !tree.iter().any(|stmt| is_code(&stmt.kind)) {
        return Err(Error::new(0, format!("this is not a script in {}", options.language)));
    }
    if !options.keep_secrets {
        secrets::hide(&mut tree, script);
    }
    Ok(tree)
}

/// Collects the lines of comments, which may have no sign of their own.
fn comment_lines(block: &mut Block, lines: &mut BTreeSet<usize>) {
    for stmt in block {
        if let StmtKind::Comment(_) = stmt.kind {
            lines.insert(stmt.line);
        }
        stmt.for_each_block(&mut |block| comment_lines(block, lines));
    }
}

/// Returns the numbers of the lines that are neither empty nor only a comment.
fn code_lines(script: &str, language: Language, comments: &BTreeSet<usize>) -> Vec<usize> {
    let signs = language.comment_signs();
    let lines = script.lines().enumerate().filter(|(at, line)| {
        let line = line.trim();
        let is_comment =
            comments.contains(&(at + 1)) || signs.iter().any(|sign| line.starts_with(sign));
        !line.is_empty() && !is_comment
    });
    lines.map(|(at, _)| at + 1).collect()
}
