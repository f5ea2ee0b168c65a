// Changes a user's names.
// ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to write users.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zoom = std::env::var("ZOOM_URL")?;
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    let mut http = CkHttp::new();

    // { "first_name": "Zoë", "last_name": "Chill", "language": "de-DE" }
    let mut json = CkJsonObject::new();
    json.update_string("first_name", "Zoë")?;
    json.update_string("last_name", "Chill")?;
    json.update_string("language", "de-DE")?;

    let mut sb_request_body = CkStringBuilder::new();
    json.emit_sb(&mut sb_request_body)?;

    http.set_auth_token(&token);
    http.set_request_header("Accept", "application/json");

    // The last two arguments: whether to send an MD5 digest, and whether to compress the body.
    let resp = http
        .ptext_sb(
            "PATCH",
            &format!("{zoom}/v2/users/jchill@example.com"),
            &sb_request_body,
            "utf-8",
            "application/json",
            false,
            false,
        )
        .unwrap_or_default();
    if !http.last_method_success() {
        println!("{}", http.last_error_text());
        return Ok(());
    }

    let resp_status_code = resp.status_code();
    println!("Response Status Code = {resp_status_code}");
    if resp_status_code != 204 {
        println!("Response Header:");
        println!("{}", resp.header());
        println!("Response Body:");
        println!("{}", resp.body_str());
        println!("Failed.");
        return Ok(());
    }

    println!("Success.");
    Ok(())
}
