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
    let count = if setup.short { server::BATCH } else { 10_000.min(allowed) };
    let count = count / server::BATCH * server::BATCH;
    let peers = match setup.short {
        true => vec![Peer::Zoomkat],
        false => with_others(&[Peer::Zoomkat], |peer| {
            peer.is_shared_by_threads() && peer.has_counted_memory()
        }),
    };
    let measure = |peer, trust, config| {
        let (port, file) = (server::start_batches(config), Path::new(""));
        ChildArgs { job: Job::Idle, peer, port, trust, path: "/", amount: count, file }.run()
    };
    let mut rows = Vec::new();
    for peer in peers {
        let found = measure(peer, "plain", None);
        let kib = found.in_use as f64 / count as f64 / 1024.0;
        rows.push((peer, kib));
        if peer == Peer::Zoomkat {
            let what = format!("heap of an idle connection, one of {count}");
            let figure = Figure::new(what, kib, 1, Goal::AtMost(2.0)).unit("KiB").exact();
            let resident = found.resident.map_or(f64::NAN, |bytes| bytes as f64);
            let note = format!("resident memory {:.1} KiB", resident / count as f64 / 1024.0);
            report.figures.push(figure.note(note));
        }
    }
    if setup.short {
        return;
    }
    let goal = Some(2.0);
    report.columns.push(Column::new("heap of an idle connection", "KiB", rows).drawn(goal));
    let found = measure(Peer::Zoomkat, &setup.pem_path, Some(setup.config.clone()));
    let what = format!("the same over TLS, that of rustls included, one of {count}");
    let kib = found.in_use as f64 / count as f64 / 1024.0;
    report.figures.push(Figure::new(what, kib, 1, Goal::Absent).unit("KiB"));
}
