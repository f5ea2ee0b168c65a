//! `-d` and the other data options: the body of a POST, or the query with `-G`.

use super::Fault;
use super::args::OptionArg;
use super::call_variables::CallVariables;
use crate::text::percent;
use crate::views::curl::option_table::CurlOption;
use crate::views::variables::FileForm;

/// The data of an option.
pub(super) enum DataOption {
    /// Encoded data.
    Raw(Vec<u8>),
    /// The data of `--json`, which is not joined with `&`.
    Json(Vec<u8>),
    /// A name, which may be empty, and a value with a variable, which is encoded when the value is known.
    Open { name: Vec<u8>, value: String },
    /// A file that may be the whole body, and its placeholder as a part of one.
    File { path: String, placeholder: String, json: bool },
}

/// The data of all options.
pub(super) enum JoinedData {
    Raw(Vec<u8>),
    /// Pairs that are sent as the same bytes by `add_param`, except for spaces in variables.
    Pairs(Vec<(String, String)>),
    File(String),
}

/// Parses the value of `-d`, `--data-raw`, `--data-binary` or `--json`.
pub(super) fn parse(arg: &OptionArg, variables: &mut CallVariables) -> Result<DataOption, Fault> {
    let bytes = arg.bytes();
    let json = arg.option == CurlOption::Json;
    match bytes.strip_prefix(b"@") {
        Some(path) if arg.option != CurlOption::DataRaw && !arg.value.is_input => {
            let path = arg.path(path)?;
            let form = match arg.option {
                CurlOption::Data => FileForm::WithoutLineEnds,
                _ => FileForm::Whole,
            };
            let placeholder = variables.file(arg, &path, form)?;
            if form == FileForm::Whole && path != "-" {
                return Ok(DataOption::File { path, placeholder, json });
            }
            let bytes = placeholder.into_bytes();
            Ok(if json { DataOption::Json(bytes) } else { DataOption::Raw(bytes) })
        }
        _ if json => Ok(DataOption::Json(bytes.to_vec())),
        _ => Ok(DataOption::Raw(bytes.to_vec())),
    }
}

/// Parses the value of `--data-urlencode`, or of `--url-query` without a `+`: `content`, `=content`,
/// `name=content`, `@file` or `name@file`.
pub(super) fn parse_encoded(
    arg: &OptionArg,
    variables: &mut CallVariables,
) -> Result<DataOption, Fault> {
    let bytes = arg.bytes();
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
        let path = arg.path(value)?;
        raw.extend(variables.file(arg, &path, FileForm::UrlEncoded)?.into_bytes());
        return Ok(DataOption::Raw(raw));
    }
    if variables.has_variable(&String::from_utf8_lossy(value)) {
        if split.is_none() {
            let why = "the variable may be a name, a value or a file; write \"NAME=$VALUE\", or \
                       \"=$VALUE\" for a value without a name";
            return Err(arg.fault(why));
        }
        let Ok(value) = std::str::from_utf8(value) else {
            return Err(arg.fault("there is a variable in a value that is not UTF-8"));
        };
        return Ok(DataOption::Open { name: name.to_owned(), value: value.to_owned() });
    }
    raw.extend(percent::form(value).into_bytes());
    Ok(DataOption::Raw(raw))
}

/// Joins the data of all options. With `as_pairs` it becomes params if possible. With `as_file` a single file stays
/// a file.
pub(super) fn join(
    pieces: Vec<DataOption>,
    variables: &mut CallVariables,
    as_pairs: bool,
    as_file: bool,
) -> JoinedData {
    if let ([DataOption::File { path, .. }], true) = (pieces.as_slice(), as_file) {
        return JoinedData::File(path.clone());
    }
    if as_pairs {
        if let Some(pairs) = pieces.iter().map(pairs).collect::<Option<Vec<_>>>() {
            return JoinedData::Pairs(pairs.concat());
        }
    }
    let mut all = Vec::new();
    for (index, piece) in pieces.into_iter().enumerate() {
        let (bytes, json) = match piece {
            DataOption::Raw(bytes) => (bytes, false),
            DataOption::Json(bytes) => (bytes, true),
            DataOption::File { placeholder, json, .. } => (placeholder.into_bytes(), json),
            DataOption::Open { mut name, value } => {
                if !name.is_empty() {
                    name.push(b'=');
                }
                name.extend(variables.encoded(&value).into_bytes());
                (name, false)
            }
        };
        if index > 0 && !json {
            all.push(b'&');
        }
        all.extend(bytes);
    }
    JoinedData::Raw(all)
}

/// Returns the pairs of an option, if encoding them yields the same bytes again.
fn pairs(piece: &DataOption) -> Option<Vec<(String, String)>> {
    match piece {
        DataOption::Raw(bytes) => {
            let text = std::str::from_utf8(bytes).ok()?;
            text.split('&').map(pair).collect()
        }
        DataOption::Open { name, value, .. } => {
            let name = std::str::from_utf8(name).ok().filter(|name| !name.is_empty())?;
            Some(vec![(decoded(name)?, value.clone())])
        }
        DataOption::Json(_) | DataOption::File { .. } => None,
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
    // Decoded braces would look like a variable.
    (again == text && !plain.contains("{{")).then(|| plain.into_owned())
}
