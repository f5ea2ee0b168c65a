//! `StringBuilder` and `BinData`: each member does what Chilkat documents for its name, or what its
//! own documentation says instead. No index makes them panic.

use std::borrow::{Borrow, Cow};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use proptest::prelude::*;
use zoomkat::chilkat::{BinData, StringBuilder};
use zoomkat::{ErrorKind, HttpRequest};

fn sb(text: &str) -> StringBuilder {
    text.into()
}

fn bd(bytes: &[u8]) -> BinData {
    bytes.into()
}

mod of_text {
    use super::*;

    #[test]
    fn text_is_built_piece_by_piece() {
        let mut text = StringBuilder::new();
        assert_eq!((text.length(), text.get_as_string()), (0, String::new()));
        text.append("a").append_int(-7).append_int64(i64::MIN).append_sb(sb("é")).prepend("<");
        assert_eq!(text, "<a-7-9223372036854775808é");
        text.set_string("x").append_line("1", true).append_line("2", false);
        assert_eq!(text, "x1\r\n2\n");
        assert_eq!(text.clear(), "");
        assert_eq!(text.append("lorem").secure_clear(), "");
    }

    #[test]
    fn length_counts_utf16_units() {
        assert_eq!(sb("aé日").length(), 3);
        assert_eq!(sb("😀").length(), 2);
    }

    #[test]
    fn int_value_is_the_number_at_the_start_of_the_text() {
        for (text, value) in [
            ("12abc", 12),
            (" \t-7.9", -7),
            ("+5", 5),
            ("abc", 0),
            ("", 0),
            ("--1", 0),
            ("9223372036854775807", i64::MAX),
            ("99999999999999999999", i64::MAX),
            ("-9223372036854775808", i64::MIN),
            ("-99999999999999999999", i64::MIN),
        ] {
            assert_eq!(sb(text).int_value(), value, "{text}");
        }
        assert_eq!(sb("x").set_int_value(-3), "-3");
    }

    #[test]
    fn is_base64_checks_only_the_characters() {
        assert!(sb("YW Jj\r\n+/==").is_base64() && sb("").is_base64());
        assert!(!sb("YW-_").is_base64() && !sb("é").is_base64());
    }

    #[test]
    fn searches_can_ignore_case() {
        let text = sb("Lorem ÉTÉ dolor");
        assert!(text.contains("orem", true) && !text.contains("lorem", true));
        assert!(text.contains("été", false) && !text.contains("etc", false));
        assert!(text.starts_with("Lor", true) && !text.starts_with("lor", true));
        assert!(text.starts_with("lOR", false) && !text.starts_with("dolor", false));
        assert!(text.ends_with("dolor", true) && !text.ends_with("DOLOR", true));
        assert!(text.ends_with("DOLOR", false) && !text.ends_with("Lorem", false));
        assert!(text.contents_equal("Lorem ÉTÉ dolor", true));
        assert!(!text.contents_equal("lorem été dolor", true));
        assert!(text.contents_equal("lorem été DOLOR", false));
        assert!(text.contents_equal_sb(sb("lorem été DOLOR"), false));
        assert!(!text.contents_equal_sb(sb("lorem été DOLOR"), true));
    }

    #[test]
    fn a_word_is_delimited_by_anything_but_letters_digits_and_underscores() {
        let text = sb("sit_ sits été SIT.");
        assert!(!text.contains_word("sit", true) && text.contains_word("sit", false));
        assert!(text.contains_word("été", true) && !text.contains_word("ét", true));
        assert!(!text.contains_word("", true));
        let mut text = sb("sit, sits sit_ asit (sit)");
        assert_eq!(text.replace_word("sit", "AMET"), 2);
        assert_eq!(text, "AMET, sits sit_ asit (AMET)");
        assert_eq!(text.replace_word("", "x"), 0);
    }

    #[test]
    fn replace_returns_the_number_of_replacements() {
        let mut text = sb("a-a-A");
        assert_eq!(text.replace("a", "aa"), 2);
        assert_eq!(text, "aa-aa-A");
        assert_eq!((text.replace("x", "y"), text.replace("", "y")), (0, 0));
        assert_eq!(text.replace_no_case("A", "b"), 5);
        assert_eq!(text, "bb-bb-b");
        assert!(text.replace_first("b", "") && !text.replace_first("x", "y"));
        assert!(!text.replace_first("", "y"));
        assert_eq!(text, "b-bb-b");
        assert_eq!(text.replace_i("b", -1), 4);
        assert_eq!(text, "-1--1-1--1");
    }

    #[test]
    fn replacing_without_case_never_splits_a_character() {
        // The lower case of `İ` is an i and a combining dot.
        let mut text = sb("İi ÉtÉ 😀");
        assert_eq!(text.replace_no_case("i", "1"), 1);
        assert_eq!(text.replace_no_case("\u{307}", "1"), 0);
        assert_eq!(text.replace_no_case("éTé", "3"), 1);
        assert_eq!(text, "İ1 3 😀");
        assert_eq!(text.replace_no_case("", "x"), 0);
    }

