//! Tests of journals that were damaged, cut or edited at each byte.

use super::lines::{HEAD, read, record, resumed_line};
use super::*;
use crate::random::cases;

type States = Vec<(String, UserState)>;

fn states_in(text: &[u8]) -> Result<States> {
    let mut known: States = read(Path::new("j"), text)?.known.into_iter().collect();
    known.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(known)
}

const AT: &str = "2026-01-02T03:04:05Z";

/// Returns the lines of two runs, the first of which was killed within a line. The texts contain the
/// punctuation of JSON.
fn journal() -> Vec<String> {
    let why = r#"refused: {"code":1117,"sum":"00000000"} ö \ "#;
    let mut number = 0;
    let mut line = |user: &str, state, why| {
        number += 1;
        record(number, AT, user, state, why).unwrap()
    };
    let mut lines = vec![
        HEAD.to_owned() + "\n",
        line("a", UserState::Sending, None),
        line("b@example.com", UserState::Sending, None),
        line("a", UserState::Changed, None),
        line("b@example.com", UserState::NotChanged, Some(why)),
    ];
    lines.push(record(5, AT, "c", UserState::Sending, None).unwrap()[..60].to_owned() + "\n");
    lines.push(resumed_line(5, AT, true).unwrap());
    number = 5;
    let mut line = |user: &str, state, why| {
        number += 1;
        record(number, AT, user, state, why).unwrap()
    };
    lines.push(line("c", UserState::Sending, None));
    lines.push(line("d", UserState::Sending, None));
    lines.push(line("d", UserState::Unknown, Some(why)));
    lines.push(line("c", UserState::Changed, None));
    lines.push(resumed_line(10, AT, false).unwrap());
    lines
}

/// Returns the text as various editors save it.
fn editor_variants(text: &str) -> [Vec<u8>; 5] {
    [
        text.to_owned(),
        text.trim_end().to_owned(),
        text.replace('\n', "\r\n"),
        text.trim_end().replace('\n', "\r\n"),
        format!("\u{FEFF}{}\r\n\n \n", text.replace('\n', "\r\n")),
    ]
    .map(String::into_bytes)
}

fn try_bytes(text: &[u8], from: usize, bytes: impl Fn(u8) -> Vec<u8>) {
    let before = states_in(text).unwrap();
    let mut changed = text.to_vec();
    for (index, byte) in text.iter().enumerate().skip(from) {
        for other in bytes(*byte) {
            changed[index] = other;
            if let Ok(now) = states_in(&changed) {
                let shown = String::from_utf8_lossy(&changed);
                assert_eq!(now, before, "byte {index} is {other:#04x}:\n{shown}");
            }
        }
        changed[index] = *byte;
    }
}

#[test]
fn a_line_ends_with_the_crc_32_of_what_is_before() {
    // By zlib.
    assert!(HEAD.ends_with("\"version\":2,\"sum\":\"11341808\"}"));
    let line = record(1, AT, "jchill@example.com", UserState::Sending, None).unwrap();
    assert_eq!(
        line,
        "{\"at\":\"2026-01-02T03:04:05Z\",\"user\":\"jchill@example.com\",\"state\":\"sending\",\
         \"number\":1,\"sum\":\"676f52d4\"}\n"
    );
}

fn all(_: u8) -> Vec<u8> {
    (0..=255).collect()
}

/// Returns the bytes that differ by one bit, and those with a meaning.
fn some(byte: u8) -> Vec<u8> {
    let bits = (0..8).map(|bit| byte ^ (1 << bit));
    bits.chain(*b"\0\t\n\r \"',:[\\]{}09afAx\xEF\xFF").collect()
}

#[test]
fn any_changed_byte_is_an_error_or_has_no_effect() {
    let lines = journal();
    let short = [&lines[0], &lines[1], &lines[5], &resumed_line(2, AT, true).unwrap()];
    let short =
        short.map(String::as_str).concat() + &record(3, AT, "c", UserState::Sending, None).unwrap();
    try_bytes(short.as_bytes(), 0, all);
    try_bytes(short.trim_end().as_bytes(), 0, all);
    try_bytes(lines.concat().as_bytes(), 0, |byte| (0..8).map(|bit| byte ^ (1 << bit)).collect());
}

#[test]
fn any_line_may_be_the_last_with_any_byte_of_it_wrong() {
    let lines = journal();
    for end in 1..=lines.len() {
        let from = lines[..end - 1].concat().len().saturating_sub(1);
        for text in editor_variants(&lines[..end].concat()) {
            try_bytes(&text, from, some);
        }
    }
}

