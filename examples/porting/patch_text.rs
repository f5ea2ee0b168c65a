// require 'chilkat'
use zoomkat::chilkat::*;

// Changes a user's names.
// ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to write users.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // zoom = ENV["ZOOM_URL"]
    let zoom = std::env::var("ZOOM_URL")?;
    // token = ENV["ZOOM_ACCESS_TOKEN"]
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    // http = Chilkat::CkHttp.new()
    let mut http = CkHttp::new();

    // { "first_name": "Zoë", "last_name": "Chill", "language": "de-DE" }
    // json = Chilkat::CkJsonObject.new()
    let mut json = CkJsonObject::new();
    // json.UpdateString("first_name","Zoë")
    json.update_string("first_name", "Zoë")?;
    // json.UpdateString("last_name","Chill")
    json.update_string("last_name", "Chill")?;
    // json.UpdateString("language","de-DE")
    json.update_string("language", "de-DE")?;

    // sbRequestBody = Chilkat::CkStringBuilder.new()
    let mut sb_request_body = CkStringBuilder::new();
    // json.EmitSb(sbRequestBody)
    json.emit_sb(&mut sb_request_body)?;

    // http.put_AuthToken(token)
    http.set_auth_token(&token);
    // http.SetRequestHeader("Accept","application/json")
    http.set_request_header("Accept", "application/json");

    // The last two arguments: whether to send an MD5 digest, and whether to compress the body.
    // resp is a CkHttpResponse
    // resp = http.PTextSb("PATCH",zoom + "/v2/users/jchill@example.com",sbRequestBody,"utf-8","application/json",false,false)
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