    #[test]
    fn replacing_between_delimiters() {
        let mut text = sb("a<a a>a<b>a<a");
        assert_eq!(text.replace_between("<", ">", "a", "x"), 2);
        assert_eq!(text, "a<x x>a<b>a<a");
        assert_eq!(text.replace_between("", "", "a", "x"), 0);
        assert_eq!(text, "a<x x>a<b>a<a");
        assert!(text.replace_all_between("<", ">", "é", false));
        assert_eq!(text, "a<é>a<b>a<a");
        assert!(text.replace_all_between("<", ">", "", true));
        assert_eq!(text, "aa<b>a<a");
        assert!(!text.replace_all_between("{", "}", "", true));
        assert!(text.replace_after_final("<", "z") && !text.replace_after_final("?", "z"));
        assert_eq!(text, "aa<b>a<z");
    }

    #[test]
    fn trimming_and_case_change_in_place_and_the_members_of_str_are_reachable() {
        let mut text = sb(" \r\nA\u{a0} b\t\t\r\n  Ü ");
        assert_eq!(text.as_str().trim().len(), 13);
        assert_eq!(text.trim(), "A\u{a0} b\t\t\r\n  Ü");
        assert_eq!(text.trim_inside_spaces(), "A\u{a0} b Ü");
        assert_eq!(text.to_uppercase(), "A\u{a0} B Ü");
        assert_eq!(text.to_lowercase(), "a\u{a0} b ü");
    }

    #[test]
    fn line_ends_are_unified() {
        assert_eq!(sb("a\r\nb\nc\rd\n\r").to_crlf(), "a\r\nb\r\nc\r\nd\r\n\r\n");
        assert_eq!(sb("a\r\nb\nc\rd\n\r").to_lf(), "a\nb\nc\nd\n\n");
        let text = sb("1\r\n2\n3\r\n");
        assert_eq!(text.last_n_lines(2, false), "2\n3\n");
        assert_eq!(text.last_n_lines(2, true), "2\r\n3\r\n");
        assert_eq!(
            (text.last_n_lines(0, true), text.last_n_lines(9, false)),
            (String::new(), "1\n2\n3\n".into())
        );
    }

    #[test]
    fn parts_between_delimiters_are_extracted() {
        let mut text = sb("id=1;name=lorem;id=2;");
        assert_eq!(text.get_between("id=", ";").as_deref(), Some("1"));
        assert_eq!(text.get_between("id=", "?"), None);
        assert_eq!(text.get_after_between("name", "id=", ";").as_deref(), Some("2"));
        assert_eq!(text.get_after_between("nome", "id=", ";"), None);
        assert_eq!(text.get_before(";", false), "id=1");
        assert_eq!(text.get_before(";", true), "id=1");
        assert_eq!(text, "name=lorem;id=2;");
        assert_eq!(text.get_after_final("=", false), "2;");
        assert_eq!(text.get_after_final("=", true), "2;");
        assert_eq!(text, "name=lorem;id");
        assert!(text.remove_before("=") && !text.remove_before("="));
        assert_eq!(text, "lorem;id");
        assert!(text.remove_after_final(";") && !text.remove_after_final(";"));
        assert_eq!(text, "lorem");
        assert_eq!((text.get_before("?", false), text.length()), ("lorem".into(), 5));
        assert_eq!((text.get_before("?", true), text.length()), ("lorem".into(), 0));
        text.append("ipsum");
        assert_eq!((text.get_after_final("?", true), text.length()), ("ipsum".into(), 0));
    }

    #[test]
    fn ranges_count_utf16_units_and_split_no_character() {
        let mut text = sb("a😀bé");
        assert_eq!(text.get_range(1, 2, false), "😀");
        assert_eq!(text.get_range(0, 2, false), "a");
        assert_eq!(text.get_range(2, 2, false), "😀b");
        assert_eq!(text.get_range(4, 99, false), "é");
        assert_eq!(text.get_range(99, 1, true), "");
        assert_eq!(text.get_range(3, 1, true), "b");
        assert_eq!(text, "a😀é");
        assert_eq!(text.remove_chars_at(0, 1), "😀é");
        assert_eq!(text.shorten(1), "😀");
        assert_eq!(text.shorten(1), "");
        assert_eq!(text.append("x").shorten(usize::MAX), "");
    }

