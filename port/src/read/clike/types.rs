//! Types as they are written, read as hints.

use crate::names::class_name;
use crate::tree::Hint;

/// Words of a type that say nothing here.
const QUALIFIERS: &[&str] = &[
    "const",
    "static",
    "final",
    "readonly",
    "volatile",
    "unsigned",
    "signed",
    "struct",
    "constexpr",
    "inline",
    "extern",
    "scoped",
    "params",
    "ref",
    "out",
    "in",
    "this",
];

/// Classes of Chilkat that a script can name without a prefix, behind `using Chilkat;`.
const BARE: &[&str] = &[
    "Http",
    "HttpRequest",
    "HttpResponse",
    "JsonObject",
    "JsonArray",
    "StringBuilder",
    "BinData",
    "Xml",
    "Rest",
    "Crypt2",
    "Cert",
    "PrivateKey",
    "Rsa",
    "OAuth2",
    "FileAccess",
    "CkDateTime",
    "DtObj",
    "Zip",
    "Ssh",
    "SFtp",
    "Ftp2",
    "MailMan",
    "Email",
    "Csv",
    "Hashtable",
    "StringTable",
    "StringArray",
    "Url",
    "Upload",
    "HtmlToXml",
    "Jwt",
    "Jws",
    "Jwe",
    "Pfx",
    "Socket",
    "Global",
    "Cache",
    "Prng",
    "PublicKey",
    "AuthAws",
    "Task",
    "Log",
    "Atom",
    "Spider",
    "Gzip",
    "Compression",
];

/// What the types of a script mean.
#[derive(Default)]
pub(super) struct Types {
    /// Whether classes of Chilkat have no prefix.
    pub(super) is_imported: bool,
}

impl Types {
    /// Returns the Chilkat class of a type.
    pub(super) fn class<'n>(&self, name: &'n str) -> Option<&'n str> {
        let name = name.trim().trim_matches(['*', '&', '?', ' ']);
        let is_bare = self.is_imported && BARE.contains(&name);
        if is_bare { Some(name) } else { class_name(name) }
    }

    /// Returns the hint for a type.
    pub(super) fn hint(&self, written: &str) -> Hint {
        self.hint_at(written, 0)
    }

    fn hint_at(&self, written: &str, depth: usize) -> Hint {
        if depth > 20 {
            return Hint::Unknown;
        }
        let deeper = |inner: &str| self.hint_at(inner, depth + 1);
        let text = unqualified(written);
        if let Some(rest) = text.strip_prefix('*') {
            return deeper(rest);
        }
        if let Some(rest) = text.strip_prefix("map[") {
            let Some((key, value)) = rest.split_once(']') else { return Hint::Unknown };
            let value = Box::new(deeper(value));
            return if deeper(key) == Hint::Text { Hint::Map(value) } else { Hint::Unknown };
        }
        if let Some((_, item)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            return Hint::List(Box::new(deeper(item)));
        }
        if let Some(item) = text.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) {
            return Hint::List(Box::new(deeper(item.0)));
        }
        if let Some((name, args)) = text.strip_suffix('>').and_then(|rest| rest.split_once('<')) {
            return self.generic(last_segment(name), &split_args(args), depth);
        }
        let name = text.trim_end_matches(['*', '&', '?', ' ']);
        self.plain(name)
    }

    fn generic(&self, name: &str, args: &[&str], depth: usize) -> Hint {
        let hint =
            |at: usize| args.get(at).map_or(Hint::Unknown, |arg| self.hint_at(arg, depth + 1));
        match name {
            "Task" | "ValueTask" | "Nullable" | "Optional" | "unique_ptr" | "shared_ptr"
            | "optional" | "Lazy" => hint(0),
            "List"
            | "IList"
            | "ArrayList"
            | "LinkedList"
            | "IEnumerable"
            | "ICollection"
            | "IReadOnlyList"
            | "IReadOnlyCollection"
            | "Collection"
            | "Iterable"
            | "vector"
            | "array"
            | "list"
            | "deque"
            | "initializer_list" => Hint::List(Box::new(hint(0))),
            "Dictionary"
            | "IDictionary"
            | "SortedDictionary"
            | "IReadOnlyDictionary"
            | "Map"
            | "HashMap"
            | "TreeMap"
            | "LinkedHashMap"
            | "map"
            | "unordered_map" => match hint(0) {
                Hint::Text => Hint::Map(Box::new(hint(1))),
                _ => Hint::Unknown,
            },
            _ => Hint::Unknown,
        }
    }

    fn plain(&self, name: &str) -> Hint {
        if let Some(class) = self.class(name) {
            return match class {
                "String" => Hint::Text,
                "ByteData" => Hint::Unknown,
                class => Hint::Object(class.to_owned()),
            };
        }
        match last_segment(name) {
            "Builder" if name == "strings.Builder" => Hint::Text,
            "string" | "String" | "wstring" | "CharSequence" | "char" | "wchar_t" | "char *"
            | "string_view" | "rune" | "LPCSTR" | "LPCWSTR" | "LPCTSTR" | "TCHAR" | "char8_t"
            | "CString" | "StringBuilder" | "StringBuffer" | "ostringstream" | "stringstream"
            | "wostringstream" | "wstringstream" => Hint::Text,
            "int" | "long" | "short" | "uint" | "ulong" | "ushort" | "byte" | "sbyte"
            | "size_t" | "Integer" | "Long" | "Short" | "Int32" | "Int64" | "int8" | "int16"
            | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64" | "int64_t"
            | "int32_t" | "uint16_t" | "uint32_t" | "uint64_t" | "int16_t" | "DWORD" | "UINT"
            | "INT" | "LONG" | "long long" | "long int" | "time_t" | "ssize_t" | "" => Hint::Int,
            "double" | "float" | "decimal" | "Double" | "Float" | "float32" | "float64" => {
                Hint::Float
            }
            "bool" | "Boolean" | "boolean" | "BOOL" | "_Bool" => Hint::Bool,
            "void" | "Void" | "Task" => Hint::Nothing,
            _ => Hint::Unknown,
        }
    }
}

/// Returns a type without the words before it, and without the sign of a reference behind it.
fn unqualified(written: &str) -> &str {
    let mut text = written.trim().trim_end_matches(['&', '?', ' ']);
    while let Some((word, rest)) = text.split_once(' ') {
        if !QUALIFIERS.contains(&word) {
            break;
        }
        text = rest.trim_start();
    }
    let text = text.trim_end_matches("const").trim_end_matches(['*', '&', '?', ' ']);
    if QUALIFIERS.contains(&text) { "" } else { text }
}

/// Returns the name of a type without its namespace.
pub(super) fn last_segment(name: &str) -> &str {
    name.trim().rsplit(['.', ':']).next().unwrap_or(name).trim()
}

/// Splits the arguments of a type.
fn split_args(args: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut from) = (0_i32, 0);
    for (at, c) in args.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(args[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(args[from..].trim());
    parts
}
