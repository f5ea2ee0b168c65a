//! The format of a journal's lines, and their reader.
//!
//! A journal is UTF-8 text with one JSON object per line. The first line is the [`HEAD`]. Each run after the
//! first begins with a line `{"resumed":"<time>",..}`, which has `"torn":true` if the run found a torn line
//! before it. All other lines belong to users:
//!
//! ```text
//! {"at":"2026-01-02T03:04:05Z","user":"jchill@example.com","state":"sending","number":1,"sum":"676f52d4"}
//! ```
//!
//! * `sum`, the last member of each line, is the CRC-32 of all bytes of the line before `,"sum":"`, as 8
//!   lower-case hex digits. The CRC-32 is that of gzip, zip and PNG (ISO-HDLC; polynomial 0x04C11DB7,
//!   reflected). It detects every change within 32 bits, so every changed byte.
//! * `number` counts the lines after the head from 1. It reveals a line that was removed, copied or moved,
//!   except one removed from the end.
//!
//! Version 1 had neither, and did not mark torn lines. A journal of version 1 is read and continued; the lines
//! added to it have all of this and are checked.
//!
//! An editor may have saved the file. A byte order mark, a CR at the end of a line and blank lines are ignored,
//! and the last line needs no LF.
//!
//! # Torn lines
//!
//! A process that is killed during a write, or a full disk, leaves the beginning of a line. Nothing was sent for
//! it, since a request waits until its line is on disk. After a power cut a file may end with zero bytes
//! instead: the file system had recorded the new length but not the data. Such a line is torn, too: a line that
//! was flushed has all of its bytes.
//!
//! A line counts as torn only if all of the following is true. Any other unreadable line is damage and is refused,
//! since its user cannot be determined.
//!
//! * It is the last line, or the next line begins a run and says that it found a torn line, or that next line is
//!   torn itself.
//! * Its bytes are the beginning of an incomplete JSON object. No single changed byte turns a complete line into
//!   one, except a byte at its very end, which the last rule covers.
//! * The quotation mark after its sum is missing. A line that has it, and a correct sum, is read even without the
//!   last brace. The exceptions are the very end of a file, where a missing byte can only be one that was not
//!   written, and a line with the same number as the run after it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::text::file::quoted;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;

/// The first line of a new journal.
pub(super) const HEAD: &str =
    r#"{"journal":"zoomkat password rotation","version":2,"sum":"11341808"}"#;

/// The first line of version 1.
const HEAD_1: &str = r#"{"journal":"zoomkat password rotation","version":1}"#;

/// The name of the format in the head.
const NAME: &str = "zoomkat password rotation";

/// The bytes between the part that the sum covers and the sum.
const SUM: &[u8] = br#","sum":""#;

/// The number of digits of a sum.
const DIGITS: usize = 8;

/// The end of a line after its sum.
const END: &[u8] = br#""}"#;

/// The start of a line that begins a run.
const RESUMED: &[u8] = br#"{"resumed":""#;

/// The advice about damage. Removing a line, or a new journal, would lose users.
const RESTORE: &str = "Restore the file from a copy made after its last run. Do not remove a line: the next \
                       run would send to its user again";

/// The state of a user in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserState {
    /// The request may have been sent.
    Sending,
    Changed,
    NotChanged,
    Unknown,
}

#[derive(Deserialize)]
struct HeadLine<'l> {
    journal: Cow<'l, str>,
    version: u64,
    sum: Option<IgnoredAny>,
}

/// The line of a user.
#[derive(Serialize, Deserialize)]
struct UserLine<'l> {
    at: Cow<'l, str>,
    user: Cow<'l, str>,
    state: UserState,
    /// The error text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<Cow<'l, str>>,
    /// `None` in version 1.
    number: Option<u64>,
}

/// The line that each run after the first begins with.
#[derive(Serialize, Deserialize)]
struct ResumedLine<'l> {
    resumed: Cow<'l, str>,
    /// Whether the line before this one is torn.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    torn: bool,
    number: Option<u64>,
}

