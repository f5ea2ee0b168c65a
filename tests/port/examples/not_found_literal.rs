// Requests a user that does not exist and prints the response.
// ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to read users.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zoom = std::env::var("ZOOM_URL")?;
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    let mut http = CkHttp::new();

    http.set_auth_token(&token);

    let mut resp = CkHttpResponse::new();
    let success = http
        .http_no_body(
            "GET",
            &format!("{zoom}/v2/users/nobody@example.com"),
            &mut resp,
        )
        .is_ok();
    if !success {
        println!("{}", http.last_error_text());
        return Ok(());
    }

    let resp_status_code = resp.status_code();
    println!("Response Status Code = {resp_status_code}");
    if resp_status_code >= 400 {
        println!("Response Header:");
        println!("{}", resp.header());
        println!("Response Body:");
        println!("{}", resp.body_str());
        println!("Failed.");
        return Ok(());
    }

    println!("{}", resp.body_str());
    println!("Success.");
    Ok(())
}
