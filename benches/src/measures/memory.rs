//! Memory of idle connections.

use std::path::Path;

use super::{Setup, with_others};
use crate::child::{ChildArgs, Job};
use crate::peers::Peer;
use crate::process;
use crate::report::{Column, Figure, Goal, Report};
use crate::server;

pub fn idle_connections(setup: &Setup, report: &mut Report) {
    // Some files are needed for other things.
    let allowed = process::allow_many_files().saturating_sub(500);
    let many = if setup.short { server::BATCH } else { 10_000.min(allowed) };
    let few = many.min(1_000);
    let measure = |peer, count: u64, trust, config| {
        let amount = count / server::BATCH * server::BATCH;
        let (port, file) = (server::start_batches(amount as usize, config), Path::new(""));
        let found = ChildArgs { job: Job::Idle, peer, port, trust, path: "/", amount, file }.run();
        let kib = |bytes: u64| bytes as f64 / amount as f64 / 1024.0;
        (kib(found.in_use), found.resident.map_or(f64::NAN, kib))
    };
    let (ours, resident) = measure(Peer::Zoomkat, many, "plain", None);
    let what = format!("heap of an idle connection, one of {many}");
    let figure = Figure::new(what, ours, 1, Goal::AtMost(2.0)).unit("KiB").exact();
    report.figures.push(figure.note(format!("resident memory {resident:.1} KiB")));
    if setup.short {
        return;
    }
    let what = format!("the same over TLS, that of rustls included, one of {few}");
    let (tls, _) = measure(Peer::Zoomkat, few, &setup.pem_path, Some(setup.config.clone()));
    report.figures.push(Figure::new(what, tls, 1, Goal::Absent).unit("KiB").exact());
    let can = |peer: Peer| peer.is_shared_by_threads() && peer.has_counted_memory();
    let others = with_others(&[], can).into_iter();
    let rows = others.map(|peer| (peer, measure(peer, few, "plain", None).0));
    let rows = [(Peer::Zoomkat, ours)].into_iter().chain(rows).collect();
    let column = Column::new("heap of an idle connection", "KiB", rows);
    report.columns.push(column.drawn(Some(2.0)));
}
