//! Redirects (RFC 9110 section 15.4): whether one is followed, where to, and as which request.

use crate::error::{Error, ErrorKind, Result};
use crate::message::prepare::Prepared;
use crate::message::response_head::Head;
use crate::net::origin::{HttpUrl, Origin};
use crate::redact::{masked_location, quoted};

/// Where redirects have led.
#[derive(Default)]
pub(super) struct RedirectTrail {
    /// The URL of the last one.
    pub(super) last: String,
    /// The URLs to which a request that acts was sent.
    acted_on: Vec<String>,
}

impl RedirectTrail {
    /// Where the response redirects to; the request is changed for it. `None` if it does not redirect, or redirects are
    /// not followed, which is so where `most` is `None`. `followed` counts those of this call.
    pub(super) fn next_target(
        &mut self,
        head: &Head,
        origin: &Origin,
        prepared: &mut Prepared<'_>,
        most: Option<u32>,
        followed: &mut u32,
    ) -> Result<Option<HttpUrl>> {
        let status = head.status;
        let location = match status {
            301 | 302 | 303 | 307 | 308 => head.all("Location").next().filter(|l| leads_on(l)),
            _ => None,
        };
        let Some(location) = location else { return Ok(None) };
        let target = HttpUrl::resolve(origin, &prepared.target, location);
        if let Ok(target) = &target {
            self.last = target.url();
        }
        let Some(most) = most else { return Ok(None) };
        *followed += 1;
        let target = target.map_err(|why| refused(status, &masked_location(location), &why))?;
        if *followed > most {
            let why = format!("{most} redirects were followed and one more leads on");
            return Err(refused(status, &target.shown(), &why));
        }
        redirect(prepared, origin, &target, status)?;
        if !prepared.is_safe() {
            // A client should intervene in a loop (RFC 9110 section 15.4).
            let url = target.url();
            if self.acted_on.iter().filter(|sent| **sent == url).count() > 1 {
                let why = "redirects have led there twice already, and a request that acts \
                           is not led in a circle";
                return Err(refused(status, &target.shown(), why));
            }
            self.acted_on.push(url);
        }
        Ok(Some(target))
    }
}

/// Changes the request into the one that a redirect asks for (RFC 9110 section 15.4), or says why
/// it is not followed.
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
            let why = "it leads to another origin, where the body is not sent unasked; send the \
                       request there yourself if that is where it belongs";
            return Err(refused(status, &to.shown(), why));
        }
        prepared.credentials_dropped = true;
    }
    Ok(())
}

/// Whether a Location names a resource. One that is blank, or a fragment alone, means the response itself
/// (RFC 3986 section 4.4), and the request is not sent again for it.
fn leads_on(location: &str) -> bool {
    !location.split('#').next().unwrap_or_default().trim().is_empty()
}

/// `location` holds no secret any more.
fn refused(status: u16, location: &str, why: &str) -> Error {
    let location = quoted(location);
    Error::new(ErrorKind::Redirect, format!("status {status}, Location {location}: {why}"))
}
