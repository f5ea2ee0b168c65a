//! Every member of the table of members, `port/members.tsv`: its example runs, and its effect is
//! checked. docs/porting.md shows the same code.
//!
//! The module of a class has a row for each example of the table, in its order.

mod ck_bin_data;
mod ck_http;
mod ck_http_request;
mod ck_http_response;
mod ck_json_array;
mod ck_json_object;
mod ck_string_builder;
mod table;

use std::error::Error;

use zoomkat::chilkat::{JsonArray, JsonObject};
use zoomkat::{HttpRequest, HttpResponse};

type Outcome = Result<(), Box<dyn Error>>;

/// Runs the example of a member, checks its effect, and compares it with the
/// [`Table`](table::Table).
///
/// ```ignore
/// row!(table, [ChilkatName] code => expected value);
/// row!(table, [] code of a member that Chilkat does not have => expected value);
/// row!(table, [Name] setter, getter => expected value of the getter);
/// row!(table, [Name] code; what it changed => expected value);
/// row!(table, [Name] setter, getter => expected value; what they changed => expected value);
/// row!(table, [Name] code; |value| expression on its value => expected value);
/// ```
///
/// Code must be on one line, since the table has it as written here. A member with several names in
/// Chilkat has a row for the first.
macro_rules! row {
    (@run $table:ident [$($name:ident)?] $($code:expr),+) => {
        $table.ran(concat!($(stringify!($name))?), &[$(stringify!($code)),+])
    };
    ($table:ident, [$($name:ident)?] $code:expr => $expected:expr) => {{
        assert_eq!($code, $expected, "{}", stringify!($code));
        row!(@run $table [$($name)?] $code);
    }};
    ($table:ident, [$($name:ident)?] $code:expr; |$value:ident| $seen:expr => $expected:expr) => {{
        let $value = $code;
        assert_eq!($seen, $expected, "{}", stringify!($code));
        row!(@run $table [$($name)?] $code);
    }};
    ($table:ident, [$($name:ident)?] $code:expr; $changed:expr => $expected:expr) => {{
        let _ = $code;
        assert_eq!($changed, $expected, "after {}", stringify!($code));
        row!(@run $table [$($name)?] $code);
    }};
    ($table:ident, [$($name:ident)?] $set:expr, $get:expr => $expected:expr
     $(; $changed:expr => $then:expr)?) => {{
        let _ = $set;
        assert_eq!($get, $expected, "after {}", stringify!($set));
        $(assert_eq!($changed, $then, "after {}", stringify!($set));)?
        row!(@run $table [$($name)?] $set, $get);
    }};
}

use row;

/// Equals every text that contains this one.
#[derive(Debug)]
struct Has<'t>(&'t str);

impl PartialEq<Has<'_>> for String {
    fn eq(&self, part: &Has<'_>) -> bool {
        self.contains(part.0)
    }
}

/// Equals every response with this body.
#[derive(Debug)]
struct Answer(&'static str);

impl PartialEq<Answer> for HttpResponse {
    fn eq(&self, answer: &Answer) -> bool {
        self.body_str() == answer.0
    }
}

/// Returns the request as it would be sent.
fn text_of(req: &HttpRequest) -> String {
    req.generate_request_text().unwrap()
}

/// Returns the body as it would be sent.
fn body_of(req: &HttpRequest) -> String {
    text_of(req).split_once("\r\n\r\n").unwrap().1.to_owned()
}

fn object(json: &str) -> JsonObject {
    json.parse().unwrap()
}

fn array(json: &str) -> JsonArray {
    json.parse().unwrap()
}
