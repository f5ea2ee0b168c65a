//! Cookies kept between calls.

use super::class::Http;
use super::delegate::{fallible_setters, setters};
use crate::error::Result;
use crate::transport::CookieStore;

setters! {
/// Cookie settings.
impl Http {
    /// Sets whether the cookies of responses are kept. Cookies kept before are still sent.
    #[doc(alias = "put_SaveCookies")]
    pub fn set_save_cookies(save: bool);

    /// Sets whether kept cookies are sent.
    #[doc(alias = "put_SendCookies")]
    pub fn set_send_cookies(send: bool);
}
}

fallible_setters! {
impl Http {
    /// Replaces all cookies, including those in the file, with those in JSON as
    /// [`cookies_json`](Self::cookies_json) returns it; `{}` means no cookies. Cookies that have expired, and those
    /// that a server may not set, are left out.
    #[doc(alias = "SetCookieXml")]
    pub fn set_cookies_json(json: &str);
}
}

impl Http {
    /// Keeps the cookies that responses set, and sends them back to the hosts they belong to (RFC 6265): in memory
    /// if `dir` is `"memory"`, otherwise in the file `cookies.json` in the folder `dir`. `""` keeps none.
    ///
    /// More at [`Transport::set_cookie_store`](crate::Transport::set_cookie_store).
    #[doc(alias = "put_CookieDir")]
    pub fn set_cookie_dir(&mut self, dir: &str) -> &mut Self {
        self.transport.set_cookie_store(match dir {
            "" => CookieStore::Off,
            "memory" => CookieStore::Memory,
            folder => CookieStore::Folder(folder.into()),
        });
        self
    }

    /// Where cookies are kept: `""`, `"memory"` or a folder. Default `""`: not kept.
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

    /// Whether kept cookies are sent. Default true.
    #[doc(alias = "SendCookies")]
    pub fn send_cookies(&self) -> bool {
        self.transport.settings.cookies.send
    }

    /// Removes the cookies in memory, including those of all clones. The cookie file stays and is
    /// read again by the next call; [`set_cookies_json`](Self::set_cookies_json) empties it as well.
    #[doc(alias = "ClearInMemoryCookies")]
    pub fn clear_in_memory_cookies(&self) {
        self.transport.clear_in_memory_cookies();
    }

    /// The cookies as JSON, in the format of the file. They are secrets.
    ///
    /// More at [`Transport::cookies_json`](crate::Transport::cookies_json).
    ///
    /// # Errors
    ///
    /// Fails if the folder or file of [`set_cookie_dir`](Self::set_cookie_dir) cannot be used.
    #[doc(alias = "GetCookieXml")]
    pub fn cookies_json(&self) -> Result<String> {
        self.transport.cookies_json()
    }
}
