//! Types of Rust, as far as ports need them.

use crate::members::members;
use crate::tree::Hint;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) enum Ty {
    /// Not known yet.
    #[default]
    Unknown,
    /// An object of a class that is not here.
    Missing,
    Unit,
    Bool,
    /// The numbers 0 and 1, which may be a `Bool` of COM.
    Bit,
    Int(Width),
    Float,
    Char,
    /// `String`.
    Text,
    /// `&str`.
    Str,
    /// `Cow<str>`.
    Cow,
    /// `Vec<u8>`.
    Bytes,
    /// `&[u8]`.
    Slice,
    /// An object of a Chilkat class, without `Ck`.
    Object(&'static str),
    /// `Vec<T>`.
    List(Box<Ty>),
    /// `BTreeMap<String, T>`.
    Map(Box<Ty>),
    Option(Box<Ty>),
    Result(Box<Ty>),
    /// An error, in the block that handles it.
    Error,
}

/// The type of a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Width {
    I64,
    Usize,
    U8,
    U16,
    U32,
    U64,
    I16,
    I32,
    Isize,
}

impl Width {
    pub(super) fn name(self) -> &'static str {
        match self {
            Width::I64 => "i64",
            Width::Usize => "usize",
            Width::U8 => "u8",
            Width::U16 => "u16",
            Width::U32 => "u32",
            Width::U64 => "u64",
            Width::I16 => "i16",
            Width::I32 => "i32",
            Width::Isize => "isize",
        }
    }

    fn parse(name: &str) -> Option<Width> {
        Some(match name {
            "i64" => Width::I64,
            "usize" => Width::Usize,
            "u8" => Width::U8,
            "u16" => Width::U16,
            "u32" => Width::U32,
            "u64" => Width::U64,
            "i16" => Width::I16,
            "i32" => Width::I32,
            "isize" => Width::Isize,
            _ => return None,
        })
    }

    /// Returns whether a literal fits.
    pub(super) fn holds(self, value: i64) -> bool {
        match self {
            Width::I64 => true,
            Width::Isize => true,
            Width::Usize | Width::U64 => value >= 0,
            Width::U8 => u8::try_from(value).is_ok(),
            Width::U16 => u16::try_from(value).is_ok(),
            Width::U32 => u32::try_from(value).is_ok(),
            Width::I16 => i16::try_from(value).is_ok(),
            Width::I32 => i32::try_from(value).is_ok(),
        }
    }
}

/// The whole number that is used unless something else is asked for.
pub(super) const INT: Ty = Ty::Int(Width::I64);

