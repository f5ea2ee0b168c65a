//! The languages of scripts.

use std::fmt;
use std::str::FromStr;

/// A language that Chilkat scripts are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Ruby.
    Ruby,
    /// Python, with the module `chilkat` or `chilkat2`.
    Python,
    /// C#.
    CSharp,
    /// Visual Basic .NET.
    VbNet,
    /// Visual Basic 6.
    Vb6,
    /// VBScript and ASP.
    VbScript,
    /// PHP, with the extension or with COM.
    Php,
    /// JavaScript (Node.js).
    JavaScript,
    /// Java.
    Java,
    /// Go.
    Go,
    /// PowerShell.
    PowerShell,
    /// C++, with narrow or wide characters.
    Cpp,
    /// C, with narrow or wide characters.
    C,
    /// Perl.
    Perl,
    /// Delphi, with the DLL or ActiveX.
    Delphi,
    /// Xojo.
    Xojo,
    /// Visual FoxPro.
    FoxPro,
    /// AutoIt.
    AutoIt,
    /// PureBasic.
    PureBasic,
    /// PowerBuilder.
    PowerBuilder,
    /// Tcl.
    Tcl,
}

/// Name for `--from`, name in prose, extensions of files.
const LANGUAGES: &[(Language, &str, &str, &[&str])] = &[
    (Language::Ruby, "ruby", "Ruby", &["rb"]),
    (Language::Python, "python", "Python", &["py", "pyw"]),
    (Language::CSharp, "csharp", "C#", &["cs", "csx"]),
    (Language::VbNet, "vbnet", "VB.NET", &["vb"]),
    (Language::Vb6, "vb6", "Visual Basic 6", &["bas", "frm", "cls"]),
    (Language::VbScript, "vbscript", "VBScript", &["vbs", "asp"]),
    (Language::Php, "php", "PHP", &["php"]),
    (Language::JavaScript, "javascript", "JavaScript", &["js", "mjs", "cjs"]),
    (Language::Java, "java", "Java", &["java"]),
    (Language::Go, "go", "Go", &["go"]),
    (Language::PowerShell, "powershell", "PowerShell", &["ps1", "psm1"]),
    (Language::Cpp, "cpp", "C++", &["cpp", "cc", "cxx", "hpp"]),
    (Language::C, "c", "C", &["c"]),
    (Language::Perl, "perl", "Perl", &["pl", "pm"]),
    (Language::Delphi, "delphi", "Delphi", &["pas", "dpr"]),
    (Language::Xojo, "xojo", "Xojo", &["xojo_code", "xojo_script"]),
    (Language::FoxPro, "foxpro", "Visual FoxPro", &["prg"]),
    (Language::AutoIt, "autoit", "AutoIt", &["au3"]),
    (Language::PureBasic, "purebasic", "PureBasic", &["pb", "pbi"]),
    (Language::PowerBuilder, "powerbuilder", "PowerBuilder", &["srw", "sru", "srf", "pbs"]),
    (Language::Tcl, "tcl", "Tcl", &["tcl"]),
];

impl Language {
    /// Returns all languages.
    pub fn all() -> impl Iterator<Item = Language> {
        LANGUAGES.iter().map(|row| row.0)
    }

    fn row(self) -> &'static (Language, &'static str, &'static str, &'static [&'static str]) {
        // Each variant has a row, as a test checks.
        LANGUAGES.iter().find(|row| row.0 == self).unwrap_or(&LANGUAGES[0])
    }

