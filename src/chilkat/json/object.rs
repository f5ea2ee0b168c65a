//! [`JsonObject`], its settings, and reading by path.

use std::fmt;
use std::time::SystemTime;

use super::array::JsonArray;
use super::emit::JsonLayout;
use super::node::{Container, JsonNode, ObjectMembers, ObjectRef, copy_members};
use super::path::PathSettings;
use crate::error::{Error, Result};

/// A JSON object: a whole document, or a live reference to an object inside one.
///
/// [`object_of`](Self::object_of), [`append_object`](Self::append_object) and similar members
/// return references into the same document: a change through one is visible through the others. A
/// reference stays usable after its object is deleted from the document. Inserting another
/// `JsonObject` or [`JsonArray`] copies it. `clone` makes a deep copy.
///
/// ```
/// use zoomkat::chilkat::JsonObject;
///
/// let mut json = JsonObject::new();
/// json.update_string("user.name", "Lorem")?;
/// json.update_int("user.ids[0]", 17)?;
/// let mut user = json.object_of("user")?;
/// user.append_bool("active", true);
/// assert_eq!(json.emit(), r#"{"user":{"name":"Lorem","ids":[17],"active":true}}"#);
///
/// for i in 0..json.size_of_array("user.ids").unwrap_or(0) {
///     json.set_i(i);
///     assert_eq!(json.int_of("user.ids[i]"), 17);
/// }
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// # Paths
///
/// * Names are separated by the [`delimiter_char`](Self::set_delimiter_char), a dot by default.
///   They are case-sensitive. If several members have the same name, the first is used.
/// * `[n]` is an element of an array, counted from 0: `users[3].phones[0]`, `rows[0][1]`. `[i]`,
///   `[j]` and `[k]`, in either case, stand for the values of [`set_i`](Self::set_i),
///   [`set_j`](Self::set_j) and [`set_k`](Self::set_k). Other letters are invalid; in Chilkat they
///   count as 0.
/// * A name that is empty, starts with `"`, or contains the delimiter or a `[` is quoted, and a
///   quote inside it is doubled: `"a.b"`, `"k[0]"`, `"say ""hi"""`. Spaces and backslashes need no
///   quotes.
/// * Empty components are skipped: `.n` is `n`, and `a..b` is `a.b`. An empty path is invalid.
/// * [`path_prefix`](Self::set_path_prefix) is prepended to each path. A parameter called `name` is
///   the plain name of a direct member, not a path.
///
/// # Members, order and numbers
///
/// Members keep their order, and names may repeat. Numbers keep their text: `1.50` and integers of
/// any length are emitted as they were loaded. Strings are emitted with the escapes that JSON
/// requires, whatever they were loaded with. Documents nest at most 127 levels, the limit of
/// serde_json; deeper nesting is an error.
///
/// Finding, adding, renaming, moving or deleting a member takes about the same time in a large
/// object as in a small one. The names are indexed only in an object of more than 64 members that
/// is searched repeatedly.
///
/// Two objects are equal if their compact JSON is the same. Handles are `Send` and `Sync`, and
/// threads may edit one document; each edit is atomic. Reading a whole document may include edits
/// that other threads make meanwhile.
///
/// `Debug` shows only the number of members; `Display` is [`emit`](Self::emit).
#[doc(alias = "CkJsonObject")]
pub struct JsonObject {
    pub(super) node: ObjectRef,
    pub(super) layout: JsonLayout,
    pub(super) paths: PathSettings,
}

impl Default for JsonObject {
    fn default() -> Self {
        Self::from_node(Container::new(1, ObjectMembers::default()))
    }
}

/// A deep copy, with the settings.
impl Clone for JsonObject {
    fn clone(&self) -> Self {
        // Never too deep: the copy starts at level 1.
        let members = copy_members(&self.node, 1).unwrap_or_default();
        JsonObject {
            node: Container::new(1, members),
            layout: self.layout,
            paths: self.paths.clone(),
        }
    }
}

