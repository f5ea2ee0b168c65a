//! A call written as a curl command sends, when bash runs it, what the call itself sends.

use zoomkat::{Call, HttpRequest};

fn seed() -> Call {
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT");
    req.set_path("/v2/users/:userId/password");
    req.set_content_type("multipart/form-data");
    req.add_param("password", "dolor Excepteur minim");
    req.add_header("Authorization", "Bearer <access_token>");
    Call::new("api.zoom.us", 443, true, req)
}

#[test]
fn the_request_of_the_seed_is_laid_out_as_on_its_page_with_line_ends() {
    let text = "curl -X PUT \\\n\
                \t-H \"Authorization: Bearer <access_token>\" \\\n\
                \t--form 'password=dolor Excepteur minim' \\\n\
                \thttps://api.zoom.us/v2/users/:userId/password\n";
    assert_eq!(seed().to_curl().unwrap(), text);
}
