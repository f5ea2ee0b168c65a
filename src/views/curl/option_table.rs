//! All of curl's options, and how each is handled.

use self::OptionKind::{Ignored, Refused, Supported};

/// An option that affects the request or how it is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum CurlOption {
    AnyAuth,
    Basic,
    Bearer,
    CaCert,
    Cert,
    CertType,
    Compressed,
    ConnectTimeout,
    Cookie,
    CookieJar,
    CreateDirs,
    Data,
    DataBinary,
    DataRaw,
    DataUrlencode,
    Digest,
    Form,
    FormEscape,
    FormString,
    Get,
    Globoff,
    Head,
    Header,
    Http10,
    Http11,
    Http2,
    Insecure,
    Ipv4,
    Ipv6,
    Json,
    JunkSession,
    Key,
    Location,
    LocationTrusted,
    MaxFilesize,
    MaxRedirs,
    MaxTime,
    NoProxy,
    NoUrlUser,
    Output,
    OutputDir,
    PathAsIs,
    Proto,
    ProtoDefault,
    ProtoRedir,
    Proxy,
    ProxyTunnel,
    ProxyUser,
    Range,
    Referer,
    RemoteName,
    RemoteNameAll,
    Request,
    Retry,
    RetryAllErrors,
    RetryConnrefused,
    RetryDelay,
    RetryMaxTime,
    Socks4,
    Socks5,
    Tls1,
    Tls12,
    Tls13,
    TlsMax,
    UploadFile,
    Url,
    UrlQuery,
    User,
    UserAgent,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum OptionKind {
    Supported(CurlOption),
    /// It only changes curl's output, or has no effect in HTTP.
    Ignored,
    /// It would change the request or the handling of its response. The text says why it is not
    /// supported.
    Refused(&'static str),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct OptionRow {
    pub(super) long: &'static str,
    /// `\0` for an option without a short form.
    pub(super) short: char,
    pub(super) takes_value: bool,
    pub(super) kind: OptionKind,
}

const fn value(long: &'static str, short: char, option: CurlOption) -> OptionRow {
    OptionRow { long, short, takes_value: true, kind: Supported(option) }
}

const fn flag(long: &'static str, short: char, option: CurlOption) -> OptionRow {
    OptionRow { long, short, takes_value: false, kind: Supported(option) }
}

/// Ignored, with a value and without.
const fn ok_value(long: &'static str, short: char) -> OptionRow {
    OptionRow { long, short, takes_value: true, kind: Ignored }
}

const fn ok(long: &'static str, short: char) -> OptionRow {
    OptionRow { long, short, takes_value: false, kind: Ignored }
}

/// Refused, with a value and without.
const fn no_value(long: &'static str, short: char, why: &'static str) -> OptionRow {
    OptionRow { long, short, takes_value: true, kind: Refused(why) }
}

const fn no(long: &'static str, short: char, why: &'static str) -> OptionRow {
    OptionRow { long, short, takes_value: false, kind: Refused(why) }
}

const ADDRESS: &str = "zoomkat connects to the host that the URL names, as the system does";
const AUTH: &str = "zoomkat supports Basic, Digest and Bearer authentication only";
const CERT: &str = "zoomkat reads certificates from PEM files, by --cacert, --cert and --key only";
const CIPHERS: &str =
    "zoomkat uses its own list of ciphers; see Transport::set_ssl_allowed_ciphers";
const CONFIG: &str = "it reads options from a file; write them out";
const FILES: &str = "zoomkat only writes the file of -o, completely or not at all";
const HTTP3: &str = "zoomkat supports HTTP/1.1 only";
const LIMITS: &str = "use -m or --connect-timeout, which are supported";
const MODIFIED: &str = "write the header with -H";
const ONE: &str = "a call is one request; give one curl command for each";
const PROXY: &str = "a proxy of zoomkat has a scheme, a host, a port and a user only";
pub(super) const REDIRECT: &str =
    "zoomkat follows redirects by RFC 9110, and does not send credentials to another origin";
const SYSTEM: &str = "a call trusts Mozilla's list or the file of --cacert; for the authorities of the system see \
                      Transport::set_trust_system_roots";
const UPLOAD: &str = "zoomkat sends a body unchanged, with its length";
const LOGIN: &str = "it reads a login from a file; use -u";
const RAW: &str = "zoomkat reads a response by the rules of RFC 9112";

/// All options, sorted by name.
#[rustfmt::skip] // One a line.
pub(super) const TABLE: &[OptionRow] = &[
    no_value("abstract-unix-socket", '\0', ADDRESS),
    ok("alpn", '\0'),
    no_value("alt-svc", '\0', ADDRESS),
    flag("anyauth", '\0', CurlOption::AnyAuth),
    ok("append", 'a'), // FTP
    no_value("aws-sigv4", '\0', AUTH),
    flag("basic", '\0', CurlOption::Basic),
    ok("buffer", '\0'),
    no("ca-native", '\0', SYSTEM),
    value("cacert", '\0', CurlOption::CaCert),
    no_value("capath", '\0', CERT),
    value("cert", 'E', CurlOption::Cert),
    no("cert-status", '\0', CERT),
    value("cert-type", '\0', CurlOption::CertType),
    no_value("ciphers", '\0', CIPHERS),
    ok("clobber", '\0'),
    flag("compressed", '\0', CurlOption::Compressed),
    ok("compressed-ssh", '\0'), // SSH
    no_value("config", 'K', CONFIG),
    value("connect-timeout", '\0', CurlOption::ConnectTimeout),
    no_value("connect-to", '\0', ADDRESS),
    no_value("continue-at", 'C', "the offset depends on a file; use -r"),
    value("cookie", 'b', CurlOption::Cookie),
    value("cookie-jar", 'c', CurlOption::CookieJar),
    flag("create-dirs", '\0', CurlOption::CreateDirs),
    no_value("create-file-mode", '\0', FILES),
    no("crlf", '\0', UPLOAD),
    no_value("crlfile", '\0', CERT),
    no_value("curves", '\0', CIPHERS),
    value("data", 'd', CurlOption::Data),
    value("data-ascii", '\0', CurlOption::Data),
    value("data-binary", '\0', CurlOption::DataBinary),
    value("data-raw", '\0', CurlOption::DataRaw),
    value("data-urlencode", '\0', CurlOption::DataUrlencode),
    no_value("delegation", '\0', AUTH),
    flag("digest", '\0', CurlOption::Digest),
    ok("disable", 'q'),
    ok("disable-eprt", '\0'), // FTP
    ok("disable-epsv", '\0'), // FTP
    flag("disallow-username-in-url", '\0', CurlOption::NoUrlUser),
    no_value("dns-interface", '\0', ADDRESS),
    no_value("dns-ipv4-addr", '\0', ADDRESS),
    no_value("dns-ipv6-addr", '\0', ADDRESS),
    no_value("dns-servers", '\0', ADDRESS),
    no("doh-cert-status", '\0', ADDRESS),
    no("doh-insecure", '\0', ADDRESS),
    no_value("doh-url", '\0', ADDRESS),
    ok("dump-ca-embed", '\0'),
    ok_value("dump-header", 'D'),
    no_value("ech", '\0', CERT),
    ok_value("egd-file", '\0'), // without effect
    no_value("engine", '\0', CERT),
    no_value("etag-compare", '\0', MODIFIED),
    ok_value("etag-save", '\0'),
    ok_value("expect100-timeout", '\0'),
    ok("fail", 'f'),
    ok("fail-early", '\0'),
    ok("fail-with-body", '\0'),
    ok("false-start", '\0'),
    no("follow", '\0', REDIRECT),
    value("form", 'F', CurlOption::Form),
    flag("form-escape", '\0', CurlOption::FormEscape),
    value("form-string", '\0', CurlOption::FormString),
    ok_value("ftp-account", '\0'),
    ok_value("ftp-alternative-to-user", '\0'),
    ok("ftp-create-dirs", '\0'),
    ok_value("ftp-method", '\0'),
    ok("ftp-pasv", '\0'),
    ok_value("ftp-port", 'P'),
    ok("ftp-pret", '\0'),
    ok("ftp-skip-pasv-ip", '\0'),
    ok("ftp-ssl", '\0'),
    ok("ftp-ssl-ccc", '\0'),
    ok_value("ftp-ssl-ccc-mode", '\0'),
    ok("ftp-ssl-control", '\0'),
    ok("ftp-ssl-reqd", '\0'),
    flag("get", 'G', CurlOption::Get),
    flag("globoff", 'g', CurlOption::Globoff),
    ok_value("happy-eyeballs-timeout-ms", '\0'),
    no_value("haproxy-clientip", '\0', PROXY),
    no("haproxy-protocol", '\0', PROXY),
    flag("head", 'I', CurlOption::Head),
    value("header", 'H', CurlOption::Header),
    no("help", 'h', "no request is made"),
    ok_value("hostpubmd5", '\0'), // SSH
    ok_value("hostpubsha256", '\0'), // SSH
    no_value("hsts", '\0', ADDRESS),
    ok("http0.9", '\0'),
    flag("http1.0", '0', CurlOption::Http10),
    flag("http1.1", '\0', CurlOption::Http11),
    flag("http2", '\0', CurlOption::Http2),
    no("http2-prior-knowledge", '\0', HTTP3),
    no("http3", '\0', HTTP3),
    no("http3-only", '\0', HTTP3),
    no("ignore-content-length", '\0', RAW),
    ok("include", 'i'),
    flag("insecure", 'k', CurlOption::Insecure),
    no_value("interface", '\0', ADDRESS),
    no_value("ip-tos", '\0', ADDRESS),
    no_value("ipfs-gateway", '\0', ADDRESS),
    flag("ipv4", '4', CurlOption::Ipv4),
    flag("ipv6", '6', CurlOption::Ipv6),
    value("json", '\0', CurlOption::Json),
    flag("junk-session-cookies", 'j', CurlOption::JunkSession),
    ok("keepalive", '\0'),
    ok_value("keepalive-cnt", '\0'),
    ok_value("keepalive-time", '\0'),
    value("key", '\0', CurlOption::Key),
    value("key-type", '\0', CurlOption::CertType),
    ok_value("knownhosts", '\0'), // SSH
    ok_value("krb", '\0'), // FTP
    ok_value("krb4", '\0'), // FTP
    ok_value("libcurl", '\0'),
    ok_value("limit-rate", '\0'),
    ok("list-only", 'l'), // FTP
    no_value("local-port", '\0', ADDRESS),
    flag("location", 'L', CurlOption::Location),
    flag("location-trusted", '\0', CurlOption::LocationTrusted),
    ok_value("login-options", '\0'), // mail
    ok_value("mail-auth", '\0'),
    ok_value("mail-from", '\0'),
    ok_value("mail-rcpt", '\0'),
    ok("mail-rcpt-allowfails", '\0'),
    no("manual", 'M', "no request is made"),
    value("max-filesize", '\0', CurlOption::MaxFilesize),
    value("max-redirs", '\0', CurlOption::MaxRedirs),
    value("max-time", 'm', CurlOption::MaxTime),
    no("metalink", '\0', ONE),
    no("mptcp", '\0', ADDRESS),
    no("negotiate", '\0', AUTH),
    no("netrc", 'n', LOGIN),
    no_value("netrc-file", '\0', LOGIN),
    no("netrc-optional", '\0', LOGIN),
    no("next", ':', ONE),
    ok("no-alpn", '\0'),
    ok("no-buffer", 'N'),
    no("no-clobber", '\0', FILES),
    ok("no-keepalive", '\0'),
    ok("no-npn", '\0'),
    ok("no-progress-meter", '\0'),
    ok("no-sessionid", '\0'),
    value("noproxy", '\0', CurlOption::NoProxy),
    ok("npn", '\0'),
    no("ntlm", '\0', AUTH),
    no("ntlm-wb", '\0', AUTH),
    value("oauth2-bearer", '\0', CurlOption::Bearer),
    ok("out-null", '\0'),
    value("output", 'o', CurlOption::Output),
    value("output-dir", '\0', CurlOption::OutputDir),
    no("parallel", 'Z', ONE),
    no("parallel-immediate", '\0', ONE),
    no_value("parallel-max", '\0', ONE),
    no_value("parallel-max-host", '\0', ONE),
    no_value("pass", '\0', "zoomkat reads keys without a passphrase only"),
    flag("path-as-is", '\0', CurlOption::PathAsIs),
    no_value("pinnedpubkey", '\0', "see Transport::set_tls_pin_set"),
    no("post301", '\0', REDIRECT),
    no("post302", '\0', REDIRECT),
    no("post303", '\0', REDIRECT),
    no_value("preproxy", '\0', PROXY),
    ok("progress-bar", '#'),
    ok("progress-meter", '\0'),
    value("proto", '\0', CurlOption::Proto),
    value("proto-default", '\0', CurlOption::ProtoDefault),
    value("proto-redir", '\0', CurlOption::ProtoRedir),
    value("proxy", 'x', CurlOption::Proxy),
    no("proxy-anyauth", '\0', PROXY),
    ok("proxy-basic", '\0'),
    no("proxy-ca-native", '\0', PROXY),
    no_value("proxy-cacert", '\0', PROXY),
    no_value("proxy-capath", '\0', PROXY),
    no_value("proxy-cert", '\0', PROXY),
    no_value("proxy-cert-type", '\0', PROXY),
    no_value("proxy-ciphers", '\0', PROXY),
    no_value("proxy-crlfile", '\0', PROXY),
    no("proxy-digest", '\0', PROXY),
    no_value("proxy-header", '\0', PROXY),
    no("proxy-http2", '\0', PROXY),
    no("proxy-insecure", '\0', PROXY),
    no_value("proxy-key", '\0', PROXY),
    no_value("proxy-key-type", '\0', PROXY),
    no("proxy-negotiate", '\0', PROXY),
    no("proxy-ntlm", '\0', PROXY),
    no_value("proxy-pass", '\0', PROXY),
    no_value("proxy-pinnedpubkey", '\0', PROXY),
    no_value("proxy-service-name", '\0', PROXY),
    no("proxy-ssl-allow-beast", '\0', PROXY),
    no("proxy-ssl-auto-client-cert", '\0', PROXY),
    no_value("proxy-tls13-ciphers", '\0', PROXY),
    no_value("proxy-tlsauthtype", '\0', PROXY),
    no_value("proxy-tlspassword", '\0', PROXY),
    no_value("proxy-tlsuser", '\0', PROXY),
    no("proxy-tlsv1", '\0', PROXY),
    value("proxy-user", 'U', CurlOption::ProxyUser),
    no_value("proxy1.0", '\0', PROXY),
    flag("proxytunnel", 'p', CurlOption::ProxyTunnel),
    ok_value("pubkey", '\0'), // SSH
    no_value("quote", 'Q', "it is for FTP"),
    ok_value("random-file", '\0'), // without effect
    value("range", 'r', CurlOption::Range),
    no_value("rate", '\0', ONE),
    no("raw", '\0', RAW),
    value("referer", 'e', CurlOption::Referer),
    no("remote-header-name", 'J', "the server would choose the file name; use -o"),
    flag("remote-name", 'O', CurlOption::RemoteName),
    flag("remote-name-all", '\0', CurlOption::RemoteNameAll),
    ok("remote-time", 'R'),
    ok("remove-on-error", '\0'),
    value("request", 'X', CurlOption::Request),
    no_value("request-target", '\0', "zoomkat requests the path of the URL"),
    no_value("resolve", '\0', ADDRESS),
    value("retry", '\0', CurlOption::Retry),
    flag("retry-all-errors", '\0', CurlOption::RetryAllErrors),
    flag("retry-connrefused", '\0', CurlOption::RetryConnrefused),
    value("retry-delay", '\0', CurlOption::RetryDelay),
    value("retry-max-time", '\0', CurlOption::RetryMaxTime),
    ok_value("sasl-authzid", '\0'), // mail
    ok("sasl-ir", '\0'), // mail
    ok_value("service-name", '\0'), // Negotiate
    ok("sessionid", '\0'),
    ok("show-error", 'S'),
    ok("show-headers", '\0'),
    no_value("sigalgs", '\0', CIPHERS),
    ok("silent", 's'),
    ok("skip-existing", '\0'),
    value("socks4", '\0', CurlOption::Socks4),
    value("socks4a", '\0', CurlOption::Socks4),
    value("socks5", '\0', CurlOption::Socks5),
    ok("socks5-basic", '\0'),
    no("socks5-gssapi", '\0', PROXY),
    no("socks5-gssapi-nec", '\0', PROXY),
    no_value("socks5-gssapi-service", '\0', PROXY),
    value("socks5-hostname", '\0', CurlOption::Socks5),
    no_value("speed-limit", 'Y', LIMITS),
    no_value("speed-time", 'y', LIMITS),
    ok("ssl", '\0'), // FTP, mail
    ok("ssl-allow-beast", '\0'),
    no("ssl-auto-client-cert", '\0', CERT),
    ok("ssl-no-revoke", '\0'),
    ok("ssl-reqd", '\0'), // FTP, mail
    ok("ssl-revoke-best-effort", '\0'),
    no_value("ssl-sessions", '\0', CERT),
    no("sslv2", '2', "zoomkat supports TLS 1.2 and 1.3 only"),
    no("sslv3", '3', "zoomkat supports TLS 1.2 and 1.3 only"),
    ok_value("stderr", '\0'),
    ok("styled-output", '\0'),
    ok("suppress-connect-headers", '\0'),
    ok("tcp-fastopen", '\0'),
    ok("tcp-nodelay", '\0'),
    ok_value("telnet-option", 't'),
    ok_value("tftp-blksize", '\0'),
    ok("tftp-no-options", '\0'),
    no_value("time-cond", 'z', MODIFIED),
    no("tls-earlydata", '\0', CERT),
    value("tls-max", '\0', CurlOption::TlsMax),
    no_value("tls13-ciphers", '\0', CIPHERS),
    no_value("tlsauthtype", '\0', CERT),
    no_value("tlspassword", '\0', CERT),
    no_value("tlsuser", '\0', CERT),
    flag("tlsv1", '1', CurlOption::Tls1),
    flag("tlsv1.0", '\0', CurlOption::Tls1),
    flag("tlsv1.1", '\0', CurlOption::Tls1),
    flag("tlsv1.2", '\0', CurlOption::Tls12),
    flag("tlsv1.3", '\0', CurlOption::Tls13),
    no("tr-encoding", '\0', RAW),
    ok_value("trace", '\0'),
    ok_value("trace-ascii", '\0'),
    ok_value("trace-config", '\0'),
    ok("trace-ids", '\0'),
    ok("trace-time", '\0'),
    no_value("unix-socket", '\0', ADDRESS),
    value("upload-file", 'T', CurlOption::UploadFile),
    no_value("upload-flags", '\0', UPLOAD),
    value("url", '\0', CurlOption::Url),
    value("url-query", '\0', CurlOption::UrlQuery),
    ok("use-ascii", 'B'), // FTP
    value("user", 'u', CurlOption::User),
    value("user-agent", 'A', CurlOption::UserAgent),
    no_value("variable", '\0', "curl's own variables are not supported; use those of the shell"),
    ok("verbose", 'v'),
    no("version", 'V', "no request is made"),
    no_value("vlan-priority", '\0', ADDRESS),
    ok_value("write-out", 'w'),
    ok("xattr", '\0'),
];