#[test]
fn a_torn_line_may_be_the_last_with_any_byte_around_it_wrong() {
    let lines = journal();
    for end in [1, 3, 10] {
        let text = lines[..end].concat();
        let from = lines[..end - 1].concat().len();
        let len = lines[end].len();
        for cut in [1, 40, len - 11, len - 10, len - 4, len - 3, len - 2] {
            let torn = text.clone() + &lines[end][..cut];
            try_bytes(torn.as_bytes(), from, some);
            // With a later cut, a zero may change to the missing byte.
            if cut < len - 3 {
                try_bytes((torn + "\0\0\0").as_bytes(), from, some);
            }
        }
    }
}

#[test]
fn a_last_line_that_ends_with_zeros_or_a_line_break_is_torn() {
    let lines = journal();
    for end in 1..lines.len() {
        let start = lines[..end].concat();
        let before = states_in(start.as_bytes()).unwrap();
        let whole = states_in(lines[..=end].concat().as_bytes()).unwrap();
        for (cut, _) in lines[end].char_indices() {
            for after in ["\0", "\0\0\0", "\n", "\r\n\r\n"] {
                let text = start.clone() + &lines[end][..cut] + after;
                let now = states_in(text.as_bytes()).unwrap();
                // A line counts as complete only with its sum.
                let is_whole = lines[end].len() - cut <= 2;
                assert_eq!(now, if is_whole { &whole } else { &before }.clone(), "{text}");
                let (_, again) = resume(&text);
                let then = states_in(again.as_bytes()).unwrap();
                assert_eq!(then.last(), Some(&("z".to_owned(), UserState::Changed)), "{again}");
                assert!(then.starts_with(&now), "{again}");
            }
        }
    }
}

#[test]
fn saving_in_an_editor_changes_nothing() {
    let text = journal().concat();
    let before = states_in(text.as_bytes()).unwrap();
    let states =
        [UserState::Changed, UserState::NotChanged, UserState::Changed, UserState::Unknown];
    assert_eq!(before.iter().map(|(_, state)| *state).collect::<Vec<_>>(), states);
    for saved in editor_variants(&text) {
        assert_eq!(states_in(&saved).unwrap(), before);
    }
    // Without the last LF only.
    let cut = text.replace('\n', "\r\n");
    let cut = cut.trim_end_matches('\n').as_bytes();
    assert_eq!(states_in(cut).unwrap(), before);
    try_bytes(cut, cut.len() - 90, all);
}

#[test]
fn a_line_that_is_missing_copied_or_moved_is_refused() {
    let lines = journal();
    for index in (1..lines.len() - 1).filter(|index| *index != 5) {
        let mut missing = lines.clone();
        missing.remove(index);
        states_in(missing.concat().as_bytes()).expect_err("a line is missing");
        let mut twice = lines.clone();
        twice.insert(index, lines[index].clone());
        states_in(twice.concat().as_bytes()).expect_err("a line occurs twice");
    }
    let mut moved = lines.clone();
    moved.swap(1, 2);
    let err = states_in(moved.concat().as_bytes()).unwrap_err().to_string();
    assert!(err.contains("line 2 has the number 2 instead of 1"), "{err}");
}

/// Returns the text that the next run leaves, without and with a line for a user.
fn resume(text: &str) -> (String, String) {
    let content = read(Path::new("j"), text.as_bytes()).unwrap();
    let lf = if text.ends_with('\n') { "" } else { "\n" };
    let number = content.last_number + 1;
    let run = text.to_owned() + lf + &resumed_line(number, AT, content.is_torn).unwrap();
    let line = record(number + 1, AT, "z", UserState::Changed, None).unwrap();
    (run.clone(), run + &line)
}

#[test]
fn a_truncated_line_is_ignored() {
    let lines = journal();
    for end in 1..lines.len() {
        let start = lines[..end].concat();
        let before = states_in(start.as_bytes()).unwrap();
        // A line is complete without the LF.
        for cut in 0..lines[end].len() - 1 {
            // The cut may be within a character.
            let text = [start.as_bytes(), &lines[end].as_bytes()[..cut]].concat();
            assert_eq!(states_in(&text).unwrap(), before, "{cut}");
        }
        for (cut, _) in lines[end].char_indices().filter(|(cut, _)| cut + 1 < lines[end].len()) {
            let text = start.clone() + &lines[end][..cut];
            let (run, again) = resume(&text);
            let then = states_in(again.as_bytes()).unwrap();
            assert_eq!(then.last(), Some(&("z".to_owned(), UserState::Changed)), "{again}");
            assert!(then.starts_with(&before) || lines[end][cut..].len() < 4, "{again}");
            // The next run was killed, too, before its first line was complete.
            for cut in (text.len()..run.len() - 1).rev().step_by(9) {
                let (_, twice) = resume(&run[..cut]);
                let then = states_in(twice.as_bytes()).unwrap();
                assert_eq!(then.last(), Some(&("z".to_owned(), UserState::Changed)), "{twice}");
            }
        }
    }
}

fn refusal(text: &str) -> String {
    let err = states_in(text.as_bytes()).expect_err(text);
    assert_eq!(err.kind(), ErrorKind::Journal);
    err.to_string()
}

