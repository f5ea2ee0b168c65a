//! Conversion of forms and queries with an encoded variable to params, since Postman encodes whole
//! fields.

use crate::message::params::{Data, RequestBody};
use crate::message::prepare::FORM;
use crate::message::request::HttpRequest;
use crate::text::percent;
use crate::views::call::Call;
use crate::views::marked_call::{MarkedCall, TextPiece};
use crate::views::place_encoding::PlaceEncoding;
use crate::views::variables::{Source, Variable, placeholder};

fn is_encoded(variable: &Variable) -> bool {
    variable.encoding() == Some(&PlaceEncoding::Form)
}

/// Whether a variable of the call is encoded before it is filled in.
fn has_encoded(call: &Call) -> bool {
    call.variables.iter().any(is_encoded)
}

/// Returns the call as Postman can send it: forms and queries with encoded variables as params. Any other encoded
/// variable is inserted unchanged, and a sentence says how its value must be written.
pub(super) fn for_postman(call: &Call) -> Result<(Call, Vec<String>), String> {
    let (mut call, mut notes) = unchanged(call, |variable| !is_encoded(variable));
    if has_encoded(&call) {
        // The value of a hidden secret is encoded itself.
        let is_own = |variable: &Variable| variable.is_open() && is_encoded(variable);
        call = match as_params(&split(&call)) {
            Ok(call) => call,
            Err(_) if call.variables.iter().any(is_own) => {
                let (plain, more) = unchanged(&call, is_own);
                notes.extend(more);
                if has_encoded(&plain) { as_params(&plain)? } else { plain }
            }
            Err(what) => return Err(what),
        };
    }
    Ok((call, notes))
}

/// Returns the call with some of its encoded variables inserted unchanged, and a sentence about each.
fn unchanged(call: &Call, which: impl Fn(&Variable) -> bool) -> (Call, Vec<String>) {
    let mut notes = Vec::new();
    let (mut plain, mut values) = (call.clone(), Vec::new());
    plain.variables.retain_mut(|variable| {
        let Source::Encoded { of, encoding } = &variable.source else { return true };
        if !which(variable) {
            return true;
        }
        let how = match encoding {
            PlaceEncoding::Plain => None,
            PlaceEncoding::Form | PlaceEncoding::Percent { .. } => Some("percent-encoded"),
            PlaceEncoding::Json => Some("escaped as in a JSON string"),
        };
        notes.extend(how.map(|how| format!("The value of {of} must be {how} in this item.")));
        if *of != variable.name {
            values.push((placeholder(&variable.name), placeholder(of).into_bytes().into()));
            return false;
        }
        variable.source = Source::Caller;
        true
    });
    plain.fill(&values);
    (plain, notes)
}

/// Returns the call with two variables for each that is encoded itself: a plain one, and one that is encoded.
fn split(call: &Call) -> Call {
    let mut split = call.clone();
    let (mut added, mut values) = (Vec::new(), Vec::new());
    for variable in split.variables.iter_mut().filter(|own| own.is_open() && is_encoded(own)) {
        let name = format!("{}, urlencoded", variable.name);
        values.push((placeholder(&variable.name), placeholder(&name).into_bytes().into()));
        added.push(Variable {
            name,
            source: std::mem::replace(&mut variable.source, Source::Caller),
        });
    }
    split.fill(&values);
    split.variables.extend(added);
    split
}