impl JsonObject {
    /// Creates an empty document, `{}`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn from_node(node: ObjectRef) -> Self {
        JsonObject { node, layout: JsonLayout::default(), paths: PathSettings::default() }
    }

    /// Whether lines end with CRLF. Default true.
    #[doc(alias = "get_EmitCrLf")]
    #[doc(alias = "EmitCrLf")]
    pub fn emit_cr_lf(&self) -> bool {
        self.layout.cr_lf
    }

    /// Sets whether lines end with CRLF or LF. Only used if the layout is not
    /// [compact](Self::set_emit_compact).
    #[doc(alias = "put_EmitCrLf")]
    pub fn set_emit_cr_lf(&mut self, cr_lf: bool) -> &mut Self {
        self.layout.cr_lf = cr_lf;
        self
    }

    /// Returns the index that `[i]` in a path stands for. Default 0.
    #[doc(alias = "get_I")]
    #[doc(alias = "I")]
    pub fn i(&self) -> usize {
        self.paths.i
    }

    /// Sets the index that `[i]` stands for in the paths of this handle.
    #[doc(alias = "put_I")]
    pub fn set_i(&mut self, index: usize) -> &mut Self {
        self.paths.i = index;
        self
    }

    /// Returns the index that `[j]` in a path stands for. Default 0.
    #[doc(alias = "get_J")]
    #[doc(alias = "J")]
    pub fn j(&self) -> usize {
        self.paths.j
    }

    /// Sets the index that `[j]` stands for in the paths of this handle.
    #[doc(alias = "put_J")]
    pub fn set_j(&mut self, index: usize) -> &mut Self {
        self.paths.j = index;
        self
    }

    /// Returns the index that `[k]` in a path stands for. Default 0.
    #[doc(alias = "get_K")]
    #[doc(alias = "K")]
    pub fn k(&self) -> usize {
        self.paths.k
    }

    /// Sets the index that `[k]` stands for in the paths of this handle.
    #[doc(alias = "put_K")]
    pub fn set_k(&mut self, index: usize) -> &mut Self {
        self.paths.k = index;
        self
    }

    /// Returns the prefix of each path. Default empty.
    #[doc(alias = "PathPrefix")]
    #[doc(alias = "pathPrefix")]
    pub fn path_prefix(&self) -> &str {
        &self.paths.prefix
    }

    /// Sets the text that is prepended to each path of this handle: with `data.`, `id` means
    /// `data.id`.
    #[doc(alias = "put_PathPrefix")]
    pub fn set_path_prefix(&mut self, prefix: &str) -> &mut Self {
        self.paths.prefix = prefix.into();
        self
    }

    /// Returns the separator of names in a path. Default `.`.
    #[doc(alias = "DelimiterChar")]
    #[doc(alias = "delimiterChar")]
    pub fn delimiter_char(&self) -> char {
        self.paths.delimiter
    }

    /// Sets the separator of names in the paths of this handle. With `/`, a dot is part of a name.
    ///
    /// `"`, `[` and `]` have another meaning in paths and are ignored.
    #[doc(alias = "put_DelimiterChar")]
    pub fn set_delimiter_char(&mut self, delimiter: char) -> &mut Self {
        if !matches!(delimiter, '"' | '[' | ']') {
            self.paths.delimiter = delimiter;
        }
        self
    }

    pub(super) fn visit<T>(
        &self,
        path: &str,
        act: impl FnOnce(&mut JsonNode) -> T,
    ) -> Result<T, String> {
        self.paths.parse(&self.paths.whole(path))?.visit(&self.node, act)
    }

    /// Returns the value at a path as text: the content of a string, else compact JSON.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) if there is no value, with the place where
    /// the path ended, or if it is an object; use [`object_of`](Self::object_of) for those.
    #[doc(alias = "StringOf")]
    #[doc(alias = "stringOf")]
    pub fn string_of(&self, path: &str) -> Result<String> {
        self.text_of("string_of", path)
    }

    pub(super) fn text_of(&self, member: &str, path: &str) -> Result<String> {
        let text = self.visit(path, |node| match node {
            JsonNode::Object(_) => None,
            other => Some(other.text()),
        });
        text.map_err(|why| Error::content(member, why))?.ok_or_else(|| {
            let prefix = self.path_prefix();
            Error::content(member, format_args!("\"{prefix}{path}\" is an object; use object_of"))
        })
    }

    /// Writes the result of [`string_of`](Self::string_of) to a `String`, a `StringBuilder` or
    /// another `fmt::Write`.
    ///
    /// # Errors
    ///
    /// As for [`string_of`](Self::string_of); also fails if the writer does.
    #[doc(alias = "StringOfSb")]
    pub fn string_of_sb(&self, path: &str, sb: &mut impl fmt::Write) -> Result<()> {
        write_result("string_of_sb", sb.write_str(&self.text_of("string_of_sb", path)?))
    }

    /// Whether [`string_of`](Self::string_of) returns this value. False if there is no value.
    #[doc(alias = "StringOfEquals")]
    pub fn string_of_equals(&self, path: &str, value: &str, case_sensitive: bool) -> bool {
        self.string_of(path).is_ok_and(|found| {
            found == value || !case_sensitive && found.to_lowercase() == value.to_lowercase()
        })
    }

    /// Returns the value at a path as an integer, or 0 if the path does not exist.
    ///
    /// A fraction is truncated, a string is read up to the first character that is not a digit
    /// (`12abc` is 12), and a value outside the range of `i64` is clamped. (Chilkat wraps at 32
    /// bits.)
    #[doc(alias = "IntOf")]
    pub fn int_of(&self, path: &str) -> i64 {
        self.visit(path, |node| node.to_int()).unwrap_or_default()
    }

    /// Returns the value at a path as an unsigned integer, or 0 if the path does not exist or the value is negative;
    /// otherwise as [`int_of`](Self::int_of).
    #[doc(alias = "UIntOf")]
    pub fn u_int_of(&self, path: &str) -> u64 {
        self.visit(path, |node| node.to_u_int()).unwrap_or_default()
    }

    /// Returns the value at a path as a time: a text in ISO 8601 (`2026-03-02T12:00:00Z`) or of mail and HTTP
    /// (`Mon, 02 Mar 2026 12:00:00 GMT`), or a number of seconds after 1970. A text without an offset is UTC.
    ///
    /// Crates for dates convert a `SystemTime`: `jiff::Timestamp::try_from(time)`, `chrono::DateTime::<Utc>::from(time)`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) if there is no value or if it is not such a date.
    #[doc(alias = "DateOf")]
    #[doc(alias = "DtOf")]
    pub fn date_of(&self, path: &str) -> Result<SystemTime> {
        let date = self.visit(path, |node| node.to_date());
        date.map_err(|why| Error::content("date_of", why))?.ok_or_else(|| {
            let prefix = self.path_prefix();
            Error::content("date_of", format_args!("\"{prefix}{path}\" is not a date from 1970 on"))
        })
    }

    /// Whether the value at a path is `true`, or the string `true` in any case. False for anything
    /// else, including the number 1 and `yes`.
    #[doc(alias = "BoolOf")]
    pub fn bool_of(&self, path: &str) -> bool {
        self.visit(path, |node| node.to_bool()).unwrap_or_default()
    }

    /// Whether the value at a path is null. False if there is no value.
    #[doc(alias = "IsNullOf")]
    pub fn is_null_of(&self, path: &str) -> bool {
        self.visit(path, |node| node.is_null()).unwrap_or_default()
    }

    /// Whether there is a value at a path, including null.
    #[doc(alias = "HasMember")]
    pub fn has_member(&self, path: &str) -> bool {
        self.visit(path, |_| ()).is_ok()
    }

    /// Returns the type of the value at a path: 1 string, 2 number, 3 object, 4 array, 5 boolean, 6
    /// null, or -1 if there is no value.
    #[doc(alias = "JsonTypeOf")]
    pub fn json_type_of(&self, path: &str) -> i32 {
        self.visit(path, |node| node.type_code()).unwrap_or(-1)
    }

    /// Returns the number of elements of the array at a path, or `None` if there is no array
    /// (Chilkat: -1).
    #[doc(alias = "SizeOfArray")]
    pub fn size_of_array(&self, path: &str) -> Option<usize> {
        match self.visit(path, |node| node.share()) {
            Ok(JsonNode::Array(array)) => Some(array.lock().len()),
            _ => None,
        }
    }

    /// Returns the object at a path, as a live reference with default settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) if there is no object.
    #[doc(alias = "ObjectOf")]
    pub fn object_of(&self, path: &str) -> Result<JsonObject> {
        let found = self.visit(path, |node| node.share());
        let node = found.map_err(|why| Error::content("object_of", why))?;
        node.into_object("object_of", path).map(Self::from_node)
    }

    /// Makes `object` refer to the object at a path, as [`object_of`](Self::object_of) returns it.
    /// `object` keeps its settings.
    ///
    /// # Errors
    ///
    /// As for [`object_of`](Self::object_of); `object` is then a new empty document.
    #[doc(alias = "ObjectOf2")]
    pub fn object_of2(&self, path: &str, object: &mut JsonObject) -> Result<()> {
        object.refer_to(self.object_of(path))
    }

    /// Returns the array at a path, as a live reference with default settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) if there is no array.
    #[doc(alias = "ArrayOf")]
    pub fn array_of(&self, path: &str) -> Result<JsonArray> {
        let found = self.visit(path, |node| node.share());
        let node = found.map_err(|why| Error::content("array_of", why))?;
        node.into_array("array_of", path).map(JsonArray::from_node)
    }

    /// Makes `array` refer to the array at a path, as [`array_of`](Self::array_of) returns it.
    /// `array` keeps its settings.
    ///
    /// # Errors
    ///
    /// As for [`array_of`](Self::array_of); `array` is then a new empty document.
    #[doc(alias = "ArrayOf2")]
    pub fn array_of2(&self, path: &str, array: &mut JsonArray) -> Result<()> {
        array.refer_to(self.array_of(path))
    }
}

pub(super) fn write_result(member: &str, result: fmt::Result) -> Result<()> {
    result.map_err(|_| Error::argument(member, "the writer failed"))
}

impl fmt::Debug for JsonObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonObject").field("members", &self.size()).finish_non_exhaustive()
    }
}

impl fmt::Display for JsonObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.emit())
    }
}
