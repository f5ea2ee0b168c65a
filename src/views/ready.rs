//! Preparation of a call for sending: all variables have values, and the texts of files are inserted.

use std::borrow::Cow;
use std::io::{self, Read as _};

use super::call::Call;
use super::variables::{FileForm, Source, join_cookies, placeholder};
use crate::error::{Error, ErrorKind, Result};
use crate::text::file::quoted;
use crate::text::percent;

/// See [`Call::ready`].
pub(super) fn ready(call: &Call) -> Result<Cow<'_, Call>> {
    if let Some(name) = call.variables().first() {
        let why = format!("{} has no value; set it with Call::set_variable", placeholder(name));
        return Err(Error::invalid("variables", why));
    }
    check_remote_name(call)?;
    if call.variables.is_empty() {
        return Ok(Cow::Borrowed(call));
    }
    let mut ready = call.clone();
    let variables = std::mem::take(&mut ready.variables);
    let mut values = Vec::with_capacity(variables.len());
    for variable in &variables {
        let Source::File { path, form } = &variable.source else { continue };
        let content = if *form == FileForm::Cookies { read_cookies(path) } else { read(path) }?;
        let value = match form {
            FileForm::Whole => content,
            FileForm::WithoutLineEnds => {
                content.into_iter().filter(|b| !matches!(b, b'\r' | b'\n' | b'\0')).collect()
            }
            FileForm::UrlEncoded => percent::form(&content).into_bytes(),
            FileForm::Cookies => super::curl::cookie_header(&content, call).into_bytes(),
            FileForm::Headers => {
                super::curl::add_header_lines(&mut ready.request, &content);
                continue;
            }
        };
        values.push((placeholder(&variable.name), Cow::Owned(value)));
    }
    ready.fill(&values);
    if variables.iter().any(|v| matches!(v.source, Source::File { form: FileForm::Cookies, .. })) {
        // A file may have no cookie for this host.
        join_cookies(&mut ready);
    }
    Ok(Cow::Owned(ready))
}

/// Refuses an output file name that is not valid everywhere, once all variables in it have values.
pub(super) fn check_remote_name(call: &Call) -> Result<()> {
    let Some(name) = &call.options.output.remote_name else { return Ok(()) };
    if call.variables.iter().any(|variable| name.contains(&placeholder(&variable.name))) {
        return Ok(());
    }
    super::curl::check_remote_name(name).map_err(|why| Error::invalid("output_file", why))
}

/// Reads a cookie file, which need not exist yet, as in curl.
pub(super) fn read_cookies(path: &str) -> Result<Vec<u8>> {
    let is_missing = |err: &Error| {
        let cause = std::error::Error::source(err).and_then(|cause| cause.downcast_ref());
        cause.is_some_and(|err: &io::Error| err.kind() == io::ErrorKind::NotFound)
    };
    match read(path) {
        Err(err) if is_missing(&err) => Ok(Vec::new()),
        content => content,
    }
}

fn read(path: &str) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    let read = match path {
        "-" => std::io::stdin().read_to_end(&mut content).map(|_| ()),
        path => std::fs::read(path).map(|bytes| content = bytes),
    };
    read.map_err(|err| {
        let why = format!("cannot read the file {}: {err}", quoted(path));
        Error::new(ErrorKind::InvalidRequest, why).with_source(err)
    })?;
    Ok(content)
}
