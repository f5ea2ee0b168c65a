//! Redirects (RFC 9110 section 15.4): which are followed, and how the request changes.

use crate::error::{Error, ErrorKind, Result};
use crate::message::prepare::Prepared;
use crate::message::response_head::Head;
use crate::net::origin::{HttpUrl, Origin};
use crate::redact::{masked_location, quoted};

/// The redirects of one call.
#[derive(Default)]
pub(super) struct RedirectTrail {
    /// The target of the last one, followed or not.
    pub(super) last: String,
    /// The URLs to which an unsafe request was redirected.
    unsafe_targets: Vec<String>,
}

impl RedirectTrail {
    /// Returns the target of a redirect to follow, and changes the request for it. Returns `None` if the response
    /// does not redirect, or `max` is `None` (redirects disabled). `followed` counts the redirects of the call.
    pub(super) fn next_target(
        &mut self,
        head: &Head,
        origin: &Origin,
        prepared: &mut Prepared<'_>,
        max: Option<u32>,
        followed: &mut u32,
    ) -> Result<Option<HttpUrl>> {
        let status = head.status;
        let location = match status {
            301 | 302 | 303 | 307 | 308 => {
                head.all("Location").next().filter(|l| names_resource(l))
            }
            _ => None,
        };
        let Some(location) = location else { return Ok(None) };
        let target = HttpUrl::resolve(origin, &prepared.target, location);
        if let Ok(target) = &target {
            self.last = target.url();
        }
        let Some(max) = max else { return Ok(None) };
        *followed += 1;
        let target = target.map_err(|why| refused(status, &masked_location(location), &why))?;
        if *followed > max {
            let why = format!("{max} redirects were followed, and this is one more");
            return Err(refused(status, &target.shown(), &why));
        }
        redirect(prepared, origin, &target, status)?;
        if !prepared.is_safe() {
            // A client should intervene in a loop (RFC 9110 section 15.4).
            let url = target.url();
            if self.unsafe_targets.iter().filter(|sent| **sent == url).count() > 1 {
                let why = "redirects have led there twice already, and a request that is not safe \
                           is not repeated in a loop";
                return Err(refused(status, &target.shown(), why));
            }
            self.unsafe_targets.push(url);
        }
        Ok(Some(target))
    }
}

/// Changes the request into the redirected one (RFC 9110 section 15.4), or returns the reason not to follow.
fn redirect(prepared: &mut Prepared<'_>, from: &Origin, to: &HttpUrl, status: u16) -> Result<()> {
    if from.is_tls() && !to.origin.is_tls() {
        return Err(refused(status, &to.shown(), "it leads from https to plain http"));
    }
    let becomes_get = match status {
        303 => true,
        301 | 302 => prepared.verb == "POST",
        _ => false,
    };
    if becomes_get {
        prepared.make_get();
    }
    if to.origin != *from {
        if prepared.body.as_ref().is_some_and(|body| body.len() > 0) {
            let why = "it leads to another origin, to which a body is not sent automatically; send the \
                       request there yourself if you trust it";
            return Err(refused(status, &to.shown(), why));
        }
        prepared.credentials_dropped = true;
    }
    Ok(())
}

/// Whether a Location names a resource. A blank one, or a fragment alone, refers to the response itself
/// (RFC 3986 section 4.4), and is not followed.
fn names_resource(location: &str) -> bool {
    !location.split('#').next().unwrap_or_default().trim().is_empty()
}

/// The error for a redirect. Secrets in `location` must be masked.
fn refused(status: u16, location: &str, why: &str) -> Error {
    let location = quoted(location);
    Error::new(ErrorKind::Redirect, format!("status {status}, Location {location}: {why}"))
}
