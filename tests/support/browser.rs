//! Chromium, driven by a script of `tests/browser`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tools::{is_used, missing};

/// The programs and the folder that a script needs.
pub struct Browser {
    node: PathBuf,
    pub chromium: PathBuf,
    /// The folder of the scripts and the packages they import.
    pub dir: PathBuf,
}

fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let dirs: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| dirs.iter().map(|dir| dir.join(name)).find(|file| file.is_file()))
}

impl Browser {
    /// Copies the script to its own folder in `dir` and installs the packages it imports. Returns
    /// `None` if tests do not use other programs.
    pub fn ready(dir: &str, script: &str) -> Option<Browser> {
        if !is_used("Chromium") {
            return None;
        }
        let found = |names: &[&str]| {
            program(names).unwrap_or_else(|| missing(&format!("there is no {}", names[0])))
        };
        let (node, npm) = (found(&["node"]), found(&["npm"]));
        let chromium = found(&["chromium", "chromium-browser", "google-chrome"]);
        let dir = Path::new(dir).join(format!("browser-{script}"));
        fs::create_dir_all(&dir).unwrap();
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
        for file in ["package.json", script] {
            fs::copy(scripts.join(file), dir.join(file)).unwrap();
        }
        let mut install = Command::new(npm);
        install.args([
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
        ]);
        let installed = install.current_dir(&dir).output().unwrap();
        if !installed.status.success() {
            let why = String::from_utf8_lossy(&installed.stderr).into_owned();
            missing(&format!("npm cannot install what tests/browser needs: {why}"));
        }
        Some(Browser { node, chromium, dir })
    }

    /// Returns a command that runs the script; the caller adds its arguments.
    pub fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.node);
        command.arg(name).current_dir(&self.dir);
        command
    }
}
