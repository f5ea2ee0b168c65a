//! The options of the transport.

use std::path::Path;
use std::time::Duration;

use super::quote::Quotes;
use super::{CommandWriter, file_argument, unsupported};
use crate::error::Result;
use crate::transport::{IpFamily, TlsVersions};
use crate::views::call_options::{CallCookies, ProxyKind, UserAuth};

impl CommandWriter<'_> {
    pub(super) fn transport_options(&mut self) -> Result<()> {
        let options = &self.marked.call.options;
        if let Some((login, password)) = &options.user {
            self.option("-u", format!("{login}:{password}"), Quotes::Single)?;
        }
        match options.user_auth {
            UserAuth::Basic => {}
            UserAuth::Digest => self.words.push("--digest".to_owned()),
            UserAuth::Any => self.words.push("--anyauth".to_owned()),
        }
        if options.redirects.follow == Some(true) {
            self.words.push("-L".to_owned());
        }
        if let Some(count) = options.redirects.max {
            self.words.push(format!("--max-redirs {count}"));
        }
        if options.tls.verify == Some(false) {
            self.words.push("-k".to_owned());
        }
        if let Some(path) = &options.tls.trusted_roots {
            self.option("--cacert", file_argument(path)?, Quotes::Bare)?;
        }
        if let Some(path) = &options.tls.client_cert {
            // curl reads the text after a colon as a passphrase.
            let path = file_argument(path)?.replace('\\', "\\\\").replace(':', "\\:");
            self.option("--cert", path, Quotes::Bare)?;
        }
        if let Some(path) = &options.tls.client_key {
            self.option("--key", file_argument(path)?, Quotes::Bare)?;
        }
        if let Some(versions) = &options.tls.versions {
            self.words.push(match versions {
                TlsVersions::Tls12And13 => "--tlsv1.2".to_owned(),
                TlsVersions::Tls12 => "--tlsv1.2 --tls-max 1.2".to_owned(),
                TlsVersions::Tls13 => "--tlsv1.3".to_owned(),
            });
        }
        if let Some(limit) = options.timeouts.connect {
            self.words.push(format!("--connect-timeout {}", limit_in_seconds(limit)));
        }
        if let Some(limit) = options.timeouts.total {
            self.words.push(format!("-m {}", limit_in_seconds(limit)));
        }
        self.retries();
        match options.ip_family {
            Some(IpFamily::V4) => self.words.push("-4".to_owned()),
            Some(IpFamily::V6) => self.words.push("-6".to_owned()),
            _ => {}
        }
        if let Some(bytes) = options.max_response_size {
            self.words.push(format!("--max-filesize {bytes}"));
        }
        self.cookie_jar()?;
        if let Some(proxy) = &options.proxy {
            let scheme = match proxy.kind {
                ProxyKind::Http => "http",
                ProxyKind::Https => "https",
                // The proxy resolves the host name.
                ProxyKind::Socks4 => "socks4a",
                ProxyKind::Socks5 => "socks5h",
            };
            let bare = proxy.host.contains(':') && !proxy.host.starts_with('[');
            let host = if bare { format!("[{}]", proxy.host) } else { proxy.host.clone() };
            self.option("-x", format!("{scheme}://{host}:{}", proxy.port), Quotes::Bare)?;
            if !proxy.login.is_empty() {
                if proxy.login.contains(':') {
                    return Err(unsupported("the user of a proxy cannot contain a colon"));
                }
                self.option("-U", format!("{}:{}", proxy.login, proxy.password), Quotes::Single)?;
            }
        }
        if let Some(list) = &options.no_proxy {
            self.option("--noproxy", list, Quotes::Bare)?;
        }
        if let Some(name) =
            options.output.remote_name.as_ref().filter(|name| self.marked.is_open(name))
        {
            return self.remote_name(name);
        }
        if let Some(path) = &options.output.file {
            self.option("-o", file_argument(path)?, Quotes::Bare)?;
        }
        Ok(())
    }

    fn retries(&mut self) {
        let Some(retries) = &self.marked.call.options.retries else { return };
        self.words.push(format!("--retry {}", retries.count));
        if let Some(delay) = retries.delay {
            self.words.push(format!("--retry-delay {}", seconds(delay)));
        }
        if let Some(limit) = retries.max_time {
            self.words.push(format!("--retry-max-time {}", seconds(limit)));
        }
        if retries.after_refusal {
            self.words.push("--retry-connrefused".to_owned());
        }
        if retries.after_any_error {
            self.words.push("--retry-all-errors".to_owned());
        }
    }

    fn cookie_jar(&mut self) -> Result<()> {
        let marked = self.marked;
        match &marked.call.options.cookies {
            CallCookies { jar: Some(path), .. } if path.as_os_str() == "-" => {
                self.words.push("-c -".to_owned());
                Ok(())
            }
            CallCookies { jar: Some(path), .. } => {
                self.option("-c", file_argument(path)?, Quotes::Bare)
            }
            // A cookie file of `-b` keeps them too.
            CallCookies { are_kept: true, jar: None } if !marked.has_cookie_file() => {
                self.words.push("-b ''".to_owned());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Adds `-O`: curl takes the file name, with its variable, from the end of the URL.
    fn remote_name(&mut self, name: &str) -> Result<()> {
        let call = &self.marked.call;
        let path = call.request.path().split('?').next().unwrap_or_default();
        let file = call.options.output.file.as_deref().and_then(Path::to_str).unwrap_or_default();
        // Other characters are encoded in the URL, so curl would encode them in the name.
        let is_kept = |b: u8| b.is_ascii_alphanumeric() || b"-._~%".contains(&b);
        let is_end = path.rsplit('/').next() == Some(name) && name.bytes().all(is_kept);
        match file.strip_suffix(name).filter(|_| is_end) {
            Some("") => {}
            Some("/") => self.option("--output-dir", "/", Quotes::Bare)?,
            Some(folder) => {
                let folder = folder.strip_suffix('/').unwrap_or(folder);
                self.option("--output-dir", folder, Quotes::Bare)?;
            }
            None => {
                return Err(unsupported(
                    "-O: the URL does not end with the name of the file; use -o",
                ));
            }
        }
        self.words.push("-O".to_owned());
        Ok(())
    }
}

/// Returns a time limit in curl's form, in which zero is no limit.
fn limit_in_seconds(limit: Option<Duration>) -> String {
    seconds(limit.unwrap_or_default())
}

fn seconds(limit: Duration) -> String {
    let text = format!("{}.{:09}", limit.as_secs(), limit.subsec_nanos());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
