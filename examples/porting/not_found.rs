// require 'chilkat'
use zoomkat::chilkat::*;

// Requests a user that does not exist and prints the response.
// ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to read users.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // zoom = ENV["ZOOM_URL"]
    let zoom = std::env::var("ZOOM_URL")?;
    // token = ENV["ZOOM_ACCESS_TOKEN"]
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    // http = Chilkat::CkHttp.new()
    let mut http = CkHttp::new();

    // http.put_AuthToken(token)
    http.set_auth_token(&token);

    // resp = Chilkat::CkHttpResponse.new()
    let mut resp = CkHttpResponse::new();
    // success = http.HttpNoBody("GET",zoom + "/v2/users/nobody@example.com",resp)
    let success =
        http.http_no_body("GET", &format!("{zoom}/v2/users/nobody@example.com"), &mut resp).is_ok();
    // if (success == false)
    if !success {
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
    // if (respStatusCode >= 400)
    if resp_status_code >= 400 {
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

    // print resp.bodyStr() + "\n";
    println!("{}", resp.body_str());
    // print "Success." + "\n";
    println!("Success.");
    Ok(())
}
