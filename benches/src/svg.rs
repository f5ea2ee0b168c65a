//! The picture of the results: a panel for each measurement, with a bar for each peer.

use std::fmt::Write as _;

use crate::machine::Machine;
use crate::peers::Peer;
use crate::report::{Column, Report};

const WIDTH: usize = 1000;
const MARGIN: usize = 28;
const GAP: usize = 36;
const PANEL: usize = (WIDTH - 2 * MARGIN - GAP) / 2;
const TOP: usize = 104;
/// The distance between bars.
const STEP: usize = 22;
const BAR: usize = 14;
/// The widths of the names and of the numbers after the bars.
const NAMES: usize = 186;
const NUMBERS: usize = 56;
/// The heights above and below the bars of a panel.
const HEAD: usize = 30;
const FOOT: usize = 22;

const INK: &str = "#1f2328";
const FAINT: &str = "#59636e";
const OURS: &str = "#0b62b8";
const BARE: &str = "#8b96a1";
const THEIRS: &str = "#d9a441";
const GOAL: &str = "#c2255c";

pub fn draw(report: &Report, machine: &Machine) -> String {
    let panels: Vec<&Column> = report.columns.iter().filter(|column| column.drawn).collect();
    let rows: Vec<&[&Column]> = panels.chunks(2).collect();
    let height_of = |row: &[&Column]| {
        let bars = row.iter().map(|column| column.rows.len()).max().unwrap_or(0);
        HEAD + bars * STEP + FOOT
    };
    let height = TOP + rows.iter().map(|row| height_of(row)).sum::<usize>() + MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"Helvetica, Arial, sans-serif\" role=\"img\">\n\
         <title>What a call and a transfer cost with zoomkat and with others</title>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    let lines = [
        (34, 20, INK, "What a call and a transfer cost with zoomkat and with others".to_owned()),
        (
            56,
            13,
            FAINT,
            "Calls: PUT, multipart, one field, kept-alive connection to a loopback server, one \
             thread. Transfers: 1 GiB over loopback, from a file and to one."
                .to_owned(),
        ),
        (74, 13, FAINT, format!("Medians of one run, release build. {}", machine.line())),
    ];
    for (y, size, ink, line) in lines {
        text(&mut out, (MARGIN, y), size, ink, "start", &line);
    }
    let mut y = TOP;
    for row in rows {
        for (at, column) in row.iter().enumerate() {
            panel(&mut out, MARGIN + at * (PANEL + GAP), y, column);
        }
        y += height_of(row);
    }
    let legend = [(OURS, "zoomkat"), (BARE, "a bare loop"), (THEIRS, "others")];
    let mut x = MARGIN;
    for (ink, what) in legend {
        let _ = writeln!(out, "{}", rect(x, y - 2, 12, 12, ink));
        text(&mut out, (x + 18, y + 9), 12, FAINT, "start", what);
        x += 40 + what.len() * 7;
    }
    let mark = "zoomkat's goal in this run";
    let _ = writeln!(out, "{}", rect(x + 4, y - 4, 3, 16, GOAL));
    text(&mut out, (x + 18, y + 9), 12, FAINT, "start", mark);
    out += "</svg>\n";
    out
}

fn panel(out: &mut String, x: usize, y: usize, column: &Column) {
    let unit = if column.unit.is_empty() { "number" } else { column.unit };
    let better = if column.more { "more is better" } else { "less is better" };
    text(out, (x, y + 14), 14, INK, "start", &format!("{} ({unit})", column.title));
    text(out, (x + PANEL, y + 14), 11, FAINT, "end", better);
    let values = column.rows.iter().map(|(_, value)| *value).chain(column.goal);
    let most = values.fold(f64::MIN_POSITIVE, f64::max);
    let room = (PANEL - NAMES - NUMBERS) as f64;
    let long = |value: f64| (value / most * room).round().max(1.0) as usize;
    let from = x + NAMES;
    for (at, (peer, value)) in column.rows.iter().enumerate() {
        let top = y + HEAD + at * STEP;
        let is_ours = matches!(peer, Peer::Zoomkat | Peer::ZoomkatRebuilt);
        let ink = match peer {
            _ if is_ours => OURS,
            Peer::Raw | Peer::RawLoose => BARE,
            _ => THEIRS,
        };
        text(out, (from - 8, top + BAR - 3), 12, INK, "end", peer.name());
        let _ = writeln!(out, "{}", rect(from, top, long(*value), BAR, ink));
        let mut end = from + long(*value);
        if let Some(goal) = column.goal.filter(|_| *peer == Peer::Zoomkat) {
            let mark = from + long(goal);
            let _ = writeln!(out, "{}", rect(mark - 1, top - 3, 3, BAR + 6, GOAL));
            end = end.max(mark);
        }
        let number = format!("{value:.*}", column.decimals);
        text(out, (end + 6, top + BAR - 3), 12, INK, "start", &number);
    }
    let bottom = y + HEAD + column.rows.len() * STEP;
    let _ = writeln!(out, "{}", rect(from - 1, y + HEAD - 5, 1, bottom - y - HEAD + 2, FAINT));
}

fn rect(x: usize, y: usize, width: usize, height: usize, fill: &str) -> String {
    format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>")
}

fn text(out: &mut String, at: (usize, usize), size: usize, fill: &str, anchor: &str, what: &str) {
    let what = what.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let (x, y) = at;
    let _ = writeln!(
        out,
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{fill}\" \
         text-anchor=\"{anchor}\">{what}</text>"
    );
}