    #[test]
    fn items_of_a_list_are_found_and_replaced() {
        let mut list = sb(r#"a,"b,c",d\,e,"#);
        let items = |list: &StringBuilder, quoted, escaped| -> Vec<String> {
            (0..).map_while(|n| list.get_nth(n, ",", quoted, escaped)).collect()
        };
        assert_eq!(items(&list, false, false), ["a", "\"b", "c\"", "d\\", "e", ""]);
        assert_eq!(items(&list, true, false), ["a", "\"b,c\"", "d\\", "e", ""]);
        assert_eq!(items(&list, true, true), ["a", "\"b,c\"", "d\\,e", ""]);
        assert!(list.set_nth(1, "é", ",", true, true) && list.set_nth(3, "z", ",", true, true));
        assert!(!list.set_nth(4, "z", ",", true, true));
        assert_eq!(list, r"a,é,d\,e,z");
        assert_eq!(sb("").get_nth(0, ",", true, true).as_deref(), Some(""));
        assert_eq!(sb("a, b").get_nth(1, ", ", false, false).as_deref(), Some("b"));
        assert_eq!(sb("ab").get_nth(0, "", false, false).as_deref(), Some("ab"));
    }

    #[test]
    fn encoding_uses_the_charset() {
        let mut text = sb("é<ö>");
        assert_eq!(text.get_encoded("hex", "utf-8").unwrap(), "C3A93CC3B63E");
        assert_eq!(text.get_encoded("hex_lower", "utf-16").unwrap(), "e9003c00f6003e00");
        assert_eq!(text.get_encoded("html", "iso-8859-1").unwrap(), "é&lt;ö&gt;");
        assert_eq!(text, "é<ö>");
        text.encode("url", "ANSI").unwrap();
        assert_eq!(text, "%E9%3C%F6%3E");
        text.decode("URL", "ansi").unwrap();
        assert_eq!(text, "é<ö>");
        text.set_string("w6k=").decode("base64", "").unwrap();
        assert_eq!(text, "é");
        text.decode_and_append("e9", "hex", "iso-8859-1").unwrap();
        assert_eq!(text, "éé");
        text.append_encoded(b"\xff", "modBase64").unwrap();
        assert_eq!(text, "éé_w==");
        for (text, word, found) in [
            ("_x x x", "x x", true),
            ("ba a a", "a a", true),
            ("xx x", "x x", false),
            ("é é", "é", true),
        ] {
            assert_eq!(sb(text).contains_word(word, true), found, "{word:?} in {text:?}");
        }
        text.set_string("a&amp;&eacute; & &").entity_decode();
        assert_eq!(text, "a&é & &");
        assert_eq!(sb("ff 00").get_decoded("hex").unwrap(), [0xff, 0]);
    }

    #[test]
    fn a_byte_order_mark_is_text_in_other_charsets() {
        let mut text = sb("ï»¿x");
        text.encode("base64", "iso-8859-1").unwrap();
        let encoded = text.clone();
        text.decode("base64", "iso-8859-1").unwrap();
        assert_eq!(text, "ï»¿x");
        text.set_string(encoded.as_str()).decode("base64", "utf-8").unwrap();
        assert_eq!(text, "x");
    }

    #[test]
    fn a_failed_call_says_why_and_changes_nothing() {
        let mut text = sb("lorem é");
        for (err, why) in [
            (
                text.encode("bas64", "utf-8"),
                "encode: the encoding \"bas64\" is not one of base64, ",
            ),
            (text.encode("hex", "nonsense"), "the charset \"nonsense\" is not known"),
            (text.encode("hex", "us-ascii"), "does not have the character 'é'"),
            (text.encode("html", "us-ascii"), "does not have the character 'é'"),
            (text.decode("hex", "nonsense"), "decode: "),
            (text.decode("base58", "utf-8"), "decode: the character 'l' at byte 0"),
            (
                text.decode_and_append("e9", "hex", "utf-8"),
                "decode_and_append: the bytes from 0 on",
            ),
            (text.decode_and_append("00", "hex", "nonsense"), "\"nonsense\" is not known"),
            (
                text.append_bd(b"abc", "utf-8", 2, 2),
                "append_bd: 2 bytes from offset 2 were requested, of 3",
            ),
            (text.append_bd(b"abc\xff", "utf-8", 0, 0), "append_bd: the bytes from 3 on are not"),
            (text.append_encoded(b"\xff", "json"), "append_encoded: html and json"),
            (text.load_file("/nonexistent/lorem", ""), "load_file: cannot read the file \"/non"),
            (text.write_file("/nonexistent/lorem", "x", false), "write_file: the charset \"x\""),
            (text.write_file("x", "us-ascii", true), "write_file: the charset \"us-ascii\" does"),
        ] {
            let err = err.unwrap_err().to_string();
            assert!(err.contains(why), "{err}");
            assert!(!err.contains("lorem é"), "{err}");
        }
        assert_eq!(text, "lorem é");
        let kind = |result: zoomkat::Result<()>| result.unwrap_err().kind();
        assert_eq!(kind(text.encode("nonsense", "")), ErrorKind::Argument);
        assert_eq!(kind(text.decode_and_append("zz", "hex", "")), ErrorKind::Content);
        assert_eq!(kind(text.load_file("/nonexistent/lorem", "")), ErrorKind::Io);
    }

    #[test]
    fn all_or_some_bytes_can_be_appended() {
        let mut text = sb("<");
        text.append_bd(b"l\xe9rem", "iso-8859-1", 0, 0).unwrap();
        text.append_bd(bd(b"l\xe9rem"), "iso-8859-1", 1, 2).unwrap();
        text.append_bd(b"x", "", 1, 0).unwrap();
        assert_eq!(text, "<léremér");
    }

    #[test]
    fn a_uuid_is_random_and_of_version_4() {
        let made: BTreeSet<String> = (0..100)
            .map(|n| {
                let mut text = StringBuilder::new();
                text.append_uuid(n % 2 == 0).unwrap();
                let lengths: Vec<usize> = text.as_str().split('-').map(str::len).collect();
                assert_eq!(lengths, [8, 4, 4, 4, 12], "{}", text.as_str());
                assert_eq!(&text.as_str()[14..15], "4");
                assert!("89abAB".contains(&text.as_str()[19..20]));
                let hex = text.as_str().replace('-', "");
                assert!(hex.bytes().all(|b| b.is_ascii_hexdigit()));
                let lower = hex.bytes().any(|b| b.is_ascii_lowercase());
                let upper = hex.bytes().any(|b| b.is_ascii_uppercase());
                assert!(if n % 2 == 0 { !upper } else { !lower });
                text.into()
            })
            .collect();
        assert_eq!(made.len(), 100);
    }

    #[test]
    fn files_keep_charset_and_byte_order_mark() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        for (charset, emit_bom, bytes) in [
            ("utf-8", false, &b"h\xc3\xa9"[..]),
            ("utf-8", true, b"\xef\xbb\xbfh\xc3\xa9"),
            ("utf-16", true, b"\xff\xfeh\0\xe9\0"),
            ("utf-16be", true, b"\xfe\xff\0h\0\xe9"),
            ("iso-8859-1", true, b"h\xe9"),
        ] {
            sb("hé").write_file(&path, charset, emit_bom).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes, "{charset}");
            let mut text = sb("old");
            text.load_file(&path, charset).unwrap();
            assert_eq!(text, "hé", "{charset}");
        }
        // A byte order mark in a file overrides the charset.
        sb("hé").write_file(&path, "utf-16be", true).unwrap();
        let mut text = sb("old");
        text.load_file(&path, "ansi").unwrap();
        assert_eq!(text, "hé");
        fs::write(&path, b"h\xe9").unwrap();
        assert!(text.load_file(&path, "utf-8").unwrap_err().to_string().contains("from 1 on"));
        assert_eq!(text, "hé");
        assert!(text.write_file(dir.path(), "utf-8", false).unwrap_err().is_io());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_with_the_same_content_is_not_rewritten() {
        use std::os::unix::fs::MetadataExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let inode = || fs::metadata(&path).unwrap().ino();
        sb("one").write_file_if_modified(&path, "utf-8", true).unwrap();
        let first = inode();
        sb("one").write_file_if_modified(&path, "utf-8", true).unwrap();
        assert_eq!(inode(), first);
        sb("two").write_file_if_modified(&path, "utf-8", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"\xef\xbb\xbftwo");
        assert_ne!(inode(), first);
    }

