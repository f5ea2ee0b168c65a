//! `JsonObject` and its paths against serde_json's own values and a reader of paths that is written
//! for this.

use serde_json::{Map, Value};
use zoomkat::chilkat::{JsonArray, JsonObject};

use crate::input::Input;

const MAX_STEPS: usize = 32;
/// As documented: how deep containers may be nested, and how far an update may go beyond an end.
const MAX_DEPTH: usize = 127;
const MAX_GAP: usize = 1000;

enum Step {
    Name(String),
    Index(usize),
}

struct Manner {
    delimiter: char,
    prefix: String,
    letters: [usize; 3],
}

/// A byte, and a field with a JSON text; then steps, each a byte that says what to do and two fields,
/// a path and a value.
pub fn json_paths(data: &[u8]) {
    let mut input = Input::new(data);
    let flags = input.byte();
    let text = input.text();
    let bare = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let array: Option<Vec<Value>> = serde_json::from_str(bare).ok();
    let mut read_array = JsonArray::new();
    assert_eq!(read_array.load(&text).is_ok(), array.is_some(), "{text}");
    if let Some(array) = array.map(Value::Array) {
        if nodes_of_array(&read_array) == nodes_of(&array) {
            assert_eq!(Value::from(&read_array), array, "{text}");
        }
    }
    let map: Option<Map<String, Value>> = serde_json::from_str(bare).ok();
    let mut json = JsonObject::new();
    assert_eq!(json.load(&text).is_ok(), map.is_some(), "{text}");
    let mut model = Value::Object(map.unwrap_or_default());
    if nodes(&json) != nodes_of(&model) {
        // Of members of the same name the first counts here and the last in serde_json.
        let _ = (Value::from(&json), json.emit());
        return;
    }
    let mut manner = Manner { delimiter: '.', prefix: String::new(), letters: [0; 3] };
    json.set_emit_compact(flags & 1 == 0).set_emit_cr_lf(flags & 2 != 0);
    check(&json, &model);
    for _ in 0..MAX_STEPS {
        if input.is_empty() {
            return;
        }
        let (step, path, value) = (input.byte(), input.text(), input.text());
        let steps = manner.read(&path);
        let number = i64::try_from(value.len()).unwrap_or_default();
        match step % 16 {
            0 => {
                manner.delimiter =
                    path.chars().next().filter(|c| !"\"[]".contains(*c)).unwrap_or('.');
                json.set_delimiter_char(manner.delimiter);
            }
            1 => {
                json.set_path_prefix(&path);
                manner.prefix = path.clone();
            }
            2 => {
                manner.letters = [path.len(), value.len(), usize::from(step >> 4)];
                let [i, j, k] = manner.letters;
                json.set_i(i).set_j(j).set_k(k);
            }
            3 | 4 => {
                let done = json.update_string(&path, &value).is_ok();
                assert_eq!(done, put(&mut model, &steps, Value::from(&*value)), "{path}");
            }
            5 => {
                let done = json.update_int(&path, number).is_ok();
                assert_eq!(done, put(&mut model, &steps, Value::from(number)), "{path}");
            }
            6 => {
                let done = json.update_null(&path).is_ok();
                assert_eq!(done, put(&mut model, &steps, Value::Null), "{path}");
            }
            7 => {
                let done = json.update_new_object(&path).is_ok();
                assert_eq!(done, put(&mut model, &steps, Value::Object(Map::new())), "{path}");
            }
            8 => {
                let done = json.update_new_array(&path).is_ok();
                assert_eq!(done, put(&mut model, &steps, Value::Array(Vec::new())), "{path}");
            }
            9 => {
                let is_bare = value.trim() == value;
                let number: Option<serde_json::Number> = serde_json::from_str(&value).ok();
                let done = json.update_number(&path, &value).is_ok();
                let number = number.filter(|_| is_bare).map(Value::Number);
                let expected = number.is_some_and(|number| put(&mut model, &steps, number));
                assert_eq!(done, expected, "{path} {value}");
            }
            10 => {
                let done = json.set_string_of(&path, &value).is_ok();
                let place = steps.as_deref().and_then(|steps| get_mut(&mut model, steps));
                assert_eq!(done, place.is_some(), "{path}");
                if let Some(place) = place {
                    *place = Value::from(&*value);
                }
            }
            11 => {
                let found = model.as_object_mut().and_then(|map| map.shift_remove(&path));
                assert_eq!(json.delete(&path), found.is_some(), "{path}");
            }
            12 => {
                // An object within, which is the same from both sides.
                if let Ok(mut inner) = json.object_of(&path) {
                    inner.update_string("lorem", &value).expect("a name");
                    let place = steps.as_deref().and_then(|steps| get_mut(&mut model, steps));
                    let place = place.and_then(Value::as_object_mut).expect("an object");
                    place.insert("lorem".to_owned(), Value::from(&*value));
                }
            }
            _ => {}
        }
        let steps = manner.read(&path_of(step, &path));
        let found = steps.as_deref().and_then(|steps| get(&model, steps));
        compare(&json, &path_of(step, &path), found);
        check(&json, &model);
    }
}