/// Returns the line of a user, with its LF. `at` is the time.
pub(super) fn record(
    number: u64,
    at: &str,
    user: &str,
    state: UserState,
    why: Option<&str>,
) -> serde_json::Result<String> {
    let why = why.map(Into::into);
    with_sum(&UserLine { at: at.into(), user: user.into(), state, why, number: Some(number) })
}

/// Returns the line that begins a run, with its LF.
pub(super) fn resumed_line(number: u64, at: &str, torn: bool) -> serde_json::Result<String> {
    with_sum(&ResumedLine { resumed: at.into(), torn, number: Some(number) })
}

fn with_sum(line: &impl Serialize) -> serde_json::Result<String> {
    let mut text = serde_json::to_string(line)?;
    // The brace is added again after the sum.
    text.pop();
    let sum = crc32fast::hash(text.as_bytes());
    Ok(format!("{text},\"sum\":\"{sum:08x}\"}}\n"))
}

/// The content of a journal.
#[derive(Default)]
pub(super) struct JournalContent {
    /// False for an empty file, or one with a torn head.
    pub(super) has_head: bool,
    /// The last state of each user.
    pub(super) known: HashMap<String, UserState>,
    /// The number of the last line that has one, or 0.
    pub(super) last_number: u64,
    /// Whether the last line is torn and no run has recorded that yet.
    pub(super) is_torn: bool,
}

/// Reads the journal at `path`, whose bytes are `text`, in linear time.
pub(super) fn read(path: &Path, text: &[u8]) -> Result<JournalContent> {
    if [&b"\xFF\xFE"[..], b"\xFE\xFF", b"{\0\"\0", b"\0{\0\""]
        .iter()
        .any(|mark| text.starts_with(mark))
    {
        let why = "is in UTF-16, which some editors call Unicode. Save it as UTF-8";
        return Err(Error::new(ErrorKind::Journal, format!("the file {} {why}", quoted(path))));
    }
    let mut reader = Reader { path, version: 0, content: JournalContent::default(), pending: None };
    for (number, line, _) in lines(text) {
        match reader.content.has_head {
            true => reader.line(number, line)?,
            false => reader.head(text, number, line)?,
        }
    }
    reader.finish(lines(text).last().is_some_and(|(_, _, has_lf)| !has_lf))
}

/// Returns the lines that are not blank, with their numbers, and whether each has an LF.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8], bool)> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let lines = text.split_inclusive(|byte| *byte == b'\n').enumerate();
    lines
        .map(|(index, line)| {
            let without_lf = line.strip_suffix(b"\n");
            let (line, has_lf) = (without_lf.unwrap_or(line), without_lf.is_some());
            // Without an LF, the CR may be a changed byte of the line, unless the line is complete before it.
            let before = line.strip_suffix(b"\r").filter(|line| has_lf || line.ends_with(b"}"));
            (index + 1, before.unwrap_or(line), has_lf)
        })
        .filter(|(_, line, _)| !line.trim_ascii().is_empty())
}

struct Reader<'r> {
    path: &'r Path,
    version: u64,
    content: JournalContent,
    /// An unreadable line. The next line shows whether it is torn or damaged.
    pending: Option<(usize, &'r [u8])>,
}

impl<'r> Reader<'r> {
    fn head(&mut self, text: &[u8], number: usize, line: &[u8]) -> Result<()> {
        let head =
            serde_json::from_slice::<HeadLine>(line).ok().filter(|head| head.journal == NAME);
        let has_right_sum = matches!(sum(line), Some((body, sum)) if crc32fast::hash(body) == sum);
        match head {
            Some(HeadLine { version: 1, sum: None, .. }) => self.version = 1,
            Some(HeadLine { version: version @ (1 | 2), .. }) if has_right_sum => {
                self.version = version;
            }
            Some(HeadLine { version, sum, .. }) if !(1..=2).contains(&version) => {
                let or_damaged = match sum {
                    Some(_) if !has_right_sum => ", or its head is damaged",
                    _ => "",
                };
                let message = format!(
                    "the journal {} has version {version}{or_damaged}; this zoomkat reads \
                     versions 1 and 2. This run sent nothing. Finish the rotation with the zoomkat that \
                     began it",
                    quoted(self.path)
                );
                return Err(Error::new(ErrorKind::Journal, message));
            }
            _ if is_torn_head(line) => return Ok(()),
            _ => return Err(missing_head(self.path, text, number)),
        }
        self.content.has_head = true;
        Ok(())
    }