    #[test]
    fn a_string_builder_works_wherever_text_does() {
        let mut text = sb("lorem");
        let mut req = HttpRequest::new();
        req.set_http_verb("POST")
            .add_header(text.as_str(), text.as_str())
            .load_body_from_sb(&text, "utf-8");
        assert_eq!(req.get_header_field("lorem"), Some("lorem"));
        assert!(req.generate_request_text().unwrap().ends_with("\r\n\r\nlorem"));
        assert_eq!(std::path::Path::new(&text), std::path::Path::new("lorem"));

        write!(text, " {}", 1).unwrap();
        text.extend(["a", "b"]);
        text.extend(['c']);
        assert_eq!(format!("{text:>12}|{text}"), "  lorem 1abc|lorem 1abc");
        assert_eq!(format!("{text:?}"), "StringBuilder(<10 characters>)");
        assert_eq!(["a", "b"].into_iter().collect::<StringBuilder>(), "ab");
        assert_eq!("ab".chars().collect::<StringBuilder>(), *"ab");
        assert_eq!("ab", sb("ab"));
        assert_eq!(sb("ab"), String::from("ab"));
        assert_eq!(String::from("ab"), sb("ab"));
        assert_ne!(sb("ab"), sb("ba"));
        for made in [
            StringBuilder::from("é"),
            String::from("é").into(),
            (&String::from("é")).into(),
            Cow::Borrowed("é").into(),
            Box::<str>::from("é").into(),
            'é'.into(),
            "é".parse().unwrap(),
        ] {
            assert_eq!(made, "é");
            assert_eq!(Vec::<u8>::from(made.clone()), "é".as_bytes());
            assert_eq!(String::from(made), "é");
        }
        let text: &str = text.borrow();
        assert_eq!(HashMap::from([(sb("lorem 1abc"), 1)])[text], 1);
        assert!(sb("a") < sb("b"));
    }
}

