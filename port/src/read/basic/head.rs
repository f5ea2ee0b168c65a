//! What the first words of a statement say: whether it opens, divides or closes a block.

use super::dialect::{AUTO, FOX, NET, POWER, PURE, Rules, VB, VB6, XOJO};
use super::lexer::{Kind, Token};

/// A statement by its first words, with the tokens behind them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Head<'p, 's> {
    Open(Opening, &'p [Token<'s>]),
    Middle(Middle, &'p [Token<'s>]),
    Close(Closing, &'p [Token<'s>]),
    Plain,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Opening {
    If,
    While,
    /// `Do`, with `While` or `Until` and a condition or without.
    Do,
    For,
    ForEach,
    Select,
    With,
    Using,
    Try,
    Function,
    /// A module or a class: what is in it stands outside here.
    Wrap,
    /// A block that has no port, with the reason; without one it needs none.
    Skip(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Middle {
    ElseIf,
    Else,
    Case,
    Catch,
    Finally,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Closing {
    If,
    /// `Wend`, `End While`, `ENDDO`.
    While,
    /// `Loop`, with a condition or without.
    Loop,
    /// `Until`.
    Until,
    Next,
    Select,
    With,
    Using,
    Try,
    Function,
    Wrap,
    Skip,
    /// `End` of anything, in Xojo.
    Any,
}

/// Words before `Sub`, `Class` and their like.
const MODIFIERS: &[&str] = &[
    "public",
    "private",
    "friend",
    "shared",
    "protected",
    "overridable",
    "overrides",
    "async",
    "partial",
    "global",
    "static",
    "notinheritable",
    "mustinherit",
    "shadows",
    "default",
    "local",
];

/// Words, language, what they open. Two words count before one.
fn opening(rules: &Rules, first: &str, second: &str) -> Option<(Opening, usize)> {
    let unported = |reason| Some((Opening::Skip(reason), 1));
    Some(match (first, second) {
        ("if", _) => (Opening::If, 1),
        ("do", "case") if rules.is(FOX) => (Opening::Select, 2),
        ("do", "while" | "until") => (Opening::Do, 1),
        ("do", "") => (Opening::Do, 1),
        ("repeat", "") if rules.is(PURE) => (Opening::Do, 1),
        ("while", _) => (Opening::While, 1),
        ("for", "each") => (Opening::ForEach, 2),
        ("foreach", _) if rules.is(PURE) => (Opening::ForEach, 1),
        ("for", _) => (Opening::For, 1),
        ("select", "case") => (Opening::Select, 2),
        ("choose", "case") if rules.is(POWER) => (Opening::Select, 2),
        ("select", _) if rules.is(PURE | AUTO) => (Opening::Select, 1),
        ("switch", _) if rules.is(AUTO) => (Opening::Select, 1),
        ("with", _) if rules.is(VB | AUTO | FOX) => (Opening::With, 1),
        ("using", _) if rules.is(NET) => (Opening::Using, 1),
        ("try", "") => (Opening::Try, 1),
        ("sub" | "function", _) if rules.is(VB | XOJO | FOX | POWER) => (Opening::Function, 1),
        ("event", _) if rules.is(POWER | XOJO) => (Opening::Function, 1),
        ("on", _) if rules.is(POWER) => (Opening::Function, 1),
        ("func", _) if rules.is(AUTO) => (Opening::Function, 1),
        ("procedure" | "proceduredll" | "procedurec", _) if rules.is(PURE | FOX) => {
            (Opening::Function, 1)
        }
        ("subroutine", _) if rules.is(POWER) => (Opening::Function, 1),
        ("module" | "class" | "namespace", _) if rules.is(NET | XOJO) => (Opening::Wrap, 1),
        ("class", _) if rules.is(VB) => return unported("classes of the script have no port"),
        ("define", "class") if rules.is(FOX) => {
            return unported("classes of the script have no port");
        }
        ("structure" | "interface", _) if rules.is(NET | PURE | XOJO) => {
            return unported("types of the script have no port");
        }
        ("type", _) if rules.is(VB6) => return unported("types of the script have no port"),
        ("enum" | "enumeration", _) if rules.is(VB | PURE | XOJO) => {
            return unported("enumerations of the script have no port");
        }
        ("property", "get" | "let" | "set") if rules.is(VB) => {
            return unported("properties of the script have no port");
        }
        ("synclock", _) => return unported("locks have no port"),
        ("scan", _) if rules.is(FOX) => return unported("tables have no port"),
        ("macro", _) if rules.is(PURE) => return unported("macros have no port"),
        ("begin", _) if rules.is(VB6) => (Opening::Skip(""), 1),
        ("type", "variables") if rules.is(POWER) => (Opening::Wrap, 2),
        ("forward" | "type", _) if rules.is(POWER) => (Opening::Skip(""), 1),
        _ => return None,
    })
}

fn middle(rules: &Rules, first: &str, second: &str) -> Option<(Middle, usize)> {
    Some(match (first, second) {
        ("elseif", _) => (Middle::ElseIf, 1),
        ("else", "if") if !rules.is(POWER | AUTO) => (Middle::ElseIf, 2),
        ("else", _) => (Middle::Else, 1),
        ("case", "else") => (Middle::Case, 1),
        ("case", _) => (Middle::Case, 1),
        ("default", "") if rules.is(PURE) => (Middle::Case, 0),
        ("otherwise", _) if rules.is(FOX) => (Middle::Case, 0),
        ("catch", _) => (Middle::Catch, 1),
        ("finally", _) => (Middle::Finally, 1),
        _ => return None,
    })
}

fn closing(rules: &Rules, first: &str, second: &str) -> Option<(Closing, usize)> {
    Some(match (first, second) {
        ("end", "if") | ("endif", _) => (Closing::If, 2),
        ("wend" | "endwhile" | "enddo", _) | ("end", "while") => (Closing::While, 2),
        ("loop", _) if !rules.is(FOX) => (Closing::Loop, 1),
        ("until", _) if rules.is(AUTO | PURE | XOJO) => (Closing::Until, 1),
        ("forever", _) if rules.is(PURE) => (Closing::Loop, 1),
        ("next" | "endfor", _) | ("end", "for") => (Closing::Next, 2),
        ("end", "select" | "choose") | ("endselect" | "endswitch" | "endcase", _) => {
            (Closing::Select, 2)
        }
        ("end", "with") | ("endwith", _) => (Closing::With, 2),
        ("end", "using") => (Closing::Using, 2),
        ("end", "try") | ("endtry", _) => (Closing::Try, 2),
        ("end", "sub" | "function" | "subroutine" | "event" | "on")
        | ("endfunc" | "endproc" | "endprocedure", _) => (Closing::Function, 2),
        ("end", "variables") => (Closing::Wrap, 2),
        ("end", "module" | "class" | "namespace") | ("enddefine", _) if !rules.is(VB6) => {
            (Closing::Wrap, 2)
        }
        ("end", "structure" | "interface" | "type" | "enum" | "property" | "synclock")
        | ("end", "prototypes" | "forward")
        | ("endstructure" | "endinterface" | "endenumeration" | "endscan" | "endmacro", _) => {
            (Closing::Skip, 2)
        }
        ("end", "") if rules.is(XOJO) => (Closing::Any, 1),
        _ => return None,
    })
}

/// Returns what the first words of a statement say.
pub(super) fn head<'p, 's>(rules: &Rules, tokens: &'p [Token<'s>]) -> Head<'p, 's> {
    let start = definition(tokens);
    let tokens = tokens.get(start..).unwrap_or_default();
    let word = |at: usize| match tokens.get(at) {
        Some(token) if token.kind == Kind::Word => token.text.to_ascii_lowercase(),
        Some(_) => "(".to_owned(),
        None => String::new(),
    };
    let (first, mut second) = (word(0), word(1));
    // Names that are keywords elsewhere.
    let is_name = tokens.get(1).is_some_and(|token| {
        token.is("=") || token.is("+=") || (token.is(".") && !token.spaced && first != "with")
    });
    if first.is_empty()
        || (is_name && !["case", "?"].contains(&first.as_str())) && !is_typed(rules, &first)
    {
        return Head::Plain;
    }
    if rules.is(PURE) && ["if", "while", "until"].contains(&first.as_str()) {
        second = "(".to_owned();
    }
    let rest = |count: usize| tokens.get(count.min(tokens.len())..).unwrap_or_default();
    if let Some((opening, count)) = opening(rules, &first, &second) {
        let only_prototype = tokens.iter().any(|token| token.is_word("library"));
        if opening == Opening::Function && rules.is(POWER) && only_prototype {
            return Head::Plain;
        }
        // `Do routine WITH x` calls in FoxPro.
        return Head::Open(opening, rest(count));
    }
    if let Some((middle, count)) = middle(rules, &first, &second) {
        return Head::Middle(middle, rest(count));
    }
    if let Some((closing, count)) = closing(rules, &first, &second) {
        let rest = if count == 1 { rest(1) } else { &[] };
        return Head::Close(closing, rest);
    }
    Head::Plain
}

/// `Procedure.s Name()` has a dot behind its keyword.
fn is_typed(rules: &Rules, first: &str) -> bool {
    rules.is(PURE) && first.starts_with("procedure")
}

/// Returns the number of words before the keyword of a definition.
fn definition(tokens: &[Token]) -> usize {
    let count = tokens
        .iter()
        .take_while(|token| MODIFIERS.iter().any(|modifier| token.is_word(modifier)))
        .count();
    let is_definition = tokens.get(count).is_some_and(|token| {
        [
            "sub",
            "function",
            "class",
            "module",
            "property",
            "structure",
            "enum",
            "interface",
            "subroutine",
            "type",
            "procedure",
            "event",
        ]
        .iter()
        .any(|word| token.is_word(word))
    });
    if is_definition { count } else { 0 }
}