    /// Returns the name that [`FromStr`] reads: `ruby`, `csharp`, `vb6` ...
    pub fn id(self) -> &'static str {
        self.row().1
    }

    /// Returns what a line starts with that is only a comment.
    pub(crate) fn comment_signs(self) -> &'static [&'static str] {
        use Language as L;
        match self {
            L::Ruby | L::Python | L::Perl | L::PowerShell | L::Tcl => &["#"],
            L::Php => &["//", "#", "/*"],
            L::CSharp | L::JavaScript | L::Java | L::Go | L::Cpp | L::C | L::PowerBuilder => {
                &["//", "/*"]
            }
            L::Delphi => &["//", "{", "(*"],
            L::VbNet | L::Vb6 | L::VbScript => &["'", "REM ", "Rem "],
            L::Xojo => &["//", "'"],
            L::FoxPro => &["*", "&&"],
            L::AutoIt | L::PureBasic => &[";"],
        }
    }

    /// Returns the extensions of files in this language.
    pub fn extensions(self) -> &'static [&'static str] {
        self.row().3
    }
}

/// Texts that occur in scripts of a language and hardly elsewhere, and how much each says.
const SIGNS: &[(Language, &str, u32)] = &[
    (Language::Ruby, "Chilkat::Ck", 5),
    (Language::Ruby, "require 'chilkat'", 5),
    (Language::Ruby, "require \"chilkat\"", 5),
    (Language::Ruby, "\nend", 1),
    (Language::Ruby, ".to_s", 1),
    (Language::Python, "import chilkat", 5),
    (Language::Python, "from chilkat", 5),
    (Language::Python, "= chilkat.Ck", 4),
    (Language::Python, "chilkat2.", 4),
    (Language::Python, "print(", 1),
    (Language::Python, "\ndef ", 1),
    (Language::CSharp, "= new Chilkat.", 5),
    (Language::CSharp, "using Chilkat", 5),
    (Language::CSharp, "using System", 2),
    (Language::CSharp, "Debug.WriteLine(", 1),
    (Language::CSharp, "Console.WriteLine(", 1),
    (Language::VbNet, "As New Chilkat.", 4),
    (Language::VbNet, "Imports ", 2),
    (Language::VbNet, "Debug.WriteLine(", 1),
    (Language::VbNet, "Console.WriteLine(", 1),
    (Language::VbNet, "End While", 1),
    (Language::VbNet, "Exit Sub", 1),
    (Language::Xojo, "As New Chilkat.", 4),
    (Language::Xojo, "System.DebugLog", 6),
    (Language::Xojo, "\nWend", 1),
    (Language::Vb6, "As New ChilkatHttp", 5),
    (Language::Vb6, "As New ChilkatJsonObject", 4),
    (Language::Vb6, "As New ChilkatHttpRequest", 4),
    (Language::Vb6, "Debug.Print", 2),
    (Language::Vb6, "Attribute VB_Name", 6),
    (Language::VbScript, "set http = CreateObject(\"Chilkat", 5),
    (Language::VbScript, "CreateObject(\"Chilkat", 3),
    (Language::VbScript, "Server.CreateObject(", 5),
    (Language::VbScript, "WScript.", 4),
    (Language::VbScript, "<%", 3),
    (Language::Php, "<?php", 8),
    (Language::Php, "new COM(", 5),
    (Language::Php, "$http = new Ck", 5),
    (Language::Php, "$http->put_", 1),
    (Language::Php, "include(\"chilkat", 5),
    (Language::JavaScript, "require('@chilkat", 6),
    (Language::JavaScript, "require(\"@chilkat", 6),
    (Language::JavaScript, "new chilkat.", 5),
    (Language::JavaScript, "console.log(", 2),
    (Language::Java, "import com.chilkatsoft", 6),
    (Language::Java, "System.loadLibrary(\"chilkat", 6),
    (Language::Java, "System.out.println(", 4),
    (Language::Java, "CkHttp http = new CkHttp();", 4),
    (Language::Go, "chilkat.New", 6),
    (Language::Go, "package main", 4),
    (Language::Go, ":= chilkat.", 4),
    (Language::Go, "fmt.Print", 3),
    (Language::PowerShell, "New-Object Chilkat", 6),
    (Language::PowerShell, "[Chilkat.", 5),
    (Language::PowerShell, "Add-Type", 4),
    (Language::PowerShell, "Write-Host", 2),
    (Language::Cpp, "#include <Ck", 4),
    (Language::Cpp, "#include \"Ck", 4),
    (Language::Cpp, "std::cout", 4),
    (Language::Cpp, "CkHttp http;", 5),
    (Language::Cpp, "CkHttpW http;", 5),
    (Language::Cpp, "CkJsonObject json;", 4),
    (Language::Cpp, "CkHttpRequest req;", 4),
    (Language::C, "#include <C_Ck", 6),
    (Language::C, "HCkHttp http;", 5),
    (Language::C, "= CkHttp_Create();", 4),
    (Language::C, "= CkHttpW_Create();", 5),
    (Language::C, "printf(\"", 2),
    (Language::Perl, "use chilkat", 6),
    (Language::Perl, "chilkat::Ck", 6),
    (Language::Perl, "use strict;", 3),
    (Language::Delphi, ":= CkHttp_Create();", 6),
    (Language::Delphi, "TChilkat", 5),
    (Language::Delphi, ": HCk", 4),
    (Language::Delphi, "\nuses", 3),
    (Language::Delphi, "Memo1.Lines.Add", 4),
    (Language::FoxPro, "CreateObject('Chilkat", 5),
    (Language::FoxPro, "\nLOCAL lo", 4),
    (Language::FoxPro, "ENDIF", 2),
    (Language::FoxPro, "\nRELEASE lo", 2),
    (Language::AutoIt, "ObjCreate(", 6),
    (Language::AutoIt, "ConsoleWrite(", 5),
    (Language::AutoIt, "@CRLF", 2),
    (Language::PureBasic, "::ckCreate()", 8),
    (Language::PureBasic, "XIncludeFile", 5),
    (Language::PureBasic, "ProcedureReturn", 3),
    (Language::PowerBuilder, "create oleobject", 8),
    (Language::PowerBuilder, "ConnectToNewObject", 6),
    (Language::PowerBuilder, "Write-Debug loo_", 4),
    (Language::Tcl, "[new_Ck", 8),
    (Language::Tcl, "load ./chilkat", 5),
    (Language::Tcl, "\nset ", 2),
    (Language::Tcl, "\nputs ", 1),
];

