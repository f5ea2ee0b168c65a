//! The login of a call that waits for a challenge (RFC 9110 section 11), and the nonces of earlier calls.

use std::sync::{Mutex, PoisonError};

use super::digest::{self, Challenge, DigestInput, Offers};
use super::settings::{LoginScheme, Settings};
use crate::error::{Error, ErrorKind, Result};
use crate::message::prepare::Prepared;
use crate::message::response_head::Head;
use crate::net::origin::Origin;
use crate::text::headers::basic;
use crate::trace::{Step, Trace};

/// The login of one call. It is sent to the origin of the call only: after a redirect to another origin it is not
/// sent, even on the way back.
pub(super) struct CallLogin<'c> {
    settings: &'c Settings,
    nonces: &'c Nonces,
    state: ChallengeState,
}

#[derive(Default)]
struct ChallengeState {
    /// A challenge of this call that has not been accepted yet.
    nonce: Option<Nonce>,
    /// Only Basic was offered, and the caller allows it.
    is_basic: bool,
    /// The credentials of the last request.
    last: Sent,
    /// A nonce of this call was stale. The next one is the last.
    was_stale: bool,
}

/// The credentials that a request carried.
#[derive(Clone, Copy, Default, PartialEq)]
enum Sent {
    #[default]
    Nothing,
    Basic,
    /// With the nonce of an earlier call.
    KeptNonce,
    /// With a nonce of this call.
    NewNonce,
}

impl<'c> CallLogin<'c> {
    pub(super) fn new(settings: &'c Settings, nonces: &'c Nonces) -> CallLogin<'c> {
        CallLogin { settings, nonces, state: ChallengeState::default() }
    }

    /// Returns the Authorization of the next request, if the request has none of its own.
    pub(super) fn authorization(
        &mut self,
        origin: &Origin,
        prepared: &Prepared<'_>,
    ) -> Option<String> {
        let settings = self.settings;
        self.state.last = Sent::Nothing;
        if !settings.login_scheme().waits() {
            return settings.authorization();
        }
        if !may_carry_login(prepared) {
            return None;
        }
        if self.state.is_basic {
            self.state.last = Sent::Basic;
            return Some(basic(&settings.login, &settings.password));
        }
        let kept;
        let nonce = match &mut self.state.nonce {
            Some(nonce) => {
                self.state.last = Sent::NewNonce;
                nonce.count += 1;
                &*nonce
            }
            None => {
                kept = self.nonces.next(origin)?;
                self.state.last = Sent::KeptNonce;
                &kept
            }
        };
        Some(nonce.challenge.authorization(&DigestInput {
            login: &settings.login,
            password: &settings.password,
            verb: prepared.verb,
            target: &prepared.target,
            cnonce: &nonce.cnonce,
            count: nonce.count,
        }))
    }

    /// Whether the request is to be sent again with other credentials.
    ///
    /// A 401 means that the server has not applied the request (RFC 9110 section 15.5.2), so this is allowed for
    /// every request, even for one that must not be repeated.
    pub(super) fn answers(
        &mut self,
        head: &Head,
        origin: &Origin,
        prepared: &Prepared<'_>,
        trace: &mut Trace,
    ) -> Result<bool> {
        let scheme = self.settings.login_scheme();
        if !scheme.waits() || !may_carry_login(prepared) {
            return Ok(false);
        }
        let state = &mut self.state;
        if head.status != 401 {
            if let Some(nonce) = state.nonce.take_if(|_| state.last == Sent::NewNonce) {
                self.nonces.keep(origin, nonce);
            }
            return Ok(false);
        }
        state.nonce = None;
        let Offers { digest, basic } = Offers::read(head.all("WWW-Authenticate"));
        match (state.last, &digest) {
            (Sent::NewNonce, Some(challenge)) if challenge.is_stale && !state.was_stale => {
                state.was_stale = true;
            }
            // The login is refused, and no other way of sending it would help.
            (Sent::NewNonce | Sent::Basic, _) => return Ok(false),
            // Servers forget nonces, and may not call them stale.
            (Sent::KeptNonce, _) => self.nonces.forget(origin),
            (Sent::Nothing, _) => {}
        }
        match digest {
            Some(challenge) => {
                state.nonce = Some(Nonce::new(challenge)?);
                trace.add(Step::Resend { why: "the server asks for the login, by Digest" });
                Ok(true)
            }
            None if basic && scheme == LoginScheme::Any => {
                state.is_basic = true;
                trace.add(Step::Resend { why: "the server asks for the login, by Basic" });
                Ok(true)
            }
            None => {
                let what = "login and password: the server offers no Digest that is supported";
                trace.add(Step::NotSent { what });
                Ok(false)
            }
        }
    }
}

/// Whether the request may carry the login: it has no Authorization of its own, and no redirect has led to
/// another origin.
fn may_carry_login(prepared: &Prepared<'_>) -> bool {
    !prepared.credentials_dropped && prepared.header("Authorization").is_none()
}

/// A challenge, and how often its nonce has been used.
#[derive(Clone, Debug)]
struct Nonce {
    challenge: Challenge,
    /// See [`DigestInput::cnonce`].
    cnonce: String,
    count: u32,
}

impl Nonce {
    fn new(challenge: Challenge) -> Result<Nonce> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|err| {
            Error::new(ErrorKind::Io, format!("the system provides no random bytes: {err}"))
        })?;
        Ok(Nonce { challenge, cnonce: digest::hex(&random), count: 0 })
    }
}

/// The nonces that servers have accepted, by origin. They hold no secret.
#[derive(Debug, Default)]
pub(super) struct Nonces(Mutex<Vec<(Origin, Nonce)>>);

/// The maximum number of kept nonces. The oldest is forgotten first.
const MAX_NONCES: usize = 16;

impl Nonces {
    /// Returns the nonce for an origin, with its next count.
    fn next(&self, origin: &Origin) -> Option<Nonce> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, nonce) = kept.iter_mut().find(|(of, _)| of == origin)?;
        nonce.count = nonce.count.checked_add(1)?;
        Some(nonce.clone())
    }

    fn keep(&self, origin: &Origin, nonce: Nonce) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, _)| of != origin);
        if kept.len() == MAX_NONCES {
            kept.remove(0);
        }
        kept.push((origin.clone(), nonce));
    }

    fn forget(&self, origin: &Origin) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(of, _)| of != origin);
    }
}
