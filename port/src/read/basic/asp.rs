//! Pages of ASP as scripts.

/// Returns the script of a page, with every line in its place. HTML becomes calls of `Html__`, and `<%= x %>` of
/// `Response.Write`.
pub(super) fn script(page: &str) -> String {
    let mut script = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((html, behind)) = rest.split_once("<%") {
        add_html(&mut script, html);
        let (code, after) = behind.split_once("%>").unwrap_or((behind, ""));
        rest = after;
        let is_single = !code.contains('\n');
        if let Some(value) = code.strip_prefix('=') {
            separate(&mut script);
            script.push_str("Response.Write ");
            script.push_str(value.trim());
            // The value may have line ends; those outside of it keep their place.
        } else if code.starts_with('@') {
            script.extend(code.matches('\n'));
        } else {
            if is_single {
                separate(&mut script);
            }
            script.push_str(code);
        }
    }
    add_html(&mut script, rest);
    script
}

/// Begins a statement.
fn separate(script: &mut String) {
    let line = script.rsplit('\n').next().unwrap_or_default();
    // A comment reaches up to the end of its line, so that a statement behind it would be lost.
    if !line.trim().is_empty() {
        script.push_str(" : ");
    }
}

fn add_html(script: &mut String, html: &str) {
    for (at, line) in html.split('\n').enumerate() {
        if at > 0 {
            script.push('\n');
        }
        let line = line.trim();
        if !line.is_empty() {
            separate(script);
            script.push_str("Html__ \"");
            script.push_str(&line.replace('"', "\"\""));
            script.push('"');
        }
    }
}

/// Returns whether a line of HTML is only tags, as around a script.
pub(super) fn is_frame(html: &str) -> bool {
    if html.trim_start().to_ascii_lowercase().starts_with("<title") {
        return true;
    }
    let mut rest = html;
    while let Some((text, behind)) = rest.split_once('<') {
        if !text.trim().is_empty() {
            return false;
        }
        match behind.split_once('>') {
            Some((_, after)) => rest = after,
            None => return true,
        }
    }
    rest.trim().is_empty()
}
