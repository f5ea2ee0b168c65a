// require 'chilkat'
use zoomkat::chilkat::*;

// Gets an access token for a server-to-server app and makes a call with it.
// ZOOM_OAUTH_URL is https://zoom.us, ZOOM_URL is https://api.zoom.us. The other three are the app's
// credentials.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // oauth = ENV["ZOOM_OAUTH_URL"]
    let oauth = std::env::var("ZOOM_OAUTH_URL")?;
    // zoom = ENV["ZOOM_URL"]
    let zoom = std::env::var("ZOOM_URL")?;
    // accountId = ENV["ZOOM_ACCOUNT_ID"]
    let account_id = std::env::var("ZOOM_ACCOUNT_ID")?;
    // clientId = ENV["ZOOM_CLIENT_ID"]
    let client_id = std::env::var("ZOOM_CLIENT_ID")?;
    // clientSecret = ENV["ZOOM_CLIENT_SECRET"]
    let client_secret = std::env::var("ZOOM_CLIENT_SECRET")?;

    // http = Chilkat::CkHttp.new()
    let mut http = CkHttp::new();

    // http.put_BasicAuth(true)
    http.set_basic_auth(true);
    // http.put_Login(clientId)
    http.set_login(&client_id);
    // http.put_Password(clientSecret)
    http.set_password(&client_secret);

    // req = Chilkat::CkHttpRequest.new()
    let mut req = CkHttpRequest::new();
    // req.AddParam("grant_type","account_credentials")
    req.add_param("grant_type", "account_credentials");
    // req.AddParam("account_id",accountId)
    req.add_param("account_id", &account_id);

    // resp is a CkHttpResponse
    // resp = http.PostUrlEncoded(oauth + "/oauth/token",req)
    let resp = http.post_url_encoded(&format!("{oauth}/oauth/token"), &req).unwrap_or_default();
    // if (http.get_LastMethodSuccess() == false)
    if !http.last_method_success() {
        // print http.lastErrorText() + "\n";
        println!("{}", http.last_error_text());
        // exit
        return Ok(());
        // end
    }

    // sbResponseBody = Chilkat::CkStringBuilder.new()
    let mut sb_response_body = CkStringBuilder::new();
    // resp.GetBodySb(sbResponseBody)
    resp.get_body_sb(&mut sb_response_body);

    // jResp = Chilkat::CkJsonObject.new()
    let mut j_resp = CkJsonObject::new();
    // jResp.LoadSb(sbResponseBody)
    j_resp.load_sb(&sb_response_body).ok();

    // respStatusCode = resp.get_StatusCode()
    let resp_status_code = resp.status_code();
    // print "Response Status Code = " + respStatusCode.to_s() + "\n";
    println!("Response Status Code = {resp_status_code}");
    // if (respStatusCode >= 400)
    if resp_status_code >= 400 {
        // v_error = jResp.stringOf("error")
        let v_error = j_resp.string_of("error").unwrap_or_default();
        // reason = jResp.stringOf("reason")
        let reason = j_resp.string_of("reason").unwrap_or_default();
        // print v_error + ": " + reason + "\n";
        println!("{v_error}: {reason}");
        // print "Failed." + "\n";
        println!("Failed.");
        // exit
        return Ok(());
        // end
    }

    // Sample JSON response:
    // {
    //   "access_token": "<access_token>",
    //   "token_type": "bearer",
    //   "expires_in": 3600
    // }
    // accessToken = jResp.stringOf("access_token")
    let access_token = j_resp.string_of("access_token").unwrap_or_default();
    // tokenType = jResp.stringOf("token_type")
    let token_type = j_resp.string_of("token_type").unwrap_or_default();
    // expiresIn = jResp.IntOf("expires_in")
    let expires_in = j_resp.int_of("expires_in");
    // print "token_type: " + tokenType + "\n";
    println!("token_type: {token_type}");
    // print "expires_in: " + expiresIn.to_s() + "\n";
    println!("expires_in: {expires_in}");

    // http.put_BasicAuth(false)
    http.set_basic_auth(false);
    // http.put_AuthToken(accessToken)
    http.set_auth_token(&access_token);

    // resp = http.QuickRequest("GET",zoom + "/v2/users?page_size=1")
    let resp =
        http.quick_request("GET", &format!("{zoom}/v2/users?page_size=1")).unwrap_or_default();
    // if (http.get_LastMethodSuccess() == false)
    if !http.last_method_success() {
        // print http.lastErrorText() + "\n";
        println!("{}", http.last_error_text());
        // exit
        return Ok(());
        // end
    }

    // print "Response Status Code = " + resp.get_StatusCode().to_s() + "\n";
    println!("Response Status Code = {}", resp.status_code());
    // print "Response Body:" + "\n";
    println!("Response Body:");
    // print resp.bodyStr() + "\n";
    println!("{}", resp.body_str());
    Ok(())
}
