//! `zoomkat mock`.

mod routes;

use std::io::{self, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;

use zoomkat::postman::Collection;
use zoomkat_testing::http::serve;

use self::routes::{Known, Path, Route, Routes, Saved};
use crate::input;
use crate::report::{Code, Failure, plain, say};

/// Serve the saved responses of a Postman collection.
///
/// The first line of its output is its address. A request gets a saved response of the item that has its
/// verb and path, where path variables stand for any segment: the first with a status of 200 to 299,
/// else the first. The header x-mock-response-code asks for another status, x-mock-response-name for a
/// response by its name. Ctrl-C ends it.
#[derive(clap::Args)]
#[command(
    after_help = "Example, the second line in another terminal:\n  zoomkat mock zoom.json --port 8080\n  \
    zoomkat send \"curl http://127.0.0.1:8080/users/me -H x-mock-response-code:404\""
)]
pub(crate) struct Args {
    /// A Postman collection (v2.0 or v2.1); - is standard input.
    collection: PathBuf,

    /// The port; 0 is any that is free.
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// The address to listen on. Whoever can reach it sees the saved responses.
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
}

pub(crate) fn run(args: &Args, verbose: bool) -> Result<Code, Failure> {
    let routes = routes_of(&input::collection(&args.collection)?);
    let listener = TcpListener::bind((args.host.as_str(), args.port)).map_err(|err| {
        Failure::failed(format!("cannot listen on {} port {}: {err}", plain(&args.host), args.port))
    })?;
    let address = listener.local_addr()?;
    let mut out = io::stdout();
    writeln!(out, "http://{address}")?;
    out.flush()?;
    serve(&listener, move |request| {
        let chosen = routes.answer(request);
        if verbose {
            let path = request.target().split('?').next().unwrap_or_default();
            let (verb, code) = (request.method(), chosen.response.status);
            say(format_args!("{verb} {}: {code}, {}", plain(path), plain(&chosen.why)));
        }
        chosen.response
    })
}

fn routes_of(collection: &Collection) -> Routes {
    let items = collection.items().into_iter().map(|item| {
        let path = Path::of(&item.url());
        let full = item.clone().keep_unresolved().call();
        let base = full.ok().and_then(|call| Path::of(call.request().path()).before(&path));
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
        let saved = item.responses().into_iter().map(|saved| Saved {
            name: saved.name().to_owned(),
            code: saved.code(),
            reason: saved.status().to_owned(),
            fields: saved
                .headers()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: saved.body().to_owned(),
            known: Known::new(
                saved.verb().to_owned(),
                Path::new(saved.path(), saved.query()),
                &base,
                &bases,
            ),
        });
        let saved = saved.collect();
        Route { item: item.path(), known: Known::new(item.verb(), path, &base, &bases), saved }
    });
    Routes { all: routes.collect(), bases }
}
