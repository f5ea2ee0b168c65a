//! Reading and editing by path: for any document, reading matches a walk over serde_json's value,
//! and editing matches edits of a list of pairs.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value};
use zoomkat::chilkat::{JsonArray, JsonObject};

/// Names that need quotes, names that do not, and names that look like path syntax.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-c]",
        1 => "[a-c.\\[\\]\" \\\\/ä0i]{0,4}",
        1 => any::<String>(),
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1000i64..1000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-1e6f64..1e6).prop_map(Value::from),
        "true|TRUE|yes|1|12abc|-7.5| 3|\\+4|-|99999999999999999999".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ]
}

fn node() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..5)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

fn document() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((name(), node()), 0..6).prop_map(|members| members.into_iter().collect())
}

/// How a path is written: its delimiter, quotes always or only if needed, and the indexes i, j
/// and k where one of them has the number.
#[derive(Debug, Clone)]
struct Manner {
    delimiter: char,
    always_quoted: bool,
    letters: [(&'static str, usize); 3],
    upper_case: bool,
}

fn manner() -> impl Strategy<Value = Manner> {
    let delimiter = prop_oneof![Just('.'), Just('/'), Just('ß')];
    (delimiter, any::<bool>(), 0usize..4, 0usize..4, 0usize..4, any::<bool>()).prop_map(
        |(delimiter, always_quoted, i, j, k, upper_case)| Manner {
            delimiter,
            always_quoted,
            letters: [("i", i), ("j", j), ("k", k)],
            upper_case,
        },
    )
}

impl Manner {
    fn handle(&self, json: &JsonObject) -> JsonObject {
        let mut json = json.clone();
        json.set_delimiter_char(self.delimiter);
        json.set_i(self.letters[0].1).set_j(self.letters[1].1).set_k(self.letters[2].1);
        json
    }

    fn name(&self, path: &str, name: &str) -> String {
        let quoted = self.always_quoted
            || name.is_empty()
            || name.starts_with('"')
            || name.contains([self.delimiter, '[']);
        let name =
            if quoted { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() };
        if path.is_empty() { name } else { format!("{path}{}{name}", self.delimiter) }
    }

    fn index(&self, path: &str, index: usize) -> String {
        match self.letters.iter().find(|(_, value)| *value == index) {
            Some((letter, _)) if self.upper_case => format!("{path}[{}]", letter.to_uppercase()),
            Some((letter, _)) => format!("{path}[{letter}]"),
            None => format!("{path}[{index}]"),
        }
    }

    /// Collects all places of a value with their paths.
    fn places<'v>(&self, path: &str, value: &'v Value, out: &mut Vec<(String, &'v Value)>) {
        match value {
            Value::Object(map) => {
                for (name, value) in map {
                    let path = self.name(path, name);
                    self.places(&path, value, out);
                    out.push((path, value));
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    let path = self.index(path, index);
                    self.places(&path, value, out);
                    out.push((path, value));
                }
            }
            _ => {}
        }
    }
}

fn leading(text: &str) -> f64 {
    let text = text.trim_start();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits.bytes().take_while(u8::is_ascii_digit).count();
    sign * digits[..end].parse().unwrap_or(0.0)
}

fn as_int(value: &Value) -> i64 {
    match value {
        Value::Number(n) if n.is_u64() => i64::try_from(n.as_u64().unwrap()).unwrap_or(i64::MAX),
        Value::Number(n) => n.as_i64().unwrap_or_else(|| n.as_f64().unwrap() as i64),
        Value::String(text) => leading(text) as i64,
        _ => 0,
    }
}

fn as_u_int(value: &Value) -> u64 {
    match value {
        Value::Number(n) if n.is_i64() => u64::try_from(n.as_i64().unwrap()).unwrap_or(0),
        Value::Number(n) => n.as_u64().unwrap_or_else(|| n.as_f64().unwrap() as u64),
        Value::String(text) => leading(text) as u64,
        _ => 0,
    }
}

fn type_code(value: &Value) -> i32 {
    match value {
        Value::String(_) => 1,
        Value::Number(_) => 2,
        Value::Object(_) => 3,
        Value::Array(_) => 4,
        Value::Bool(_) => 5,
        Value::Null => 6,
    }
}

fn load(map: &Map<String, Value>) -> JsonObject {
    let mut json = JsonObject::new();
    json.load(&serde_json::to_string(map).unwrap()).unwrap();
    json
}

proptest! {
    #[test]
    fn each_place_is_read_as_by_serde_json(map in document(), manner in manner()) {
        let json = manner.handle(&load(&map));
        let root = Value::Object(map);
        let mut places = Vec::new();
        manner.places("", &root, &mut places);
        for (path, value) in places {
            let path = path.as_str();
            prop_assert!(json.has_member(path), "{path}");
            prop_assert_eq!(json.json_type_of(path), type_code(value), "{}", path);
            prop_assert_eq!(json.int_of(path), as_int(value), "{}", path);
            prop_assert_eq!(json.u_int_of(path), as_u_int(value), "{}", path);
            let truth = value == &Value::Bool(true)
                || value.as_str().is_some_and(|s| s.eq_ignore_ascii_case("true"));
            prop_assert_eq!(json.bool_of(path), truth, "{}", path);
            prop_assert_eq!(json.is_null_of(path), value.is_null(), "{}", path);
            prop_assert_eq!(json.size_of_array(path), value.as_array().map(Vec::len), "{}", path);
            let text = match value {
                Value::Object(_) => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            prop_assert_eq!(json.string_of(path).ok(), text, "{}", path);
            let object = json.object_of(path).ok().map(|object| object.emit());
            prop_assert_eq!(object, value.is_object().then(|| value.to_string()), "{}", path);
            let array = json.array_of(path).ok().map(|array| array.emit());
            prop_assert_eq!(array, value.is_array().then(|| value.to_string()), "{}", path);

            // One step further: nothing is there.
            let further = match value {
                Value::Array(items) => format!("{path}[{}]", items.len()),
                _ => manner.name(path, "no such name"),
            };
            prop_assert!(!json.has_member(&further));
            prop_assert_eq!(json.json_type_of(&further), -1);
            prop_assert!(json.string_of(&further).is_err());
        }
    }

    #[test]
    fn a_written_value_is_read_back_and_nothing_else_changes(
        map in document(), manner in manner(), at in any::<prop::sample::Index>(), text in any::<String>(),
    ) {
        let mut json = manner.handle(&load(&map));
        let root = Value::Object(map);
        let mut places = Vec::new();
        manner.places("", &root, &mut places);
        prop_assume!(!places.is_empty());
        let chosen = at.get(&places).0.clone();
        let pointer = at.get(&places).1 as *const Value;

        let mut expected = root.clone();
        replace(&root, &mut expected, pointer, &Value::from(text.as_str()));
        let mut set = json.clone();
        set.set_string_of(&chosen, &text).unwrap();
        json.update_string(&chosen, &text).unwrap();
        prop_assert_eq!(json.string_of(&chosen).unwrap(), text);
        prop_assert_eq!(json.emit(), expected.to_string());
        prop_assert_eq!(set.emit(), expected.to_string());
    }

    #[test]
    fn emitted_text_loads_as_the_same_document(map in document(), cr_lf in any::<bool>()) {
        let mut json = load(&map);
        prop_assert_eq!(json.emit(), serde_json::to_string(&map).unwrap());
        json.set_emit_compact(false).set_emit_cr_lf(cr_lf);
        let pretty = json.emit();
        let expected = serde_json::to_string_pretty(&map).unwrap() + "\n";
        prop_assert_eq!(pretty.replace("\r\n", "\n"), expected);
        prop_assert_eq!(pretty.contains("\r\n"), cr_lf);
        let again: JsonObject = pretty.parse().unwrap();
        prop_assert_eq!(&again, &json);
        let read: Value = serde_json::from_str(&pretty).unwrap();
        prop_assert_eq!(Value::from(&again), read);
    }

    #[test]
    fn no_text_makes_a_member_panic(
        path in any::<String>(), odd in "[ab.\\[\\]\"ijk0-9*-]{0,12}", index in any::<usize>(),
        signed in any::<isize>(), json_text in "[\\[\\]{}\":,0-9eE.tn+-]{0,12}",
    ) {
        for path in [path.as_str(), odd.as_str()] {
            let mut json: JsonObject = r#"{"a":[1,{"b":[[]]}],"b":"x"}"#.parse().unwrap();
            json.set_path_prefix(if index % 2 == 0 { "" } else { path });
            json.set_i(index);
            let _ = (json.string_of(path), json.int_of(path), json.u_int_of(path));
            let _ = (json.bool_of(path), json.is_null_of(path), json.has_member(path));
            let _ = (json.json_type_of(path), json.size_of_array(path), json.object_of(path));
            let _ = (json.array_of(path), json.string_of_equals(path, path, false));
            let _ = json.string_of_sb(path, &mut String::new());
            let _ = (json.find_record(path, path, path, false), json.delete_records("a", path, path, true));
            let _ = json.find_record_string("a", "b", path, false, path);
            let _ = json.find_object_with_member(path);
            let _ = (json.update_string(path, path), json.update_int(path, 1), json.update_u_int(path, 1));
            let _ = (json.update_bool(path, true), json.update_null(path), json.update_sb(path, path));
            let _ = (json.update_number(path, path), json.update_number("n", path));
            let _ = (json.update_new_array(path), json.update_new_object(path));
            let _ = (json.set_string_of(path, path), json.set_number_of(path, path));
            let _ = (json.string_at(index), json.name_at(index), json.object_at(index), json.array_at(index));
            let _ = (json.delete_at(index), json.swap(index, 0), json.move_member(index, signed));
            let _ = (json.move_member(0, signed), json.rename(path, path), json.rename_at(index, path));
            json.add_string_at(signed, path, path).append_string(path, path);
            let _ = (json.index_of(path), json.delete(path));
            json.set_delimiter_char(path.chars().next().unwrap_or('.'));
            let _ = json.update_string(path, path);

            let mut array: JsonArray = "[1,{}]".parse().unwrap();
            array.add_string_at(signed, path);
            let _ = (array.string_at(index), array.set_null_at(index), array.swap(index, 1));
            let _ = (array.find_string(path, false), array.find_object(path, path, true));
            let _ = (array.delete_at(index), array.object_at(index), array.array_at(index));
            let emitted: Value = serde_json::from_str(&json.emit()).unwrap();
            prop_assert!(emitted.is_object());
            let _ = (json.load(path), json.load(&json_text), array.load(&json_text));
        }
    }

    #[test]
    fn text_loads_where_serde_json_reads_an_object(text in "[ \\[\\]{}\":,0-9eE.-]{0,10}|\\{\"a\":[ 0-9eE.+-]{1,8}\\}") {
        let expected: Option<Map<String, Value>> = serde_json::from_str(&text).ok();
        // With `arbitrary_precision`, which another crate may turn on, serde_json reads numbers
        // that no f64 can represent.
        let expected = expected.filter(|map| map.values().all(is_in_range));
        let loaded = text.parse::<JsonObject>().ok();
        prop_assert_eq!(loaded.map(Value::from), expected.map(Value::Object));
    }
}

/// Whether an f64 can represent every number in a value.
fn is_in_range(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(f64::is_finite),
        Value::Array(items) => items.iter().all(is_in_range),
        Value::Object(members) => members.values().all(is_in_range),
        _ => true,
    }
}

#[test]
fn a_number_outside_f64_is_refused_even_if_serde_json_reads_it() {
    assert!("{\"a\":1E310}".parse::<JsonObject>().is_err());
}

/// Replaces the place in `copy` that corresponds to this address in `value`.
fn replace(value: &Value, copy: &mut Value, place: *const Value, new: &Value) {
    if std::ptr::eq(value, place) {
        *copy = new.clone();
        return;
    }
    match (value, copy) {
        (Value::Object(map), Value::Object(copy)) => {
            for ((_, value), (_, copy)) in map.iter().zip(copy.iter_mut()) {
                replace(value, copy, place, new);
            }
        }
        (Value::Array(items), Value::Array(copy)) => {
            for (value, copy) in items.iter().zip(copy) {
                replace(value, copy, place, new);
            }
        }
        _ => {}
    }
}

/// An edit or a look-up, by name or by an index that may be one beyond the end.
#[derive(Debug, Clone)]
enum Step {
    Append(String),
    Add(Index, Vec<String>),
    Update(String),
    Set(String),
    Delete(String),
    DeleteAt(Index, usize),
    Rename(String, String),
    RenameAt(Index, String),
    Move(Index, Index),
    Swap(Index, Index),
    Find(String),
    Reload,
    Clone,
}

/// Names, some of which occur often and most once.
fn member_name() -> impl Strategy<Value = String> {
    prop_oneof![2 => "[a-c]", 3 => "[a-z]{2}", 4 => "[a-z0-9]{4}", 1 => any::<String>()]
}

fn steps() -> impl Strategy<Value = Step> {
    let at = any::<Index>;
    prop_oneof![
        2 => member_name().prop_map(Step::Append),
        2 => (at(), prop::collection::vec(member_name(), 1..100)).prop_map(|(at, names)| Step::Add(at, names)),
        4 => member_name().prop_map(Step::Update),
        3 => member_name().prop_map(Step::Set),
        4 => member_name().prop_map(Step::Delete),
        2 => (at(), 1usize..100).prop_map(|(at, count)| Step::DeleteAt(at, count)),
        3 => (member_name(), member_name()).prop_map(|(old, new)| Step::Rename(old, new)),
        3 => (at(), member_name()).prop_map(|(at, name)| Step::RenameAt(at, name)),
        3 => (at(), at()).prop_map(|(from, to)| Step::Move(from, to)),
        3 => (at(), at()).prop_map(|(one, other)| Step::Swap(one, other)),
        4 => member_name().prop_map(Step::Find),
        1 => Just(Step::Reload),
        1 => Just(Step::Clone),
    ]
}

/// Returns a path that consists of this name, which can have any characters.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn emitted(members: &[(String, i64)]) -> String {
    let members =
        members.iter().map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A list of pairs that is searched from the front is the model for an object of any size and
    /// search history.
    #[test]
    fn an_object_of_any_size_behaves_like_a_list_of_pairs(
        first in prop::collection::vec(member_name(), 0..400),
        searches in 0usize..40,
        steps in prop::collection::vec(steps(), 1..80),
    ) {
        let mut list: Vec<(String, i64)> = first.into_iter().zip(0..).collect();
        let mut document = JsonObject::new();
        document.append_object_copy("live", &emitted(&list).parse().unwrap()).unwrap();
        // Edits go through one reference into the document and are read through another.
        let mut json = document.object_of("live").unwrap();
        for n in 0..searches {
            prop_assert_eq!(json.index_of(&format!("no such name {n}")), None);
        }
        for (value, step) in (1_000_000..).zip(&steps) {
            let place = |at: &Index| at.index(list.len() + 1);
            let position = |name: &str| list.iter().position(|(other, _)| other == name);
            match step {
                Step::Append(name) => {
                    list.push((name.clone(), value));
                    json.append_int(name, value);
                }
                Step::Add(at, names) => {
                    let at = place(at);
                    for name in names {
                        list.insert(at, (name.clone(), value));
                        json.add_int_at(at as isize, name, value);
                    }
                }
                Step::Update(name) => {
                    match position(name) {
                        Some(at) => list[at].1 = value,
                        None => list.push((name.clone(), value)),
                    }
                    json.update_int(&quoted(name), value).unwrap();
                }
                Step::Set(name) => {
                    let at = position(name);
                    at.into_iter().for_each(|at| list[at].1 = value);
                    prop_assert_eq!(json.set_int_of(&quoted(name), value).is_ok(), at.is_some());
                }
                Step::Delete(name) => {
                    let at = position(name);
                    at.map(|at| list.remove(at));
                    prop_assert_eq!(json.delete(name), at.is_some());
                }
                Step::DeleteAt(at, count) => {
                    let at = place(at);
                    for _ in 0..*count {
                        let is_there = at < list.len();
                        is_there.then(|| list.remove(at));
                        prop_assert_eq!(json.delete_at(at), is_there);
                    }
                }
                Step::Rename(old, new) => {
                    let at = position(old);
                    at.into_iter().for_each(|at| list[at].0.clone_from(new));
                    prop_assert_eq!(json.rename(old, new), at.is_some());
                }
                Step::RenameAt(at, name) => {
                    let at = place(at);
                    let member = list.get_mut(at).map(|member| member.0.clone_from(name));
                    prop_assert_eq!(json.rename_at(at, name), member.is_some());
                }
                Step::Move(from, to) => {
                    let (from, to) = (place(from), place(to));
                    let is_there = from < list.len();
                    prop_assert_eq!(json.move_member(from, to as isize), is_there);
                    if is_there {
                        let member = list.remove(from);
                        list.insert(to.min(list.len()), member);
                    }
                }
                Step::Swap(one, other) => {
                    let (one, other) = (place(one), place(other));
                    let are_there = one.max(other) < list.len();
                    prop_assert_eq!(json.swap(one, other), are_there);
                    if are_there {
                        list.swap(one, other);
                    }
                }
                Step::Find(name) => {
                    let found = position(name);
                    prop_assert_eq!(json.index_of(name), found);
                    prop_assert_eq!(json.has_member(&quoted(name)), found.is_some());
                    prop_assert_eq!(json.int_of(&quoted(name)), found.map_or(0, |at| list[at].1));
                    prop_assert_eq!(json.find_object_with_member(name).is_ok(), found.is_some());
                }
                Step::Reload => json.load(&emitted(&list)).unwrap(),
                Step::Clone => {
                    let copy = json.clone();
                    prop_assert!(copy == json);
                    document.delete("live");
                    document.append_object_copy("live", &copy).unwrap();
                    json = document.object_of("live").unwrap();
                }
            }
            prop_assert_eq!(json.emit(), emitted(&list));
            prop_assert_eq!(json.size(), list.len());
        }
        prop_assert_eq!(document.object_of("live").unwrap().emit(), emitted(&list));
        for (at, (name, value)) in list.iter().enumerate() {
            prop_assert_eq!(json.name_at(at), Some(name.clone()));
            prop_assert_eq!(json.int_at(at), *value);
            let first = list.iter().position(|(other, _)| other == name);
            prop_assert_eq!(json.index_of(name), first);
        }
        prop_assert_eq!(json.name_at(list.len()), None);
    }
}
