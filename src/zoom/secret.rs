//! A secret that is never shown in text and is wiped when dropped.

use std::fmt;

use zeroize::Zeroizing;

/// A token, a password or a client secret.
///
/// `Debug` does not show it, there is no `Display`, and its memory is wiped when it is dropped.
/// [`expose`](Self::expose) returns the text.
///
/// ```
/// use zoomkat::zoom::Secret;
///
/// let secret = Secret::from("dolor Excepteur minim");
/// assert_eq!(secret.expose(), "dolor Excepteur minim");
/// assert_eq!(format!("{secret:?}"), "Secret(***)");
/// ```
#[doc(alias = "SecretString")]
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a text. Copies made of it before are not wiped.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Secret {
        Secret(Zeroizing::new(secret.into()))
    }

    /// Returns the text.
    #[doc(alias = "expose_secret")]
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Secret {
        Secret::new(secret)
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Secret {
        Secret::new(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
