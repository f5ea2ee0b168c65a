//! The command `zoomkat`, from its start to its end.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use super::Setup;
use crate::report::{Figure, Goal, Report};
use crate::stats::median;

/// The curl command of the seed.
const SEED: &str = "curl --location --request PUT \
     'https://api.zoom.us/v2/users/:userId/password' \
     --header 'Authorization: Bearer <access_token>' \
     --form 'password=\"dolor Excepteur minim\"'";

pub fn command(setup: &Setup, report: &mut Report) {
    let program = match find() {
        Ok(program) => program,
        Err(why) => {
            let figure = Figure::new("the command `zoomkat`", 0.0, 0, Goal::Absent);
            report.figures.push(Figure { found: Err(why), ..figure });
            return;
        }
    };
    let dir = &setup.dir;
    let [seed, words, list, site, pages] =
        ["seed.txt", "words.txt", "list.json", "site.json", "pages"].map(|name| dir.join(name));
    fs::write(&seed, SEED).expect("a file");
    fs::write(&words, long_curl(10_000_000)).expect("a file");
    write_collection(&list, 50_000_000);
    write_collection(&site, 35_000_000);
    let path = |path: &Path| path.to_str().expect("a UTF-8 path").to_owned();
    let [seed, words, list, site, out] =
        [&seed, &words, &list, &site, &pages].map(|file| path(file));
    // What, arguments, rounds, the goal and its unit in seconds.
    type Row<'r> = (&'r str, Vec<&'r str>, usize, f64, (&'static str, f64));
    let (millis, seconds) = (("ms", 1e-3), ("s", 1.0));
    let rows: [Row; 5] = [
        ("start of the command: `zoomkat --version`", vec!["--version"], 101, 3.0, millis),
        (
            "`zoomkat convert` of the seed",
            vec!["convert", "--to", "rust", "--file", &seed],
            101,
            5.0,
            millis,
        ),
        (
            "`convert` of a curl text of 10 MB",
            vec!["convert", "--to", "rust", "--file", &words],
            5,
            0.5,
            seconds,
        ),
        ("`list` of a collection of 50 MB", vec!["list", &list], 9, 0.17, seconds),
        ("`site` of a collection of 35 MB", vec!["site", &site, "--out", &out], 3, 5.0, seconds),
    ];
    for (what, args, rounds, goal, (unit, second)) in rows {
        let times = (0..rounds).map(|round| {
            // Not removed: for some seconds, ext4 creates files slowly where others were.
            let _ = fs::rename(&pages, dir.join(format!("pages-{round}")));
            run(&program, &args)
        });
        let times: Result<Vec<f64>, String> = times.collect();
        let figure = Figure::new(what, 0.0, 2, Goal::AtMost(goal)).unit(unit);
        report.figures.push(Figure { found: times.map(|times| median(&times) / second), ..figure });
    }
}

/// Returns the seconds from before the start of the command until it has ended.
fn run(program: &Path, args: &[&str]) -> Result<f64, String> {
    let start = Instant::now();
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .map_err(|err| err.to_string())?;
    let seconds = start.elapsed().as_secs_f64();
    match output.status.success() {
        true => Ok(seconds),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().replace('\n', " ")),
    }
}

/// Finds the command, or builds it, which takes some minutes.
fn find() -> Result<PathBuf, String> {
    if let Some(program) = std::env::var_os("ZOOMKAT_BENCH_COMMAND") {
        return Ok(program.into());
    }
    let exe = std::env::current_exe().map_err(|err| err.to_string())?;
    // target/release/deps/name
    let target = exe.ancestors().nth(3).ok_or("this program is in no target folder")?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let output = Command::new(cargo)
        .args(["build", "--locked", "--quiet", "--release", "-p", "zoomkat-cli"])
        .arg("--manifest-path")
        .arg(manifest)
        .arg("--target-dir")
        .arg(target)
        .output()
        .map_err(|err| format!("cargo: {err}"))?;
    match output.status.success() {
        true => Ok(target.join("release").join(format!("zoomkat{}", std::env::consts::EXE_SUFFIX))),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().replace('\n', " ")),
    }
}

/// Returns a curl command of many words.
fn long_curl(length: usize) -> String {
    let mut text = "curl 'https://api.example.com/v1/boats'".to_owned();
    for number in 0.. {
        if text.len() >= length {
            break;
        }
        let _ = write!(text, " \\\n  --data-urlencode 'field-{number}=Lorem ipsum dolor {number}'");
    }
    text
}

/// Returns a JSON object of many members, as a string in JSON.
fn object(members: usize) -> String {
    let members =
        (0..members).map(|at| format!(r#"\n  \"member_{at}\": \"Lorem ipsum dolor {at}\""#));
    format!("{{{}\\n}}", members.collect::<Vec<_>>().join(","))
}

/// Writes a Postman collection of folders with 50 items each. An item has about 14 KB, as in Zoom's collections, most
/// of them saved responses with their requests.
fn write_collection(path: &Path, length: usize) {
    let file = File::create(path).expect("a file");
    let mut out = BufWriter::new(file);
    let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
    let lorem = "Lorem **ipsum** dolor `sit` amet, consectetur adipisicing elit.";
    let description = format!("{lorem}\\n\\n").repeat(10);
    let params = (0..8).map(|at| {
        format!(r#"{{"key":"param_{at}","value":"{at}","description":"{lorem} {lorem}"}}"#)
    });
    let params = params.collect::<Vec<_>>().join(",");
    let (body, response) = (object(60), object(40));
    let header = r#"[{"key":"Content-Type","value":"application/json"},
        {"key":"Authorization","value":"Bearer {{token}}"}]"#;
    let mut text = format!(
        r#"{{"info":{{"name":"Boats","schema":"{schema}"}},
        "variable":[{{"key":"baseUrl","value":"https://api.example.com/v1"}}],"item":["#
    );
    let mut written = 0;
    for number in 0.. {
        written += text.len();
        out.write_all(text.as_bytes()).expect("room for a file");
        text.clear();
        if written >= length {
            break;
        }
        match number {
            0 => text += r#"{"name":"Folder 0","item":["#,
            _ if number % 50 == 0 => {
                let _ = write!(text, r#"]}},{{"name":"Folder {number}","item":["#);
            }
            _ => text.push(','),
        }
        let request = format!(
            r#"{{"method":"PUT","description":"{description}","header":{header},
            "url":{{"raw":"{{{{baseUrl}}}}/boats/:boatId?param_0=0&param_1=1",
            "host":["{{{{baseUrl}}}}"],"path":["boats",":boatId"],"query":[{params}],
            "variable":[{{"key":"boatId","value":"{number}","description":"The ID"}}]}},
            "body":{{"mode":"raw","raw":"{body}","options":{{"raw":{{"language":"json"}}}}}}}}"#
        );
        let _ = write!(
            text,
            r#"{{"name":"Update boat {number}","request":{request},"response":[
            {{"name":"Updated","originalRequest":{request},"status":"OK","code":200,
            "header":{header},"body":"{response}"}},
            {{"name":"Not found","status":"Not Found","code":404,"header":{header},"body":"{response}"}}]}}"#
        );
    }
    write!(out, "]}}]}}").expect("room for a file");
    // The system would write it to disk while the command runs.
    out.into_inner().expect("room for a file").sync_all().expect("a disk");
}
