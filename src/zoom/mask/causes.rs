//! Masking of a transport error and of the causes of an error.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;

use crate::error::{Cause, Details, Error};

/// Masks the secrets in a text. Returns it borrowed if there are none.
type Mask<'m> = &'m dyn for<'t> Fn(&'t str) -> Cow<'t, str>;

fn mask_if_needed(text: &str, mask: Mask<'_>) -> Option<String> {
    match mask(text) {
        Cow::Borrowed(_) => None,
        Cow::Owned(masked) => Some(masked),
    }
}

/// Returns the error with `mask` applied to all of its texts, including its causes; `None` if that changes
/// nothing.
fn mask_error(err: &Error, mask: Mask<'_>) -> Option<Error> {
    let Details { message, trace, source, .. } = &*err.details;
    let cause = source.as_ref().and_then(|cause| mask_cause(cause, mask));
    let (new_message, new_trace) = (mask_if_needed(message, mask), mask_if_needed(trace, mask));
    if new_message.is_none() && new_trace.is_none() && cause.is_none() {
        return None;
    }
    let details = Details {
        message: new_message.unwrap_or_else(|| message.clone()),
        trace: new_trace.unwrap_or_else(|| trace.clone()),
        source: cause.or_else(|| source.clone()),
        ..*err.details
    };
    Some(Error { details: Arc::new(details) })
}

/// Returns a replacement for a cause and its causes if one of them shows a secret; else `None`, so that a caller
/// can still find the cause by its type.
pub(crate) fn mask_cause(cause: &Cause, mask: Mask<'_>) -> Option<Cause> {
    if let Some(err) = cause.downcast_ref::<Error>() {
        return mask_error(err, mask).map(|err| Arc::new(err) as Cause);
    }
    let links: Vec<_> = chain(&**cause).collect();
    let shows = |text: String| mask_if_needed(&text, mask).is_some();
    let is_masked = |link: &&(dyn StdError + 'static)| {
        shows(link.to_string()) || shows(format!("{link:?}")) || shows(format!("{link:#?}"))
    };
    if !links.iter().any(is_masked) {
        return None;
    }
    let texts = links.iter().rev().map(|link| mask(&link.to_string()).into_owned());
    let masked = texts.fold(None, |cause, text| Some(Box::new(MaskedCause { text, cause })));
    masked.map(|masked| Arc::new(*masked) as Cause)
}

/// Iterates over an error and its causes, at most 32, since a chain of causes may be a loop.
pub(crate) fn chain<'e>(
    err: &'e (dyn StdError + 'static),
) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(err), |err| {
        let err = *err;
        err.source()
    })
    .take(32)
}

/// The masked text of a cause that contained a secret.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
struct MaskedCause {
    text: String,
    #[source]
    cause: Option<Box<MaskedCause>>,
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::error::ErrorKind;

    fn mask(text: &str) -> Cow<'_, str> {
        if text.contains("lorem") { text.replace("lorem", "***").into() } else { text.into() }
    }

    /// An error that shows more by `Debug` than by `Display` and has a cause.
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer {
        hidden: &'static str,
        source: io::Error,
    }

    #[test]
    fn message_trace_and_causes_are_masked_only_if_they_show_a_secret() {
        let err = Error::new(ErrorKind::Protocol, "dolor").with_source(io::Error::other("sit"));
        assert!(mask_error(&err, &mask).is_none());
        let err = Error::new(ErrorKind::Protocol, "a lorem").with_trace("GET /lorem\n".to_owned());
        let shown = mask_error(&err.with_source(io::Error::other("sit")), &mask).unwrap();
        assert_eq!(shown.to_string(), "not valid HTTP/1.1: a ***");
        assert_eq!(shown.last_error_text(), "GET /***\n");
        assert!(shown.source().unwrap().is::<io::Error>(), "this cause shows no secret");
        for (hidden, inner) in [("lorem", "ipsum"), ("ipsum", "lorem")] {
            let outer = Outer { hidden, source: io::Error::other(inner) };
            let err = Error::new(ErrorKind::Io, "dolor").with_source(outer);
            let err = mask_error(&err, &mask).unwrap();
            let texts: Vec<_> = chain(&err).map(|e| format!("{e} {e:?} {e:#?}")).collect();
            assert_eq!(texts.len(), 3, "the number of causes is unchanged");
            assert!(!texts.concat().contains("lorem"), "{texts:?}");
            assert!(texts[1].starts_with("outer "));
        }
    }
}
