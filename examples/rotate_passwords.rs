//! Changes the passwords of many users at the pace that the account's plan allows.
//!
//! ```sh
//! cargo run --example rotate_passwords -- users.tsv
//! ```
//!
//! The file has a line for each user, in UTF-8: the user, a tab, the new password. There is no quoting: the
//! password is everything after the tab. If the first line is `user`, tab, `password`, it is a heading. The
//! journal is next to the file (`users.tsv.journal`). If the program is killed and started again, it
//! changes no password twice and skips no user. Keep the journal until all passwords are changed; without
//! it every password would be sent again. For the next rotation, use a file with another name, which gets
//! its own journal.
//!
//! The account is given by `ZOOM_ACCOUNT_ID`, `ZOOM_CLIENT_ID`, `ZOOM_CLIENT_SECRET` and `ZOOM_PLAN` (free,
//! pro or business). If none of them is set, the program runs against an embedded Zoom on loopback with the
//! users of the file, or of examples/users.tsv if no file is given, and a temporary journal.
//!
//! `--resolve-unknown` after the file sends the password again to users for whom the outcome of an earlier
//! run is unknown, which settles it. File and password must be the same.
//!
//! The exit code is 0 if all passwords were changed, 1 if some were not, 2 if the file or the settings are
//! unusable, 3 if some outcomes are unknown, 4 if the run stopped early (the summary says why, and whether
//! any are unknown).

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

/// A user and the new password.
type Entry = (String, Secret);

fn read(path: &Path) -> Result<Vec<Entry>, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|err| format!("cannot read {shown}: {err}"))?;
    // Some editors write a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut entries = Vec::new();
    for (number, line) in text.lines().enumerate() {
        // Errors must not show the line, which may contain a password.
        match line.split_once('\t') {
            Some(("user", "password")) if number == 0 => {}
            Some((user, password)) if !user.is_empty() && !password.is_empty() => {
                entries.push((user.to_owned(), password.into()));
            }
            _ if line.is_empty() => {}
            _ => {
                let wanted = "expected a user, a tab and a password";
                return Err(format!("{shown}, line {}: {wanted}", number + 1).into());
            }
        }
    }
    Ok(entries)
}

/// Prints the progress on one line of the terminal.
fn show(done: usize, total: usize, user: &str) {
    // Control characters in a name could change the terminal. The escape sequence erases the rest of the
    // line.
    let user: String = user.chars().filter(|c| !c.is_control()).collect();
    let mut out = io::stdout();
    let _ = write!(out, "\r{done} of {total}: {user}\x1b[K").and_then(|()| out.flush());
}

/// Returns a client for the account given by the environment, if any.
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
        other => {
            return Err(format!("ZOOM_PLAN is {other:?}; expected free, pro or business").into());
        }
    };
    let zoom = Zoom::builder().server_to_server(account_id, client_id, client_secret).plan(plan);
    Ok(Some(zoom.build()?))
}

/// Starts an embedded Zoom with these users and the limits of a Pro plan.
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

/// Warns about passwords that the account will refuse.
fn warn(entries: &[Entry], requirement: &PasswordRequirement) {
    for (user, password) in entries {
        let check = requirement.check(password.expose());
        if !check.is_ok() {
            let rules: Vec<String> = check.broken().iter().map(ToString::to_string).collect();
            println!("{user}: Zoom will refuse this password: {}", rules.join("; "));
        }
    }
}

/// Prints what to do next.
fn advise(report: &RotationReport, journal: &Path) {
    if !report.is_complete() {
        println!("Keep {} and run this again with the same file.", journal.display());
    } else if report.changed() == 0 {
        println!("All passwords were changed before. Use another file name for the next rotation.");
    }
    if report.unknown() > 0 {
        println!("To settle unknown outcomes, add --resolve-unknown.");
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
        (None, Some(_)) => return Err("a file is required: rotate_passwords users.tsv".into()),
    };
    let entries = read(&path)?;

    // An embedded Zoom forgets everything when it stops, so its journal is temporary.
    let folder = tempfile::tempdir()?;
    let (zoom, journal, server) = match account {
        Some(zoom) => {
            let journal = PathBuf::from(format!("{}.journal", path.display()));
            (zoom, journal, None)
        }
        None => {
            let (server, zoom) = embedded(&entries)?;
            println!("No account is set: using an embedded Zoom at {}.", server.url());
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
    // There is no next run against the embedded Zoom.
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