impl Ty {
    pub(super) fn is_known(&self) -> bool {
        match self {
            Ty::Unknown | Ty::Missing => false,
            Ty::List(item) | Ty::Map(item) | Ty::Option(item) => item.is_known(),
            _ => true,
        }
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Ty::Text | Ty::Str | Ty::Cow)
    }

    /// Returns whether values are copied.
    pub(super) fn is_copy(&self) -> bool {
        match self {
            Ty::Bool | Ty::Bit | Ty::Int(_) | Ty::Float | Ty::Char | Ty::Unit => true,
            Ty::Option(inner) => inner.is_copy(),
            _ => false,
        }
    }

    /// Returns the type of a variable that holds such a value: owned, without failure.
    pub(super) fn plain(&self) -> Ty {
        match self {
            Ty::Option(inner) | Ty::Result(inner) => inner.plain(),
            Ty::Str | Ty::Cow => Ty::Text,
            Ty::Slice => Ty::Bytes,
            Ty::Int(_) => INT,
            Ty::List(item) => Ty::List(Box::new(item.plain())),
            Ty::Map(item) => Ty::Map(Box::new(item.plain())),
            other => other.clone(),
        }
    }

    /// Returns what is known of a value that is of both types. The first one wins.
    pub(super) fn join(&self, other: &Ty) -> Ty {
        match (self, other) {
            (Ty::Unknown, other) => other.clone(),
            (Ty::Bit, Ty::Bool | Ty::Int(_) | Ty::Float) | (Ty::Int(_), Ty::Float) => other.clone(),
            (Ty::List(a), Ty::List(b)) => Ty::List(Box::new(a.join(b))),
            (Ty::Map(a), Ty::Map(b)) => Ty::Map(Box::new(a.join(b))),
            (mine, _) => mine.clone(),
        }
    }

    /// Returns the type of a declaration.
    pub(super) fn of_hint(hint: &Hint) -> Ty {
        match hint {
            Hint::Unknown => Ty::Unknown,
            Hint::Text => Ty::Text,
            Hint::Int => INT,
            Hint::Float => Ty::Float,
            Hint::Bool => Ty::Bool,
            Hint::Nothing => Ty::Unit,
            Hint::Object(class) => class_of(class).map_or(Ty::Missing, Ty::Object),
            Hint::List(item) => Ty::List(Box::new(Ty::of_hint(item))),
            Hint::Map(item) => Ty::Map(Box::new(Ty::of_hint(item))),
        }
    }

    /// Returns the type as Rust writes it, for a value that is owned.
    pub(super) fn written(&self, transport: bool) -> String {
        match self {
            Ty::Unknown | Ty::Missing | Ty::Unit => "()".into(),
            Ty::Bool => "bool".into(),
            Ty::Bit => "i64".into(),
            Ty::Int(width) => width.name().into(),
            Ty::Float => "f64".into(),
            Ty::Char => "char".into(),
            Ty::Text | Ty::Cow => "String".into(),
            Ty::Str => "&str".into(),
            Ty::Bytes => "Vec<u8>".into(),
            Ty::Slice => "&[u8]".into(),
            Ty::Object(class) => class_written(class, transport),
            Ty::List(item) => format!("Vec<{}>", item.written(transport)),
            Ty::Map(item) => format!("BTreeMap<String, {}>", item.written(transport)),
            Ty::Option(inner) => format!("Option<{}>", inner.written(transport)),
            Ty::Result(inner) => format!("Result<{}, {ERROR}>", inner.written(transport)),
            Ty::Error => ERROR.into(),
        }
    }
}

/// The error of a function that throws.
pub(super) const ERROR: &str = "Box<dyn std::error::Error>";

/// Returns the name of a class in the program.
pub(super) fn class_written(class: &str, transport: bool) -> String {
    match class {
        "Http" if transport => "Transport".into(),
        _ if transport => class.into(),
        _ => format!("Ck{class}"),
    }
}

/// Returns the class that the table has under a name, in any case.
pub(super) fn class_of(name: &str) -> Option<&'static str> {
    const CLASSES: [&str; 7] = [
        "Http",
        "HttpRequest",
        "HttpResponse",
        "StringBuilder",
        "BinData",
        "JsonObject",
        "JsonArray",
    ];
    let name = name.strip_prefix("Ck").unwrap_or(name);
    if name.eq_ignore_ascii_case("ByteData") {
        return Some("BinData");
    }
    if let Some(class) = CLASSES.iter().find(|class| class.eq_ignore_ascii_case(name)) {
        return Some(class);
    }
    members().iter().map(|member| member.class).find(|class| class.eq_ignore_ascii_case(name))
}

/// Reads the type that a method of zoomkat returns. `None` for one that ports cannot use.
pub(super) fn parse(returns: &str, class: &'static str) -> Option<Ty> {
    let text = returns.trim();
    let inside = |prefix: &str| {
        text.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('>')).map(str::trim)
    };
    if let Some(inner) = inside("Result<") {
        let inner = inner.split_once(", Error").map_or(inner, |(inner, _)| inner);
        return Some(Ty::Result(Box::new(parse(inner, class)?)));
    }
    if let Some(inner) = inside("Option<") {
        return Some(Ty::Option(Box::new(parse(inner, class)?)));
    }
    if text.starts_with("Cow<") {
        return text.contains("str").then_some(Ty::Cow);
    }
    Some(match text {
        "" | "()" | "&mut Self" | "&Self" => Ty::Unit,
        "bool" => Ty::Bool,
        "f64" => Ty::Float,
        "char" => Ty::Char,
        "String" => Ty::Text,
        "&str" | "&'static str" => Ty::Str,
        "Vec<u8>" => Ty::Bytes,
        "&[u8]" => Ty::Slice,
        "Self" => Ty::Object(class),
        "Vec<String>" => Ty::List(Box::new(Ty::Text)),
        _ => match Width::parse(text) {
            Some(width) => Ty::Int(width),
            None => Ty::Object(class_of(text.strip_prefix("Ck").unwrap_or(text))?),
        },
    })
}

