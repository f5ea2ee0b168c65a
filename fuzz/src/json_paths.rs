//! `JsonObject` and its paths, compared with serde_json values and a path parser written for this purpose.

use serde_json::{Map, Value};
use zoomkat::chilkat::{JsonArray, JsonObject};

use crate::input::Input;

const MAX_STEPS: usize = 32;
/// The documented limits: the depth of containers, and how far beyond the end of an array an update can go.
const MAX_DEPTH: usize = 127;
const MAX_GAP: usize = 1000;

enum Step {
    Name(String),
    Index(usize),
}

struct PathSettings {
    delimiter: char,
    prefix: String,
    letters: [usize; 3],
}

/// Input: a byte and a field with a JSON text, then steps. Each step is a byte that selects the operation
/// and two fields, a path and a value.
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
        // Of members with the same name the first counts here and the last in serde_json.
        let _ = (Value::from(&json), json.emit());
        return;
    }
    let mut settings = PathSettings { delimiter: '.', prefix: String::new(), letters: [0; 3] };
    json.set_emit_compact(flags & 1 == 0).set_emit_cr_lf(flags & 2 != 0);
    check(&json, &model);
    for _ in 0..MAX_STEPS {
        if input.is_empty() {
            return;
        }
        let (step, path, value) = (input.byte(), input.text(), input.text());
        let steps = settings.read(&path);
        let number = i64::try_from(value.len()).unwrap_or_default();
        match step % 16 {
            0 => {
                settings.delimiter =
                    path.chars().next().filter(|c| !"\"[]".contains(*c)).unwrap_or('.');
                json.set_delimiter_char(settings.delimiter);
            }
            1 => {
                json.set_path_prefix(&path);
                settings.prefix = path.clone();
            }
            2 => {
                settings.letters = [path.len(), value.len(), usize::from(step >> 4)];
                let [i, j, k] = settings.letters;
                json.set_i(i).set_j(j).set_k(k);
            }
            3 | 4 => {
                let ok = json.update_string(&path, &value).is_ok();
                assert_eq!(ok, put(&mut model, &steps, Value::from(&*value)), "{path}");
            }
            5 => {
                let ok = json.update_int(&path, number).is_ok();
                assert_eq!(ok, put(&mut model, &steps, Value::from(number)), "{path}");
            }
            6 => {
                let ok = json.update_null(&path).is_ok();
                assert_eq!(ok, put(&mut model, &steps, Value::Null), "{path}");
            }
            7 => {
                let ok = json.update_new_object(&path).is_ok();
                assert_eq!(ok, put(&mut model, &steps, Value::Object(Map::new())), "{path}");
            }
            8 => {
                let ok = json.update_new_array(&path).is_ok();
                assert_eq!(ok, put(&mut model, &steps, Value::Array(Vec::new())), "{path}");
            }
            9 => {
                let is_bare = value.trim() == value;
                let number: Option<serde_json::Number> = serde_json::from_str(&value).ok();
                let ok = json.update_number(&path, &value).is_ok();
                let number = number.filter(|_| is_bare).map(Value::Number);
                let expected = number.is_some_and(|number| put(&mut model, &steps, number));
                assert_eq!(ok, expected, "{path} {value}");
            }
            10 => {
                let ok = json.set_string_of(&path, &value).is_ok();
                let place = steps.as_deref().and_then(|steps| get_mut(&mut model, steps));
                assert_eq!(ok, place.is_some(), "{path}");
                if let Some(place) = place {
                    *place = Value::from(&*value);
                }
            }
            11 => {
                let found = model.as_object_mut().and_then(|map| map.shift_remove(&path));
                assert_eq!(json.delete(&path), found.is_some(), "{path}");
            }
            12 => {
                // An inner object, which is visible from both sides.
                if let Ok(mut inner) = json.object_of(&path) {
                    inner.update_string("lorem", &value).expect("a name");
                    let place = steps.as_deref().and_then(|steps| get_mut(&mut model, steps));
                    let place = place.and_then(Value::as_object_mut).expect("an object");
                    place.insert("lorem".to_owned(), Value::from(&*value));
                }
            }
            _ => {}
        }
        let steps = settings.read(&path_of(step, &path));
        let found = steps.as_deref().and_then(|steps| get(&model, steps));
        compare(&json, &path_of(step, &path), found);
        check(&json, &model);
    }
}

/// Returns the number of nodes in a container of this size, including itself.
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

/// Returns the path to read after a step.
fn path_of(step: u8, path: &str) -> String {
    if step % 16 < 3 { "a.b[0]".to_owned() } else { path.to_owned() }
}

/// Checks that the emitted text equals the model and parses to the same value.
fn check(json: &JsonObject, model: &Value) {
    let emitted = json.emit();
    let read: Value = serde_json::from_str(&emitted).expect("JSON");
    assert_eq!(&read, model);
    let again: JsonObject = emitted.parse().expect("JSON");
    assert!(&again == json, "{emitted}");
}

/// Checks that each way to read a path gives the model's value.
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
    // These must not panic.
    let _ = (json.int_of(path), json.u_int_of(path), json.bool_of(path));
    let _ = json.find_record(path, path, path, false);
}

impl PathSettings {
    /// Parses a path, with its prefix, into steps; `None` if it is invalid.
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

/// Sets the value at a path and creates missing containers. Returns false and changes nothing if that is
/// impossible.
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
            // The gap is filled with empty containers of the kind that follows, or with null.
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
