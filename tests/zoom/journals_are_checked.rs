//! Rotation journals: one that an editor saved is read; a damaged or foreign one, or one of another
//! version, is refused and left unchanged. No journal causes a password to be sent twice.

use std::fs;
use std::path::PathBuf;

use zoomkat::zoom::{
    ErrorKind, PasswordOptions, Plan, RotationOutcome, RotationReport, UserOutcome, Zoom,
};

use support::clock::ManualClock;
use support::faults::STEP;
use support::patient;
use support::zoom::{Action, EmbeddedZoom, Stage, UserKind};

const CHANGED: &str = "ann@example.com";
const REFUSED: &str = "admin@example.com";
const LOST: &str = "bob@example.com";
const HEAD: &str = r#"{"journal":"zoomkat password rotation","version":2,"sum":"11341808"}"#;
const HEAD_1: &str = r#"{"journal":"zoomkat password rotation","version":1}"#;

/// A Zoom and a rotation in which one user was changed, one was refused, and one is unknown.
struct Rotation {
    server: EmbeddedZoom,
    zoom: Zoom,
    _folder: tempfile::TempDir,
    path: PathBuf,
    journal: Vec<u8>,
}

impl Rotation {
    fn new() -> Rotation {
        let old = "sint occaecat";
        let mut builder = EmbeddedZoom::builder()
            .user(CHANGED, old)
            .user(LOST, old)
            .user_with_kind(UserKind::Admin, REFUSED, old);
        for number in 0..20 {
            builder = builder.user(&format!("u{number}@example.com"), old);
        }
        let server = builder
            .on_call(|stage, call| match stage {
                Stage::Recorded if call.path.contains("bob%40") => Action::Drop,
                _ => Action::Continue,
            })
            .start();
        let zoom = Zoom::builder()
            .server_to_server("account", "client", "client-key")
            .plan(Plan::Pro)
            .base_url(server.url())
            .oauth_url(server.url())
            .transport(patient())
            .clock(ManualClock::new())
            .build()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut rotation = Rotation { server, zoom, _folder: folder, path, journal: Vec::new() };
        let report = rotation.run(&[CHANGED, REFUSED, LOST]);
        assert_eq!((report.changed(), report.not_changed(), report.unknown()), (1, 1, 1));
        rotation.journal = fs::read(&rotation.path).unwrap();
        rotation
    }

    fn run(&self, users: &[&str]) -> RotationReport {
        let entries = users.iter().map(|user| (*user, "Lorem ipsum 1"));
        let options = PasswordOptions::new().threads(1).journal(&self.path);
        self.zoom.update_passwords(entries, options)
    }

    /// Continues with the two users who must not be sent again.
    fn resume(&self) -> RotationReport {
        let calls = self.server.calls().len();
        let report = self.run(&[CHANGED, LOST]);
        assert_eq!(self.server.calls().len(), calls, "something was sent: {report}");
        report
    }

    /// Returns the error for a journal, which must be left unchanged.
    fn refusal(&self, journal: &[u8]) -> String {
        fs::write(&self.path, journal).unwrap();
        let report = self.resume();
        let shown = String::from_utf8_lossy(journal);
        let err = report.stopped().unwrap_or_else(|| panic!("not refused: {report}\n{shown}"));
        assert_eq!(err.kind(), ErrorKind::Journal, "{err}");
        assert_eq!(report.not_tried(), 2, "{report}");
        assert_eq!(fs::read(&self.path).unwrap(), journal, "the journal was changed");
        let text = err.to_string();
        let path = self.path.to_str().unwrap();
        assert!(text.contains(path), "{text}");
        for advice in ["another file", "new file", "remove the journal", "start a new", "delete"] {
            assert!(!text.contains(advice), "{text}");
        }
        text
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.journal).unwrap()
    }
}

fn knows_both(report: &RotationReport) -> bool {
    let outcomes: Vec<&RotationOutcome> =
        report.outcomes().iter().map(UserOutcome::outcome).collect();
    matches!(outcomes[..], [RotationOutcome::AlreadyChanged, RotationOutcome::Unknown(None)])
}

#[test]
fn a_journal_saved_by_an_editor_is_read_and_continued() {
    let rotation = Rotation::new();
    let text = rotation.text();
    let crlf = text.replace('\n', "\r\n");
    let bom = "\u{FEFF}";
    let saved = [
        text.to_owned(),
        text.trim_end().to_owned(),
        format!("{text}\n"),
        format!("{text}\n\n \t\n"),
        format!("{bom}{text}"),
        crlf.clone(),
        crlf.trim_end().to_owned(),
        format!("{crlf}\r\n\r\n"),
        format!("{bom}{crlf}"),
        format!("{bom}{}", crlf.trim_end()),
        text.replacen('\n', "\r\n", 2),
        text.replace('\n', "\n\n"),
    ];
    for (number, text) in saved.iter().enumerate() {
        fs::write(&rotation.path, text).unwrap();
        assert!(knows_both(&rotation.resume()), "{text:?}");
        let user = format!("u{number}@example.com");
        let report = rotation.run(&[CHANGED, &user]);
        assert_eq!((report.already_changed(), report.changed()), (1, 1), "{report}");
        let now = fs::read_to_string(&rotation.path).unwrap();
        let new = now.strip_prefix(text).expect("the journal is only appended to");
        assert!(new.ends_with('\n') && !new.contains('\r'), "{new}");
        // Saved by an editor a second time.
        fs::write(&rotation.path, now.replace("\r\n", "\n").trim_end().replace('\n', "\r\n"))
            .unwrap();
        assert_eq!(rotation.run(&[CHANGED, &user]).already_changed(), 2, "{now}");
    }
}