/// Lines of version 1 have neither number nor sum.
fn old(user: &str, state: &str) -> String {
    format!("{{\"at\":\"{AT}\",\"user\":\"{user}\",\"state\":\"{state}\"}}\n")
}

const OLD_HEAD: &str = "{\"journal\":\"zoomkat password rotation\",\"version\":1}\n";

#[test]
fn a_journal_of_version_1_is_read_and_continued() {
    let text = OLD_HEAD.to_owned() + &old("a", "sending") + &old("b", "sending");
    let text = text + &old("a", "changed");
    let before = [("a".to_owned(), UserState::Changed), ("b".to_owned(), UserState::Sending)];
    for saved in editor_variants(&text) {
        assert_eq!(states_in(&saved).unwrap(), before);
    }
    let (_, mixed) = resume(&text);
    try_bytes(mixed.as_bytes(), text.len() - 1, some);
    let torn = old("c", "sending");
    for cut in 1..torn.len() - 1 {
        let text = text.clone() + &torn[..cut];
        assert_eq!(states_in(text.as_bytes()).unwrap(), before, "{text}");
        // A run of an earlier zoomkat version.
        let run = format!("{{\"resumed\":\"{AT}\"}}\n");
        let text = text + "\n" + &run + &old("b", "changed");
        // A run of this version.
        let (_, text) = resume(&text);
        let after =
            [("a", UserState::Changed), ("b", UserState::Changed), ("z", UserState::Changed)];
        let after = after.map(|(user, state)| (user.to_owned(), state));
        assert_eq!(states_in(text.as_bytes()).unwrap(), after, "{text}");
        let (_, again) = resume(&(text.clone() + &run + &torn[..cut]));
        assert_eq!(states_in(again.as_bytes()).unwrap(), after, "{again}");
        let bad = text.replace("\"z\"", "\"y\"");
        assert!(refusal(&bad).contains("its checksum does not match"), "a sum is checked");
    }
    for bad in [text.replace("\n{\"at", "x{\"at"), text.clone() + "x\n" + &torn, text + "x\n"] {
        refusal(&bad);
    }
}

#[test]
fn a_line_that_cannot_be_read_is_refused_by_its_number() {
    let lines = journal();
    for (index, bad) in [(1, "x\n"), (2, "{\n"), (4, "[]\n"), (8, "{}\n"), (10, "{\"at\":\"2\n")] {
        let mut lines = lines.clone();
        lines.insert(index, bad.to_owned());
        let err = refusal(&lines.concat());
        assert!(err.contains(&format!("line {} is damaged", index + 1)), "{err}");
        assert!(err.contains("Restore the file from a copy made after its last run"), "{err}");
    }
    for is_torn in [true, false] {
        let torn =
            lines[..3].concat() + "{\"at\":\"2026\n" + &resumed_line(3, AT, is_torn).unwrap();
        assert_eq!(
            states_in(torn.as_bytes()).is_ok(),
            is_torn,
            "the run must record that it found it"
        );
    }
    let with_sum =
        |body: &str| format!("{body},\"sum\":\"{:08x}\"}}\n", crc32fast::hash(body.as_bytes()));
    let unknown = HEAD.to_owned() + "\n" + &with_sum("{\"paused\":true,\"number\":1");
    assert!(refusal(&unknown).contains("of a kind that this version of zoomkat does not know"));
}

#[test]
fn any_bytes_are_read_or_refused() {
    let lines = journal();
    cases(256, |random| {
        let bytes = random.bytes(200);
        let mut text = lines[..random.below(12)].concat().into_bytes();
        let _ = states_in(&bytes);
        for _ in 0..random.below(8) {
            let line = lines[random.below(12)].as_bytes();
            let (from, to) = (random.below(120), random.below(120));
            text.extend(&line[from.min(line.len())..to.max(from).min(line.len())]);
            let _ = states_in(&text);
        }
        text.extend(bytes);
        let _ = states_in(&text);
    });
}

#[cfg(unix)]
#[test]
fn a_failed_flush_is_an_error_for_this_and_all_later_lines() {
    use std::os::fd::OwnedFd;

    let file = tempfile::tempfile().unwrap();
    // Flushing a pipe fails, since it has no disk.
    let (_reader, writer) = std::io::pipe().unwrap();
    let journal = Journal {
        path: PathBuf::from("j"),
        _lock: tempfile::tempfile().unwrap(),
        file: Mutex::new(Ok(file)),
        written: AtomicU64::new(0),
        synced: Mutex::new((File::from(OwnedFd::from(writer)), 0)),
    };
    let record = || journal.record("a", UserState::Sending, None, SystemTime::now());
    let err = record().unwrap_err();
    assert!(err.to_string().contains("cannot write"), "{err}");
    assert_eq!(record().unwrap_err().to_string(), err.to_string(), "the reason stays known");
}
