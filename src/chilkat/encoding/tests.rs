use super::*;
use crate::random::cases;

#[test]
fn each_encoding_follows_its_standard() {
    for (name, encoded) in [
        ("base64", "fn4gYSsvPz4="),
        ("base64url", "fn4gYSsvPz4"),
        ("modBase64", "fn4gYSsvPz4="),
        ("base64_mime", "fn4gYSsvPz4=\r\n"),
        ("base32", "PZ7CAYJLF47T4==="),
        ("Base58", "NA8yRa2JgLV"),
        ("HEX", "7E7E20612B2F3F3E"),
        ("hex_lower", "7e7e20612b2f3f3e"),
        ("url", "~~%20a%2B%2F%3F%3E"),
        ("url_rfc3986", "~~%20a%2B%2F%3F%3E"),
        ("url_oauth", "~~%20a%2B%2F%3F%3E"),
        ("url_rfc2396", "~~%20a%2B%2F%3F%3E"),
        ("url_rfc1738", "%7E%7E+a%2B%2F%3F%3E"),
        ("qp", "~~ a+/?>"),
        ("quoted-printable", "~~ a+/?>"),
        ("html", "~~ a+/?&gt;"),
        ("json", "~~ a+/?>"),
    ] {
        assert_eq!(encode("m", b"~~ a+/?>", name).unwrap(), encoded, "{name}");
        assert_eq!(decode("m", encoded, name).unwrap(), b"~~ a+/?>", "{name}");
    }
    for (name, bytes, encoded) in [
        ("base64", &b"\xff\xef\xbe\x00"[..], "/+++AA=="),
        ("base64url", b"\xff\xef\xbe\x00", "_---AA"),
        ("modbase64", b"\xff\xef\xbe\x00", "_---AA=="),
        ("base58", b"\x00\x00\x01", "112"),
        ("url_rfc2396", b"-_.~!*'()", "-_.~!*'()"),
        ("url", b"-_.~!*'()", "-_.~%21%2A%27%28%29"),
        ("url_rfc1738", b"%20 ", "%2520+"),
        ("qp", "é=\r\n ".as_bytes(), "=C3=A9=3D\r\n=20"),
        ("html", b"<a href='x'>&\"", "&lt;a href=&#x27;x&#x27;&gt;&amp;&quot;"),
        ("json", b"a\"b\\c\n\t\x01/", "a\\\"b\\\\c\\n\\t\\u0001/"),
    ] {
        assert_eq!(encode("m", bytes, name).unwrap(), encoded, "{name}");
        assert_eq!(decode("m", encoded, name).unwrap(), bytes, "{name}");
    }
    let lines = encode("m", &[b'a'; 60], "base64_mime").unwrap();
    assert_eq!(lines.split("\r\n").map(str::len).collect::<Vec<_>>(), [76, 4, 0]);
}

#[test]
fn decoding_accepts_common_variants() {
    for (name, encoded, decoded) in [
        ("base64", " YWJ\r\nj\tZA ", "abcd"),
        ("base64", "YWJjZA==", "abcd"),
        ("base64url", "YWJjZA==", "abcd"),
        ("base32", "mfrggza", "abcd"),
        ("base32", "MFRGG=", "abc"),
        ("base32", "MFRG GZA=", "abcd"),
        ("hex", "6a 6B\n6c", "jkl"),
        ("url", "https://h/p?a=%c3%a9+b c", "https://h/p?a=é+b c"),
        ("url_rfc1738", "a+b%2B", "a b+"),
        ("qp", "a=\r\nb= \nc \r\nd=3d\n=", "abc\r\nd=\n"),
        ("html", "&eacute;&#233;&#xE9;&apos;", "ééé'"),
        ("html", "fish & chips &; a&b&amp", "fish & chips &; a&b&amp"),
        ("html", "Q&A; &nosuch; &#x;", "Q&A; &nosuch; &#x;"),
        ("json", "\\u00e9\\/\\ud83d\\ude00", "é/😀"),
    ] {
        let result = decode("m", encoded, name).unwrap();
        assert_eq!(String::from_utf8(result).unwrap(), decoded, "{name}");
    }
}

