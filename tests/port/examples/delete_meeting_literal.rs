// Deletes a meeting.
// ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to write meetings.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zoom = std::env::var("ZOOM_URL")?;
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    let mut http = CkHttp::new();

    http.set_auth_token(&token);

    let resp = http
        .quick_request(
            "DELETE",
            &format!("{zoom}/v2/meetings/85746065?schedule_for_reminder=true"),
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
