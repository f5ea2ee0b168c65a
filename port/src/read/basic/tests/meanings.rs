use crate::language::Language;
use crate::language::Language::*;

/// Languages, a line or several, a part of what it is read as.
const ROWS: &[(Language, &str, &str)] = &[
    (VbNet, "n = n \\ 2", "n = (n // 2)"),
    (VbScript, "a = \"3\" + 4", "a = (\"3\" + 4)"),
    (VbScript, "a = \"x\" + b", "a = concat(\"x\", b)"),
    (VbScript, "WScript.Sleep 100", "Sleep!(100)"),
    (VbScript, "ReDim a(0)\nReDim Preserve a(i)\na(i) = 1", "Resize!(a, (i + 1))\na[i] = 1"),
    (
        VbScript,
        "On Error Resume Next\nDim n\nn = CInt(s)\nIf Err.Number <> 0 Then n = 1",
        "try\n  n = ParseInt!(s)\ncatch Err\n  n = 1",
    ),
    (Vb6, "Text1 = s", "println s"),
    (Vb6, "Text1.Text = Text1.Text & s & vbCrLf", "println s"),
    (Vb6, "x = Val(s)", "x = LeadingNumber!(s)"),
    (Vb6, "x = String$(3, \"-\") & Format(n, \"0.00\")", "concat(Repeat!(\"-\", 3), Fixed!(n, 2))"),
    (
        Vb6,
        "For i = 1 To 3\nIf i = 2 Then GoTo NextI\nx = i\nNextI:\nNext",
        "  if (i == 2)\n    continue\n  x = i\n",
    ),
    (
        VbNet,
        "Dim http As New Chilkat.Http With {.AuthToken = t}",
        "declare http: Http = new Http\nhttp.AuthToken = t",
    ),
    (VbNet, "Sub Main(args() As String)\nConsole.WriteLine(args(0))\nEnd Sub", "Arg!(0)"),
    (VbNet, "Label1.Text = s", "println s"),
    (Xojo, "For i = 10 DownTo 1 Step 3\nPrint i\nNext", "for i in 10..=1 step -3"),
    (AutoIt, "If StringInStr($s, \"B\") Then $x = 1", "Contains!(Lower!(s), \"b\")"),
    (AutoIt, "$x = Mod(7, 3)", "x = (7 % 3)"),
    (AutoIt, "Func F()\nReturn SetError(1, 0, \"a\")\nEndFunc\n$s = F()", "return \"a\""),
    (
        AutoIt,
        "Func F()\nReturn SetError(1, 0, \"\")\nEndFunc\n$s = F()\nIf @error Then Exit 1",
        "throw concat(\"error \", 1)",
    ),
    (
        PureBasic,
        "Procedure F()\nShared count\ncount + 1\nEndProcedure",
        "boilerplate\ncount = (count + 1)",
    ),
    (PureBasic, "z >> 1", "z = (z // 2)"),
    (PureBasic, "PrintN(RSet(s, 5, \"0\"))", "println PadLeft!(s, 5, \"0\")"),
    (PowerBuilder, "MessageBox(\"a\", \"b\", StopSign!)", "println \"b\""),
    (FoxPro, "? STR(n, 3)", "println PadLeft!(n, 3, \" \")"),
    (
        FoxPro,
        "FUNCTION F\nRETURN 1\nDEFINE CLASS Boat AS Custom\nPROCEDURE Init\nENDDEFINE",
        "\nunported 3-5: classes of the script have no port",
    ),
];

#[test]
fn the_languages_are_read_as_they_mean_it() {
    let mut wrong = String::new();
    for (language, script, expected) in ROWS {
        let tree = crate::read::shared::testing::dump(&super::super::read(*language, script));
        if !tree.contains(expected) {
            wrong += &format!("{script}\n--\n{tree}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
