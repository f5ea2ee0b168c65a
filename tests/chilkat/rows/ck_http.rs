//! `CkHttp`: [`Http`].

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

use support::socks::{Rules, SocksServer};
use support::tls::Authority;
use support::{Conn, Received, Server, alone, patient};
use zoomkat::chilkat::{BinData, Http, JsonObject, StringBuilder};
use zoomkat::{Call, Error, ErrorKind, HttpRequest, HttpResponse};

use super::table::Table;
use super::{Answer, Has, Outcome, row};

/// A proxy that the process with the rows gets in its environment, and where nothing listens.
const PROXY: (&str, &str) = ("http_proxy", "http://127.0.0.1:1");

/// Returns the request as one line: verb, target, content type and body.
fn echo(request: &Received) -> String {
    let line = request.line().trim_end_matches(" HTTP/1.1");
    let content = [request.header("Content-Type").unwrap_or_default(), &request.text()].join(" ");
    format!("{line} {}", content.trim()).trim_end().to_owned()
}

/// Starts a server that returns the request. `/moved` redirects to `/there`, `/404` is not found,
/// `/large` has one byte more than a million, and `/never` gets no response.
fn server() -> Server {
    Server::start(|mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            let headers = "Content-Type: text/plain\r\nLast-Modified: Mon, 02 Mar 2026 12:00:00 \
                           GMT\r\nSet-Cookie: lorem=ipsum\r\n";
            match request.line().split(' ').nth(1) {
                Some("/moved") => conn.respond("302 Found", "Location: /there\r\n", ""),
                Some("/404") => conn.respond("404 Not Found", "", "nothing here"),
                Some("/large") => conn.respond("200 OK", "", "x".repeat(1_000_001)),
                Some("/never") => drop(conn.read_request()),
                _ if request.line().starts_with("HEAD ") => conn.respond("200 OK", headers, ""),
                _ => conn.respond("200 OK", headers, echo(&request)),
            }
        }
    })
}

static CANCELLED: AtomicBool = AtomicBool::new(false);
static PERCENT: AtomicU32 = AtomicU32::new(0);
static STEPS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn is_cancelled() -> bool {
    CANCELLED.load(SeqCst)
}

fn show_percent(percent: u32) -> bool {
    PERCENT.store(percent, SeqCst);
    false
}

fn show_step(name: &str, _value: &str) {
    STEPS.lock().unwrap().push(name.to_owned());
}

/// Starts a call that waits for its response, in its own thread.
fn waiting(http: &Http, url: String) -> thread::JoinHandle<Error> {
    let (mut http, (sender, receiver)) = (http.clone(), mpsc::channel());
    http.on_progress_info(move |name, _| {
        if name == "Sent" {
            sender.send(()).unwrap();
        }
    });
    let thread = thread::spawn(move || http.quick_get(&url).unwrap_err());
    receiver.recv().unwrap();
    thread
}