/// The number of nodes in a container of this size, itself included.
fn nodes_in(size: usize, at: &dyn Fn(usize) -> (Option<JsonObject>, Option<JsonArray>)) -> usize {
    let nodes = |n| match at(n) {
        (Some(object), _) => nodes(&object),
        (_, Some(array)) => nodes_of_array(&array),
        _ => 1,
    };
    1 + (0..size).map(nodes).sum::<usize>()
}

fn nodes(json: &JsonObject) -> usize {
    nodes_in(json.size(), &|n| (json.object_at(n).ok(), json.array_at(n).ok()))
}

fn nodes_of_array(array: &JsonArray) -> usize {
    nodes_in(array.size(), &|n| (array.object_at(n).ok(), array.array_at(n).ok()))
}

fn nodes_of(value: &Value) -> usize {
    match value {
        Value::Object(map) => 1 + map.values().map(nodes_of).sum::<usize>(),
        Value::Array(items) => 1 + items.iter().map(nodes_of).sum::<usize>(),
        _ => 1,
    }
}

/// What is read after a step: the path it was about.
fn path_of(step: u8, path: &str) -> String {
    if step % 16 < 3 { "a.b[0]".to_owned() } else { path.to_owned() }
}

/// What is emitted is what the model holds, and reads as the same again.
fn check(json: &JsonObject, model: &Value) {
    let emitted = json.emit();
    let read: Value = serde_json::from_str(&emitted).expect("JSON");
    assert_eq!(&read, model);
    let again: JsonObject = emitted.parse().expect("JSON");
    assert!(&again == json, "{emitted}");
}

/// Each way to read a place gives what the model has there.
fn compare(json: &JsonObject, path: &str, found: Option<&Value>) {
    assert_eq!(json.has_member(path), found.is_some(), "{path}");
    let code = match found {
        None => -1,
        Some(Value::String(_)) => 1,
        Some(Value::Number(_)) => 2,
        Some(Value::Object(_)) => 3,
        Some(Value::Array(_)) => 4,
        Some(Value::Bool(_)) => 5,
        Some(Value::Null) => 6,
    };
    assert_eq!(json.json_type_of(path), code, "{path}");
    assert_eq!(json.is_null_of(path), found.is_some_and(Value::is_null), "{path}");
    let size = found.and_then(Value::as_array).map(Vec::len);
    assert_eq!(json.size_of_array(path), size, "{path}");
    let text = json.string_of(path).ok();
    match found {
        None | Some(Value::Object(_)) => assert_eq!(text, None, "{path}"),
        Some(Value::String(expected)) => assert_eq!(text.as_ref(), Some(expected), "{path}"),
        Some(other) => {
            let read: Value = serde_json::from_str(&text.expect("a text")).expect("JSON");
            assert_eq!(&read, other, "{path}");
        }
    }
    let object = json.object_of(path).ok().map(Value::from);
    assert_eq!(object.as_ref(), found.filter(|found| found.is_object()), "{path}");
    let array = json.array_of(path).ok().map(Value::from);
    assert_eq!(array.as_ref(), found.filter(|found| found.is_array()), "{path}");
    if let Some(Value::Number(number)) = found {
        if let Some(number) = number.as_i64() {
            assert_eq!(json.int_of(path), number, "{path}");
        }
        if let Some(number) = number.as_u64() {
            assert_eq!(json.u_int_of(path), number, "{path}");
        }
    }
    // None of these may panic.
    let _ = (json.int_of(path), json.u_int_of(path), json.bool_of(path));
    let _ = json.find_record(path, path, path, false);
}

