//! Commands and collections: any text is read or refused with its place, and what was read says the same in
//! each view.

use zoomkat::Call;
use zoomkat::postman::Collection;

/// The whole input is a curl command.
pub fn curl_command(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Call::from_curl(text) {
        Ok(call) => views(&call),
        Err(err) => {
            let position = err.position().expect("a fault of a text has a position");
            let (line, column) = (position.line(), position.column());
            let found = text.split('\n').nth(line - 1).expect("a line of the text");
            assert!(column <= found.chars().count() + 1, "{err}");
        }
    }
}

/// The whole input is a collection, or an item.
pub fn postman_collection(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(collection) = Collection::from_json(text) else { return };
    let _ = collection.scripts();
    for item in collection.items() {
        let _ = (item.path(), item.description(), item.json(), item.parameters(), item.responses());
        for item in [item.clone().literal(), item.clone().keep_unresolved(), item] {
            if let Ok(call) = item.call() {
                views(&call);
            }
        }
    }
}

/// Each view of a call, if it has that view, reads back as the same request.
fn views(call: &Call) {
    // Dynamic values are in the call already; what is open has no one way to be written.
    let is_open = !call.variables().is_empty();
    let program = call.to_rust();
    let item = call.to_postman("lorem");
    let command = call.to_curl();
    let _ = (program.is_ok(), format!("{call:?}"), call.files(), call.hide_secrets());
    if is_open {
        return;
    }
    if let Ok(command) = command {
        let back = Call::from_curl(&command);
        let back = back.unwrap_or_else(|err| panic!("{err}\n{command}"));
        assert_same(call, &back, &command);
    }
    if let Ok(item) = item {
        let back = Call::from_postman(&item);
        let back = back.unwrap_or_else(|err| panic!("{err}\n{item}"));
        assert_same(call, &back, &item);
    }
}

fn assert_same(call: &Call, back: &Call, text: &str) {
    let place = |call: &Call| (call.domain().to_ascii_lowercase(), call.port(), call.ssl());
    assert_eq!(place(back), place(call), "{text}");
    // A file that is put together with other text has a name of its own in each.
    if call.files().is_empty() && back.files().is_empty() {
        assert_eq!(said(back), said(call), "{text}");
    }
}

/// The request with a boundary that is always the same, or nothing where it cannot be sent.
fn said(call: &Call) -> Option<String> {
    let mut request = call.request().clone();
    request.set_boundary("zoomkat-views-boundary");
    request.generate_request_text().ok()
}
