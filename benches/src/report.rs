//! The results and their goals, as tables and as JSON.

use serde_json::{Value, json};

use crate::machine::Machine;
use crate::peers::Peer;

/// One measurement of all peers.
pub struct Column {
    pub title: &'static str,
    pub unit: &'static str,
    pub decimals: usize,
    /// Whether higher is better.
    pub more: bool,
    pub rows: Vec<(Peer, f64)>,
    /// The value of zoomkat at which its goals are just met.
    pub goal: Option<f64>,
    /// Whether it has a panel in the picture.
    pub drawn: bool,
}

impl Column {
    pub fn new(title: &'static str, unit: &'static str, rows: Vec<(Peer, f64)>) -> Column {
        Column { title, unit, decimals: 1, more: false, rows, goal: None, drawn: false }
    }

    pub fn decimals(self, decimals: usize) -> Column {
        Column { decimals, ..self }
    }

    pub fn more_is_better(self) -> Column {
        Column { more: true, ..self }
    }

    /// Adds a panel to the picture, with a mark at the goal.
    pub fn drawn(self, goal: Option<f64>) -> Column {
        Column { drawn: true, goal, ..self }
    }
}

/// One measurement of zoomkat and its goal.
pub struct Figure {
    pub what: String,
    /// `Err` is the reason that it was not measured.
    pub found: Result<f64, String>,
    pub unit: &'static str,
    pub decimals: usize,
    pub goal: Goal,
    /// Whether it is independent of the machine's speed.
    pub exact: bool,
    /// Additional information.
    pub note: String,
}

#[derive(Clone, Copy)]
pub enum Goal {
    AtMost(f64),
    AtLeast(f64),
    Below(f64),
    Above(f64),
    Exactly(f64),
    /// No goal.
    Absent,
}

use Goal::*;

#[derive(Default)]
pub struct Report {
    pub columns: Vec<Column>,
    pub figures: Vec<Figure>,
}

impl Figure {
    /// Creates a figure that depends on speed and has no note.
    pub fn new(what: impl Into<String>, found: f64, decimals: usize, goal: Goal) -> Figure {
        let (what, note) = (what.into(), String::new());
        Figure { what, found: Ok(found), unit: "", decimals, goal, exact: false, note }
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

    /// Whether the goal is met; `None` if that is unknown.
    pub fn is_met(&self) -> Option<bool> {
        let found = *self.found.as_ref().ok()?;
        match self.goal {
            AtMost(goal) => Some(found <= goal),
            AtLeast(goal) => Some(found >= goal),
            Below(goal) => Some(found < goal),
            Above(goal) => Some(found > goal),
            Exactly(goal) => Some(found == goal),
            Absent => None,
        }
    }

    fn found_text(&self) -> String {
        match &self.found {
            Ok(found) => with_unit(format!("{found:.*}", self.decimals), self.unit),
            Err(_) => "not measured".to_owned(),
        }
    }

    fn goal_text(&self) -> String {
        let (how, goal) = match self.goal {
            AtMost(0.0) => return "0".to_owned(),
            AtMost(goal) => ("at most ", goal),
            AtLeast(goal) => ("at least ", goal),
            Below(goal) => ("under ", goal),
            Above(goal) => ("above ", goal),
            Exactly(goal) => ("", goal),
            Absent => return String::new(),
        };
        with_unit(format!("{how}{goal}"), self.unit)
    }

    fn verdict(&self) -> &'static str {
        match self.is_met() {
            Some(true) => "met",
            Some(false) => "missed",
            None => "",
        }
    }

    /// Formats the figure as a line for the terminal.
    pub fn line(&self) -> String {
        let goal = match self.goal {
            Absent => String::new(),
            _ => format!(", goal {}", self.goal_text()),
        };
        let mark = match self.is_met() {
            Some(true) => "ok    ",
            Some(false) => "MISSED",
            None => "      ",
        };
        let why = self.found.as_ref().err().unwrap_or(&self.note);
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        format!("{mark} {}: {}{goal}{why}", self.what, self.found_text())
    }

    fn json(&self) -> Value {
        json!({
            "what": self.what,
            "measured": self.found.as_ref().ok().map(|found| short(*found)),
            "unit": self.unit,
            "goal": self.goal_text(),
            "met": self.is_met(),
            "depends_on_speed": !self.exact,
            "note": self.found.as_ref().err().unwrap_or(&self.note),
        })
    }
}

/// Rounds to three decimals.
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
                "zoomkat_goal": column.goal.map(short),
                "peers": Value::Object(rows.collect()),
            })
        });
        json!({
            "machine": machine.json(),
            "figures": self.figures.iter().map(Figure::json).collect::<Vec<_>>(),
            "peers": columns.collect::<Vec<_>>(),
        })
    }

    /// Formats the whole report as Markdown.
    pub fn markdown(&self, machine: &Machine) -> String {
        let mut out = format!("Measured on: {}\n\n", machine.line());
        if machine.is_busy() {
            out += "**The machine had other work during this run, so its times and the figures \
                    based on them are inaccurate.**\n\n";
        }
        let rows = self.figures.iter().map(|figure| {
            vec![
                figure.what.clone(),
                figure.found_text(),
                figure.goal_text(),
                figure.verdict().into(),
            ]
        });
        out += &table(&["zoomkat", "measured", "goal", ""], rows.collect());
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

/// Formats a table that is readable as plain text. All columns but the first are right-aligned.
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
