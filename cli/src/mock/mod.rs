//! The subcommand `zoomkat mock`.

mod routes;

use std::io::{self, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;

use zoomkat::postman::Collection;
use zoomkat_testing::http::serve;

use self::routes::{Example, Path, Pattern, Route, Routes};
use crate::input;
use crate::report::{Code, Failure, escape_controls, warn};

/// Serve the saved responses of a Postman collection.
///
/// The first line of output is the server's address. A request gets a saved response of the item with its
/// verb and path, where a path variable matches any segment: the first one with a status of 200 to 299,
/// or else the first one. The header x-mock-response-code selects a response by status, and
/// x-mock-response-name by name. Ctrl-C stops the server.
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
    serve(&listener, move |request| {
        let reply = routes.answer(request);
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
        let saved = item.responses().into_iter().map(|saved| Example {
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