    fn line(&mut self, number: usize, line: &'r [u8]) -> Result<()> {
        match parse(line, self.version) {
            Parsed::Record(record) => {
                self.resolve_pending(false)?;
                self.record(number, record)
            }
            Parsed::Resumed(resumed) => {
                // The number shows that the run did not count the previous line.
                let is_next = resumed.number == Some(self.content.last_number + 1);
                let is_torn = self.pending.is_some_and(|(_, line)| is_torn(line));
                match resumed.torn && is_next && is_torn {
                    true => self.pending = None,
                    // Version 1 does not mark torn lines.
                    false => self.resolve_pending(resumed.number.is_none())?,
                }
                self.count(number, resumed.number)
            }
            Parsed::WrongSum => {
                Err(self.error_at(number, "is damaged: its checksum does not match"))
            }
            Parsed::UnknownKind => {
                Err(self
                    .error_at(number, "is of a kind that this version of zoomkat does not know"))
            }
            Parsed::Unreadable => {
                // This may be a run that was killed before it had recorded a torn line.
                self.resolve_pending(
                    RESUMED.starts_with(without_zeros(line)) || line.starts_with(RESUMED),
                )?;
                self.pending = Some((number, line));
                Ok(())
            }
        }
    }

    /// Reads or refuses the pending line. It may be torn only if a run begins after it.
    fn resolve_pending(&mut self, before_a_run: bool) -> Result<()> {
        let Some((number, line)) = self.pending.take() else { return Ok(()) };
        let complete = complete(line);
        match complete.as_ref().map(|line| parse(line, self.version)) {
            Some(Parsed::Record(record)) => self.record(number, record),
            Some(Parsed::Resumed(resumed)) => self.count(number, resumed.number),
            _ if before_a_run && is_torn(line) => Ok(()),
            _ => Err(self.error_at(number, "is damaged")),
        }
    }

    fn finish(mut self, lacks_lf: bool) -> Result<JournalContent> {
        if let Some((_, line)) = self.pending {
            // Bytes are missing only if nothing follows, not even an LF.
            let is_cut = lacks_lf && !line.ends_with(b"\0");
            self.content.is_torn = is_torn(line) && (is_cut || complete(line).is_none());
        }
        if !self.content.is_torn {
            self.resolve_pending(false)?;
        }
        Ok(self.content)
    }

    fn record(&mut self, number: usize, record: UserLine) -> Result<()> {
        self.count(number, record.number)?;
        self.content.known.insert(record.user.into_owned(), record.state);
        Ok(())
    }