/// Replaces the fields that contain an encoded variable, and the fields next to them, with params.
fn as_params(call: &Call) -> Result<Call, String> {
    let marked = MarkedCall::new(call).map_err(|err| err.to_string())?;
    let fields = Fields(&marked);
    let mut plain = call.clone();
    plain.variables.retain(|variable| !is_encoded(variable));
    let request = &marked.call.request;
    let mut body = None;
    if let RequestBody::Loaded { data: Data::Bytes(bytes), .. } = &request.body {
        body = Some(String::from_utf8_lossy(bytes)).filter(|text| fields.has_encoded(text));
    }
    if let Some(text) = &body {
        let base = request.content_type().split(';').next().unwrap_or_default().trim();
        let is_form = base.eq_ignore_ascii_case(FORM) && !request.params_go_to_query();
        if !is_form || !request.parts.is_empty() {
            return Err(format!("{}, which is not in a form", fields.describe_first(text)));
        }
        plain.request.body = RequestBody::None;
        fields.add(text, &mut plain.request)?;
    }
    let query = request.path().split_once('?').map(|(_, query)| query);
    if let Some(query) = query.filter(|query| fields.has_encoded(query)) {
        let is_loaded = plain.request.body != RequestBody::None;
        if body.is_some() || !(is_loaded || request.params_go_to_query()) {
            return Err(format!(
                "{}, which is in the query of a request with a form",
                fields.describe_first(query)
            ));
        }
        // The pairs before the first such field stay in the path.
        let count = query.split('&').take_while(|field| !fields.has_encoded(field)).count();
        let rest: Vec<&str> = query.split('&').skip(count).collect();
        let mut after = std::mem::take(&mut plain.request.parts);
        fields.add(&rest.join("&"), &mut plain.request)?;
        after.edit(|after| after.drain(..).for_each(|part| _ = plain.request.add_part(part)));
        let (path, kept) = call.request.path().split_once('?').unwrap_or_default();
        let kept: Vec<&str> = kept.split('&').take(count).collect();
        plain.request.path = match kept.is_empty() {
            true => path.to_owned().into(),
            false => format!("{path}?{}", kept.join("&")).into(),
        };
    }
    if marked.call.request.headers.iter().any(|(_, value)| fields.has_encoded(value)) {
        return Err("a header with an encoded variable".to_owned());
    }
    Ok(plain)
}

/// The fields of a text, `a=b&c=d`.
struct Fields<'m>(&'m MarkedCall);

impl Fields<'_> {
    /// Whether a text contains an encoded variable.
    fn has_encoded(&self, text: &str) -> bool {
        let pieces = self.0.pieces(text.as_bytes());
        pieces.iter().any(|piece| matches!(piece, TextPiece::Variable(v) if is_encoded(v)))
    }

    /// Describes the first field with an encoded variable.
    fn describe_first(&self, text: &str) -> String {
        let field = text.split('&').find(|field| self.has_encoded(field)).unwrap_or_default();
        self.describe(field)
    }

    fn describe(&self, field: &str) -> String {
        let name = field.split_once('=').map(|(name, _)| name);
        let what = match name.filter(|name| !self.0.is_open(name)) {
            Some(name) => format!("the field {name:?}"),
            None => "a field without a name".to_owned(),
        };
        match self.has_encoded(field) {
            true => format!("a variable that is encoded in {what}"),
            false => format!("{what}, which is not encoded, next to one with an encoded variable"),
        }
    }

    /// Adds the fields of a text as params.
    fn add(&self, text: &str, request: &mut HttpRequest) -> Result<(), String> {
        for field in text.split('&') {
            let pair = || {
                let (name, value) = field.split_once('=')?;
                Some((self.decoded(name)?, self.decoded(value)?))
            };
            let (name, value) = pair().ok_or_else(|| self.describe(field))?;
            request.add_param(&name, &value);
        }
        Ok(())
    }

    /// Decodes a text, which Postman encodes, including its variables.
    fn decoded(&self, text: &str) -> Option<String> {
        let plain = percent::form_bytes(text.as_bytes());
        let mut out = String::new();
        for piece in self.0.pieces(&plain) {
            match piece {
                TextPiece::Text(text) => out.push_str(std::str::from_utf8(text).ok()?),
                TextPiece::Variable(Variable { source: Source::Encoded { of, .. }, .. }) => {
                    out.push_str(&placeholder(of));
                }
                TextPiece::Variable(_) => return None,
            }
        }
        Some(out)
    }
}
