//! The subcommand `zoomkat mock`.

mod access;
mod body;
mod routes;

use std::io::{self, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;

use serde_json::Value;
use zoomkat::postman::{Collection, Item};
use zoomkat_testing::http::serve;

use self::access::Access;
use self::body::Body;
use self::routes::{Example, Path, Pattern, Route, Routes};
use crate::input;
use crate::report::{Code, Failure, escape_controls, warn};

/// Serve the saved responses of a Postman collection.
///
/// The first line of output is the server's address. A request gets a saved response of the item with its
/// verb and path, where a path variable matches any segment. Among several responses, the one that was
/// saved for the same query and body is preferred, then one with a status of 200 to 299, then the first. The
/// header x-mock-response-code selects a response by status, and x-mock-response-name by name. Ctrl-C stops
/// the server.
///
/// A request must name this server in Host, as localhost, an address, or the value of --host: otherwise a web
/// page could read the responses through a name of its own (DNS rebinding).
#[derive(clap::Args)]
#[command(
    after_help = "Example (run the second line in another terminal):\n  zoomkat mock zoom.json --port 8080\n  \
    zoomkat send \"curl http://127.0.0.1:8080/users/me -H x-mock-response-code:404\""
)]
pub(crate) struct Args {
    /// A Postman collection (v2.0 or v2.1); - is standard input.
    collection: PathBuf,

    /// The port; 0 picks a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// The address to listen on. Anyone who can reach it can read the saved responses.
    #[arg(long, default_value = "127.0.0.1")]
    host: String,

    /// Another name of this server that requests may have in Host. May be repeated.
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,

    /// Let web pages of all origins read the responses (CORS), and answer their preflight requests.
    #[arg(long)]
    cors: bool,
}

pub(crate) fn run(args: &Args, verbose: bool) -> Result<Code, Failure> {
    let routes = routes(&input::collection(&args.collection)?);
    let listener = TcpListener::bind((args.host.as_str(), args.port)).map_err(|err| {
        Failure::failed(format!(
            "cannot listen on {} port {}: {err}",
            escape_controls(&args.host),
            args.port
        ))
    })?;
    let address = listener.local_addr()?;
    let mut out = io::stdout();
    writeln!(out, "http://{address}")?;
    out.flush()?;
    let names = args.allow_host.iter().chain([&args.host]).cloned().collect();
    let access = Access { names, cors: args.cors };
    serve(&listener, move |request| {
        let reply = access.answer(request, |request| routes.answer(request));
        if verbose {
            let path = request.target().split('?').next().unwrap_or_default();
            let (verb, code) = (request.method(), reply.response.status);
            warn(format_args!(
                "{verb} {}: {code}, {}",
                escape_controls(path),
                escape_controls(&reply.why)
            ));
        }
        reply.response
    })
}

fn routes(collection: &Collection) -> Routes {
    let items = collection.items().into_iter().map(|item| {
        let path = Path::from_url(&item.url());
        let full = item.clone().keep_unresolved().call();
        let base = full.ok().and_then(|call| Path::from_url(call.request().path()).before(&path));
        (item, path, base.unwrap_or_default())
    });
    let items: Vec<_> = items.collect();
    let mut bases = Vec::new();
    for (_, _, base) in &items {
        if !base.is_empty() && !bases.contains(base) {
            bases.push(base.clone());
        }
    }
    let routes = items.into_iter().map(|(item, path, base)| {
        let mut bodies = saved_bodies(&item).into_iter();
        let saved = item.responses().into_iter().map(|saved| Example {
            request_body: bodies.next().flatten(),
            name: saved.name().to_owned(),
            code: saved.code(),
            reason: saved.status().to_owned(),
            fields: saved
                .headers()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: saved.body().to_owned(),
            pattern: Pattern::new(
                saved.verb().to_owned(),
                Path::new(saved.path(), saved.query()),
                &base,
                &bases,
            ),
        });
        let saved = saved.collect();
        Route { item: item.path(), pattern: Pattern::new(item.verb(), path, &base, &bases), saved }
    });
    Routes { all: routes.collect(), bases }
}

/// Returns the bodies of the requests for which the responses of an item were saved, in the order of the
/// responses.
fn saved_bodies(item: &Item<'_>) -> Vec<Option<Body>> {
    let item: Value = serde_json::from_str(&item.json()).unwrap_or_default();
    let own = item.get("request").unwrap_or(&Value::Null);
    let responses = item.get("response").and_then(Value::as_array);
    let responses = responses.into_iter().flatten().filter(|response| response.is_object());
    let requests = responses.map(|response| match response.get("originalRequest") {
        Some(request) if request.get("body").is_some() || request.get("method").is_some() => {
            request
        }
        _ => own,
    });
    requests.map(Body::from_postman).collect()
}
