//! `CkBinData`: [`BinData`].

use std::fs;

use zoomkat::chilkat::{BinData, StringBuilder};

use super::table::Table;
use super::{Outcome, row};

#[test]
fn bytes_are_gathered() -> Outcome {
    let mut t = Table::new("BinData");
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("lorem.bin");
    let other = BinData::from(b"lorem");
    let mut sb = StringBuilder::from("6F");

    let mut bd = BinData::new();
    row!(t, [AppendBd] bd.append_bd(&other); bd.as_slice() => b"lorem");
    row!(t, [AppendBinary]
        bd.append_data(b" ipsum "); bd.as_slice() => b"lorem ipsum ");
    bd.clear();
    row!(t, [AppendBom] bd.append_bom("utf-8")?; bd.as_slice() => b"\xEF\xBB\xBF");
    row!(t, [AppendByte] bd.append_byte(0x64); bd.as_slice() => b"\xEF\xBB\xBFd");
    row!(t, [AppendEncoded] bd.append_encoded("6F", "hex")?; bd.as_slice() => b"\xEF\xBB\xBFdo");
    row!(t, [AppendEncodedSb] bd.append_encoded_sb(&sb, "hex")?; bd.as_slice() => b"\xEF\xBB\xBFdoo");
    bd.clear();
    row!(t, [AppendInt2] bd.append_int2(-2, true)?; bd.as_slice() => b"\xFE\xFF");
    row!(t, [AppendInt4] bd.append_int4(-2, true)?; bd.as_slice() => b"\xFE\xFF\xFE\xFF\xFF\xFF");
    bd.clear();
    row!(t, [AppendPadded] bd.append_padded("a", "utf-8", true, 3)?; bd.as_slice() => b"a  ");
    row!(t, [AppendSb] bd.append_sb(&sb, "utf-8")?; bd.as_slice() => b"a  6F");
    row!(t, [AppendString] bd.append_string("caf\u{e9}", "iso-8859-1")?;
        bd.as_slice() => b"a  6Fcaf\xE9");
    row!(t, [CharsetConvert] bd.charset_convert("iso-8859-1", "utf-8", true)?;
        bd.as_slice() => "a  6Fcaf\u{e9}".as_bytes());
    row!(t, [Clear] bd.clear(); bd.as_slice() => b"");
    row!(t, [ContentsEqual] bd.contents_equal(&other) => false);

    bd.load_binary(b"\xFE\xFF\xFE\xFFlorem");
    row!(t, [FindString] bd.find_string("lorem", 0, "utf-8")? => Some(4));
    row!(t, [GetBinary] bd.get_data() => b"\xFE\xFF\xFE\xFFlorem");
    row!(t, [GetBinaryChunk] bd.get_data_chunk(4, 2) => Some(b"lo".to_vec()));
    row!(t, [GetByte] bd.get_byte(4) => Some(b'l'));
    row!(t, [GetEncoded] bd.get_encoded("hex_lower")? => "fefffeff6c6f72656d");
    row!(t, [GetEncodedChunk] bd.get_encoded_chunk(4, 2, "base64")? => "bG8=");
    row!(t, [GetEncodedSb] bd.get_encoded_sb("hex", &mut sb)?; sb.as_str() => "6FFEFFFEFF6C6F72656D");
    row!(t, [GetInt2] bd.get_int2(0, true) => Some(-2));
    row!(t, [GetInt4] bd.get_int4(0, true) => Some(-65_538));
    {
        let bd = &other;
        row!(t, [GetString] bd.get_string("utf-8")? => "lorem");
    }
    row!(t, [GetTextChunk] bd.get_text_chunk(4, 5, "utf-8")? => "lorem");
    row!(t, [GetUInt2] bd.get_u_int2(0, true) => Some(65_534));
    row!(t, [GetUInt4] bd.get_u_int4(0, true) => Some(4_294_901_758));
    row!(t, [IsValidUtf8] bd.is_valid_utf8() => false);
    row!(t, [LoadBinary] bd.load_binary(b"lorem"); bd => other);
    row!(t, [LoadEncoded] bd.load_encoded("aXBzdW0=", "base64")?; bd.as_slice() => b"ipsum");
    fs::write(&path, "dolor")?;
    row!(t, [LoadFile] bd.load_file(&path)?; bd.as_slice() => b"dolor");
    row!(t, [NumBytes] bd.num_bytes() => 5);
    row!(t, [RemoveChunk] bd.remove_chunk(0, 2)?; bd.as_slice() => b"lor");
    row!(t, [SecureClear] bd.secure_clear(); bd.as_slice() => b"");
    bd.append_data(b"!");
    row!(t, [WriteAppendFile] bd.write_append_file(&path)?; fs::read(&path)? => b"dolor!");
    row!(t, [WriteFile] bd.write_file(&path)?; fs::read(&path)? => b"!");

    row!(t, [] BinData::new() => b"");
    row!(t, [] bd.as_slice() => b"!");

    t.assert_complete();
    Ok(())
}
