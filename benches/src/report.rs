//! What was found, against what is wanted, as a table and as JSON.

use serde_json::{Value, json};

use crate::machine::Machine;
use crate::peers::Peer;

/// One thing that is measured of each peer.
pub struct Column {
    pub title: &'static str,
    pub unit: &'static str,
    pub decimals: usize,
    /// Whether more of it is better.
    pub more: bool,
    pub rows: Vec<(Peer, f64)>,
    /// What zoomkat's would be if it were just as wanted.
    pub wanted: Option<f64>,
    /// Has a panel in the picture.
    pub drawn: bool,
}

impl Column {
    pub fn new(title: &'static str, unit: &'static str, rows: Vec<(Peer, f64)>) -> Column {
        Column { title, unit, decimals: 1, more: false, rows, wanted: None, drawn: false }
    }

    pub fn decimals(self, decimals: usize) -> Column {
        Column { decimals, ..self }
    }

    pub fn more_is_better(self) -> Column {
        Column { more: true, ..self }
    }

    /// Has a panel in the picture, with a mark at what is wanted.
    pub fn drawn(self, wanted: Option<f64>) -> Column {
        Column { drawn: true, wanted, ..self }
    }
}

/// One figure that zoomkat has or wants.
pub struct Figure {
    pub what: String,
    /// `Err` says why it was not measured.
    pub found: Result<f64, String>,
    pub unit: &'static str,
    pub decimals: usize,
    pub wanted: Wanted,
    /// It does not depend on how fast a machine is.
    pub exact: bool,
    /// What else is to be known of it.
    pub note: String,
}

#[derive(Clone, Copy)]
pub enum Wanted {
    AtMost(f64),
    AtLeast(f64),
    Below(f64),
    Above(f64),
    Exactly(f64),
    /// Nothing: it is good to know.
    Nothing,
}

use Wanted::*;

#[derive(Default)]
pub struct Report {
    pub columns: Vec<Column>,
    pub figures: Vec<Figure>,
}

impl Figure {
    /// A figure that speed decides, and no more to say of it.
    pub fn new(what: impl Into<String>, found: f64, decimals: usize, wanted: Wanted) -> Figure {
        let (what, note) = (what.into(), String::new());
        Figure { what, found: Ok(found), unit: "", decimals, wanted, exact: false, note }
    }

    pub fn unit(self, unit: &'static str) -> Figure {
        Figure { unit, ..self }
    }

    pub fn exact(self) -> Figure {
        Figure { exact: true, ..self }
    }

    pub fn note(self, note: impl Into<String>) -> Figure {
        Figure { note: note.into(), ..self }
    }

    /// `None` where it is not known.
    pub fn is_met(&self) -> Option<bool> {
        let found = *self.found.as_ref().ok()?;
        match self.wanted {
            AtMost(wanted) => Some(found <= wanted),
            AtLeast(wanted) => Some(found >= wanted),
            Below(wanted) => Some(found < wanted),
            Above(wanted) => Some(found > wanted),
            Exactly(wanted) => Some(found == wanted),
            Nothing => None,
        }
    }

    fn shown(&self) -> String {
        match &self.found {
            Ok(found) => with_unit(format!("{found:.*}", self.decimals), self.unit),
            Err(_) => "not measured".to_owned(),
        }
    }

    fn wanted_shown(&self) -> String {
        let (how, wanted) = match self.wanted {
            AtMost(0.0) => return "0".to_owned(),
            AtMost(wanted) => ("at most ", wanted),
            AtLeast(wanted) => ("at least ", wanted),
            Below(wanted) => ("under ", wanted),
            Above(wanted) => ("above ", wanted),
            Exactly(wanted) => ("", wanted),
            Nothing => return String::new(),
        };
        with_unit(format!("{how}{wanted}"), self.unit)
    }

    fn verdict(&self) -> &'static str {
        match self.is_met() {
            Some(true) => "met",
            Some(false) => "missed",
            None => "",
        }
    }

    /// One line for a person who looks on.
    pub fn line(&self) -> String {
        let wanted = match self.wanted {
            Nothing => String::new(),
            _ => format!(", wanted {}", self.wanted_shown()),
        };
        let mark = match self.is_met() {
            Some(true) => "ok    ",
            Some(false) => "MISSED",
            None => "      ",
        };
        let why = self.found.as_ref().err().unwrap_or(&self.note);
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        format!("{mark} {}: {}{wanted}{why}", self.what, self.shown())
    }

    fn json(&self) -> Value {
        json!({
            "what": self.what,
            "found": self.found.as_ref().ok().map(|found| short(*found)),
            "unit": self.unit,
            "wanted": self.wanted_shown(),
            "met": self.is_met(),
            "depends_on_speed": !self.exact,
            "note": self.found.as_ref().err().unwrap_or(&self.note),
        })
    }
}

