//! Lets a user authorize an app, stores the tokens in a file, and calls Zoom as that user.
//!
//! ```sh
//! cargo run --example authorize -- zoom.token
//! ```
//!
//! The app is identified by `ZOOM_CLIENT_ID` and `ZOOM_CLIENT_SECRET`; without the secret it is the app's
//! public client, which has its own client ID. The app's page must list the redirect URI
//! `http://127.0.0.1:4000/zoom`. Only the owner can read the file. If it exists, its tokens are used
//! without asking the user.
//!
//! If `ZOOM_CLIENT_ID` is not set, the program runs against an embedded Zoom on loopback, with a user who
//! allows everything and a temporary file.
//!
//! The exit code is 0 if Zoom reported the user, 1 if not, 2 if a setting is missing.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs, thread};

use zoomkat::zoom::{Authorization, ErrorKind, Secret, Token, TokenStore, Zoom};
use zoomkat::{HttpRequest, Transport};
use zoomkat_testing::zoom::EmbeddedZoom;

type Failure = Box<dyn std::error::Error>;

/// The path of the redirect URI.
const PATH: &str = "/zoom";

/// The app and its Zoom.
struct App {
    client_id: String,
    client_secret: Option<Secret>,
    /// The base URL and OAuth URL; `None` for Zoom itself.
    url: Option<String>,
}

/// A token store in a file that only its owner can read. It is replaced atomically.
struct FileTokenStore(PathBuf);

impl TokenStore for FileTokenStore {
    fn load(&self) -> io::Result<Option<Token>> {
        match fs::read_to_string(&self.0) {
            Ok(json) => Token::from_json(&json).map(Some),
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(err) => Err(err),
        }
    }

    fn save(&self, token: &Token) -> io::Result<()> {
        let dir = self.0.parent().filter(|dir| !dir.as_os_str().is_empty());
        // Only the owner can read such a file.
        let mut file = tempfile::NamedTempFile::new_in(dir.unwrap_or(Path::new(".")))?;
        file.write_all(token.to_json().expose().as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.0)?;
        Ok(())
    }
}

/// Lets the user authorize the app. `open` receives the URL that a browser must open.
fn authorize(
    app: &App,
    listener: &TcpListener,
    open: impl FnOnce(String) -> Result<(), Failure>,
) -> Result<Token, Failure> {
    let redirect_uri = format!("http://{}{PATH}", listener.local_addr()?);
    let mut authorization = Authorization::new(&*app.client_id, redirect_uri);
    if let Some(secret) = &app.client_secret {
        authorization = authorization.client_secret(secret.clone());
    }
    if let Some(url) = &app.url {
        authorization = authorization.oauth_url(url);
    }
    open(authorization.authorize_url()?)?;
    loop {
        let (stream, _) = listener.accept()?;
        let Some(query) = redirect(&stream).unwrap_or_default() else {
            answer(stream, "404 Not Found", "Not found.");
            continue;
        };
        let field = |name| query.iter().find(|(field, _)| field == name).map(|(_, value)| &**value);
        if field("state") == Some(authorization.state()) {
            if let Some(error) = field("error") {
                answer(stream, "200 OK", "The app was not allowed. You can close this window.");
                return Err(format!("the user did not allow the app: {error:?}").into());
            }
        }
        let code = field("code").unwrap_or_default();
        match authorization.exchange_code(code, field("state").unwrap_or_default()) {
            // Other programs on this machine may send requests here, too.
            Err(err) if err.kind() == ErrorKind::InvalidRequest => {
                println!("Ignored a request: {err}");
                answer(stream, "400 Bad Request", "This is not the expected redirect.");
            }
            Err(err) => {
                answer(stream, "200 OK", "Zoom gave no token. You can close this window.");
                return Err(err.into());
            }
            Ok(token) => {
                answer(stream, "200 OK", "The app is authorized. You can close this window.");
                return Ok(token);
            }
        }
    }
}

/// Returns the decoded query of a request for the redirect URI; `None` for any other request.
fn redirect(stream: &TcpStream) -> io::Result<Option<Vec<(String, String)>>> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut head = BufReader::new(stream.take(16 * 1024));
    let mut line = String::new();
    head.read_line(&mut line)?;
    // Reads the whole head. Otherwise the response may be lost when the connection is closed.
    let mut rest = String::new();
    while head.read_line(&mut rest)? > 2 {
        rest.clear();
    }
    let target = line.strip_prefix("GET ").and_then(|rest| rest.split(' ').next());
    let query = target.and_then(|target| target.strip_prefix(PATH)?.strip_prefix('?'));
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    Ok(query.map(|query| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (decode(name), decode(value))).collect()
    }))
}