#[test]
fn settings_are_set_and_calls_are_made() -> Outcome {
    if env::var(PROXY.0).as_deref() != Ok(PROXY.1) {
        let name = "settings_are_set_and_calls_are_made";
        let mut run = alone::command(module_path!(), name);
        let run = run.env(PROXY.0, PROXY.1).env_remove("NO_PROXY").env_remove("no_proxy");
        // A system that trusts no authority.
        let run = run.env("SSL_CERT_FILE", "none.pem").env_remove("SSL_CERT_DIR").output()?;
        let output = [run.stdout, run.stderr].concat();
        let output = String::from_utf8_lossy(&output);
        assert!(run.status.success() && output.contains("1 passed"), "{output}");
        return Ok(());
    }
    let mut t = Table::new("Http");
    let server = server();
    let url_of = |path: &str| format!("http://127.0.0.1:{}{path}", server.port());
    // The server may record an aborted call after those that follow it.
    let last = || server.requests().into_iter().rfind(|r| !r.line().contains("/never")).unwrap();
    let (domain, port, ssl, url) = ("127.0.0.1", server.port(), false, &*url_of("/v2/users"));
    let dir = tempfile::tempdir()?;
    let (path, log) = (dir.path().join("answer.txt"), dir.path().join("session.log"));
    let bd = BinData::from(b"from bytes");
    let sb = StringBuilder::from("from text");
    let mut json = JsonObject::new();
    json.update_int("page_size", 300)?;
    let mut req = HttpRequest::new();
    req.set_path("/v2/meetings").add_param("status", "active");
    let mut resp = HttpResponse::new();
    let authority = Authority::new();
    let tls = Server::start_tls(authority.certify(&["127.0.0.1"]).server(), |mut conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "", "");
        }
    });
    let tls_port = tls.port();
    let trusting = |http: &Http| -> zoomkat::Result<Http> {
        let mut http = http.clone();
        http.set_trusted_roots_pem(authority.pem())?;
        Ok(http)
    };
    let strict = authority.certify(&["127.0.0.1"]).server_for(&authority);
    let strict = Server::start_tls(strict, |mut conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "", "");
        }
    });
    let socks = SocksServer::start(Rules {
        login: Some(("lorem".to_owned(), "ipsum".to_owned())),
        ..Rules::default()
    });

    // Returns what a call with these settings sends, or its error.
    let sent = |http: &Http| {
        http.quick_get(url).unwrap();
        last()
    };
    let called = |http: &Http| {
        server.call(http, &req).unwrap();
        last()
    };
    let far = |http: &Http| http.quick_get("http://lorem.invalid/").unwrap_err().kind();
    let never = |http: &Http| http.quick_get(&url_of("/never")).unwrap_err();
    let by_proxy = |http: &Http| {
        let mut http = http.clone();
        http.set_proxy_direct_tls(false).set_proxy_domain(domain).set_proxy_port(port);
        http.quick_get("http://lorem.example.com/").unwrap();
        last()
    };
    let by_socks = |http: &Http| {
        let mut http = http.clone();
        http.set_socks_hostname(domain).set_socks_port(socks.port()).set_socks_version(5);
        http.set_socks_username("lorem").quick_get_str(url).unwrap()
    };
    let mut http = Http::from(patient());

    CANCELLED.store(true, SeqCst);
    http.set_heartbeat_ms(10);
    row!(t, [AbortCheck] http.on_abort_check(is_cancelled); never(&http).kind() => ErrorKind::Aborted);
    CANCELLED.store(false, SeqCst);
    let thread = waiting(&http, url_of("/never"));
    row!(t, [AbortCurrent] http.abort_current(); thread.join().unwrap().kind() => ErrorKind::Aborted);
    row!(t, [Accept] http.set_accept("application/json"), http.accept() => "application/json";
        sent(&http).header("Accept") => Some("application/json"));
    row!(t, [AllowGzip] http.set_allow_gzip(false), http.allow_gzip() => false;
        sent(&http).header("Accept-Encoding") => Some(""));
    row!(t, [AuthToken] http.set_auth_token("<access_token>");
        sent(&http).header("Authorization") => Some("Bearer <access_token>"));
    http.set_auth_token("");
    row!(t, [BasicAuth] http.set_basic_auth(true), http.basic_auth() => true);
    http.on_progress_info(show_step);
    row!(t, [ClearEventHandler] http.clear_event_handler();
        (echo(&sent(&http)), STEPS.lock().unwrap().len()).1 => 0);
    {
        let mut http = http.clone();
        http.set_request_header("X-Lorem", "ipsum");
        row!(t, [ClearHeaders] http.clear_headers(); http.has_request_header("X-Lorem") => false);
    }
    #[cfg(feature = "cookies")]
    {
        let mut http = http.clone();
        http.set_cookie_dir("memory").quick_get(url)?;
        assert_ne!(http.cookies_json()?, "{}");
        row!(t, [ClearInMemoryCookies] http.clear_in_memory_cookies(); http.cookies_json()? => "{}");
    }
    http.set_url_var("userId", "a");
    row!(t, [ClearUrlVars] http.clear_url_vars();
        http.quick_get(&url_of("/{$userId}")).is_err() => true);
    let before = server.connections();
    row!(t, [CloseAllConnections] http.close_all_connections();
        (echo(&sent(&http)), server.connections()) => ("GET /v2/users".to_owned(), before + 1));
    row!(t, [ConnectTimeout] http.set_connect_timeout(10), http.connect_timeout() => 10);
    #[cfg(feature = "cookies")]
    row!(t, [CookieDir] http.set_cookie_dir("memory"), http.cookie_dir() => "memory";
        (echo(&sent(&http)), http.cookies_json()?).1 => Has("lorem=ipsum"));
    {
        let mut http = http.clone();
        row!(t, [DigestAuth] http.set_digest_auth(true), http.digest_auth() => true);
        assert_eq!(sent(&http).header("Authorization"), None);
    }
    row!(t, [Download] http.download(url, &path)?; fs::read_to_string(&path)? => "GET /v2/users");
    row!(t, [DownloadAppend] http.download_append(url, &path)?;
        fs::read_to_string(&path)? => "GET /v2/usersGET /v2/users");
    {
        let mut bd = bd.clone();
        row!(t, [DownloadBd] http.download_bd(url, &mut bd)?; bd.as_ref() => b"GET /v2/users");
        let mut sb = sb.clone();
        row!(t, [DownloadSb] http.download_sb(url, "utf-8", &mut sb)?;
            sb.as_str() => "from textGET /v2/users");
    }
    http.quick_get(&url_of("/moved"))?;
    row!(t, [FinalRedirectUrl] http.final_redirect_url() => url_of("/there"));
    row!(t, [FollowRedirects] http.set_follow_redirects(false), http.follow_redirects() => false;
        http.quick_get_obj(&url_of("/moved"))?.status_code() => 302);
    row!(t, [GenTimeStamp] http.gen_time_stamp() => Has(" GMT"));
    #[cfg(feature = "cookies")]
    row!(t, [GetCookieXml] http.cookies_json()? => Has("lorem=ipsum"));
    row!(t, [GetDomain] http.get_domain("https://api.zoom.us/v2?a=b")
        => Some("api.zoom.us".to_owned()));
    row!(t, [GetHead] http.get_head(url)?; echo(&last()) => "HEAD /v2/users");
    {
        let mut http = trusting(&http)?;
        http.set_request_header("x-lorem", "ipsum");
        row!(t, [GetRequestHeader] http.get_request_header("X-Lorem") => Some("ipsum"));
        row!(t, [GetServerCert] http.get_server_cert(domain, tls_port)?
            => Has("-----BEGIN CERTIFICATE"));
    }
    row!(t, [GetUrlPath] http.get_url_path("https://api.zoom.us/v2?a=b") => Some("/v2".to_owned()));
    row!(t, [HasRequestHeader] http.has_request_header("X-Lorem") => false);
    row!(t, [HeartbeatMs] http.set_heartbeat_ms(200), http.heartbeat_ms() => 200);
    row!(t, [HttpBd] http.http_bd("PUT", url, &bd, "text/plain", &mut resp)?;
        resp.body_str() => "PUT /v2/users text/plain from bytes");
    fs::write(&path, "from a file")?;
    row!(t, [HttpFile] http.http_file("PUT", url, &path, "text/plain", &mut resp)?;
        resp.body_str() => "PUT /v2/users text/plain from a file");
    row!(t, [HttpJson] http.http_json("POST", url, &json, "application/json", &mut resp)?;
        resp.body_str() => "POST /v2/users application/json {\"page_size\":300}");
    row!(t, [HttpNoBody] http.http_no_body("DELETE", url, &mut resp)?;
        resp.body_str() => "DELETE /v2/users");
    row!(t, [HttpParams] http.http_params("GET", url, &json, &mut resp)?;
        resp.body_str() => "GET /v2/users?page_size=300");
    row!(t, [HttpReq] http.http_req(url, &req, &mut resp)?;
        resp.body_str() => "GET /v2/users?status=active");
    row!(t, [HttpSb] http.http_sb("PUT", url, &sb, "utf-8", "text/plain", &mut resp)?;
        resp.body_str() => "PUT /v2/users text/plain from text");
    row!(t, [HttpSReq] http.http_s_req(domain, port, ssl, &req, &mut resp)?;
        resp.body_str() => "GET /v2/meetings?status=active");
    row!(t, [HttpStr] http.http_str("PUT", url, "lorem", "utf-8", "text/plain", &mut resp)?;
        resp.body_str() => "PUT /v2/users text/plain lorem");
    row!(t, [KeepResponseBody] http.set_keep_response_body(true), http.keep_response_body() => true);

    http.quick_get(url)?;
    row!(t, [LastContentType] http.last_content_type() => "text/plain");
    row!(t, [LastErrorText] http.last_error_text() => Has("status 200"));
    row!(t, [LastHeader] http.last_header() => Has("GET /v2/users HTTP/1.1\r\n"));
    row!(t, [LastMethodSuccess] http.last_method_success() => true);
    row!(t, [LastModDate] http.last_mod_date() => "Mon, 02 Mar 2026 12:00:00 GMT");
    row!(t, [LastResponseBody] http.last_response_body() => "GET /v2/users");
    row!(t, [LastResponseHeader] http.last_response_header() => Has("Content-Type: text/plain\r\n"));
    row!(t, [LastStatus] http.last_status() => 200);
    row!(t, [LastStatusText] http.last_status_text() => "OK");
    row!(t, [Login] http.set_login("lorem"), http.login() => "lorem");
    row!(t, [MaxResponseSize] http.set_max_response_size(1_000_000);
        http.quick_get(&url_of("/large")).unwrap_err().kind() => ErrorKind::TooLarge);
    row!(t, [Password] http.set_password("ipsum");
        sent(&http).header("Authorization") => Some("Basic bG9yZW06aXBzdW0="));
    assert_eq!(sent(http.set_basic_auth(false)).header("Authorization"), None);
    http.set_basic_auth(true);
    row!(t, [PBinary] http.pbinary("PUT", url, b"lorem", "text/plain", false, false)?
        => Answer("PUT /v2/users text/plain lorem"));
    row!(t, [PBinaryBd] http.pbinary_bd("PUT", url, &bd, "text/plain", false, false)?
        => Answer("PUT /v2/users text/plain from bytes"));
    row!(t, [PercentDone] http.on_percent_done(show_percent);
        (echo(&sent(&http)), PERCENT.load(SeqCst)) => ("GET /v2/users".to_owned(), 100));
    row!(t, [PercentDoneScale]
        http.set_percent_done_scale(1000), http.percent_done_scale() => 1000;
        (echo(&sent(&http)), PERCENT.load(SeqCst)).1 => 1000);
    row!(t, [PostBinary] http.post_binary(url, &bd, "text/plain", false, false)?
        => "POST /v2/users text/plain from bytes");
    row!(t, [PostJson] http.post_json(url, "{\"a\":1}")?
        => Answer("POST /v2/users application/json {\"a\":1}"));
    row!(t, [PostJson2] http.post_json2(url, "application/scim+json", "{\"a\":1}")?
        => Answer("POST /v2/users application/scim+json {\"a\":1}"));
    row!(t, [PostJson3] http.post_json3(url, "application/json", &json)?
        => Answer("POST /v2/users application/json {\"page_size\":300}"));
    row!(t, [PostUrlEncoded] http.post_url_encoded(url, &req)?
        => Answer("POST /v2/users application/x-www-form-urlencoded status=active"));
    row!(t, [PostXml] http.post_xml(url, "<lorem/>", "utf-8")?
        => Answer("POST /v2/users application/xml; charset=utf-8 <lorem/>"));
    row!(t, [ProgressInfo] http.on_progress_info(show_step);
        (echo(&sent(&http)), STEPS.lock().unwrap().concat()).1 => Has("SentHeaderReceived"));
    row!(t, [ProxyAuthMethod] http.set_proxy_auth_method("basic"), http.proxy_auth_method() => "basic");
    row!(t, [ProxyDirectTls] http.set_proxy_direct_tls(true), http.proxy_direct_tls() => true);
    row!(t, [ProxyDomain] http.set_proxy_domain("proxy.example.com"), http.proxy_domain()
        => "proxy.example.com");
    row!(t, [ProxyLogin] http.set_proxy_login("lorem"), http.proxy_login() => "lorem");
    row!(t, [ProxyPassword] http.set_proxy_password("ipsum");
        by_proxy(&http).header("Proxy-Authorization") => Some("Basic bG9yZW06aXBzdW0="));
    row!(t, [ProxyPort] http.set_proxy_port(8080), http.proxy_port() => 8080);
    http.set_proxy_domain("");
    row!(t, [PText] http.ptext("PUT", url, "lorem", "utf-8", "text/plain", true, false)?
        => Answer("PUT /v2/users text/plain lorem"));
    assert!(last().header("Content-MD5").is_some());
    row!(t, [PTextSb] http.ptext_sb("PUT", url, &sb, "utf-8", "text/plain", false, true)?;
        last().header("Content-Encoding") => Some("gzip"));
    row!(t, [PutBinary] http.put_binary(url, &bd, "text/plain", false, false)?
        => "PUT /v2/users text/plain from bytes");
    row!(t, [PutText] http.put_text(url, "lorem", "utf-8", "text/plain", false, false)?
        => "PUT /v2/users text/plain lorem");
    row!(t, [QuickDeleteStr] http.quick_delete_str(url)? => "DELETE /v2/users");
    row!(t, [QuickGet] http.quick_get(url)? => b"GET /v2/users");
    {
        let (mut bd, mut sb) = (bd.clone(), sb.clone());
        row!(t, [QuickGetBd] http.quick_get_bd(url, &mut bd)?; bd.as_ref() => b"GET /v2/users");
        row!(t, [QuickGetObj] http.quick_get_obj(url)? => Answer("GET /v2/users"));
        row!(t, [QuickGetSb] http.quick_get_sb(url, &mut sb)?; sb.as_str() => "GET /v2/users");
    }
    row!(t, [QuickGetStr] http.quick_get_str(url)? => "GET /v2/users");
    row!(t, [QuickPutStr] http.quick_put_str(url)? => "PUT /v2/users");
    row!(t, [QuickRequest] http.quick_request("DELETE", url)? => Answer("DELETE /v2/users"));
    row!(t, [QuickRequestParams]
        http.quick_request_params("GET", url, &json)? => Answer("GET /v2/users?page_size=300"));
    row!(t, [ReadTimeout] http.set_read_timeout(20), http.read_timeout() => 20);
    row!(t, [ReceivedCertReq] http.received_cert_req() => false);
    http.set_request_header("X-Lorem", "ipsum");
    row!(t, [RemoveRequestHeader] http.remove_request_header("X-Lorem");
        sent(&http).header("X-Lorem") => None);
    row!(t, [RequireHostnameMatch] http.set_require_hostname_match(false), http.require_hostname_match()
        => false);
    http.set_require_hostname_match(true);
    row!(t, [RequireSslCertVerify]
        http.set_require_ssl_cert_verify(false), http.require_ssl_cert_verify() => false);
    http.set_require_ssl_cert_verify(true);
    #[cfg(feature = "cookies")]
    row!(t, [SaveCookies] http.set_save_cookies(false), http.save_cookies() => false);
    #[cfg(feature = "cookies")]
    assert!(sent(&http).header("Cookie").is_some());
    #[cfg(feature = "cookies")]
    row!(t, [SendCookies] http.set_send_cookies(false), http.send_cookies() => false;
        sent(&http).header("Cookie") => None);
    row!(t, [SessionLogFilename] http.set_session_log_filename(&log), http.session_log_filename()
        => log.display().to_string();
        (echo(&sent(&http)), fs::read_to_string(&log)?).1 => Has("Authorization: ***\r\n"));
    #[cfg(feature = "cookies")]
    row!(t, [SetCookieXml] http.set_cookies_json("{}")?; http.cookies_json()? => "{}");
    row!(t, [SetRequestHeader] http.set_request_header("X-Lorem", "ipsum");
        called(&http).header("X-Lorem") => Some("ipsum"));
    #[cfg(feature = "cert-details")]
    {
        let mut http = trusting(&http)?;
        row!(t, [SetSslCertRequirement] http.set_ssl_cert_requirement("SAN", "*.zoom.us")?;
            http.synchronous_request(domain, tls_port, true, &req).unwrap_err().is_tls() => true);
    }
    {
        let mut http = trusting(&http)?;
        let pem = authority.certify(&["lorem.example.com"]).pem();
        row!(t, [SetSslClientCertPem] http.set_ssl_client_cert_pem(&pem)?;
            http.synchronous_request(domain, strict.port(), true, &req)?.status_code() => 200);
    }
    row!(t, [SetUrlVar] http.set_url_var("userId", "a/b");
        http.quick_get_str(&url_of("/{$userId}"))? => "GET /a%2Fb");
    let start = Instant::now();
    row!(t, [SleepMs] http.sleep_ms(1); start.elapsed() >= Duration::from_millis(1) => true);
    {
        let mut http = trusting(&http)?;
        row!(t, [SniHostname] http.set_sni_hostname("api.zoom.us")?, http.sni_hostname()
            => "api.zoom.us";
            http.synchronous_request(domain, tls_port, true, &req).unwrap_err().is_tls() => true);
    }
    row!(t, [SocksHostname]
        http.set_socks_hostname("socks.example.com"), http.socks_hostname() => "socks.example.com");
    row!(t, [SocksPassword] http.set_socks_password("ipsum"); by_socks(&http) => "GET /v2/users");
    row!(t, [SocksPort] http.set_socks_port(1081), http.socks_port() => 1081);
    row!(t, [SocksUsername] http.set_socks_username("lorem"), http.socks_username() => "lorem");
    row!(t, [SocksVersion] http.set_socks_version(5), http.socks_version() => 5);
    http.set_socks_version(0);
    {
        let mut http = http.clone();
        row!(t, [SslAllowedCiphers]
            http.set_ssl_allowed_ciphers("TLS_AES_256_GCM_SHA384")?, http.ssl_allowed_ciphers()
            => "TLS_AES_256_GCM_SHA384");
        row!(t, [SslProtocol] http.set_ssl_protocol("TLS 1.3")?, http.ssl_protocol() => "TLS 1.3");
    }
    row!(t, [StreamResponseBodyPath] http.synchronous_request_to_file(domain, port, ssl, &req, &path)?
;
        fs::read_to_string(&path)? => "GET /v2/meetings?status=active");
    row!(t, [SynchronousRequest] http.synchronous_request(domain, port, ssl, &req)?
        => Answer("GET /v2/meetings?status=active"));
    {
        let mut http = trusting(&http)?;
        http.set_socks_version(0).set_ssl_allowed_ciphers("TLS_AES_128_GCM_SHA256")?;
        http.synchronous_request(domain, tls_port, true, &req)?;
        row!(t, [TlsCipherSuite] http.tls_cipher_suite() => "TLS_AES_128_GCM_SHA256");
        let pins = format!("sha256, hex, {}", "00".repeat(32));
        row!(t, [TlsPinSet] http.set_tls_pin_set(&pins)?, http.tls_pin_set() => pins;
            http.synchronous_request(domain, tls_port, true, &req).unwrap_err().is_tls() => true);
        http.set_tls_pin_set("")?.synchronous_request(domain, tls_port, true, &req)?;
        row!(t, [TlsVersion] http.tls_version() => "TLS 1.3");
    }
    row!(t, [UrlDecode] http.url_decode("a+b%2F") => "a b/");
    row!(t, [UrlEncode] http.url_encode("a b/") => "a%20b%2F");
    row!(t, [UserAgent] http.set_user_agent("payroll/1.4"), http.user_agent() => "payroll/1.4";
        called(&http).header("User-Agent") => Some("payroll/1.4"));
    http.set_follow_redirects(true).quick_get(&url_of("/moved"))?;
    row!(t, [WasRedirected] http.was_redirected() => true);

    row!(t, [] http.mark_header_sensitive("X-Lorem");
        (echo(&sent(&http)), http.last_header()).1 => Has("X-Lorem: ***\r\n"));
    http.set_env_proxy(true);
    assert_eq!(far(&http), ErrorKind::Proxy);
    row!(t, [] http.set_env_proxy(false); far(&http) => ErrorKind::Resolve);
    row!(t, [] http.set_session_log_secrets(true);
        (echo(&sent(&http)), fs::read_to_string(&log)?).1 => Has("Authorization: Basic "));
    row!(t, [] http.set_max_expansion(1000), http.max_expansion() => 1000);
    row!(t, [] http.set_max_redirects(5), http.max_redirects() => 5);
    let call = Call::new("127.0.0.1", server.port(), false, HttpRequest::new());
    row!(t, [] http.perform(&call)? => Answer("GET /"));
    row!(t, [] http.set_total_timeout(60), http.total_timeout() => 60);
    #[cfg(feature = "system-roots")]
    {
        let mut http = http.clone();
        row!(t, [] http.set_trust_system_roots(true);
            http.synchronous_request(domain, tls_port, true, &req).unwrap_err().kind()
            => ErrorKind::InvalidRequest);
    }
    let pem = authority.pem();
    row!(t, [] http.set_trusted_roots_pem(pem)?;
        http.synchronous_request(domain, tls_port, true, &req)?.status_code() => 200);
    let pem_file = tempfile::NamedTempFile::new()?;
    std::fs::write(pem_file.path(), pem)?;
    let path = pem_file.path();
    row!(t, [] http.set_trusted_roots_file(path)?;
        http.synchronous_request(domain, tls_port, true, &req)?.status_code() => 200);
    let endpoint = format!("http://127.0.0.1:{port}");
    row!(t, [] Http::new(); |http| format!("{:?}", http.transport()) => Has("https://api.zoom.us:443"));
    row!(t, [] Http::with_endpoint(domain, port, ssl);
        |http| format!("{:?}", http.transport()) => Has(&endpoint));
    let mut http = Http::with_endpoint(domain, port, ssl);
    http.set_env_proxy(false);
    row!(t, [] http.send(&req)? => Answer("GET /v2/meetings?status=active"));
    http.set_env_proxy(true);
    row!(t, [] http.transport_mut().set_env_proxy(false); far(&http) => ErrorKind::Resolve);
    row!(t, [] http.transport().send(&req)? => Answer("GET /v2/meetings?status=active"));
    row!(t, [] http.into_transport(); |transport| transport.send(&req)?
        => Answer("GET /v2/meetings?status=active"));

    t.assert_complete();
    Ok(())
}
