//! The options that are not about the request but about the transport.

use std::path::Path;
use std::time::Duration;

use super::quote::Quotes;
use super::{CommandWriter, cannot, file_argument};
use crate::error::Result;
use crate::transport::TlsVersions;
use crate::views::call_options::ProxyKind;

impl CommandWriter<'_> {
    pub(super) fn transport_options(&mut self) -> Result<()> {
        let options = &self.marked.call.options;
        if let Some((login, password)) =
            options.user.as_ref().filter(|(login, _)| !login.is_empty())
        {
            self.option("-u", format!("{login}:{password}"), Quotes::Single)?;
        }
        if options.follow_redirects == Some(true) {
            self.words.push("-L".to_owned());
        }
        if let Some(count) = options.max_redirects {
            self.words.push(format!("--max-redirs {count}"));
        }
        if options.verify == Some(false) {
            self.words.push("-k".to_owned());
        }
        if let Some(path) = &options.trusted_roots {
            self.option("--cacert", path, Quotes::Bare)?;
        }
        if let Some(path) = &options.client_cert {
            // curl would take the text after a colon for a password.
            let path = path.replace('\\', "\\\\").replace(':', "\\:");
            self.option("--cert", path, Quotes::Bare)?;
        }
        if let Some(path) = &options.client_key {
            self.option("--key", path, Quotes::Bare)?;
        }
        if let Some(versions) = &options.tls_versions {
            self.words.push(match versions {
                TlsVersions::Default => "--tlsv1.2".to_owned(),
                TlsVersions::Tls12 => "--tlsv1.2 --tls-max 1.2".to_owned(),
                TlsVersions::Tls13 => "--tlsv1.3".to_owned(),
            });
        }
        if let Some(limit) = options.connect_timeout {
            self.words.push(format!("--connect-timeout {}", seconds(limit)));
        }
        if let Some(limit) = options.total_timeout {
            self.words.push(format!("-m {}", seconds(limit)));
        }
        if let Some(proxy) = &options.proxy {
            let scheme = match proxy.kind {
                ProxyKind::Http => "http",
                ProxyKind::Https => "https",
                // The proxy looks the name of the host up.
                ProxyKind::Socks4 => "socks4a",
                ProxyKind::Socks5 => "socks5h",
            };
            let bare = proxy.host.contains(':') && !proxy.host.starts_with('[');
            let host = if bare { format!("[{}]", proxy.host) } else { proxy.host.clone() };
            self.option("-x", format!("{scheme}://{host}:{}", proxy.port), Quotes::Bare)?;
            if !proxy.login.is_empty() {
                if proxy.login.contains(':') {
                    return Err(cannot("the user of a proxy cannot hold a colon"));
                }
                self.option("-U", format!("{}:{}", proxy.login, proxy.password), Quotes::Single)?;
            }
        }
        if let Some(list) = &options.no_proxy {
            self.option("--noproxy", list, Quotes::Bare)?;
        }
        if let Some(name) = options.remote_name.as_ref().filter(|name| self.marked.is_open(name)) {
            return self.remote_name(name);
        }
        if let Some(path) = &options.output_file {
            let path = file_argument(Path::new(path))?;
            self.option("-o", path, Quotes::Bare)?;
        }
        Ok(())
    }

    /// Has curl take the name from the URL, with its variable, as long as the URL ends so.
    fn remote_name(&mut self, name: &str) -> Result<()> {
        let call = &self.marked.call;
        let path = call.request.path().split('?').next().unwrap_or_default();
        let file = call.options.output_file.as_deref().unwrap_or_default();
        // All else is encoded in the URL, and so it would be in the name.
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
                return Err(cannot("-O: the URL does not end with the name of the file; use -o"));
            }
        }
        self.words.push("-O".to_owned());
        Ok(())
    }
}

fn seconds(limit: Duration) -> String {
    let text = format!("{}.{:09}", limit.as_secs(), limit.subsec_nanos());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
