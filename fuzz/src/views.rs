//! Commands and collections: any text is read or refused with its position, and each view of a call reads
//! back as the same call.

use zoomkat::postman::Collection;
use zoomkat::{Call, CurlShell};

/// Input: a curl command.
pub fn curl_command(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = CurlShell::ambiguity(text);
    match Call::from_curl(text) {
        Ok(call) => check_views(&call),
        Err(err) => {
            let position = err.position().expect("an error in a text has a position");
            let (line, column) = (position.line(), position.column());
            let found = text.split('\n').nth(line - 1).expect("a line of the text");
            assert!(column <= found.chars().count() + 1, "{err}");
        }
    }
}

/// Input: a collection or an item.
pub fn postman_collection(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(collection) = Collection::from_json(text) else { return };
    let _ = collection.scripts();
    for item in collection.items() {
        let _ = (item.path(), item.description(), item.json(), item.parameters(), item.responses());
        for item in [item.clone().literal(), item.clone().keep_unresolved(), item] {
            if let Ok(call) = item.call() {
                check_views(&call);
            }
        }
    }
}

/// Checks that each view of a call reads back as the same request, if the view exists.
fn check_views(call: &Call) {
    // Dynamic values are already part of the call. Variables without a value have several spellings.
    let has_variables = !call.variables().is_empty();
    let program = call.to_rust();
    let item = call.to_postman("lorem");
    let command = call.to_curl();
    let _ = (program.is_ok(), format!("{call:?}"), call.files());
    let mut hidden = call.hide_secrets();
    let _ = (hidden.to_curl(), hidden.to_postman("lorem"));
    for secret in call.secrets() {
        hidden.set_variable(secret.name(), secret.value());
    }
    assert_eq!(hidden.variables(), call.variables());
    if has_variables {
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
    // A file combined with other text has a different name in each view.
    if call.files().is_empty() && back.files().is_empty() {
        assert_eq!(request_text(back), request_text(call), "{text}");
    }
}

/// Returns the text of the request with a fixed boundary; `None` if it cannot be sent.
fn request_text(call: &Call) -> Option<String> {
    let mut request = call.request().clone();
    request.set_boundary("zoomkat-check_views-boundary");
    request.generate_request_text().ok()
}
