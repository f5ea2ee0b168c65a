// require 'chilkat'
use zoomkat::chilkat::*;

// Deletes a meeting.
// ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to write meetings.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // zoom = ENV["ZOOM_URL"]
    let zoom = std::env::var("ZOOM_URL")?;
    // token = ENV["ZOOM_ACCESS_TOKEN"]
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    // http = Chilkat::CkHttp.new()
    let mut http = CkHttp::new();

    // http.put_AuthToken(token)
    http.set_auth_token(&token);

    // resp is a CkHttpResponse
    // resp = http.QuickRequest("DELETE",zoom + "/v2/meetings/85746065?schedule_for_reminder=true")
    let resp = http
        .quick_request("DELETE", &format!("{zoom}/v2/meetings/85746065?schedule_for_reminder=true"))
        .unwrap_or_default();
    // if (http.get_LastMethodSuccess() == false)
    if !http.last_method_success() {
        // print http.lastErrorText() + "\n";
        println!("{}", http.last_error_text());
        // exit
        return Ok(());
        // end
    }

    // respStatusCode = resp.get_StatusCode()
    let resp_status_code = resp.status_code();
    // print "Response Status Code = " + respStatusCode.to_s() + "\n";
    println!("Response Status Code = {resp_status_code}");
    // if (respStatusCode != 204)
    if resp_status_code != 204 {
        // print "Response Header:" + "\n";
        println!("Response Header:");
        // print resp.header() + "\n";
        println!("{}", resp.header());
        // print "Response Body:" + "\n";
        println!("Response Body:");
        // print resp.bodyStr() + "\n";
        println!("{}", resp.body_str());
        // print "Failed." + "\n";
        println!("Failed.");
        // exit
        return Ok(());
        // end
    }

    // print "Success." + "\n";
    println!("Success.");
    Ok(())
}
