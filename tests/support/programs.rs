//! Programs written by `Call::to_rust`: compiled together and run one at a time.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Programs in one executable, which runs the one whose number it gets.
pub struct Programs {
    dir: tempfile::TempDir,
    executable: PathBuf,
    count: usize,
}

/// Returns the file name of a program.
fn file(at: usize) -> String {
    format!("program{at}.rs")
}

/// Returns the zoomkat library that the test was linked with, and the folder with its dependencies.
fn library() -> (PathBuf, PathBuf) {
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let libraries = std::fs::read_dir(&deps).unwrap().filter_map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name()?.to_str()?;
        let is_ours = name.starts_with("libzoomkat-") && name.ends_with(".rlib");
        is_ours.then(|| (path.metadata().unwrap().modified().unwrap(), path))
    });
    // Libraries with other features or from earlier builds may be there too. The newest is current.
    let (_, newest) = libraries.max().expect("zoomkat next to the test's executable");
    (newest, deps)
}

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

fn done(mut command: Command, what: &str) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(
        output.status.success(),
        "{what}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

impl Programs {
    /// Compiles the programs, each in its own module, with warnings as errors.
    pub fn compile(programs: &[String]) -> Programs {
        Programs::compile_with(programs, "", "")
    }

    /// Like [`compile`](Self::compile), with a module that the programs use. Its name may be empty.
    pub fn compile_with(programs: &[String], module: &str, source: &str) -> Programs {
        let dir = tempfile::tempdir().unwrap();
        let mut main = String::from("#![deny(warnings)]\n");
        if !module.is_empty() {
            let _ = writeln!(
                main,
                "#[allow(dead_code, unused_imports)]\nmod {module} {{\n{source}\n}}"
            );
        }
        let mut arms = String::new();
        for (at, program) in programs.iter().enumerate() {
            std::fs::write(dir.path().join(file(at)), program).unwrap();
            let _ = writeln!(
                main,
                "mod program{at} {{\n    include!({:?});\n    \
                 pub fn outcome_of_main() -> bool {{\n        crate::Ended::is_ok(&main())\n    }}\n}}",
                file(at)
            );
            let _ = writeln!(arms, "        Some({at}) => program{at}::outcome_of_main(),");
        }
        let _ = write!(
            main,
            r#"
/// The return type of a `main`.
trait Ended {{
    fn is_ok(&self) -> bool;
}}
impl Ended for () {{
    fn is_ok(&self) -> bool {{
        true
    }}
}}
impl Ended for Result<(), Box<dyn std::error::Error>> {{
    fn is_ok(&self) -> bool {{
        if let Err(err) = self {{
            eprintln!("{{err}}");
        }}
        Result::is_ok(self)
    }}
}}
fn main() {{
    let number = std::env::args().nth(1).and_then(|text| text.parse::<usize>().ok());
    let ok = match number {{
{arms}        _ => false,
    }};
    std::process::exit(if ok {{ 0 }} else {{ 1 }});
}}
"#
        );
        let source = dir.path().join("main.rs");
        std::fs::write(&source, main).unwrap();
        let executable = dir.path().join(format!("programs{}", std::env::consts::EXE_SUFFIX));
        let (library, deps) = library();
        let mut command = rustc();
        command.args(["--edition", "2024", "--crate-name", "programs", "-C", "debuginfo=0"]);
        command.arg("--extern").arg(format!("zoomkat={}", library.display()));
        command.arg("-L").arg(format!("dependency={}", deps.display()));
        command.arg("-o").arg(&executable).arg(&source);
        done(command, "rustc");
        Programs { dir, executable, count: programs.len() }
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns the command that runs a program.
    pub fn command(&self, at: usize) -> Command {
        let mut command = Command::new(&self.executable);
        command.arg(at.to_string()).stdin(Stdio::null());
        command
    }

    /// Runs a program in a folder with only these variables in its environment, and the ones by
    /// which Windows finds its sockets.
    pub fn run(&self, at: usize, folder: &Path, variables: &[(&str, &str)]) -> Output {
        self.command(at)
            .current_dir(folder)
            .env_clear()
            .envs(std::env::var_os("SystemRoot").map(|folder| ("SystemRoot", folder)))
            .envs(variables.iter().copied())
            .output()
            .unwrap()
    }

    /// Runs a program that must succeed and returns its output.
    pub fn run_ok(&self, at: usize, folder: &Path, variables: &[(&str, &str)]) -> String {
        let output = self.run(at, folder, variables);
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{stdout}{}\n{}",
            String::from_utf8_lossy(&output.stderr),
            std::fs::read_to_string(self.dir.path().join(file(at))).unwrap()
        );
        stdout
    }
}