#[test]
fn a_flipped_bit_is_an_error_or_changes_nothing() {
    let rotation = Rotation::new();
    let stripped = rotation.text().trim_end().len();
    let mut refused = 0;
    for end in [rotation.journal.len(), stripped] {
        for index in (0..end).step_by(STEP) {
            for bit in 0..8 {
                let mut journal = rotation.journal[..end].to_vec();
                journal[index] ^= 1 << bit;
                fs::write(&rotation.path, &journal).unwrap();
                let report = rotation.resume();
                let shown = String::from_utf8_lossy(&journal);
                match report.stopped() {
                    Some(err) => {
                        assert_eq!(err.kind(), ErrorKind::Journal, "{err}");
                        assert_eq!(report.not_tried(), 2, "{report}");
                        assert_eq!(fs::read(&rotation.path).unwrap(), journal, "{err}");
                        refused += 1;
                    }
                    None => assert!(knows_both(&report), "byte {index}, bit {bit}: {shown}"),
                }
            }
        }
    }
    assert!(refused > 8 * stripped / STEP, "{refused}");
}

#[test]
fn an_error_names_the_damaged_line_and_asks_for_a_backup() {
    let rotation = Rotation::new();
    let text = rotation.text();
    let name = text.replacen("ann@", "amn@", 1);
    let err = rotation.refusal(name.as_bytes());
    assert!(err.contains("line 2 is damaged: its checksum does not match"), "{err}");
    assert!(err.contains("Restore the file from a copy made after its last run"), "{err}");
    // Without this line its user would not have been sent again.
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let err = rotation.refusal([&lines[..1], &lines[3..]].concat().concat().as_bytes());
    assert!(err.contains("line 2 has the number 3 instead of 1"), "{err}");
    for torn in [format!("{text}{{\"at\":\n"), format!("{text}{{\"at\":\"2026")] {
        fs::write(&rotation.path, torn + "\n" + lines[1]).unwrap();
        assert!(rotation.resume().stopped().is_some(), "a torn line was ignored");
    }
    let not_utf8 = [&rotation.journal[..], b"\xFF\n"].concat();
    assert!(rotation.refusal(&not_utf8).contains(&format!("line {} is damaged", lines.len() + 1)));
}

#[test]
fn a_torn_line_is_skipped_and_its_user_is_tried() {
    let rotation = Rotation::new();
    let mut text = rotation.text().to_owned();
    // The line of a user to whom nothing was sent.
    let number = text.lines().count();
    let line = format!(
        "{{\"at\":\"2026-01-02T03:04:05Z\",\"user\":\"u0@example.com\",\"state\":\"sending\",\"number\":{number}"
    );
    let sum = crc32fast::hash(line.as_bytes());
    let line = format!("{line},\"sum\":\"{sum:08x}\"}}\n");
    fs::write(&rotation.path, text.clone() + &line).unwrap();
    assert_eq!(rotation.run(&["u0@example.com"]).unknown(), 1, "the whole line was not read");
    let tails = ["", "\0\0\0\0\0\0\0\0", "\n", "\r\n"];
    for (number, tail) in tails.iter().enumerate() {
        text += &line[..line.len() - 3 - 5 * number];
        text += tail;
        fs::write(&rotation.path, &text).unwrap();
        let user = format!("u{number}@example.com");
        let report = rotation.run(&[CHANGED, LOST, &user]);
        assert_eq!(
            (report.already_changed(), report.unknown(), report.changed()),
            (1, 1, 1),
            "{report}\n{text}"
        );
        assert_eq!(rotation.run(&[&user]).already_changed(), 1);
        text = fs::read_to_string(&rotation.path).unwrap();
    }
}

#[test]
fn a_journal_of_another_version_says_which_and_what_to_do() {
    let rotation = Rotation::new();
    for head in [
        HEAD.replace(":2,", ":3,"),
        r#"{"journal":"zoomkat password rotation","version":3}"#.to_owned(),
        r#"{"version":3,"journal":"zoomkat password rotation","sums":"sha-256"}"#.to_owned(),
    ] {
        let journal = rotation.text().replacen(HEAD, &head, 1);
        let err = rotation.refusal(journal.as_bytes());
        assert!(err.contains("has version 3"), "{err}");
        assert!(err.contains("this zoomkat reads versions 1 and 2"), "{err}");
        assert!(err.contains("Finish the rotation with the zoomkat that began it"), "{err}");
    }
}

