//! Storage of the results.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::machine::Machine;
use crate::report::Report;
use crate::svg;

/// The markers around the results in docs/performance.md.
const FROM: &str = "<!-- measured: written by the command above -->\n";
const TO: &str = "<!-- end of measured -->";

/// Writes JSON and picture into the target folder and, if `docs` is set, into docs/ as well, together with
/// the tables of the page there.
pub fn all(report: &Report, machine: &Machine, docs: bool) -> io::Result<Vec<PathBuf>> {
    let json = format!("{:#}\n", report.json(machine));
    let picture = svg::draw(report, machine);
    let exe = std::env::current_exe()?;
    let mut folders: Vec<PathBuf> =
        exe.ancestors().nth(3).map(Path::to_owned).into_iter().collect();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance.md");
    let mut paths = Vec::new();
    if docs {
        folders.extend(page.parent().map(Path::to_owned));
        let text = fs::read_to_string(&page)?;
        let parts = text
            .split_once(FROM)
            .and_then(|(before, rest)| rest.split_once(TO).map(|(_, after)| (before, after)));
        let (before, after) = parts.ok_or_else(|| {
            io::Error::other(format!("{page:?} lacks the markers for the tables"))
        })?;
        fs::write(&page, format!("{before}{FROM}{}{TO}{after}", report.markdown(machine)))?;
        paths.push(page);
    }
    for folder in folders {
        for (name, content) in [("performance.json", &json), ("performance.svg", &picture)] {
            let path = folder.join(name);
            fs::write(&path, content)?;
            paths.push(path);
        }
    }
    Ok(paths)
}
