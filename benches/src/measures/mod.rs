//! The measurements, by area.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;

use crate::peers::Peer;
use crate::report::Report;
use crate::server::Server;

mod calls;
mod command;
mod memory;
mod text;
mod transfers;

/// The servers and the settings of a run.
pub struct Setup {
    pub plain: Server,
    pub tls: Server,
    /// For a further server over TLS.
    pub config: Arc<ServerConfig>,
    pub pem: String,
    /// The path of the PEM file.
    pub pem_path: String,
    pub dir: PathBuf,
    /// Whether to make only exact measurements.
    pub short: bool,
}

pub type Measure = fn(&Setup, &mut Report);

/// The measurements by their names for `--only`, and whether `--short` makes them as well.
pub const ALL: &[(&str, bool, Measure)] = &[
    ("counts", true, crate::counts::of_calls),
    ("calls", false, calls::calls),
    ("tls", false, calls::tls_calls),
    ("threads", true, calls::threads),
    ("first", false, calls::first_calls),
    ("upload", true, transfers::uploads),
    ("download", true, transfers::downloads),
    ("files", false, transfers::small_files),
    ("gzip", false, transfers::gzip),
    ("idle", true, memory::idle_connections),
    ("json", true, text::json),
    ("header", true, text::header),
    ("command", false, command::command),
    ("size", true, crate::size::measure_programs),
];

pub const MIB: u64 = 1024 * 1024;

/// Returns `ours` and the other libraries that can do the work.
fn with_others(ours: &[Peer], can: impl Fn(Peer) -> bool) -> Vec<Peer> {
    let others = Peer::ALL.iter().copied().filter(|peer| peer.is_other_library());
    ours.iter().copied().chain(others.filter(|peer| can(*peer))).collect()
}