impl Manner {
    /// The steps of a path with its prefix; `None` where it is not one.
    fn read(&self, path: &str) -> Option<Vec<Step>> {
        let text: Vec<char> = self.prefix.chars().chain(path.chars()).collect();
        let (mut steps, mut at) = (Vec::new(), 0);
        while at < text.len() {
            if text[at] == '"' {
                let mut name = String::new();
                loop {
                    at += 1;
                    match (*text.get(at)?, text.get(at + 1)) {
                        ('"', Some('"')) => at += 1,
                        ('"', _) => break,
                        _ => {}
                    }
                    name.push(text[at]);
                }
                at += 1;
                steps.push(Step::Name(name));
            } else {
                let is_end = |c: &char| *c == self.delimiter || *c == '[';
                let name: String = text[at..].iter().take_while(|c| !is_end(c)).collect();
                at += name.chars().count();
                if !name.is_empty() {
                    steps.push(Step::Name(name));
                }
            }
            while text.get(at) == Some(&'[') {
                let inside: String = text[at + 1..].iter().take_while(|c| **c != ']').collect();
                at += inside.chars().count() + 2;
                if at > text.len() {
                    return None;
                }
                let letter = |n: usize| Some(self.letters[n]);
                let index = match inside.trim() {
                    "i" | "I" => letter(0),
                    "j" | "J" => letter(1),
                    "k" | "K" => letter(2),
                    digits if digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty() => {
                        Some(digits.parse().unwrap_or(usize::MAX))
                    }
                    _ => None,
                };
                steps.push(Step::Index(index?));
            }
            if at < text.len() {
                if text[at] != self.delimiter {
                    return None;
                }
                at += 1;
            }
        }
        Some(steps).filter(|steps| !steps.is_empty())
    }
}

fn get<'v>(value: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.as_object()?.get(name),
        Step::Index(index) => value.as_array()?.get(*index),
    })
}

fn get_mut<'v>(value: &'v mut Value, steps: &[Step]) -> Option<&'v mut Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.as_object_mut()?.get_mut(name),
        Step::Index(index) => value.as_array_mut()?.get_mut(*index),
    })
}

/// Puts a value where the steps lead and makes what is missing; false, and nothing done, where that
/// cannot be.
fn put(model: &mut Value, steps: &Option<Vec<Step>>, new: Value) -> bool {
    let Some(steps) = steps else { return false };
    let depth = steps.len() + usize::from(new.is_object() || new.is_array());
    if depth > MAX_DEPTH {
        return false;
    }
    let mut copy = model.clone();
    let is_done = put_in(&mut copy, steps, new).is_some();
    if is_done {
        *model = copy;
    }
    is_done
}

fn put_in(value: &mut Value, steps: &[Step], new: Value) -> Option<()> {
    let Some((step, rest)) = steps.split_first() else {
        *value = new;
        return Some(());
    };
    let missing = || match rest.first() {
        Some(Step::Name(_)) => Value::Object(Map::new()),
        Some(Step::Index(_)) => Value::Array(Vec::new()),
        None => Value::Null,
    };
    match step {
        Step::Name(name) => {
            put_in(value.as_object_mut()?.entry(&**name).or_insert_with(missing), rest, new)
        }
        Step::Index(index) => {
            let items = value.as_array_mut()?;
            if *index > items.len().saturating_add(MAX_GAP) {
                return None;
            }
            // What is between becomes empty containers of the kind that comes after, or null.
            let filler = match rest.first() {
                None if new.is_object() => Value::Object(Map::new()),
                None if new.is_array() => Value::Array(Vec::new()),
                _ => missing(),
            };
            while items.len() < *index {
                items.push(filler.clone());
            }
            if items.len() == *index {
                items.push(missing());
            }
            put_in(&mut items[*index], rest, new)
        }
    }
}