mod of_bytes {
    use super::*;

    #[test]
    fn bytes_are_gathered_piece_by_piece() {
        let mut data = BinData::new();
        assert_eq!(data.num_bytes(), 0);
        data.append_byte(0xff).append_data(b"ab").append_bd(bd(b"\0"));
        data.append_string("é", "iso-8859-1").unwrap();
        data.append_sb(sb("é"), "utf-16be").unwrap();
        assert_eq!((data.num_bytes(), &data), (7, &bd(b"\xffab\0\xe9\0\xe9")));
        data.clear().append_encoded("%41", "url").unwrap();
        data.append_encoded_sb(sb("42 43"), "hex").unwrap();
        assert_eq!(data, b"ABC");
        data.load_binary(b"new").append_bom("utf-8").unwrap();
        data.append_bom("utf-16").unwrap();
        data.append_bom("ansi").unwrap();
        assert_eq!(data, b"new\xef\xbb\xbf\xff\xfe");
        data.load_encoded("bG9yZW0", "base64").unwrap();
        assert_eq!((&data, data.get_data()), (&bd(b"lorem"), b"lorem".to_vec()));
        assert_eq!(data.secure_clear(), b"");
    }

    #[test]
    fn integers_have_a_byte_order_and_limits() {
        let mut data = BinData::new();
        data.append_int2(0x0102, true).unwrap();
        data.append_int2(-2, false).unwrap();
        data.append_int2(65_535, false).unwrap();
        data.append_int4(0x0102_0304, true).unwrap();
        data.append_int4(-2, false).unwrap();
        data.append_int4(4_294_967_295, false).unwrap();
        let all = b"\x02\x01\xff\xfe\xff\xff\x04\x03\x02\x01\xff\xff\xff\xfe\xff\xff\xff\xff";
        assert_eq!(data, all);
        assert_eq!((data.get_int2(0, true), data.get_int2(0, false)), (Some(0x102), Some(0x201)));
        assert_eq!((data.get_int2(2, false), data.get_u_int2(2, false)), (Some(-2), Some(65_534)));
        assert_eq!(data.get_int4(6, true), Some(0x0102_0304));
        assert_eq!(
            (data.get_int4(14, false), data.get_u_int4(14, true)),
            (Some(-1), Some(u32::MAX))
        );
        assert_eq!((data.get_int4(15, false), data.get_int2(17, false)), (None, None));
        assert_eq!((data.get_u_int4(usize::MAX, true), data.get_u_int2(18, true)), (None, None));
        for fault in [
            data.append_int2(65_536, true),
            data.append_int2(-32_769, true),
            data.append_int4(4_294_967_296, true),
            data.append_int4(i64::MIN, true),
        ] {
            assert!(fault.unwrap_err().to_string().contains("does not fit"));
        }
        assert_eq!(data, all);
    }