/// What an argument of a method of zoomkat takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// `&str`.
    Str,
    /// `impl Into<String>`.
    IntoText,
    /// `impl Display`.
    Display,
    /// `impl AsRef<str>`, which is text or a `StringBuilder`.
    AnyText,
    /// `impl AsRef<[u8]>`, which is text, bytes, a `BinData` or a `StringBuilder`.
    AnyBytes,
    Path,
    Bool,
    Char,
    Int(Width),
    /// `&T` or `impl AsRef<T>`.
    Object(&'static str),
    /// `&mut T`, or `&mut impl fmt::Write` and `&mut impl Extend<u8>`.
    Filled(&'static str),
    LineEndings,
    /// Texts.
    Texts,
    /// A closure with these arguments, and what it returns.
    Closure(Vec<Ty>, Ty),
}

/// Reads the type of an argument. `None` for one that ports cannot give.
pub(super) fn takes(ty: &str) -> Option<Takes> {
    let text = ty.trim();
    if let Some(width) = Width::parse(text) {
        return Some(Takes::Int(width));
    }
    Some(match text {
        "&str" => Takes::Str,
        "bool" => Takes::Bool,
        "char" => Takes::Char,
        "impl Into<String>" => Takes::IntoText,
        "impl fmt::Display" | "impl Display" => Takes::Display,
        "impl Into<i64>" => Takes::Int(Width::I64),
        "impl AsRef<str>" => Takes::AnyText,
        "impl AsRef<[u8]>" | "impl Into<Vec<u8>>" | "&[u8]" => Takes::AnyBytes,
        "impl AsRef<Path>" | "&Path" => Takes::Path,
        "LineEndings" => Takes::LineEndings,
        "&mut impl fmt::Write" | "&mut impl Write" => Takes::Filled("StringBuilder"),
        "&mut impl Extend<u8>" => Takes::Filled("BinData"),
        _ if text.starts_with("impl IntoIterator<") => Takes::Texts,
        _ if text.starts_with("impl FnMut(") => return closure(text),
        _ => {
            if let Some(class) = text.strip_prefix("&mut ") {
                return class_of(class).map(Takes::Filled);
            }
            let class = text
                .strip_prefix('&')
                .or_else(|| text.strip_prefix("impl AsRef<")?.strip_suffix('>'))?;
            return class_of(class).map(Takes::Object);
        }
    })
}

/// Reads `impl FnMut(u32) -> bool + Send + 'static`.
fn closure(text: &str) -> Option<Takes> {
    let (params, rest) = text.strip_prefix("impl FnMut(")?.split_once(')')?;
    let params =
        params.split(',').map(str::trim).filter(|param| !param.is_empty()).map(|p| parse(p, ""));
    let returns = rest.trim_start().strip_prefix("->").unwrap_or("");
    let returns = returns.split('+').next().unwrap_or("");
    Some(Takes::Closure(params.collect::<Option<_>>()?, parse(returns, "")?))
}

impl Takes {
    /// Returns the type of a variable that is given.
    pub(super) fn wants(&self) -> Ty {
        match self {
            Takes::Str | Takes::IntoText | Takes::Path => Ty::Text,
            Takes::Bool | Takes::LineEndings => Ty::Bool,
            Takes::Int(_) => INT,
            Takes::Object(class) | Takes::Filled(class) => Ty::Object(class),
            Takes::Texts => Ty::List(Box::new(Ty::Text)),
            Takes::Display
            | Takes::AnyText
            | Takes::AnyBytes
            | Takes::Char
            | Takes::Closure(..) => Ty::Unknown,
        }
    }
}

/// Reads "resp is a CkHttpResponse" and "resp: HttpResponse".
pub(super) fn said(comment: &str) -> Option<(&str, &str)> {
    let text = comment.trim().trim_end_matches('.');
    let (name, class) = [" is a ", " is an ", ": "].iter().find_map(|by| text.split_once(by))?;
    let name = name.trim_start_matches('$');
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_.:$\\".contains(c))
    };
    if !is_name(name) || !is_name(class) {
        return None;
    }
    let class = crate::names::class_name(class).unwrap_or(class);
    class_of(class).map(|_| (name, class))
}
