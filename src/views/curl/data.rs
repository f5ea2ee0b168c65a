//! `-d` and its kin: the body of a POST, or with `-G` the query.

use super::Fault;
use super::given::{Given, Names};
use super::options::Opt;
use crate::text::percent;
use crate::views::FileForm;

/// What one option adds.
pub(super) enum Piece {
    /// As it is.
    Raw(Vec<u8>),
    /// `--json`, which is not joined with `&`.
    Json(Vec<u8>),
    /// A name, if any, and a value in which a variable stands: it can be encoded only when it is known.
    Open { name: Vec<u8>, value: String },
    /// A file that may be the whole body, with the placeholder that it has as a part of one.
    File { path: String, placeholder: String, json: bool },
}

/// All of it together.
pub(super) enum Data {
    Raw(Vec<u8>),
    /// What `add_param` says in the same bytes, but for the spaces of a variable.
    Pairs(Vec<(String, String)>),
    File(String),
}

/// Reads the value of `-d`, `--data-raw`, `--data-binary` or `--json`.
pub(super) fn piece(given: &Given, names: &mut Names) -> Result<Piece, Fault> {
    let bytes = given.bytes();
    let json = given.opt == Opt::Json;
    match bytes.strip_prefix(b"@") {
        Some(path) if given.opt != Opt::DataRaw => {
            let path = given.path(path)?;
            let form = match given.opt {
                Opt::Data => FileForm::WithoutLineEnds,
                _ => FileForm::Whole,
            };
            let placeholder = names.file(given, &path, form)?;
            if form == FileForm::Whole && path != "-" {
                return Ok(Piece::File { path, placeholder, json });
            }
            let bytes = placeholder.into_bytes();
            Ok(if json { Piece::Json(bytes) } else { Piece::Raw(bytes) })
        }
        _ if json => Ok(Piece::Json(bytes.to_vec())),
        _ => Ok(Piece::Raw(bytes.to_vec())),
    }
}

/// Reads the value of `--data-urlencode`, or of `--url-query` without a `+`: `content`, `=content`,
/// `name=content`, `@file` or `name@file`.
pub(super) fn encoded(given: &Given, names: &mut Names) -> Result<Piece, Fault> {
    let bytes = given.bytes();
    let split = bytes.iter().position(|b| *b == b'=').or(bytes.iter().position(|b| *b == b'@'));
    let (name, value) = match split {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (&bytes[..0], bytes),
    };
    let mut raw = name.to_vec();
    if !name.is_empty() {
        raw.push(b'=');
    }
    if split.is_some_and(|at| bytes[at] == b'@') {
        let path = given.path(value)?;
        raw.extend(names.file(given, &path, FileForm::UrlEncoded)?.into_bytes());
        return Ok(Piece::Raw(raw));
    }
    if names.holds_variable(&String::from_utf8_lossy(value)) {
        if split.is_none() {
            let why = "whether this is a name, a value or a file only the variable says; write \
                       \"NAME=$VALUE\", or \"=$VALUE\" for a value without a name";
            return Err(given.fault(why));
        }
        let Ok(value) = std::str::from_utf8(value) else {
            return Err(given.fault("a variable stands in what is not text in UTF-8"));
        };
        return Ok(Piece::Open { name: name.to_owned(), value: value.to_owned() });
    }
    raw.extend(percent::form(value).into_bytes());
    Ok(Piece::Raw(raw))
}

/// Joins the pieces. With `as_pairs` they become params if they can, with `as_file` a file that is all of
/// it stays one.
pub(super) fn join(pieces: Vec<Piece>, names: &mut Names, as_pairs: bool, as_file: bool) -> Data {
    if let ([Piece::File { path, .. }], true) = (pieces.as_slice(), as_file) {
        return Data::File(path.clone());
    }
    if as_pairs {
        if let Some(pairs) = pieces.iter().map(pairs).collect::<Option<Vec<_>>>() {
            return Data::Pairs(pairs.concat());
        }
    }
    let mut all = Vec::new();
    for (index, piece) in pieces.into_iter().enumerate() {
        let (bytes, json) = match piece {
            Piece::Raw(bytes) => (bytes, false),
            Piece::Json(bytes) => (bytes, true),
            Piece::File { placeholder, json, .. } => (placeholder.into_bytes(), json),
            Piece::Open { mut name, value } => {
                if !name.is_empty() {
                    name.push(b'=');
                }
                name.extend(names.encoded(&value).into_bytes());
                (name, false)
            }
        };
        if index > 0 && !json {
            all.push(b'&');
        }
        all.extend(bytes);
    }
    Data::Raw(all)
}

/// The pairs of a piece, if encoding them gives the very same bytes again.
fn pairs(piece: &Piece) -> Option<Vec<(String, String)>> {
    match piece {
        Piece::Raw(bytes) => {
            let text = std::str::from_utf8(bytes).ok()?;
            text.split('&').map(pair).collect()
        }
        Piece::Open { name, value, .. } => {
            let name = std::str::from_utf8(name).ok().filter(|name| !name.is_empty())?;
            Some(vec![(decoded(name)?, value.clone())])
        }
        Piece::Json(_) | Piece::File { .. } => None,
    }
}

fn pair(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    Some((decoded(name)?, decoded(value)?))
}

fn decoded(text: &str) -> Option<String> {
    let plain = percent_encoding::percent_decode_str(text).decode_utf8().ok()?;
    let mut again = String::with_capacity(text.len());
    percent::strict(&mut again, plain.as_bytes());
    // Braces that were encoded are no variable, and would look like one.
    (again == text && !plain.contains("{{")).then(|| plain.into_owned())
}