    fn count(&mut self, line: usize, number: Option<u64>) -> Result<()> {
        let next = self.content.last_number + 1;
        match number {
            Some(number) if number != next => {
                let what = format!(
                    "has the number {number} instead of {next}: lines were removed, copied or moved"
                );
                Err(self.error_at(line, &what))
            }
            Some(_) => {
                self.content.last_number = next;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn error_at(&self, number: usize, what: &str) -> Error {
        let message = format!(
            "the journal {}: line {number} {what}. This run sent nothing. {RESTORE}",
            quoted(self.path)
        );
        Error::new(ErrorKind::Journal, message)
    }
}

enum Parsed<'l> {
    Record(UserLine<'l>),
    Resumed(ResumedLine<'l>),
    /// A line with a changed byte.
    WrongSum,
    /// An undamaged line of an unknown kind.
    UnknownKind,
    Unreadable,
}

impl Parsed<'_> {
    fn has_number(&self) -> bool {
        match self {
            Parsed::Record(UserLine { number, .. })
            | Parsed::Resumed(ResumedLine { number, .. }) => number.is_some(),
            _ => false,
        }
    }
}

fn parse(line: &[u8], version: u64) -> Parsed<'_> {
    let has_sum = match sum(line) {
        Some((body, sum)) if crc32fast::hash(body) != sum => return Parsed::WrongSum,
        Some(_) => true,
        None if version == 1 => false,
        None => return Parsed::Unreadable,
    };
    // A line has a number if and only if it has a sum.
    let record = serde_json::from_slice::<UserLine>(line);
    let resumed = || serde_json::from_slice::<ResumedLine>(line);
    match record.map_or_else(|_| resumed().map(Parsed::Resumed), |line| Ok(Parsed::Record(line))) {
        Ok(parsed) if parsed.has_number() == has_sum => parsed,
        _ if has_sum => Parsed::UnknownKind,
        _ => Parsed::Unreadable,
    }
}

/// Returns the bytes that the sum of a line covers, and the sum. `None` if the line does not end with one.
fn sum(line: &[u8]) -> Option<(&[u8], u32)> {
    let line = line.strip_suffix(END)?;
    let (body, digits) = line.split_at_checked(line.len().checked_sub(DIGITS)?)?;
    let body = body.strip_suffix(SUM)?;
    // This is strict, since `from_str_radix` accepts capital letters and a sign.
    if !digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let digits = std::str::from_utf8(digits).ok()?;
    Some((body, u32::from_str_radix(digits, 16).ok()?))
}

fn without_zeros(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    &line[..end]
}

/// Returns the complete line, if only its last byte is missing, or if it is complete and zeros follow.
fn complete(line: &[u8]) -> Option<Cow<'_, [u8]>> {
    let line = without_zeros(line);
    let complete: Cow<[u8]> = match line.ends_with(END) {
        true => line.into(),
        false => [line, b"}"].concat().into(),
    };
    sum(&complete).is_some_and(|(body, sum)| crc32fast::hash(body) == sum).then_some(complete)
}

/// Whether this is the beginning of a line and nothing else.
fn is_torn(line: &[u8]) -> bool {
    let line = without_zeros(line);
    if line.is_empty() {
        return true;
    }
    // A quotation mark within a string is escaped, so this cannot be inside a string.
    let sum = line.windows(SUM.len()).rposition(|bytes| bytes == SUM);
    let has_more = sum.is_some_and(|at| line.len() - at > SUM.len() + DIGITS);
    let is_incomplete =
        matches!(serde_json::from_slice::<IgnoredAny>(line), Err(err) if err.is_eof());
    line.starts_with(b"{") && is_incomplete && (!has_more || complete(line).is_some())
}

/// Whether this is the beginning of a head. Nothing is sent before the head is on disk.
fn is_torn_head(line: &[u8]) -> bool {
    let start = without_zeros(line);
    // More zeros may be a file of another kind.
    let is_short = line.len() <= HEAD.len() + 1;
    is_short && [HEAD, HEAD_1].iter().any(|head| head.as_bytes().starts_with(start))
}

/// Returns the error for a file whose first line, with this number, is not a head.
fn missing_head(path: &Path, text: &[u8], number: usize) -> Error {
    let (mut is_journal, mut has_sums) = (false, true);
    for (_, line, _) in lines(text) {
        is_journal |= line.windows(NAME.len()).any(|bytes| bytes == NAME.as_bytes());
        let parsed = parse(line, 1);
        if matches!(parsed, Parsed::Record(_) | Parsed::Resumed(_)) {
            is_journal = true;
            has_sums &= parsed.has_number();
        }
    }
    let path = quoted(path);
    let message = if is_journal {
        let head = if has_sums { HEAD } else { HEAD_1 };
        format!(
            "the journal {path}: its head, line {number}, is damaged; it must be {head} and nothing \
             else. This run sent nothing. Restore the head, or the file from a copy made after its last run. With \
             a new journal the next run would send to all users again"
        )
    } else {
        format!(
            "the file {path} is not a journal: it has no journal head in line {number}. Nothing was \
             written to it, and this run sent nothing. Check the name"
        )
    };
    Error::new(ErrorKind::Journal, message)
}
