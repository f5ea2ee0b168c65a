//! Where the body of a response ends, and whether another response may follow it (RFC 9112 sections 6
//! and 9.3). No I/O.

use super::chunked::{Chunked, FrameStep};
use super::fields::{content_length, names_body, protocol, says};
use crate::error::Result;
use crate::message::response_head::Head;
use crate::redact::quoted;

/// Where the body of a response ends (RFC 9112 section 6.3).
#[derive(Debug, PartialEq)]
pub(crate) enum Framing {
    /// Bytes that are left.
    Length(u64),
    Chunked(Chunked),
    /// Where the connection ends.
    Close,
}

impl Framing {
    /// How many bytes are to come, if the head says so.
    pub(crate) fn announced(&self) -> Option<u64> {
        match self {
            Framing::Length(left) => Some(*left),
            _ => None,
        }
    }

    /// What the head says of the body.
    pub(crate) fn of(head: &Head, verb: &str) -> Result<Framing> {
        if verb == "HEAD" || matches!(head.status, 101 | 204 | 304) {
            return Ok(Framing::Length(0));
        }
        if is_chunked(head) {
            return Ok(Framing::Chunked(Chunked::default()));
        }
        let codings: Vec<&str> = head.all("Transfer-Encoding").collect();
        if !codings.is_empty() {
            let all = quoted(&codings.join(", "));
            let why = format!("Transfer-Encoding is {all}; only chunked is understood");
            return Err(protocol(why));
        }
        Ok(content_length(head)?.map_or(Framing::Close, Framing::Length))
    }

    pub(crate) fn is_done(&self) -> bool {
        match self {
            Framing::Length(left) => *left == 0,
            Framing::Chunked(chunked) => chunked.is_done(),
            Framing::Close => false,
        }
    }

    /// Whether another reader could have found another end, as far as it has been read.
    pub(crate) fn is_ambiguous(&self) -> bool {
        matches!(self, Framing::Chunked(chunked) if chunked.is_ambiguous())
    }

    /// Looks at `input`. `FrameStep { skip: 0, data: 0 }` while not done means that more is needed.
    pub(crate) fn step(&mut self, input: &[u8]) -> Result<FrameStep> {
        let most = |left: u64| usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        match self {
            Framing::Length(left) => Ok(FrameStep { skip: 0, data: most(*left) }),
            Framing::Close => Ok(FrameStep { skip: 0, data: input.len() }),
            Framing::Chunked(chunked) => chunked.step(input),
        }
    }

    /// Records that `n` bytes of the data were taken.
    pub(crate) fn took(&mut self, n: usize) {
        match self {
            Framing::Length(left) => *left -= n as u64,
            Framing::Chunked(chunked) => chunked.took(n as u64),
            Framing::Close => {}
        }
    }

    /// What is missing when the connection ends here; `None` if this is where the body ends.
    pub(crate) fn missing(&self) -> Option<String> {
        match self {
            Framing::Close => None,
            _ if self.is_done() => None,
            Framing::Length(left) => Some(format!("{left} of the bytes it announced are missing")),
            Framing::Chunked(_) => Some("its last chunk did not come".to_owned()),
        }
    }
}

/// As many digits as a length of 64 bits has.
const MAX_DIGITS: usize = 20;

/// Whether chunked is the only transfer coding.
fn is_chunked(head: &Head) -> bool {
    let mut codings = head.elements("Transfer-Encoding");
    codings.next().is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
        && codings.next().is_none()
}

/// Whether the connection may serve another request after this response (RFC 9112 section 9.3).
pub(crate) fn keeps_alive(head: &Head) -> bool {
    let is_11 = !head.status_line().starts_with("HTTP/1.0");
    let lengths = head.elements("Content-Length").count();
    let is_coded = head.all("Transfer-Encoding").next().is_some();
    let has_long_length = head.all("Content-Length").any(|length| length.len() > MAX_DIGITS);
    let is_ambiguous = head.is_ambiguous
        // Both framings at once is how responses are smuggled (section 6.3), and HTTP/1.0 knows no
        // Transfer-Encoding (section 6.1).
        || (is_coded && (!is_11 || lengths > 0 || !is_chunked(head)))
        || lengths > 1
        || has_long_length
        || content_length(head).is_err()
        // It has no body, whatever it says (section 6.3).
        || (head.status == 204 && names_body(head));
    head.status != 101
        && !is_ambiguous
        && !says(head, "close")
        && (is_11 || says(head, "keep-alive"))
}

#[cfg(test)]
mod tests {
    use super::super::head::HeadReader;
    use super::*;
    use crate::error::ErrorKind;

    fn head(text: &str) -> Head {
        let (used, head) = HeadReader::default().feed(text.as_bytes()).unwrap();
        assert_eq!(used, text.len());
        head.unwrap()
    }

    #[test]
    fn the_head_says_where_the_body_ends() {
        let of = |fields: &str, verb| {
            Framing::of(&head(&format!("HTTP/1.1 200 OK\r\n{fields}\r\n")), verb)
        };
        assert_eq!(of("Content-Length: 5\r\n", "GET").unwrap(), Framing::Length(5));
        assert_eq!(of("Content-Length: 5, 5\r\n", "GET").unwrap(), Framing::Length(5));
        assert_eq!(of("Content-Length: 5\r\n", "HEAD").unwrap(), Framing::Length(0));
        assert_eq!(of("", "GET").unwrap(), Framing::Close);
        let chunked = Framing::Chunked(Chunked::default());
        assert_eq!(
            of("Transfer-Encoding: Chunked\r\nContent-Length: 5\r\n", "GET").unwrap(),
            chunked
        );
        for bad in [
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: +5\r\n",
            "Content-Length: -1\r\n",
            "Content-Length:\r\n",
            "Content-Length: 99999999999999999999999\r\n",
            "Content-Length: 5\x0c\r\n",
            "Content-Length: \u{a0}5\r\n",
            "Transfer-Encoding: \x0bchunked\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        ] {
            assert_eq!(of(bad, "GET").unwrap_err().kind(), ErrorKind::Protocol, "{bad}");
        }
    }

    #[test]
    fn a_connection_is_kept_only_where_both_want_it() {
        for (kept, text) in [
            (true, "HTTP/1.1 200 OK\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\r\nConnection: Foo, Close\r\n\r\n"),
            (false, "HTTP/1.0 200 OK\r\n\r\n"),
            (true, "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n"),
            (
                false,
                "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n",
            ),
            (false, "HTTP/1.1 101 Switching\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA\t: b\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\nContent-Length: 5\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\n"),
            (false, "\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\r\nContent-Length:\r\n 5\r\n\r\n"),
            (false, "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n"),
            (false, "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n"),
            (false, "HTTP/1.1 304 No\r\nContent-Length: five\r\n\r\n"),
            (false, "HTTP/1.1 100 C\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
            (false, "HTTP/1.1 304 No\r\nTransfer-Encoding: gzip\r\n\r\n"),
            (true, "HTTP/1.1 304 No\r\nTransfer-Encoding: chunked\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\r\nContent-Length: 000000000000000000005\r\n\r\n"),
            (false, "HTTP/1.0 200 OK\r\nConnection: \u{b}keep-alive\r\n\r\n"),
            (false, "HTTP/1.1 100 C\r\nConnection: close\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
            (false, "HTTP/1.1 103 E\r\n\nHTTP/1.1 200 OK\r\n\r\n"),
            (true, "HTTP/1.1 103 E\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
            (true, "HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n"),
            (true, "HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n"),
        ] {
            assert_eq!(keeps_alive(&head(text)), kept, "{text}");
        }
    }
}
