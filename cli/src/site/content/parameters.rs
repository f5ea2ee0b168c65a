//! The parameters of an item: of the path, the query and the header.

use zoomkat::postman::{Item, ParameterPlace};

use super::super::markdown::LineEnds;
use super::super::secrets::Hider;
use super::headed;
use super::rows::{Anchors, Row, table};

/// Renders the parameters grouped by place; empty if there are none. Form fields are part of the body, and
/// are here only if the body cannot be shown.
pub(super) fn parameters(
    item: &Item<'_>,
    hider: Option<&Hider<'_>>,
    with_form: bool,
    line_ends: LineEnds,
    anchors: &mut Anchors,
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
    out.push_str("<section aria-labelledby=\"parameters\">\n");
    headed(&mut out, 2, "parameters", "Parameters");
    for place in places {
        let (kind, label) = match place {
            ParameterPlace::Path => ("path", "Path"),
            ParameterPlace::Query => ("query", "Query"),
            ParameterPlace::Header => ("header", "Headers"),
            ParameterPlace::Form => ("form", "Form fields"),
            _ => ("other", "Others"),
        };
        headed(&mut out, 3, kind, label);
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
        let rows: Vec<Row> = rows.collect();
        table(&mut out, &format!("Parameters: {label}"), kind, &rows, line_ends, anchors);
    }
    out.push_str("</section>\n");
    out
}
