//! The cookies that a call keeps between its redirects, and the file they are written to: curl's `-b` and `-c`.

use std::borrow::Cow;

use super::call::Call;
#[cfg(feature = "cookies")]
use super::variables::{FileForm, Source, placeholder};
#[cfg(not(feature = "cookies"))]
use crate::error::Error;
use crate::error::Result;
use crate::message::response::HttpResponse;
use crate::text::file::quoted;
use crate::transport::settings::Settings;

/// Whether a call has requests after a response, or writes the cookies of its responses.
fn keeps_cookies(call: &Call) -> bool {
    let options = &call.options;
    let follows = options.redirects.follow == Some(true);
    options.cookies.are_kept && (follows || options.cookies.jar.is_some())
}

/// The file that receives the cookies, if there is one. Standard output does not.
fn jar(call: &Call) -> Option<&std::path::Path> {
    call.options.cookies.jar.as_deref().filter(|path| path.as_os_str() != "-")
}

/// Moves the cookies of `ready`, which is `call` with its variables filled in, to the settings, so that responses
/// change them.
#[cfg(feature = "cookies")]
pub(super) fn start(call: &Call, ready: &mut Cow<'_, Call>, settings: &mut Settings) -> Result<()> {
    if !keeps_cookies(call) {
        return Ok(());
    }
    let mut seeds = Vec::new();
    let mut text = call.request.headers.get("Cookie").unwrap_or_default().to_owned();
    for variable in &call.variables {
        let Source::File { path, form: FileForm::Cookies } = &variable.source else { continue };
        text = text.replace(&placeholder(&variable.name), "");
        let content = super::ready::read_cookies(path)?;
        seeds.extend(super::curl::set_cookie_lines(&content, &ready.domain));
    }
    let fields = call.request.headers.iter();
    // With two fields, the request has its own.
    if fields.filter(|(name, _)| name.eq_ignore_ascii_case("Cookie")).count() > 1 {
        text.clear();
    } else if ready.request.headers.get("Cookie").is_some() {
        ready.to_mut().request.headers.remove("Cookie");
    }
    let text: Vec<&str> = text.split("; ").filter(|text| !text.trim().is_empty()).collect();
    settings.cookies = crate::transport::cookies::Cookies::of_call(&seeds, text.join("; "));
    Ok(())
}

/// Refuses a cookie file that could not be written.
#[cfg(not(feature = "cookies"))]
pub(super) fn start(call: &Call, _: &mut Cow<'_, Call>, _: &mut Settings) -> Result<()> {
    match jar(call) {
        Some(path) => Err(Error::invalid(
            "cookies",
            format_args!(
                "the cookies cannot be written to {}: this zoomkat is built without the feature `cookies`; \
                 leave out -c",
                quoted(path)
            ),
        )),
        None => Ok(()),
    }
}

/// Writes the cookies to the call's file. The trace of the response says if that fails, since the response has
/// arrived.
#[cfg(feature = "cookies")]
pub(super) fn finish(call: &Call, settings: &Settings, result: &mut Result<HttpResponse>) {
    use std::path::Path;

    let Some(path) = jar(call) else { return };
    let path = match path.to_str() {
        Some("/dev/null") if cfg!(windows) => Path::new("NUL"),
        _ => path,
    };
    if let Err(err) = crate::text::file::write_private(path, &settings.cookies.to_netscape()) {
        log::warn!("the cookies could not be written to {}: {err}", quoted(path));
        add_to_trace(result, err.to_string());
    }
}

#[cfg(not(feature = "cookies"))]
pub(super) fn finish(call: &Call, _: &Settings, result: &mut Result<HttpResponse>) {
    if keeps_cookies(call) {
        let why = "the feature `cookies` is off, so redirects do not carry them";
        add_to_trace(result, why.to_owned());
    }
}

fn add_to_trace(result: &mut Result<HttpResponse>, why: String) {
    if let Ok(response) = result {
        response.add_unsaved_cookies(why);
    }
}