#[test]
fn invalid_text_is_refused_with_its_position() {
    for (name, text, position) in [
        ("base64", "YW Jj\nZ!", "'!' at byte 7"),
        ("base64", "YWé", "'é' at byte 2"),
        ("base64", "YWJjY", "at byte 5"),
        ("base64", "YWJj!", "'!' at byte 4"),
        ("base64", "YWF=YWJj", "at byte 3"),
        ("base64", "YQ===", "'=' at byte 2"),
        ("base64", "YWJ", "byte 2"),
        ("base64", "Y-_j", "'-' at byte 1"),
        ("base64url", "Y+/j", "'+' at byte 1"),
        ("base32", "MFRG1", "'1' at byte 4"),
        ("base32", "MFRGGZA==", "padding at byte 7"),
        ("base32", "MFRGGZB", "byte 6"),
        ("base32", "M", "at byte 1"),
        ("base32", "é", "'é' at byte 0"),
        ("base58", "1I", "'I' at byte 1"),
        ("base58", "1é", "'é' at byte 1"),
        ("hex", "zz!!", "'z' at byte 0"),
        ("hex", "61 6", "at byte 4"),
        ("hex", "616é", "'é' at byte 3"),
        ("url", "a%2", "% at byte 1"),
        ("url", "a%zz", "% at byte 1"),
        ("url", "aé", "'é' at byte 1"),
        ("qp", "ab=C", "= at byte 2"),
        ("qp", "a=\r\nb=GG", "= at byte 5"),
        ("qp", "aé", "'é' at byte 1"),
        ("json", "ab\\x", "near byte 3"),
        ("json", "ab\"c", "near byte 3"),
        ("json", "abc\nd", "near byte 4"),
        ("json", "ab\\ud800", "near byte 8"),
    ] {
        let err = decode("decode", text, name).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Content);
        let err = err.to_string();
        assert!(err.contains("decode: ") && err.contains(position), "{name} {text:?}: {err}");
    }
    for name in ["html", "json"] {
        let err = encode("m", b"a\xff", name).unwrap_err();
        assert!(err.to_string().contains("from 1 on"), "{err}");
    }
}

#[test]
fn an_unknown_name_is_not_base64() {
    for err in [encode("m", b"a", "bas64").unwrap_err(), decode("m", "a", "").unwrap_err()] {
        assert_eq!(err.kind(), ErrorKind::Argument);
        assert!(err.to_string().contains("base64, base64_mime, base64url"), "{err}");
    }
}

#[test]
fn bytes_round_trip() {
    cases(256, |random| {
        let bytes = random.bytes(100);
        for (name, encoding) in NAMES.iter().filter(|(_, e)| !e.is_text()) {
            let encoded = encoding.encode(&bytes).unwrap();
            assert!(encoded.is_ascii());
            assert_eq!(&encoding.decode(&encoded).unwrap(), &bytes, "{name}");
        }
    });
}

#[test]
fn text_round_trips() {
    cases(512, |random| {
        let text = match random.below(2) {
            0 => random.text(0, 32),
            _ => random.text_of("&;#abcdefghijklmnopqrstuvwxyz<>\"'= \r\n", 0, 32),
        };
        for (name, encoding) in NAMES {
            let encoded = encoding.encode(text.as_bytes()).unwrap();
            let decoded = encoding.decode(&encoded).unwrap();
            assert_eq!(&decoded[..], text.as_bytes(), "{name}");
        }
    });
}

#[test]
fn no_text_makes_decoding_panic() {
    cases(512, |random| {
        let text = match random.below(2) {
            0 => random.text(0, 32),
            _ => random.text_of("%=&;#abcdefghijklmnopqrstuvwxyzABCDEF0123456789é \r\n\\", 0, 32),
        };
        for (name, encoding) in NAMES {
            if let Err(why) = encoding.decode(&text) {
                assert!(why.contains("byte"), "{name}: {why}");
            }
        }
    });
}
