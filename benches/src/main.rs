//! Benchmarks of zoomkat and its peers, which do the same work on the same machine in the same run. See
//! docs/performance.md for usage and results.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use std::{fs, io};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use zoomkat_benches::Counting;

mod child;
mod counts;
mod machine;
mod measures;
mod peers;
mod process;
mod report;
mod rounds;
mod save;
mod server;
mod size;
mod stats;
mod svg;

use machine::Machine;
use measures::Setup;
use report::Report;
use server::Server;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const USAGE: &str = "\
cargo bench --manifest-path benches/Cargo.toml -- [options]
  --short          only exact measurements; fails if a goal is missed
  --save           write docs/performance.json and .svg and the tables of docs/performance.md
  --only NAME,...  only these measurements: counts calls tls threads first upload download files gzip idle
                   json header command size
ZOOMKAT_BENCH_DIR is the folder for transferred files; the temporary folder by default.
ZOOMKAT_BENCH_COMMAND is the command `zoomkat`; by default it is built";

fn main() -> ExitCode {
    let start = Instant::now();
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|arg| arg == child::FLAG) {
        child::main(&args[1..], start);
        return ExitCode::SUCCESS;
    }
    let (mut short, mut save, mut only) = (false, false, None);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--bench" => {} // passed by cargo
            "--short" => short = true,
            "--save" => save = true,
            "--only" => only = args.next(),
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    if save && (short || only.is_some()) {
        eprintln!("--save needs all measurements");
        return ExitCode::from(2);
    }
    let machine = Machine::detect();
    let report = match measure_all(short, only) {
        Ok(report) => report,
        Err(err) => {
            eprintln!("{err}");
            return ExitCode::FAILURE;
        }
    };
    if short {
        let is_missed = report.missed().count() > 0;
        println!("{} missed", report.missed().count());
        return if is_missed { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    }
    println!("\n{}", report.markdown(&machine));
    match save::all(&report, &machine, save) {
        Ok(paths) => paths.iter().for_each(|path| println!("wrote {}", path.display())),
        Err(err) => {
            eprintln!("cannot write the results: {err}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn measure_all(short: bool, only: Option<&String>) -> io::Result<Report> {
    let dir = std::env::var_os("ZOOMKAT_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
    let dir = tempfile::tempdir_in(dir)?;
    let (pem, config) = certificate().map_err(io::Error::other)?;
    let pem_path = dir.path().join("authority.pem");
    fs::write(&pem_path, &pem)?;
    let setup = Setup {
        plain: Server::start(None),
        tls: Server::start(Some(config.clone())),
        config,
        pem,
        pem_path: pem_path.to_string_lossy().into_owned(),
        dir: dir.path().to_owned(),
        short,
    };
    let mut report = Report::default();
    for (name, is_exact, measure) in measures::ALL {
        if short && !is_exact {
            continue;
        }
        if only.is_none_or(|only| only.split(',').any(|wanted| wanted == *name)) {
            eprintln!("measuring: {name}");
            let (shown, start) = (report.figures.len(), Instant::now());
            measure(&setup, &mut report);
            for figure in &report.figures[shown..] {
                println!("{}", figure.line());
            }
            eprintln!("{name} took {:.0} s", start.elapsed().as_secs_f64());
        }
    }
    Ok(report)
}

/// Creates a certificate authority, as PEM, and the configuration of a server with its certificate.
fn certificate() -> Result<(String, Arc<ServerConfig>), Box<dyn std::error::Error + Send + Sync>> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate()?;
    let pem = params.self_signed(&key)?.pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate()?;
    let cert = CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::try_from(key.serialize_der())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)?;
    Ok((pem, Arc::new(config)))
}