    #[test]
    fn a_field_is_padded_and_never_truncated() {
        let mut data = BinData::new();
        data.append_padded("é", "utf-8", true, 4).unwrap();
        data.append_padded("ab", "utf-8", false, 3).unwrap();
        data.append_padded("", "utf-8", false, 0).unwrap();
        let err = data.append_padded("x", "utf-8", true, usize::MAX).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Argument);
        let err = data.append_padded("é", "utf-8", true, 1).unwrap_err().to_string();
        assert!(err.contains("needs 2 bytes, and the field has 1"), "{err}");
        assert_eq!(data, "é  ab\0".as_bytes());
    }

    #[test]
    fn a_chunk_is_complete_or_none() {
        let mut data = bd(b"lorem");
        assert_eq!(data.get_data_chunk(1, 3).as_deref(), Some(&b"ore"[..]));
        assert_eq!(data.get_data_chunk(5, 0).as_deref(), Some(&b""[..]));
        assert_eq!((data.get_data_chunk(1, 5), data.get_data_chunk(6, 0)), (None, None));
        assert_eq!(data.get_encoded_chunk(0, 2, "hex").unwrap(), "6C6F");
        assert_eq!(data.get_text_chunk(2, 3, "utf-8").unwrap(), "rem");
        assert_eq!(data.get_encoded_chunk(4, 2, "hex").unwrap_err().kind(), ErrorKind::Argument);
        assert!(data.get_text_chunk(usize::MAX, usize::MAX, "").is_err());
        assert_eq!((data.get_byte(4), data.get_byte(5)), (Some(b'm'), None));
        data.remove_chunk(1, 3).unwrap();
        assert!(data.remove_chunk(1, 2).unwrap_err().to_string().contains("were requested, of 2"));
        assert_eq!(data, b"lm");
    }

    #[test]
    fn bytes_are_encoded_and_decoded() {
        let data = bd(b"\xe9\x93\xfa");
        assert_eq!(data.get_encoded("HEX").unwrap(), "E993FA");
        let mut text = sb("<");
        data.get_encoded_sb("base64url", &mut text).unwrap();
        assert_eq!(text, "<6ZP6");
        assert_eq!(data.get_string("iso-8859-1").unwrap(), "é“ú");
        assert!(!data.is_valid_utf8() && bd("é".as_bytes()).is_valid_utf8());
        for (err, why) in [
            (
                data.get_string("utf-8"),
                "get_string: the bytes from 0 on are not valid in the charset",
            ),
            (data.get_string("no-such"), "get_string: the charset \"no-such\" is not known"),
            (data.get_encoded("html"), "get_encoded: html and json"),
            (data.get_encoded("bas64"), "get_encoded: the encoding \"bas64\" is not one of base64"),
            (data.get_encoded_chunk(0, 1, "x"), "get_encoded_chunk: the encoding \"x\""),
        ] {
            let err = err.unwrap_err().to_string();
            assert!(err.contains(why), "{err}");
        }
    }

    #[test]
    fn junk_is_not_loaded() {
        let mut data = bd(b"old");
        for (result, why) in [
            (data.load_encoded("zz!!", "base64"), "load_encoded: the character '!' at byte 2"),
            (data.append_encoded("6", "hex"), "append_encoded: the text ends early, at byte 1"),
            (data.append_encoded_sb("!", "hex"), "append_encoded_sb: the character '!' at byte 0"),
            (data.append_string("日", "ansi"), "append_string: "),
            (data.append_sb("日", "ansi"), "append_sb: "),
            (data.append_bom("no-such"), "append_bom: the charset \"no-such\""),
            (data.load_file("/nonexistent/lorem"), "load_file: cannot read the file"),
        ] {
            let err = result.unwrap_err().to_string();
            assert!(err.contains(why), "{err}");
        }
        assert_eq!(data, b"old");
    }

    #[test]
    fn text_is_found_by_its_bytes() {
        let data = bd(b"\xe9\xe9\0\xe9");
        assert_eq!(data.find_string("é", 0, "iso-8859-1").unwrap(), Some(0));
        assert_eq!(data.find_string("é", 2, "iso-8859-1").unwrap(), Some(3));
        assert_eq!(data.find_string("é", 0, "utf-16").unwrap(), Some(1));
        assert_eq!(data.find_string("é", 0, "utf-8").unwrap(), None);
        assert_eq!(data.find_string("", 4, "").unwrap(), Some(4));
        assert_eq!(data.find_string("", 5, "").unwrap(), None);
        assert_eq!(data.find_string("é", 0, "no-such").unwrap_err().kind(), ErrorKind::Argument);
        assert!(data.contents_equal(b"\xe9\xe9\0\xe9") && !data.contents_equal(b"\xe9"));
    }

    #[test]
    fn a_charset_is_converted_strictly_or_lossily() {
        let mut data = bd("日é€".as_bytes());
        let err = data.charset_convert("utf-8", "windows-1252", true).unwrap_err().to_string();
        assert!(err.contains("charset_convert: "), "{err}");
        assert_eq!(
            data.charset_convert("utf-8", "no-such", false).unwrap_err().kind(),
            ErrorKind::Argument
        );
        assert_eq!(data, "日é€".as_bytes());
        data.charset_convert("utf-8", "windows-1252", false).unwrap();
        assert_eq!(data, b"\xe9\x80");
        assert_eq!(
            data.charset_convert("utf-8", "", false).unwrap_err().kind(),
            ErrorKind::Content
        );
        data.charset_convert("windows-1252", "utf-16be", true).unwrap();
        assert_eq!(data, b"\0\xe9\x20\xac");
    }

    #[test]
    fn files_are_written_whole_and_appended_to() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let mut data = bd(b"\xff\0lorem");
        data.write_append_file(&path).unwrap();
        data.write_append_file(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"\xff\0lorem\xff\0lorem");
        data.write_file(&path).unwrap();
        data.clear().load_file(&path).unwrap();
        assert_eq!(data, b"\xff\0lorem");
        assert!(data.write_file(dir.path()).unwrap_err().is_io());
        let err = data.write_append_file(dir.path()).unwrap_err().to_string();
        assert!(err.contains("not a regular file"), "{err}");
        let err = data.write_append_file(dir.path().join("no/f")).unwrap_err().to_string();
        assert!(err.contains("cannot append to the file"), "{err}");
    }

    #[test]
    fn text_and_bytes_convert_into_each_other_if_valid() {
        for data in [
            BinData::from("é"),
            BinData::from("é".to_owned()),
            BinData::from(&"é".to_owned()),
            BinData::from(sb("é")),
            BinData::from(&sb("é")),
        ] {
            assert_eq!(data, b"\xc3\xa9"[..]);
            assert_eq!(StringBuilder::try_from(data.get_data()).unwrap(), "é");
            assert_eq!(StringBuilder::try_from(data.clone()).unwrap(), "é");
            assert_eq!(String::try_from(data).unwrap(), "é");
        }
        let latin = bd(b"caf\xe9");
        let err = String::try_from(latin.clone()).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Content);
        assert!(err.to_string().contains("byte 3"), "{err}");
        assert!(StringBuilder::try_from(latin.get_data()).is_err());
        assert!(StringBuilder::try_from(latin).is_err());
    }

    #[test]
    fn bin_data_works_wherever_bytes_do() {
        let mut data = bd(b"lorem");
        let mut req = HttpRequest::new();
        req.set_http_verb("POST").load_body_from_bd(&data);
        assert!(req.generate_request_text().unwrap().ends_with("\r\n\r\nlorem"));
        data.write_all(b" ").unwrap();
        data.extend(*b"ip");
        data.extend(b"sum");
        assert_eq!(format!("{data:?}"), "BinData(<11 bytes>)");
        assert_eq!(b"ab".iter().copied().collect::<BinData>(), b"ab"[..]);
        assert_eq!(bd(b"ab"), *b"ab");
        assert_eq!(bd(b"ab"), vec![b'a', b'b']);
        assert_eq!(&b"ab"[..], bd(b"ab"));
        assert_eq!(HashMap::from([(bd(b"a"), 1)])[&b"a"[..]], 1);
        for made in [
            BinData::from(b"ab"),
            BinData::from(*b"ab"),
            BinData::from(&b"ab"[..]),
            BinData::from(b"ab".to_vec()),
            BinData::from(&b"ab".to_vec()),
            BinData::from(Cow::Borrowed(&b"ab"[..])),
            BinData::from(Box::<[u8]>::from(&b"ab"[..])),
        ] {
            assert_eq!(Vec::from(made), b"ab");
        }
    }
}

