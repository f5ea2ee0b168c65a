//! Gives many users new passwords, at the pace that the account's plan allows.
//!
//! ```sh
//! cargo run --example rotate_passwords -- users.tsv
//! ```
//!
//! The file has a line for each user: the user, a tab, the new password, in UTF-8. Nothing is quoted: a password is all
//! that follows the tab. A first line `user`, tab, `password` is a heading. The journal stands beside the file
//! (`users.tsv.journal`): killed at any moment and started again, the program changes nobody twice and
//! forgets nobody. Keep the journal until all are changed; without it all would be sent to again. For the
//! next rotation write a file with another name, which gets a journal of its own.
//!
//! The account is that of `ZOOM_ACCOUNT_ID`, `ZOOM_CLIENT_ID`, `ZOOM_CLIENT_SECRET` and `ZOOM_PLAN`
//! (free, pro or business). With none of them set an embedded Zoom on loopback takes its place, with
//! the users of the file, or of examples/users.tsv where none is named; its journal is a temporary one.
//!
//! With `--resolve-unknown` after the file, users whose outcome an earlier run could not tell are sent
//! their password once more, which settles it. It must be the same file and the same password.
//!
//! The exit code is 0 where all passwords were changed, 1 where some were not, 2 where the file or the
//! settings cannot be used, 3 where the outcome of some is unknown, 4 where the run stopped before its
//! end (the summary says why, and whether any is unknown).

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use zoomkat::zoom::{
    PasswordOptions, PasswordRequirement, Plan, RotationOutcome, RotationReport, Secret, Zoom,
};
use zoomkat_testing::zoom::{EmbeddedZoom, Limits, Policy};

type Failure = Box<dyn std::error::Error>;

/// A user and the password to be.
type Entry = (String, Secret);

fn read(path: &Path) -> Result<Vec<Entry>, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|err| format!("cannot read {shown}: {err}"))?;
    // Some editors write a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut entries = Vec::new();
    for (number, line) in text.lines().enumerate() {
        // An error must not show the line, which may have a password.
        match line.split_once('\t') {
            Some(("user", "password")) if number == 0 => {}
            Some((user, password)) if !user.is_empty() && !password.is_empty() => {
                entries.push((user.to_owned(), password.into()));
            }
            _ if line.is_empty() => {}
            _ => {
                let wanted = "a user, a tab and a password are expected";
                return Err(format!("{shown}, line {}: {wanted}", number + 1).into());
            }
        }
    }
    Ok(entries)
}

/// Writes how far it is, into one line of the terminal.
fn show(done: usize, total: usize, user: &str) {
    // Control characters in a name would change the terminal. What is left of the line before is erased.
    let user: String = user.chars().filter(|c| !c.is_control()).collect();
    let mut out = io::stdout();
    let _ = write!(out, "\r{done} of {total}: {user}\x1b[K").and_then(|()| out.flush());
}

/// The client of the account that the environment names, if it names one.
fn account() -> Result<Option<Zoom>, Failure> {
    const NAMES: [&str; 4] =
        ["ZOOM_ACCOUNT_ID", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_PLAN"];
    let values = NAMES.map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    let [Some(account_id), Some(client_id), Some(client_secret), Some(plan)] = values else {
        let missing: Vec<&str> = NAMES
            .iter()
            .zip(&values)
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| *name)
            .collect();
        return match missing.len() == NAMES.len() {
            true => Ok(None),
            false => Err(format!("not set: {}; set all four or none", missing.join(", ")).into()),
        };
    };
    let plan = match plan.to_ascii_lowercase().as_str() {
        "free" => Plan::Free,
        "pro" => Plan::Pro,
        "business" => Plan::Business,
        other => return Err(format!("ZOOM_PLAN is {other:?}; free, pro or business").into()),
    };
    let zoom = Zoom::builder().server_to_server(account_id, client_id, client_secret).plan(plan);
    Ok(Some(zoom.build()?))
}

