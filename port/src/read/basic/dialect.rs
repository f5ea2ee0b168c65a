//! What differs between the languages, as data.

use crate::language::Language;

/// A set of languages.
pub(super) type Mask = u16;

pub(super) const NET: Mask = 1;
pub(super) const VB6: Mask = 2;
pub(super) const VBS: Mask = 4;
pub(super) const XOJO: Mask = 8;
pub(super) const FOX: Mask = 16;
pub(super) const AUTO: Mask = 32;
pub(super) const PURE: Mask = 64;
pub(super) const POWER: Mask = 128;
/// The languages of Microsoft's Basic.
pub(super) const VB: Mask = NET | VB6 | VBS;
pub(super) const ALL: Mask = 255;

/// How a line continues on the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Continuation {
    /// ` _` at the end.
    Underscore,
    /// The sign at the end.
    Sign(char),
    /// An operator, a comma or an open parenthesis at the end.
    Operator,
}

/// How a string holds its own quote.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    Doubled,
    /// `~"`, `~n`.
    Tilde,
    None,
}

/// The rules of a language.
pub(super) struct Rules {
    pub(super) language: Language,
    pub(super) mask: Mask,
    /// Signs that begin a comment anywhere.
    pub(super) comments: &'static [&'static str],
    /// Words or signs that begin a comment at the start of a statement.
    pub(super) comment_starts: &'static [&'static str],
    pub(super) quotes: &'static [char],
    pub(super) escape: Escape,
    pub(super) continuations: &'static [Continuation],
    /// The sign between statements of a line.
    pub(super) separator: Option<&'static str>,
    /// The index of the first item of a list.
    pub(super) base: i64,
    /// Whether `Not` binds tighter than a comparison.
    pub(super) tight_not: bool,
}

const BASIC: Rules = Rules {
    language: Language::Vb6,
    mask: VB6,
    comments: &["'"],
    comment_starts: &["rem"],
    quotes: &['"'],
    escape: Escape::Doubled,
    continuations: &[Continuation::Underscore],
    separator: Some(":"),
    base: 0,
    tight_not: false,
};

static RULES: [Rules; 8] = [
    Rules {
        language: Language::VbNet,
        mask: NET,
        continuations: &[Continuation::Underscore, Continuation::Operator],
        ..BASIC
    },
    BASIC,
    Rules { language: Language::VbScript, mask: VBS, ..BASIC },
    Rules {
        language: Language::Xojo,
        mask: XOJO,
        comments: &["//", "'"],
        separator: None,
        ..BASIC
    },
    Rules {
        language: Language::FoxPro,
        mask: FOX,
        comments: &["&&"],
        comment_starts: &["*", "note", "//"],
        quotes: &['"', '\''],
        escape: Escape::None,
        continuations: &[Continuation::Sign(';')],
        separator: None,
        base: 1,
        ..BASIC
    },
    Rules {
        language: Language::AutoIt,
        mask: AUTO,
        comments: &[";"],
        comment_starts: &[],
        quotes: &['"', '\''],
        separator: None,
        tight_not: true,
        ..BASIC
    },
    Rules {
        language: Language::PureBasic,
        mask: PURE,
        comments: &[";"],
        comment_starts: &[],
        escape: Escape::None,
        continuations: &[Continuation::Operator],
        ..BASIC
    },
    Rules {
        language: Language::PowerBuilder,
        mask: POWER,
        comments: &["//"],
        comment_starts: &[],
        quotes: &['"', '\''],
        escape: Escape::Tilde,
        continuations: &[Continuation::Sign('&')],
        separator: Some(";"),
        base: 1,
        ..BASIC
    },
];

/// Returns the rules of a language. Others than those of this reader are read as Visual Basic 6.
pub(super) fn rules(language: Language) -> &'static Rules {
    RULES.iter().find(|rules| rules.language == language).unwrap_or(&RULES[1])
}

impl Rules {
    pub(super) fn is(&self, mask: Mask) -> bool {
        self.mask & mask != 0
    }
}
