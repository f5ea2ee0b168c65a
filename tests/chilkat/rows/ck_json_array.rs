//! `CkJsonArray`: [`JsonArray`].

use std::fs;
use std::time::{Duration, UNIX_EPOCH};

use zoomkat::chilkat::{BinData, JsonArray, StringBuilder};

use super::table::Table;
use super::{Outcome, array, object, row};

#[test]
fn json_arrays_are_read_and_written() -> Outcome {
    let mut t = Table::new("JsonArray");
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("lorem.json");
    let (mut bd, mut sb) = (BinData::new(), StringBuilder::new());
    let (mut object2, mut array2) = (object("{}"), array("[]"));
    let mut jarr = JsonArray::new();

    row!(t, [AddArrayAt] jarr.add_array_at(0)?; jarr.emit() => "[[]]");
    row!(t, [AddBoolAt] jarr.add_bool_at(-1, true); jarr.emit() => "[[],true]");
    row!(t, [AddIntAt] jarr.add_int_at(0, 17); jarr.emit() => "[17,[],true]");
    row!(t, [AddNullAt] jarr.add_null_at(0); jarr.emit() => "[null,17,[],true]");
    row!(t, [AddNumberAt] jarr.add_number_at(0, "1.50")?; jarr.emit() => "[1.50,null,17,[],true]");
    row!(t, [AddObjectAt] jarr.add_object_at(0)?; jarr.emit() => "[{},1.50,null,17,[],true]");
    row!(t, [AddObjectCopyAt] jarr.add_object_copy_at(0, &object(r#"{"id":1}"#))?;
        jarr.emit() => r#"[{"id":1},{},1.50,null,17,[],true]"#);
    row!(t, [AddStringAt] jarr.add_string_at(0, "lorem"); jarr.string_at(0)? => "lorem");
    row!(t, [AddUIntAt] jarr.add_u_int_at(-1, 18);
        jarr.emit() => r#"["lorem",{"id":1},{},1.50,null,17,[],true,18]"#);
    row!(t, [AppendArrayItems] jarr.append_array_items(&array("[[1]]"))?; jarr.size() => 10);
    row!(t, [ArrayAt] jarr.array_at(9)?.emit() => "[1]");
    row!(t, [ArrayAt2] jarr.array_at2(9, &mut array2)?; array2.emit() => "[1]");
    row!(t, [BoolAt] jarr.bool_at(7) => true);
    row!(t, [Clear] jarr.clear(); jarr.emit() => "[]");
    jarr.load(r#"["Mon, 02 Mar 2026 12:00:00 GMT",true]"#)?;
    let noon = UNIX_EPOCH + Duration::from_secs(1_772_452_800);
    row!(t, [DateAt] jarr.date_at(0)? => noon);
    assert!(jarr.date_at(1).is_err() && jarr.date_at(2).is_err());
    jarr.load("[1,2]")?;
    row!(t, [DeleteAt] jarr.delete_at(0) => true);
    assert_eq!(jarr.size(), 1);
    row!(t, [Emit] jarr.emit() => "[2]");
    row!(t, [EmitCompact] jarr.set_emit_compact(false), jarr.emit_compact() => false;
        jarr.emit() => "[\r\n  2\r\n]\r\n");
    row!(t, [EmitCrlf] jarr.set_emit_crlf(false), jarr.emit_crlf() => false;
        jarr.emit() => "[\n  2\n]\n");
    jarr.set_emit_compact(true);
    row!(t, [EmitSb] jarr.emit_sb(&mut sb)?; sb.as_str() => "[2]");
    jarr.load(r#"[{"name":"Lorem"},"ipsum",17,null]"#)?;
    row!(t, [FindObject] jarr.find_object("name", "lor*", false) => Some(0));
    row!(t, [FindString] jarr.find_string("ips*", true) => Some(1));
    row!(t, [IntAt] jarr.int_at(2) => 17);
    row!(t, [IsNullAt] jarr.is_null_at(3) => true);
    row!(t, [Load] jarr.load(r#"[{"name":"Lorem"},true]"#)?; jarr.size() => 2);
    {
        let sb = StringBuilder::from(r#"[{"name":"Lorem"},0,0,0,0,0,0]"#);
        row!(t, [LoadSb] jarr.load_sb(&sb)?; jarr.size() => 7);
    }
    row!(t, [ObjectAt] jarr.object_at(0)?.string_of("name")? => "Lorem");
    row!(t, [ObjectAt2] jarr.object_at2(0, &mut object2)?; object2.string_of("name")? => "Lorem");
    row!(t, [SetBoolAt] jarr.set_bool_at(1, true)?; jarr.bool_at(1) => true);
    row!(t, [SetIntAt] jarr.set_int_at(2, 17)?; jarr.int_at(2) => 17);
    row!(t, [SetNullAt] jarr.set_null_at(3)?; jarr.is_null_at(3) => true);
    row!(t, [SetNumberAt] jarr.set_number_at(4, "1.50")?; jarr.string_at(4)? => "1.50");
    row!(t, [SetStringAt] jarr.set_string_at(5, "lorem")?; jarr.string_at(5)? => "lorem");
    row!(t, [SetUIntAt] jarr.set_u_int_at(6, 18)?;
        jarr.emit() => r#"[{"name":"Lorem"},true,17,null,1.50,"lorem",18]"#);
    row!(t, [Size] jarr.size() => 7);
    row!(t, [StringAt] jarr.string_at(5)? => "lorem");
    row!(t, [Swap] jarr.swap(5, 6) => true);
    row!(t, [TypeAt] jarr.type_at(6) => 1);
    row!(t, [UIntAt] jarr.u_int_at(5) => 18);

    jarr.clear();
    row!(t, [] jarr.add_array_copy_at(-1, &array("[1]"))?; jarr.emit() => "[[1]]");
    row!(t, [] jarr.append_array()?.append_int(2); jarr.emit() => "[[1],[2]]");
    row!(t, [] jarr.append_bool(true); jarr.emit() => "[[1],[2],true]");
    row!(t, [] jarr.append_int(17); jarr.emit() => "[[1],[2],true,17]");
    row!(t, [] jarr.append_null(); jarr.emit() => "[[1],[2],true,17,null]");
    row!(t, [] jarr.append_number("1.50")?; jarr.emit() => "[[1],[2],true,17,null,1.50]");
    row!(t, [] jarr.append_object()?.append_int("id", 1); jarr.object_at(6)?.emit() => r#"{"id":1}"#);
    row!(t, [] jarr.append_string("lorem"); jarr.string_at(7)? => "lorem");
    row!(t, [] jarr.append_u_int(18); jarr.u_int_at(8) => 18);
    let all = r#"[[1],[2],true,17,null,1.50,{"id":1},"lorem",18]"#;
    assert_eq!(jarr.emit(), all);
    row!(t, [] jarr.emit_bd(&mut bd); bd.as_slice() => all.as_bytes());
    row!(t, [] JsonArray::from_serde(&["lorem"])?.emit() => r#"["lorem"]"#);
    row!(t, [] jarr.load_bd(&bd)?; jarr.size() => 9);
    fs::write(&path, "[1,2]")?;
    row!(t, [] jarr.load_file(&path)?; jarr.emit() => "[1,2]");
    row!(t, [] JsonArray::new().emit() => "[]");
    row!(t, [] jarr.to_serde::<Vec<u64>>()? => [1, 2]);
    row!(t, [] jarr.write_file(&path)?; fs::read_to_string(&path)? => "[1,2]");

    t.assert_complete();
    Ok(())
}
