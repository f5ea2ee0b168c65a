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

    /// Returns the extensions of files in this language.
    pub fn extensions(self) -> &'static [&'static str] {
        self.row().3
    }
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
