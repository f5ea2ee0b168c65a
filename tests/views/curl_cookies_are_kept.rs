//! Cookies between the redirects of a curl command, and the file of `-c`, as with the `curl` program.

use std::path::Path;
#[cfg(feature = "cookies")]
use std::process::{Command, Stdio};

#[cfg(feature = "cookies")]
use support::tools::has_curl;
use support::{Server, patient};
use zoomkat::Call;

const COOKIES: &str = "Set-Cookie: kept=1; Path=/\r\nSet-Cookie: hidden=2; HttpOnly; Path=/a\r\n\
                       Set-Cookie: old=; Max-Age=0\r\nSet-Cookie: long=3; Path=/a; Expires=Fri, 01 Jan 2100 00:00:00 GMT\r\n";

/// Sets cookies and redirects from `/a/1` to `/a/2`.
fn server() -> Server {
    Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            match request.line().contains("/a/1") {
                true => conn.respond("302 Found", &format!("Location: /a/2\r\n{COOKIES}"), ""),
                false => conn.respond("200 OK", "Set-Cookie: last=4; Path=/\r\n", ""),
            }
        }
    })
}

/// Fills in the URL and the folder, whose file `cookies` has two.
fn filled(options: &str, server: &Server, dir: &Path) -> String {
    let saved = "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsaved\t5\n\
                 127.0.0.1\tFALSE\t/\tFALSE\t0\told\t6\n";
    std::fs::write(dir.join("cookies"), saved).unwrap();
    let dir = dir.to_str().unwrap().replace('\\', "/");
    let command = format!("{options} http://127.0.0.1:{}/a/1", server.port());
    command.replace("{dir}", &dir)
}

/// Quotes the names of files, which may contain blanks.
#[cfg(feature = "cookies")]
fn quoted(options: &str) -> String {
    let word =
        |word: &str| if word.contains("{dir}") { format!("'{word}'") } else { word.to_owned() };
    options.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(feature = "cookies")]
fn perform(options: &str, server: &Server, dir: &Path) {
    let command = format!("curl {}", filled(&quoted(options), server, dir));
    patient().perform(&Call::from_curl(&command).unwrap()).unwrap();
}

/// The cookies of each request, and the lines of the file, sorted.
#[cfg(feature = "cookies")]
fn cookies(server: &Server, dir: &Path) -> (Vec<Vec<String>>, Vec<String>) {
    let sent = server.requests().into_iter().map(|request| {
        let cookies = request.header("Cookie").unwrap_or_default().to_owned();
        let mut cookies: Vec<String> = cookies.split("; ").map(str::to_owned).collect();
        cookies.sort();
        cookies
    });
    let jar = std::fs::read_to_string(dir.join("jar")).unwrap_or_default();
    let is_cookie = |line: &&str| line.contains('\t');
    let mut lines: Vec<String> = jar.lines().filter(is_cookie).map(str::to_owned).collect();
    lines.sort();
    (sent.collect(), lines)
}

#[cfg(feature = "cookies")]
#[test]
fn a_command_keeps_and_writes_the_cookies_that_curl_does() {
    if !has_curl() {
        return;
    }
    for options in [
        "-L",
        "-L -b a=1",
        "-c {dir}/jar",
        "-L -c {dir}/jar",
        "-L -c -",
        "-L -b ''",
        "-L -b {dir}/none",
        "-L -b {dir}/cookies",
        "-L -b {dir}/cookies -c {dir}/jar",
        "-b {dir}/cookies -c {dir}/jar",
        "-L -b {dir}/cookies -b a=1 -c {dir}/jar",
        "-L -b {dir}/none -b {dir}/cookies -c {dir}/jar",
    ] {
        let (theirs, ours) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let curl = server();
        let command = filled(options, &curl, theirs.path());
        let args = command.split(' ').map(|arg| if arg == "''" { "" } else { arg });
        let output = Command::new("curl")
            .args(["-q", "-sS", "--noproxy", "*"])
            .args(args)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "{options}: {output:?}");
        let zoomkat = server();
        perform(options, &zoomkat, ours.path());
        assert_eq!(cookies(&zoomkat, ours.path()), cookies(&curl, theirs.path()), "{options}");
    }
}

#[cfg(feature = "cookies")]
#[test]
fn curl_and_zoomkat_read_the_written_file() {
    let (first, dir) = (server(), tempfile::tempdir().unwrap());
    perform("-L -c {dir}/jar", &first, dir.path());
    let second = server();
    perform("-b {dir}/jar", &second, dir.path());
    let expected = ["hidden=2", "kept=1", "last=4", "long=3"];
    assert_eq!(cookies(&second, dir.path()).0, [expected]);
    if has_curl() {
        let third = server();
        let command = filled("-q -sS --noproxy * -b {dir}/jar", &third, dir.path());
        Command::new("curl").args(command.split(' ')).status().unwrap();
        assert_eq!(cookies(&third, dir.path()).0, [expected]);
    }
}

#[cfg(feature = "cookies")]
#[test]
fn a_file_that_cannot_be_written_is_reported_with_the_response() {
    let (server, dir) = (server(), tempfile::tempdir().unwrap());
    let command = format!("curl {}", filled("-c '{dir}/no/jar'", &server, dir.path()));
    let resp = patient().perform(&Call::from_curl(&command).unwrap()).unwrap();
    assert!(resp.call_text().contains("the cookies could not be saved"), "{}", resp.call_text());
}

#[cfg(feature = "cookies")]
#[test]
fn the_text_of_b_does_not_go_to_another_origin() {
    let other = server();
    let to = format!("Location: http://localhost:{}/a/2\r\n", other.port());
    let first = Server::start(move |mut conn| {
        while conn.read_request().is_some() {
            conn.respond("302 Found", &to, "");
        }
    });
    let dir = tempfile::tempdir().unwrap();
    perform("-L -b a=1 -c {dir}/jar", &first, dir.path());
    assert_eq!(first.request().header("Cookie"), Some("a=1"));
    assert_eq!(other.request().header("Cookie"), None);
}

#[cfg(not(feature = "cookies"))]
#[test]
fn without_the_feature_a_file_is_refused_and_kept_cookies_are_reported() {
    let (server, dir) = (server(), tempfile::tempdir().unwrap());
    let perform = |options: &str| {
        let command = format!("curl {}", filled(options, &server, dir.path()));
        patient().perform(&Call::from_curl(&command).unwrap())
    };
    let err = perform("-c {dir}/jar").unwrap_err();
    assert!(err.to_string().contains("without the feature `cookies`"), "{err}");
    let resp = perform("-L -b {dir}/cookies").unwrap();
    assert!(resp.call_text().contains("the feature `cookies` is off"), "{}", resp.call_text());
}
