//! `CkStringBuilder`: [`StringBuilder`].

use std::fs;

use zoomkat::chilkat::{BinData, StringBuilder};

use super::table::Table;
use super::{Outcome, row};

#[test]
fn text_is_built() -> Outcome {
    let mut t = Table::new("StringBuilder");
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("lorem.txt");
    let bd = BinData::from(b"lorem");
    let other = StringBuilder::from("dolor");

    let mut sb = StringBuilder::new();
    row!(t, [Append] sb.append("lorem "); sb.as_str() => "lorem ");
    row!(t, [AppendBd] sb.append_bd(&bd, "utf-8", 0, 0)?; sb.as_str() => "lorem lorem");
    row!(t, [AppendEncoded] sb.append_encoded(&bd, "hex")?; sb.as_str() => "lorem lorem6C6F72656D");
    row!(t, [AppendInt] sb.append_int(-1); sb.ends_with("D-1", true) => true);
    row!(t, [AppendInt64] sb.append_int64(9_000_000_000);
        sb.ends_with("-19000000000", true) => true);
    row!(t, [AppendLine] sb.append_line(" ipsum", true); sb.ends_with("0 ipsum\r\n", true) => true);
    row!(t, [AppendSb] sb.append_sb(&other);
        sb.as_str() => "lorem lorem6C6F72656D-19000000000 ipsum\r\ndolor");
    let before = sb.length();
    row!(t, [AppendUuid] sb.append_uuid(true)?; sb.length() => before + 36);
    row!(t, [Clear] sb.clear(); sb.as_str() => "");

    sb.set_string("Lorem ipsum");
    row!(t, [Contains] sb.contains("lorem", false) => true);
    row!(t, [ContainsWord] sb.contains_word("ipsu", true) => false);
    row!(t, [ContentsEqual] sb.contents_equal("lorem ipsum", false) => true);
    row!(t, [ContentsEqualSb] sb.contents_equal_sb(&other, false) => false);

    sb.set_string("bG9yZW0=");
    row!(t, [Decode] sb.decode("base64", "utf-8")?; sb.as_str() => "lorem");
    row!(t, [DecodeAndAppend] sb.decode_and_append("697073756D", "hex", "utf-8")?;
        sb.as_str() => "loremipsum");
    row!(t, [Encode] sb.encode("base64", "utf-8")?; sb.as_str() => "bG9yZW1pcHN1bQ==");
    row!(t, [EndsWith] sb.ends_with("==", true) => true);
    sb.set_string("a &amp; b");
    row!(t, [EntityDecode] sb.entity_decode(); sb.as_str() => "a & b");

    sb.set_string("id: <a>, name: <b>");
    row!(t, [GetAfterBetween] sb.get_after_between("name", "<", ">") => Some("b".to_owned()));
    row!(t, [GetAfterFinal] sb.get_after_final(": ", false) => "<b>");
    row!(t, [GetAsString] sb.get_as_string() => "id: <a>, name: <b>");
    row!(t, [GetBefore] sb.get_before(",", false) => "id: <a>");
    row!(t, [GetBetween] sb.get_between("<", ">") => Some("a".to_owned()));
    sb.set_string("6C6F");
    row!(t, [GetDecoded] sb.get_decoded("hex")? => b"lo");
    row!(t, [GetEncoded] sb.get_encoded("base64", "utf-8")? => "NkM2Rg==");
    sb.set_string("a,\"b,c\",d");
    row!(t, [GetNth] sb.get_nth(1, ",", true, false) => Some("\"b,c\"".to_owned()));
    sb.set_string("lorem ipsum");
    row!(t, [GetRange] sb.get_range(0, 5, false) => "lorem");
    row!(t, [IntValue] sb.set_int_value(300), sb.int_value() => 300);
    row!(t, [IsBase64] sb.is_base64() => true);
    sb.set_string("a\nb\nc");
    row!(t, [LastNLines] sb.last_n_lines(2, false) => "b\nc");
    row!(t, [Length] sb.length() => 5);
    fs::write(&path, "lorem")?;
    row!(t, [LoadFile] sb.load_file(&path, "utf-8")?; sb.as_str() => "lorem");
    row!(t, [Prepend] sb.prepend("ipsum "); sb.as_str() => "ipsum lorem");

    sb.set_string("a/b/c/d");
    row!(t, [RemoveAfterFinal] sb.remove_after_final("/") => true);
    assert_eq!(sb.as_str(), "a/b/c");
    row!(t, [RemoveBefore] sb.remove_before("/") => true);
    assert_eq!(sb.as_str(), "b/c");
    row!(t, [RemoveCharsAt] sb.remove_chars_at(0, 2); sb.as_str() => "c");
    sb.set_string("a b a");
    row!(t, [Replace] sb.replace("a", "lorem") => 2);
    assert_eq!(sb.as_str(), "lorem b lorem");
    row!(t, [ReplaceAfterFinal] sb.replace_after_final("b ", "<x>") => true);
    assert_eq!(sb.as_str(), "lorem b <x>");
    row!(t, [ReplaceAllBetween] sb.replace_all_between("<", ">", "yy", false) => true);
    assert_eq!(sb.as_str(), "lorem b <yy>");
    row!(t, [ReplaceBetween] sb.replace_between("<", ">", "y", "z") => 2);
    assert_eq!(sb.as_str(), "lorem b <zz>");
    row!(t, [ReplaceFirst] sb.replace_first("z", "1") => true);
    row!(t, [ReplaceI] sb.replace_i("z", 2) => 1);
    row!(t, [ReplaceNoCase] sb.replace_no_case("LOREM", "Lor") => 1);
    row!(t, [ReplaceWord] sb.replace_word("b", "c") => 1);
    assert_eq!(sb.as_str(), "Lor c <12>");
    row!(t, [SecureClear] sb.secure_clear(); sb.as_str() => "");
    sb.set_string("a,b,c");
    row!(t, [SetNth] sb.set_nth(1, "lorem", ",", false, false) => true);
    assert_eq!(sb.as_str(), "a,lorem,c");
    row!(t, [SetString] sb.set_string("Lorem  ipsum "); sb.as_str() => "Lorem  ipsum ");
    row!(t, [Shorten] sb.shorten(1); sb.as_str() => "Lorem  ipsum");
    row!(t, [StartsWith] sb.starts_with("lorem", true) => false);
    sb.append("\n");
    row!(t, [ToCRLF] sb.to_crlf(); sb.as_str() => "Lorem  ipsum\r\n");
    row!(t, [ToLF] sb.to_lf(); sb.as_str() => "Lorem  ipsum\n");
    row!(t, [ToLowercase] sb.to_lowercase(); sb.as_str() => "lorem  ipsum\n");
    row!(t, [ToUppercase] sb.to_uppercase(); sb.as_str() => "LOREM  IPSUM\n");
    row!(t, [Trim] sb.trim(); sb.as_str() => "LOREM  IPSUM");
    row!(t, [TrimInsideSpaces] sb.trim_inside_spaces(); sb.as_str() => "LOREM IPSUM");
    row!(t, [WriteFile] sb.write_file(&path, "utf-8", false)?;
        fs::read_to_string(&path)? => "LOREM IPSUM");
    sb.append("!");
    row!(t, [WriteFileIfModified] sb.write_file_if_modified(&path, "utf-8", false)?;
        fs::read_to_string(&path)? => "LOREM IPSUM!");

    row!(t, [] sb.as_str() => "LOREM IPSUM!");
    row!(t, [] StringBuilder::new() => "");

    t.assert_complete();
    Ok(())
}