#[test]
fn a_version_1_journal_is_continued() {
    let rotation = Rotation::new();
    let line = |user: &str, state: &str| {
        format!(r#"{{"at":"2026-01-02T03:04:05Z","user":"{user}","state":"{state}"}}"#)
    };
    let text = [
        HEAD_1,
        &line(CHANGED, "sending"),
        &line(CHANGED, "changed"),
        r#"{"at":"2026-01-02T03:0"#,
        r#"{"resumed":"2026-01-02T03:05:05Z"}"#,
        &line(LOST, "sending"),
        "",
    ];
    let text = text.join("\n");
    for (number, text) in [text.clone(), text.replace('\n', "\r\n")].iter().enumerate() {
        fs::write(&rotation.path, text).unwrap();
        assert!(knows_both(&rotation.resume()));
        let user = format!("u{number}@example.com");
        assert_eq!(rotation.run(&[&user]).changed(), 1);
        assert_eq!(rotation.run(&[&user]).already_changed(), 1);
        let now = fs::read_to_string(&rotation.path).unwrap();
        assert!(now.starts_with(text) && now.contains("\"sum\""), "{now}");
        // The added line is checked.
        rotation.refusal(now.replace(&user, "u9@example.com").as_bytes());
    }
    let err = rotation.refusal(text.replace("version\":1", "version\":one").as_bytes());
    assert!(err.contains(&format!("its head, line 1, is damaged; it must be {HEAD_1} ")), "{err}");
}

#[test]
fn a_damaged_head_asks_for_a_backup() {
    let rotation = Rotation::new();
    let text = rotation.text();
    let rest = text.strip_prefix(HEAD).unwrap();
    for head in ["", "{", "xx", &HEAD[1..], &HEAD[..HEAD.len() - 1], &HEAD.replace("1341", "1342")]
    {
        let broken = format!("{head}{rest}");
        let err = rotation.refusal(broken.as_bytes());
        assert!(err.contains("is damaged; it must be "), "{err}");
        assert!(err.contains(HEAD) && err.contains("Restore the head"), "{err}");
        assert!(err.contains("the next run would send to all users again"), "{err}");
    }
    // The head and the next line have become one.
    let err = rotation.refusal(text.replacen('\n', " ", 1).as_bytes());
    assert!(err.contains(HEAD), "{err}");
    // Restoring only the head would drop that line, which is noticed.
    let (_, after) = rest[1..].split_once('\n').unwrap();
    rotation.refusal(format!("{HEAD}\n{after}").as_bytes());
    fs::write(&rotation.path, text).unwrap();
    assert!(knows_both(&rotation.resume()));
}

#[test]
fn a_foreign_file_is_reported_as_such() {
    let rotation = Rotation::new();
    for other in [
        "user,password\nann@example.com,lorem-ipsum\n",
        "\u{FEFF}user,password\r\n",
        "{\"journal\":\"of another program\",\"version\":2}\n{\"at\":1}\n",
        "[]",
        "\n\nx",
        &"\0".repeat(4096),
    ] {
        let err = rotation.refusal(other.as_bytes());
        assert!(err.contains("is not a journal"), "{err}");
        assert!(err.contains("Nothing was written to it"), "{err}");
        assert!(err.contains("Check the name"), "{err}");
        assert!(!err.contains("lorem-ipsum") && !err.contains("ann@"), "{err}");
    }
    // UTF-16, which some editors call Unicode.
    let units = || rotation.text().encode_utf16();
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
    for (mark, text) in
        [(&b"\xFF\xFE"[..], &little), (b"\xFE\xFF", &big), (b"", &little), (b"", &big)]
    {
        let err = rotation.refusal(&[mark, text].concat());
        assert!(err.contains("UTF-16") && err.contains("Save it as UTF-8"), "{err}");
    }
}

#[test]
fn an_empty_file_gets_a_head() {
    let rotation = Rotation::new();
    let heads = (0..HEAD.len()).map(|cut| HEAD[..cut].to_owned());
    let others = ["\u{FEFF}", "\n \r\n", "\0\0\0", "{\"journal\":\0\0", HEAD_1.split_at(45).0];
    for (number, start) in heads.chain(others.map(str::to_owned)).enumerate() {
        fs::write(&rotation.path, &start).unwrap();
        let user = format!("u{}@example.com", number % 20);
        let report = rotation.run(&[&user]);
        assert!(report.stopped().is_none() && report.unknown() == 0, "{start:?}: {report}");
        let now = fs::read_to_string(&rotation.path).unwrap();
        let new = now.strip_prefix(&start).expect("the file is only appended to");
        assert!(new.trim_start().starts_with(&format!("{HEAD}\n")), "{now}");
        if report.changed() == 1 {
            assert_eq!(rotation.run(&[&user]).already_changed(), 1, "{now}");
        }
    }
}
