//! The parameters of an item: of the path, the query and the header.

use std::fmt::Write as _;

use zoomkat::postman::{Item, ParameterPlace};

use super::super::markdown::LineEnds;
use super::super::secrets::Hider;
use super::rows::{Row, table};

/// Renders the parameters grouped by place; empty if there are none. Form fields are part of the body, and
/// are here only if the body cannot be shown.
pub(super) fn parameters(
    item: &Item<'_>,
    hider: Option<&Hider<'_>>,
    with_form: bool,
    line_ends: LineEnds,
) -> String {
    let all = item.parameters();
    let mut out = String::new();
    let mut places: Vec<ParameterPlace> = Vec::new();
    for place in all.iter().map(|parameter| parameter.place()) {
        if !places.contains(&place) && (with_form || place != ParameterPlace::Form) {
            places.push(place);
        }
    }
    if places.is_empty() {
        return out;
    }
    out.push_str(
        "<section aria-labelledby=\"parameters\">\n<h2 id=\"parameters\">Parameters</h2>\n",
    );
    for place in places {
        let label = match place {
            ParameterPlace::Path => "Path",
            ParameterPlace::Query => "Query",
            ParameterPlace::Header => "Headers",
            ParameterPlace::Form => "Form fields",
            _ => "Others",
        };
        let _ = writeln!(out, "<h3>{label}</h3>");
        let of_place = all.iter().filter(|parameter| parameter.place() == place);
        let rows = of_place.map(|parameter| {
            let (name, value) = (parameter.name(), parameter.value());
            let value = match (hider, place) {
                _ if value.is_empty() => String::new(),
                (None, _) => value.to_owned(),
                (Some(hider), ParameterPlace::Header) => hider.header(name, value),
                (Some(hider), _) => hider.param(name, value),
            };
            Row {
                name: name.to_owned(),
                kind: None,
                media_type: None,
                disabled: parameter.disabled(),
                value,
                description: parameter.description().to_owned(),
            }
        });
        table(&mut out, &format!("Parameters: {label}"), &rows.collect::<Vec<_>>(), line_ends);
    }
    out.push_str("</section>\n");
    out
}
