//! Ports of Chilkat scripts by `zoomkat-port`.
//!
//! `scripts/` has scripts in each language, written for this test, each with its port: `get_boats.rb` and
//! `get_boats.rs`. `ZOOMKAT_BLESS=1` in the environment writes the ports anew:
//!
//! ```sh
//! ZOOMKAT_BLESS=1 cargo test --workspace --all-features --test port ports_are_current
//! ```

mod literal_ports_compile;
mod originals_make_the_same_calls;
mod ports_are_current;
mod ports_send_what_scripts_say;
mod programs;
mod recorder;
mod requests_of_scripts;
mod the_seed_becomes_the_readme_program;

use std::path::{Path, PathBuf};

use zoomkat_port::{Form, Language, Options, Port, port};

/// Returns the folder with the scripts.
fn scripts_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("port/scripts")
}

/// A script of `scripts/`, or another with a port beside it.
struct Script {
    language: Language,
    /// `get_boats_chilkat2`.
    name: String,
    path: PathBuf,
    text: String,
}

impl Script {
    fn read(language: Language, path: PathBuf) -> Script {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Script { language, name, path, text }
    }

    fn port(&self, form: Form) -> Port {
        let mut options = Options::new(self.language);
        options.form = form;
        port(&self.text, &options).unwrap_or_else(|err| panic!("{}: {err}", self.path.display()))
    }

    /// Returns the file with the port.
    fn port_path(&self) -> PathBuf {
        self.path.with_extension("rs")
    }

    /// Returns what the script does: `get_boats` for `get_boats_chilkat2`.
    fn task(&self) -> &'static str {
        let tasks = ["get_boats", "post_boat", "upload", "groups", "program", "unknown_class"];
        tasks.into_iter().find(|task| self.name.starts_with(task)).expect("the name of a task")
    }
}

/// Returns all scripts of `scripts/`, in the order of the languages and their names.
fn scripts() -> Vec<Script> {
    let mut scripts = Vec::new();
    for language in Language::all() {
        let folder = scripts_dir().join(language.id());
        let files =
            std::fs::read_dir(&folder).unwrap_or_else(|err| panic!("{}: {err}", folder.display()));
        let mut paths: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let is_script =
            |path: &PathBuf| path.extension().is_some_and(|extension| extension != "rs");
        scripts
            .extend(paths.into_iter().filter(is_script).map(|path| Script::read(language, path)));
    }
    scripts
}
