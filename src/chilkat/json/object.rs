//! [`JsonObject`]: what it is, its settings, loading and emitting, and reading by path.

use std::fmt;

use super::array::JsonArray;
use super::emit::JsonLayout;
use super::node::{Container, JsonNode, ObjectMembers, ObjectRef, copy_members};
use super::path::PathSettings;
use crate::error::{Error, Result};

/// A JSON object: a whole document, or a live reference to an object inside one.
///
/// [`object_of`](Self::object_of), [`append_object`](Self::append_object) and their kin give
/// references into the same document: what is changed by one shows in the others. A reference whose
/// object is deleted from the document stays usable, on its own. What is put in from another
/// `JsonObject` or [`JsonArray`] is copied, and so is what `clone` gives.
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
///   They are compared by case; of members of the same name the first counts.
/// * `[n]` is an element of an array, counted from 0: `users[3].phones[0]`, `rows[0][1]`. `[i]`,
///   `[j]` and `[k]`, in either case, take the number from [`set_i`](Self::set_i) and its kin.
///   (In Chilkat other letters count as 0; here they are not valid.)
/// * A name that has the delimiter or a `[` in it, is empty or starts with `"`, is written in
///   quotes, a quote inside written twice: `"a.b"`, `"k[0]"`, `"say ""hi"""`. Spaces and
///   backslashes need nothing.
/// * Empty components are skipped: `.n` is `n`, and `a..b` is `a.b`. An empty path is not valid.
/// * [`path_prefix`](Self::set_path_prefix) is put before each path. Members that say *name* take
///   the plain name of a direct member, whatever is in it.
///
/// # Members, order and numbers
///
/// Members keep their order, and names may occur more than once. Numbers keep the text they were
/// loaded or given as: `1.50` and integers of any length come out as they went in. Texts are
/// written with the escapes that JSON asks for, whatever they were loaded with. Documents nest
/// at most 127 levels, which is what serde_json reads; what would go deeper is an error.
///
/// An object may have very many members: to find, add, rename, move or delete one takes about the
/// same time in a large object as in a small one. An index of the names is made only for an object
/// of more than 64 members that is searched repeatedly.
///
/// Two objects are equal where `emit` gives the same text for both. A handle can be sent to another
/// thread, and threads may work on one document: each edit is one step. What reads a whole
/// document may see edits that are made meanwhile in a part that it has not come to.
///
/// `Debug` shows the number of members and no content; `Display` is [`emit`](Self::emit).
#[doc(alias = "CkJsonObject")]
pub struct JsonObject {
    pub(super) node: ObjectRef,
    pub(super) layout: JsonLayout,
    pub(super) paths: PathSettings,
}

impl Default for JsonObject {
    fn default() -> Self {
        Self::over(Container::new(1, ObjectMembers::default()))
    }
}

/// A deep copy, with the settings.
impl Clone for JsonObject {
    fn clone(&self) -> Self {
        // Never too deep: the copy starts at the top.
        let members = copy_members(&self.node, 1).unwrap_or_default();
        JsonObject {
            node: Container::new(1, members),
            layout: self.layout,
            paths: self.paths.clone(),
        }
    }
}

