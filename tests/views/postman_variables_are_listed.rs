//! The variables of a Postman collection: their values, their places, and the URL of an item with them.

use zoomkat::ErrorKind;
use zoomkat::postman::{Collection, VariableScope};

const ONE: &str = r#"{"info":{"name":"One"},
    "variable":[{"key":"base","value":"http://{{host}}"},{"key":"host","value":"h"},{"key":"off","value":"x","disabled":true},
        {"key":"twice","value":1},{"key":"twice","value":2},{"key":"key","value":"lorem","type":"secret"}],
    "item":[{"name":"F","variable":[{"key":"host","value":"in-f"}],"item":[
        {"name":"I","variable":[{"key":"own","value":"{{key}}"}],
            "request":{"url":"{{base}}/:id/{{own}}?q={{none}}","method":"GET"}}]},
        {"name":"J","request":"{{base}}/{{one}}"}]}"#;

fn one() -> Collection {
    let mut collection: Collection = ONE.parse().unwrap();
    let environment = r#"{"values":[{"key":"env","value":"e","type":"secret"},{"key":"off","value":"x","enabled":false}]}"#;
    collection.load_environment(environment).unwrap();
    let globals = r#"{"_postman_variable_scope":"globals","values":[{"key":"all","value":"g"}]}"#;
    collection.load_environment(globals).unwrap();
    collection.set_variable("given", "c");
    collection
}

#[test]
fn variables_are_listed_with_the_places_where_they_are_set() {
    let collection = one();
    let all = collection.variables();
    let all: Vec<_> =
        all.iter().map(|v| (v.name(), v.value(), v.scope(), v.path(), v.is_secret())).collect();
    assert_eq!(
        all,
        [
            ("given", "c", VariableScope::Caller, "", false),
            ("env", "e", VariableScope::Environment, "", true),
            ("base", "http://{{host}}", VariableScope::Collection, "", false),
            ("host", "h", VariableScope::Collection, "", false),
            ("twice", "2", VariableScope::Collection, "", false),
            ("key", "lorem", VariableScope::Collection, "", true),
            ("host", "in-f", VariableScope::Folder, "F", false),
            ("own", "{{key}}", VariableScope::Item, "F/I", false),
            ("all", "g", VariableScope::Globals, "", false),
        ]
    );
    assert_eq!(VariableScope::Caller.to_string(), "caller");
    let shown = format!("{:?}", collection.variables());
    assert!(shown.contains("\"key\"") && !shown.contains("lorem"), "{shown}");
}

#[test]
fn a_url_is_resolved_as_far_as_its_variables_have_values() {
    let mut collection = one();
    let url = |collection: &Collection, at: usize| collection.items()[at].resolved_url().unwrap();
    assert_eq!(url(&collection, 0), "http://in-f/:id/lorem?q={{none}}");
    assert_eq!(url(&collection, 1), "http://h/{{one}}");
    assert_eq!(
        collection.items()[1].clone().with("one", "1").resolved_url().unwrap(),
        "http://h/1"
    );
    collection.set_variable("host", "{{base}}");
    assert_eq!(collection.items()[0].resolved_url().unwrap_err().kind(), ErrorKind::Content);
}

#[test]
fn an_unset_variable_has_no_value_until_it_is_set_again() {
    let mut collection = one();
    collection.unset_variable("key").unset_variable("host").unset_variable("unknown");
    let item = collection.items()[0].clone();
    assert_eq!(item.resolved_url().unwrap(), "http://{{host}}/:id/{{key}}?q={{none}}");
    assert!(collection.variables().iter().all(|variable| variable.name() != "host"));
    let call = item.keep_unresolved().call().unwrap();
    assert!(call.variables().contains(&"key"), "{:?}", call.variables());
    // The values of one item are its own.
    let item = collection.items()[0].clone().with("key", "ipsum");
    assert_eq!(item.resolved_url().unwrap(), "http://{{host}}/:id/ipsum?q={{none}}");
    collection.set_variable("host", "new");
    assert_eq!(collection.items()[1].resolved_url().unwrap(), "http://new/{{one}}");
}
