//! Cookies kept between calls.

use super::class::Http;
use super::delegate::{fallible_setters, setters};
use crate::error::Result;

setters! {
/// Cookies.
impl Http {
    /// Keeps the cookies that responses set, and sends them where they belong (RFC 6265): in memory
    /// if `dir` is `"memory"`, else in the file `cookies.json` in the folder `dir`. `""` stops it.
    #[doc(alias = "put_CookieDir")]
    pub fn set_cookie_dir(dir: &str);

    /// Sets whether the cookies of responses are kept. Those that are kept already are sent anyway.
    #[doc(alias = "put_SaveCookies")]
    pub fn set_save_cookies(save: bool);

    /// Sets whether the cookies that are kept are sent.
    #[doc(alias = "put_SendCookies")]
    pub fn set_send_cookies(send: bool);
}
}

fallible_setters! {
impl Http {
    /// Replaces all cookies, in the file too, by those in JSON of the form that
    /// [`cookies_json`](Self::cookies_json) gives; `{}` means no cookies. Those that have expired, and those
    /// that a server may not set, are left out.
    #[doc(alias = "SetCookieXml")]
    pub fn set_cookies_json(json: &str);
}
}

impl Http {
    /// Where cookies are kept: `""`, `"memory"` or a folder. Default `""`: they are not.
    #[doc(alias = "CookieDir")]
    pub fn cookie_dir(&self) -> &str {
        self.transport.settings.cookies.dir()
    }

    /// Whether the cookies of responses are kept. Default true, but see
    /// [`set_cookie_dir`](Self::set_cookie_dir).
    #[doc(alias = "SaveCookies")]
    pub fn save_cookies(&self) -> bool {
        self.transport.settings.cookies.save
    }

    /// Whether the cookies that are kept are sent. Default true.
    #[doc(alias = "SendCookies")]
    pub fn send_cookies(&self) -> bool {
        self.transport.settings.cookies.send
    }

    /// Forgets the cookies in memory, those of all clones included. A file of cookies stays and is
    /// read again by the next call; to empty it as well, see
    /// [`set_cookies_json`](Self::set_cookies_json).
    #[doc(alias = "ClearInMemoryCookies")]
    pub fn clear_in_memory_cookies(&self) {
        self.transport.clear_in_memory_cookies();
    }

    /// The cookies as JSON, as the file has them. They are secrets.
    ///
    /// More at [`Transport::cookies_json`](crate::Transport::cookies_json).
    ///
    /// # Errors
    ///
    /// Those of a folder or a file that [`set_cookie_dir`](Self::set_cookie_dir) names.
    #[doc(alias = "GetCookieXml")]
    pub fn cookies_json(&self) -> Result<String> {
        self.transport.cookies_json()
    }
}
