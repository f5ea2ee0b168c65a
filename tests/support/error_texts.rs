//! The texts of a Zoom error that only its methods return.

/// Returns all texts of the error that are not in `Display`, `Debug` or its causes.
pub fn by_members(err: &zoomkat::zoom::Error) -> String {
    let mut text = format!("{}\n", err.last_error_text());
    for part in [err.message(), err.body(), err.tracking_id().unwrap_or_default()] {
        text += part;
        text.push('\n');
    }
    for error in err.field_errors() {
        text += &format!("{error} {error:?}\n");
    }
    text
}