/// An embedded Zoom that has these users, with the limits of a Pro plan.
fn embedded(entries: &[Entry]) -> Result<(EmbeddedZoom, Zoom), Failure> {
    let policy = Policy { minimum_length: 8, ..Policy::default() };
    let mut builder = EmbeddedZoom::builder()
        .plan_limits(Limits::pro())
        .latency(std::time::Duration::from_millis(100))
        .policy(policy);
    for (user, _) in entries {
        builder = builder.user(user, "sint occaecat");
    }
    let server = builder.start();
    let zoom = Zoom::builder()
        .server_to_server("account", "client", "client-key")
        .plan(Plan::Pro)
        .base_url(server.url())
        .oauth_url(server.url())
        .build()?;
    Ok((server, zoom))
}

/// Says beforehand which passwords the account will not take.
fn warn(entries: &[Entry], requirement: &PasswordRequirement) {
    for (user, password) in entries {
        let check = requirement.check(password.expose());
        if !check.is_ok() {
            let rules: Vec<String> = check.broken().iter().map(ToString::to_string).collect();
            println!("{user}: Zoom will refuse this password: {}", rules.join("; "));
        }
    }
}

/// Says what comes next.
fn advise(report: &RotationReport, journal: &Path) {
    if !report.is_complete() {
        println!("Keep {} and run this again with the same file.", journal.display());
    } else if report.changed() == 0 {
        println!("All were changed before. Write the next rotation's file under another name.");
    }
    if report.unknown() > 0 {
        println!("To settle what is unknown, add --resolve-unknown.");
    }
}

fn run() -> Result<ExitCode, Failure> {
    let mut args: Vec<OsString> = env::args_os().skip(1).collect();
    let resolve = args.iter().any(|arg| arg == "--resolve-unknown");
    args.retain(|arg| arg != "--resolve-unknown");
    if args.len() > 1 {
        return Err("usage: rotate_passwords users.tsv [--resolve-unknown]".into());
    }
    let file = args.pop().map(PathBuf::from);
    let account = account()?;
    let example = || Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/users.tsv");
    let path = match (&file, &account) {
        (Some(file), _) => file.clone(),
        (None, None) => example(),
        (None, Some(_)) => return Err("name a file: rotate_passwords users.tsv".into()),
    };
    let entries = read(&path)?;

    // What an embedded Zoom was told is gone when it ends, so its journal goes too.
    let folder = tempfile::tempdir()?;
    let (zoom, journal, server) = match account {
        Some(zoom) => {
            let journal = PathBuf::from(format!("{}.journal", path.display()));
            (zoom, journal, None)
        }
        None => {
            let (server, zoom) = embedded(&entries)?;
            println!("No account is set: an embedded Zoom answers at {}.", server.url());
            (zoom, folder.path().join("journal"), Some(server))
        }
    };
    println!(
        "{} users in {}; the journal is {}.",
        entries.len(),
        path.display(),
        journal.display()
    );

    match zoom.password_requirement() {
        Ok(requirement) => warn(&entries, &requirement),
        Err(err) => println!("The account's password rules cannot be read: {err}"),
    }

    let (total, on_terminal) = (entries.len(), io::stdout().is_terminal());
    let mut options = PasswordOptions::new().journal(&journal).resolve_unknown(resolve);
    if on_terminal {
        options = options.on_progress(move |progress| show(progress.done, total, progress.user));
    }
    let report = zoom.update_passwords(entries, options);
    if on_terminal {
        println!();
    }

    for entry in report.outcomes() {
        use RotationOutcome::{AlreadyChanged, Changed, NotTried};
        if !matches!(entry.outcome(), Changed | AlreadyChanged | NotTried) {
            println!("{}: {}", entry.user(), entry.outcome());
        }
    }
    println!("\n{report}");
    // The embedded Zoom has no next time.
    if server.is_none() {
        advise(&report, &journal);
    }
    Ok(if report.stopped().is_some() {
        ExitCode::from(4)
    } else if report.unknown() > 0 {
        ExitCode::from(3)
    } else if report.is_complete() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn main() -> ExitCode {
    run().unwrap_or_else(|err| {
        eprintln!("{err}");
        ExitCode::from(2)
    })
}