/// How much of a script is searched for signs of its language.
const SEARCHED: usize = 1 << 16;

impl Language {
    /// Returns the language that a file name or path suggests by its extension.
    pub fn from_file_name(name: &str) -> Option<Language> {
        let (_, extension) = name.rsplit_once('.')?;
        let extension = extension.to_ascii_lowercase();
        LANGUAGES.iter().find(|row| row.3.contains(&extension.as_str())).map(|row| row.0)
    }

    /// Returns the language that a script seems to be written in: the one whose signs in its first 64 KiB
    /// weigh most. `None` if there are none, or if two weigh the same.
    pub fn detect(script: &str) -> Option<Language> {
        let mut end = script.len().min(SEARCHED);
        while !script.is_char_boundary(end) {
            end -= 1;
        }
        let start = format!("\n{}", &script[..end]).replace("\r\n", "\n");
        let mut scores: Vec<(u32, Language)> =
            Language::all().map(|language| (score(language, &start), language)).collect();
        scores.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        match scores.as_slice() {
            [(best, language), (second, _), ..] if best > second => Some(*language),
            _ => None,
        }
    }
}

fn score(language: Language, script: &str) -> u32 {
    let signs = SIGNS.iter().filter(|(of, sign, _)| *of == language && script.contains(sign));
    signs.map(|(_, _, weight)| weight).sum()
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().2)
    }
}

impl FromStr for Language {
    type Err = String;

    /// Reads the [`id`](Language::id) of a language.
    fn from_str(text: &str) -> Result<Language, String> {
        let row = LANGUAGES.iter().find(|row| row.1.eq_ignore_ascii_case(text));
        row.map(|row| row.0).ok_or_else(|| {
            let ids: Vec<&str> = LANGUAGES.iter().map(|row| row.1).collect();
            format!("{text:?} is not a language; use one of {}", ids.join(", "))
        })
    }
}