/// As many digits as anybody needs.
fn short(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}

fn with_unit(number: String, unit: &str) -> String {
    if unit.is_empty() { number } else { format!("{number} {unit}") }
}

impl Report {
    pub fn missed(&self) -> impl Iterator<Item = &Figure> {
        self.figures.iter().filter(|figure| figure.is_met() == Some(false))
    }

    pub fn json(&self, machine: &Machine) -> Value {
        let columns = self.columns.iter().map(|column| {
            let rows = column
                .rows
                .iter()
                .map(|(peer, value)| (peer.name().to_owned(), json!(short(*value))));
            json!({
                "what": column.title,
                "unit": column.unit,
                "more_is_better": column.more,
                "wanted_of_zoomkat": column.wanted.map(short),
                "peers": Value::Object(rows.collect()),
            })
        });
        json!({
            "machine": machine.json(),
            "figures": self.figures.iter().map(Figure::json).collect::<Vec<_>>(),
            "peers": columns.collect::<Vec<_>>(),
        })
    }

    /// All of it as Markdown.
    pub fn markdown(&self, machine: &Machine) -> String {
        let mut out = format!("Measured on: {}\n\n", machine.line());
        if machine.is_busy() {
            out += "**The machine had other work during this run: its times, and what is made of \
                    times, are rough.**\n\n";
        }
        let rows = self.figures.iter().map(|figure| {
            vec![
                figure.what.clone(),
                figure.shown(),
                figure.wanted_shown(),
                figure.verdict().into(),
            ]
        });
        out += &table(&["zoomkat", "found", "wanted", ""], rows.collect());
        for figure in self.missed() {
            let (what, found, wanted) = (&figure.what, figure.shown(), figure.wanted_shown());
            out += &format!("\nMissed: {what} is {found}; {wanted} is wanted.\n");
        }
        for figure in &self.figures {
            if let Err(why) = &figure.found {
                out += &format!("\nNot measured: {}. {why}.\n", figure.what);
            }
        }
        // A table of all of them would be wider than a page.
        for columns in self.columns.chunks(7) {
            out += "\n";
            out += &peers(columns);
        }
        out
    }
}

fn peers(columns: &[Column]) -> String {
    let heads = columns.iter().map(|column| match column.unit {
        "" => column.title.to_owned(),
        unit => format!("{}, {unit}", column.title),
    });
    let heads: Vec<String> = [String::new()].into_iter().chain(heads).collect();
    let rows = Peer::ALL.iter().filter_map(|peer| {
        let cells = columns.iter().map(|column| {
            let of_peer = column.rows.iter().find(|(other, _)| other == peer);
            of_peer.map_or("–".to_owned(), |(_, value)| format!("{value:.*}", column.decimals))
        });
        let row: Vec<String> = [peer.name().to_owned()].into_iter().chain(cells).collect();
        row[1..].iter().any(|cell| cell != "–").then_some(row)
    });
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    table(&heads, rows.collect())
}

/// A table that can be read as it is, too. Numbers stand to the right but for the first column.
fn table(heads: &[&str], rows: Vec<Vec<String>>) -> String {
    let widths: Vec<usize> = (0..heads.len())
        .map(|at| {
            let cells = rows.iter().map(|row| row[at].chars().count());
            cells.chain([heads[at].chars().count(), 2]).max().unwrap_or(0)
        })
        .collect();
    let line = |cells: Vec<&str>| {
        let cells = cells.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
            if at == 0 { format!(" {cell:<width$} |") } else { format!(" {cell:>width$} |") }
        });
        format!("|{}\n", cells.collect::<String>())
    };
    let mut out = line(heads.to_vec());
    let rules = widths.iter().enumerate().map(|(at, width)| {
        if at == 0 {
            format!("{}|", "-".repeat(width + 2))
        } else {
            format!("{}:|", "-".repeat(width + 1))
        }
    });
    out += &format!("|{}\n", rules.collect::<String>());
    for row in &rows {
        out += &line(row.iter().map(String::as_str).collect());
    }
    out
}
