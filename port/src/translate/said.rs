//! What comments say of types.

/// Reads "resp is a CkHttpResponse" and "resp: HttpResponse".
pub(super) fn said(comment: &str) -> Option<(&str, &str)> {
    let text = comment.trim().trim_end_matches('.');
    let (name, class) = [" is a ", " is an ", ": "].iter().find_map(|by| text.split_once(by))?;
    let name = name.trim_start_matches('$');
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_.:$\\".contains(c))
    };
    if !is_name(name) || !is_name(class) {
        return None;
    }
    let class = crate::names::class_name(class).unwrap_or(class);
    super::types::class_of(class).map(|_| (name, class))
}