/// Answers a browser. Errors are ignored, since the browser may be gone.
fn answer(mut stream: TcpStream, status: &str, text: &str) {
    let length = text.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}");
    let _ = write!(stream, "{head}\r\nConnection: close\r\n\r\n{text}");
}

/// Creates a client that uses the tokens in the file.
fn client(app: &App, file: &Path, token: &Token) -> Result<Zoom, Failure> {
    let refresh_token = token.refresh_token().ok_or("Zoom gave no refresh token")?.clone();
    let id = &*app.client_id;
    // The store receives each new token.
    let builder = match &app.client_secret {
        Some(secret) => {
            Zoom::builder().refresh_token(id, secret.clone(), refresh_token, |_| Ok(()))
        }
        None => Zoom::builder().public_refresh_token(id, refresh_token, |_| Ok(())),
    };
    let mut builder = builder.token_store(FileTokenStore(file.to_owned()));
    if let Some(url) = &app.url {
        builder = builder.base_url(url).oauth_url(url);
    }
    Ok(builder.build()?)
}

fn run(
    app: &App,
    file: &Path,
    listener: &TcpListener,
    open: impl FnOnce(String) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let store = FileTokenStore(file.to_owned());
    let token = match store.load()? {
        Some(token) => token,
        None => {
            let token = authorize(app, listener, open)?;
            store.save(&token)?;
            println!("The tokens are stored in {}.", file.display());
            token
        }
    };
    let me: serde_json::Value = client(app, file, &token)?.get("/users/me")?;
    println!("The user is {}.", me["email"]);
    Ok(())
}

/// Runs twice against an embedded Zoom. The second run finds the tokens in the file.
fn run_with_embedded_zoom() -> Result<(), Failure> {
    let zoom = EmbeddedZoom::builder()
        .public_client("public-client")
        .user("jchill@example.com", "sint occaecat")
        .start();
    println!("ZOOM_CLIENT_ID is not set: using an embedded Zoom on 127.0.0.1:{}.", zoom.port());
    let client_id = "public-client".to_owned();
    let app = App { client_id, client_secret: None, url: Some(zoom.url()) };
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("zoom.token");
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    thread::scope(|scope| {
        run(&app, &file, &listener, |url| {
            println!("A user opens {url}");
            let redirect = zoom.authorize(&url)?;
            scope.spawn(move || browse(port, &redirect));
            Ok(())
        })
    })?;
    run(&app, &file, &listener, |url| Err(format!("there is no user to open {url}").into()))
}

/// Follows the redirect, as a browser does.
fn browse(port: u16, redirect: &str) {
    let mut req = HttpRequest::new();
    req.set_from_url(redirect);
    match Transport::new().synchronous_request("127.0.0.1", port, false, &req) {
        Ok(resp) => println!("The browser shows: {}", resp.body_str()),
        Err(err) => println!("The browser got no answer: {err}"),
    }
}

fn run_with_zoom(client_id: String) -> Result<(), Failure> {
    let client_secret = env::var("ZOOM_CLIENT_SECRET").ok().filter(|secret| !secret.is_empty());
    let app = App { client_id, client_secret: client_secret.map(Secret::from), url: None };
    let file = env::args_os().nth(1).unwrap_or_else(|| "zoom.token".into());
    let listener = TcpListener::bind("127.0.0.1:4000")?;
    run(&app, Path::new(&file), &listener, |url| {
        println!("Open this in a browser:\n\n{url}\n");
        Ok(())
    })
}

fn main() -> ExitCode {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let result = match (set("ZOOM_CLIENT_ID"), set("ZOOM_CLIENT_SECRET")) {
        (Some(client_id), _) => run_with_zoom(client_id),
        (None, None) => run_with_embedded_zoom(),
        (None, Some(_)) => {
            eprintln!("ZOOM_CLIENT_ID is not set. Set it too, or neither.");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("{err}");
            ExitCode::FAILURE
        }
    }
}