const CHARSETS: &[&str] = &[
    "utf-8",
    "utf-16",
    "utf-16be",
    "gb18030",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-15",
    "us-ascii",
    "windows-1251",
    "ansi",
    "shift_jis",
    "euc-jp",
    "iso-2022-jp",
    "euc-kr",
    "big5",
    "gbk",
    "koi8-r",
];

const ENCODINGS: &[&str] = &[
    "base64",
    "base64_mime",
    "base64url",
    "modBase64",
    "base32",
    "base58",
    "hex",
    "hex_lower",
    "url",
    "url_rfc3986",
    "url_oauth",
    "url_rfc1738",
    "url_rfc2396",
    "qp",
    "quoted-printable",
    "html",
    "json",
];

/// Text with characters that are easily split, or that a byte order mark or a charset could lose.
fn text() -> impl Strategy<Value = String> {
    let few = prop::collection::vec(
        prop::sample::select(vec![
            "a", "B", "é", "É", "日", "本", "😀", "İ", "ß", "я", "€", "¥", "ｱ", ",", "\"", "\\",
            "<", ">", "\r", "\n", " ", "\t", "&", ";", "=", "%", "+", "1", "-", "_", "\u{301}",
        ]),
        0..20,
    )
    .prop_map(|parts| parts.concat());
    prop_oneof![few, "\\PC{0,12}"]
}