impl JsonObject {
    /// An empty document, `{}`.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn over(node: ObjectRef) -> Self {
        JsonObject { node, layout: JsonLayout::default(), paths: PathSettings::default() }
    }

    /// Whether lines end in CRLF. Default true.
    #[doc(alias = "get_EmitCrLf")]
    #[doc(alias = "EmitCrLf")]
    pub fn emit_cr_lf(&self) -> bool {
        self.layout.cr_lf
    }

    /// Sets whether lines end in CRLF or, false, in LF; where it is not
    /// [compact](Self::set_emit_compact).
    #[doc(alias = "put_EmitCrLf")]
    pub fn set_emit_cr_lf(&mut self, cr_lf: bool) -> &mut Self {
        self.layout.cr_lf = cr_lf;
        self
    }

    /// What `[i]` in a path stands for. Default 0.
    #[doc(alias = "get_I")]
    #[doc(alias = "I")]
    pub fn i(&self) -> usize {
        self.paths.i
    }

    /// Sets what `[i]` in a path of this handle stands for.
    #[doc(alias = "put_I")]
    pub fn set_i(&mut self, index: usize) -> &mut Self {
        self.paths.i = index;
        self
    }

    /// What `[j]` in a path stands for. Default 0.
    #[doc(alias = "get_J")]
    #[doc(alias = "J")]
    pub fn j(&self) -> usize {
        self.paths.j
    }

    /// Sets what `[j]` in a path of this handle stands for.
    #[doc(alias = "put_J")]
    pub fn set_j(&mut self, index: usize) -> &mut Self {
        self.paths.j = index;
        self
    }

    /// What `[k]` in a path stands for. Default 0.
    #[doc(alias = "get_K")]
    #[doc(alias = "K")]
    pub fn k(&self) -> usize {
        self.paths.k
    }

    /// Sets what `[k]` in a path of this handle stands for.
    #[doc(alias = "put_K")]
    pub fn set_k(&mut self, index: usize) -> &mut Self {
        self.paths.k = index;
        self
    }

    /// What is put before each path. Default empty.
    #[doc(alias = "PathPrefix")]
    #[doc(alias = "pathPrefix")]
    pub fn path_prefix(&self) -> &str {
        &self.paths.prefix
    }

    /// Sets what is put before each path of this handle, as it is: `data.` lets `id` mean
    /// `data.id`.
    #[doc(alias = "put_PathPrefix")]
    pub fn set_path_prefix(&mut self, prefix: &str) -> &mut Self {
        self.paths.prefix = prefix.into();
        self
    }

    /// What separates the names in a path. Default `.`.
    #[doc(alias = "DelimiterChar")]
    #[doc(alias = "delimiterChar")]
    pub fn delimiter_char(&self) -> char {
        self.paths.delimiter
    }

    /// Sets what separates the names in a path of this handle. With `/` a dot is part of a name.
    ///
    /// `"`, `[` and `]` have their own meaning in paths; these leave it as it was.
    #[doc(alias = "put_DelimiterChar")]
    pub fn set_delimiter_char(&mut self, delimiter: char) -> &mut Self {
        if !matches!(delimiter, '"' | '[' | ']') {
            self.paths.delimiter = delimiter;
        }
        self
    }

    pub(super) fn at<T>(
        &self,
        path: &str,
        act: impl FnOnce(&mut JsonNode) -> T,
    ) -> Result<T, String> {
        self.paths.read(path)?.visit(&self.node, act)
    }

    /// The value at a path as text: a string's content, a number, `true`, `false` or `null` as
    /// JSON, an array as compact JSON.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content), with the place where the
    /// path ended, if there is nothing; and for an object, which [`object_of`](Self::object_of)
    /// gives.
    #[doc(alias = "StringOf")]
    #[doc(alias = "stringOf")]
    pub fn string_of(&self, path: &str) -> Result<String> {
        self.text_of("string_of", path)
    }

    pub(super) fn text_of(&self, member: &str, path: &str) -> Result<String> {
        let text = self.at(path, |node| match node {
            JsonNode::Object(_) => None,
            other => Some(other.text()),
        });
        text.map_err(|why| Error::content(member, why))?.ok_or_else(|| {
            let prefix = self.path_prefix();
            Error::content(member, format_args!("\"{prefix}{path}\" is an object; take object_of"))
        })
    }

    /// Appends what [`string_of`](Self::string_of) gives to a `String`, a string builder or another
    /// writer of text.
    ///
    /// # Errors
    ///
    /// As [`string_of`](Self::string_of), and where the writer fails.
    #[doc(alias = "StringOfSb")]
    pub fn string_of_sb(&self, path: &str, sb: &mut impl fmt::Write) -> Result<()> {
        written("string_of_sb", sb.write_str(&self.text_of("string_of_sb", path)?))
    }

    /// Whether [`string_of`](Self::string_of) gives this value; false where there is nothing.
    #[doc(alias = "StringOfEquals")]
    pub fn string_of_equals(&self, path: &str, value: &str, case_sensitive: bool) -> bool {
        self.string_of(path).is_ok_and(|found| {
            found == value || !case_sensitive && found.to_lowercase() == value.to_lowercase()
        })
    }

    /// The value at a path as an integer, 0 where there is none.
    ///
    /// A fraction is cut off, a string counts by the digits it starts with (`12abc` is 12), and
    /// what an `i64` does not hold becomes its nearest end. (Chilkat wraps at 32 bits.)
    #[doc(alias = "IntOf")]
    pub fn int_of(&self, path: &str) -> i64 {
        self.at(path, |node| node.to_int()).unwrap_or_default()
    }

    /// The value at a path as an integer without sign, 0 where there is none or it is negative;
    /// else as [`int_of`](Self::int_of).
    #[doc(alias = "UIntOf")]
    pub fn u_int_of(&self, path: &str) -> u64 {
        self.at(path, |node| node.to_u_int()).unwrap_or_default()
    }

    /// Whether there is `true` at a path, or a string `true` in any case. False for all else, the
    /// number 1 and `yes` included.
    #[doc(alias = "BoolOf")]
    pub fn bool_of(&self, path: &str) -> bool {
        self.at(path, |node| node.to_bool()).unwrap_or_default()
    }

    /// Whether there is null at a path; false where there is nothing.
    #[doc(alias = "IsNullOf")]
    pub fn is_null_of(&self, path: &str) -> bool {
        self.at(path, |node| node.is_null()).unwrap_or_default()
    }

    /// Whether there is something at a path, null included.
    #[doc(alias = "HasMember")]
    pub fn has_member(&self, path: &str) -> bool {
        self.at(path, |_| ()).is_ok()
    }

    /// The type of what is at a path: 1 string, 2 number, 3 object, 4 array, 5 boolean, 6 null, and
    /// -1 where there is nothing.
    #[doc(alias = "JsonTypeOf")]
    pub fn json_type_of(&self, path: &str) -> i32 {
        self.at(path, |node| node.type_code()).unwrap_or(-1)
    }

    /// The number of elements of the array at a path; `None` where there is no array (Chilkat: -1).
    #[doc(alias = "SizeOfArray")]
    pub fn size_of_array(&self, path: &str) -> Option<usize> {
        match self.at(path, |node| node.share()) {
            Ok(JsonNode::Array(array)) => Some(array.lock().len()),
            _ => None,
        }
    }

    /// The object at a path, as a live reference with default settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) where there is no object.
    #[doc(alias = "ObjectOf")]
    pub fn object_of(&self, path: &str) -> Result<JsonObject> {
        let found = self.at(path, |node| node.share());
        let node = found.map_err(|why| Error::content("object_of", why))?;
        node.into_object("object_of", path).map(Self::over)
    }

    /// Makes `object` refer to the object at a path: [`object_of`](Self::object_of) with an out
    /// argument, which keeps its settings.
    ///
    /// # Errors
    ///
    /// As [`object_of`](Self::object_of); `object` is a new empty one then.
    #[doc(alias = "ObjectOf2")]
    pub fn object_of2(&self, path: &str, object: &mut JsonObject) -> Result<()> {
        object.refer_to(self.object_of(path))
    }

    /// The array at a path, as a live reference with default settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) where there is no array.
    #[doc(alias = "ArrayOf")]
    pub fn array_of(&self, path: &str) -> Result<JsonArray> {
        let found = self.at(path, |node| node.share());
        let node = found.map_err(|why| Error::content("array_of", why))?;
        node.into_array("array_of", path).map(JsonArray::over)
    }

    /// Makes `array` refer to the array at a path: [`array_of`](Self::array_of) with an out
    /// argument, which keeps its settings.
    ///
    /// # Errors
    ///
    /// As [`array_of`](Self::array_of); `array` is a new empty one then.
    #[doc(alias = "ArrayOf2")]
    pub fn array_of2(&self, path: &str, array: &mut JsonArray) -> Result<()> {
        array.refer_to(self.array_of(path))
    }
}

pub(super) fn written(member: &str, result: fmt::Result) -> Result<()> {
    result.map_err(|_| Error::argument(member, "the writer that was given failed"))
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
