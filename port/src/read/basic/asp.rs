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
    let mut lines = html.split('\n').peekable();
    let mut is_first = true;
    while let Some(text) = lines.next() {
        let is_last = lines.peek().is_none();
        if !is_first {
            script.push('\n');
        }
        let line = text.trim();
        if !line.is_empty() {
            let before = script.rsplit('\n').next().unwrap_or_default();
            let continues = before.contains("Response.Write") || before.contains("HtmlPart__");
            separate(script);
            // A value may stand before it on its line, or behind it.
            let (name, line) = match (is_first && continues, is_last) {
                (_, true) if line.starts_with('<') && is_frame(line) => ("Html__", line),
                (_, true) => ("HtmlPart__", text.trim_start()),
                (true, false) => ("HtmlEnd__", text.trim_end()),
                (false, false) => ("Html__", line),
            };
            script.push_str(name);
            script.push_str(" \"");
            script.push_str(&line.replace('"', "\"\""));
            script.push('"');
        }
        is_first = false;
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