proptest! {
    #[test]
    fn text_round_trips_through_every_encoding_in_every_charset(given in text()) {
        for charset in CHARSETS {
            // A character that the charset lacks is refused.
            let Ok(_) = sb(&given).get_encoded("hex", charset) else { continue };
            for encoding in ENCODINGS {
                let mut text = sb(&given);
                text.encode(encoding, charset).unwrap();
                prop_assert_eq!(&sb(&given).get_encoded(encoding, charset).unwrap(), &text);
                let mut appended = sb("<");
                appended.decode_and_append(text.as_str(), encoding, charset).unwrap();
                text.decode(encoding, charset).unwrap();
                prop_assert_eq!(&text, &given, "{} {}", encoding, charset);
                prop_assert_eq!(&appended.as_str()[1..], &given);
            }
        }
    }

    #[test]
    fn bytes_round_trip_through_every_encoding(bytes in any::<Vec<u8>>()) {
        for encoding in ENCODINGS.iter().filter(|e| !["html", "json"].contains(e)) {
            let encoded = bd(&bytes).get_encoded(encoding).unwrap();
            let mut data = bd(b"old");
            data.load_encoded(&encoded, encoding).unwrap();
            prop_assert_eq!(&data, &bytes, "{}", encoding);
            prop_assert_eq!(&sb(&encoded).get_decoded(encoding).unwrap(), &bytes);
        }
    }

    #[test]
    fn text_round_trips_through_every_pair_of_charsets(given in text()) {
        for from in CHARSETS {
            for to in CHARSETS {
                let mut data = BinData::new();
                if data.append_string(&given, from).is_err() {
                    continue;
                }
                let before = data.clone();
                if data.charset_convert(from, to, true).is_ok() {
                    prop_assert_eq!(&data.get_string(to).unwrap(), &given);
                    data.charset_convert(to, from, true).unwrap();
                }
                prop_assert_eq!(&data, &before, "{} {}", from, to);
                data.charset_convert(from, to, false).unwrap();
            }
        }
    }

    #[test]
    fn ranges_of_text_join_to_the_whole(given in text(), at in any::<prop::sample::Index>()) {
        let text = sb(&given);
        let units = text.length();
        let at = at.index(units + 1);
        let (front, back) = (text.clone().get_range(0, at, false), text.clone().get_range(at, units, false));
        prop_assert_eq!(front.clone() + &back, given);
        let mut removed = text.clone();
        removed.remove_chars_at(0, at);
        prop_assert_eq!(&removed, &back);
        let mut shortened = text.clone();
        shortened.shorten(units - at);
        prop_assert_eq!(&shortened, &front);
    }

    #[test]
    fn no_index_and_no_mark_panics_in_text(
        given in text(),
        start in prop_oneof![0usize..30, any::<usize>()],
        num in prop_oneof![0usize..30, any::<usize>()],
        (one, two, three) in (text(), text(), text()),
        flag in any::<bool>(),
    ) {
        let text = sb(&given);
        let each = |edit: &dyn Fn(&mut StringBuilder)| edit(&mut text.clone());
        each(&|t| { t.get_range(start, num, flag); });
        each(&|t| { t.remove_chars_at(start, num); });
        each(&|t| { t.shorten(num); });
        each(&|t| { t.set_nth(start, &two, &one, flag, !flag); });
        each(&|t| { t.get_before(&one, flag); });
        each(&|t| { t.get_after_final(&one, flag); });
        each(&|t| { t.replace_between(&one, &two, &three, &given); });
        each(&|t| { t.replace_all_between(&one, &two, &three, flag); });
        each(&|t| { t.replace_no_case(&one, &two); });
        each(&|t| { t.replace_word(&one, &two); });
        each(&|t| { t.replace_first(&one, &two); });
        each(&|t| { t.replace_after_final(&one, &two); });
        each(&|t| { let _ = t.append_bd(given.as_bytes(), "utf-8", start, num); });
        text.last_n_lines(num, flag);
        text.get_nth(start, &one, flag, !flag);
        text.get_between(&one, &two);
        text.get_after_between(&one, &two, &three);
        text.contains_word(&one, flag);
        text.int_value();
    }

    #[test]
    fn items_join_to_the_whole(given in text(), quoted in any::<bool>(), escaped in any::<bool>()) {
        let list = sb(&given);
        let items: Vec<_> = (0..).map_while(|n| list.get_nth(n, ",", quoted, escaped)).collect();
        prop_assert_eq!(items.join(","), given);
    }

    #[test]
    fn no_index_panics_in_bytes(
        bytes in prop::collection::vec(any::<u8>(), 0..30),
        start in prop_oneof![0usize..30, any::<usize>()],
        num in prop_oneof![0usize..30, any::<usize>()],
        wanted in text(),
        flag in any::<bool>(),
    ) {
        let mut data = bd(&bytes);
        let fits = start.checked_add(num).is_some_and(|end| end <= bytes.len());
        let chunk = data.get_data_chunk(start, num);
        prop_assert_eq!(chunk.is_some(), fits);
        prop_assert_eq!(data.get_encoded_chunk(start, num, "hex").is_ok(), fits);
        let _ = data.get_text_chunk(start, num, "shift_jis");
        let _ = data.find_string(&wanted, start, "utf-8");
        data.get_byte(start);
        data.get_int2(start, flag);
        data.get_int4(start, flag);
        data.get_u_int2(start, flag);
        data.get_u_int4(start, flag);
        for charset in CHARSETS {
            let _ = data.get_string(charset);
            let _ = data.clone().charset_convert(charset, "utf-8", flag);
        }
        prop_assert_eq!(data.remove_chunk(start, num).is_ok(), fits);
        prop_assert_eq!(data.num_bytes(), bytes.len() - if fits { num } else { 0 });
    }
}
