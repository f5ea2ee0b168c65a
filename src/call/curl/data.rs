//! `-d` and its kin: the body of a POST, or with `-G` the query.

use super::Fault;
use super::given::{Given, Names};
use super::options::Opt;
use crate::call::FileForm;
use crate::request::encode;

/// What one option adds.
pub(super) enum Piece {
    /// As it is.
    Raw(Vec<u8>),
    /// `--json`, which is not joined with `&`.
    Json(Vec<u8>),
    /// A name, if any, and a value in which a variable stands: it can be encoded only when it is known.
    Open { at: usize, shown: String, name: String, value: String },
    /// A file that may be the whole body, with the placeholder that it has as a part of one.
    File { path: String, placeholder: String, json: bool },
}

/// All of it together.
pub(super) enum Data {
    Raw(Vec<u8>),
    /// What `add_param` says in the same bytes, or for an open variable in the only way there is.
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
    if let (Ok(name), Ok(value)) = (std::str::from_utf8(name), std::str::from_utf8(value)) {
        if names.holds_variable(value) {
            let (name, value) = (name.to_owned(), value.to_owned());
            return Ok(Piece::Open { at: given.at, shown: given.shown.clone(), name, value });
        }
    }
    let mut text = String::new();
    encode::strict(&mut text, value);
    raw.extend(text.replace("%20", "+").into_bytes());
    Ok(Piece::Raw(raw))
}

/// Joins the pieces. With `as_pairs` they become params if they can, with `as_file` a file that is all of
/// it stays one.
pub(super) fn join(pieces: Vec<Piece>, as_pairs: bool, as_file: bool) -> Result<Data, Fault> {
    if let ([Piece::File { path, .. }], true) = (pieces.as_slice(), as_file) {
        return Ok(Data::File(path.clone()));
    }
    let open = pieces.iter().find_map(|piece| match piece {
        Piece::Open { at, shown, .. } => Some((*at, shown.clone())),
        _ => None,
    });
    if as_pairs {
        if let Some(pairs) = pieces.iter().map(pairs).collect::<Option<Vec<_>>>() {
            return Ok(Data::Pairs(pairs.concat()));
        }
    }
    if let Some((at, shown)) = open {
        let why = "a variable is encoded here, which can be done only as name=$NAME, and beside plain \
                   fields, in a form; write the encoded text with --data-raw";
        return Err(Fault::new(at, format!("{shown}: {why}")));
    }
    let mut all = Vec::new();
    for (index, piece) in pieces.into_iter().enumerate() {
        let (bytes, json) = match piece {
            Piece::Raw(bytes) => (bytes, false),
            Piece::Json(bytes) => (bytes, true),
            Piece::File { placeholder, json, .. } => (placeholder.into_bytes(), json),
            Piece::Open { .. } => continue,
        };
        if index > 0 && !json {
            all.push(b'&');
        }
        all.extend(bytes);
    }
    Ok(Data::Raw(all))
}

/// The pairs of a piece, if encoding them gives the very same bytes again.
fn pairs(piece: &Piece) -> Option<Vec<(String, String)>> {
    match piece {
        Piece::Raw(bytes) => {
            let text = std::str::from_utf8(bytes).ok()?;
            text.split('&').map(pair).collect()
        }
        Piece::Open { name, value, .. } => {
            (!name.is_empty()).then(|| Some(vec![(decoded(name)?, value.clone())]))?
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
    encode::strict(&mut again, plain.as_bytes());
    (again == text).then(|| plain.into_owned())
}
