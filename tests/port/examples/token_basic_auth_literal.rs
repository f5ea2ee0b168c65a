// Gets an access token for a server-to-server app and makes a call with it.
// ZOOM_OAUTH_URL is https://zoom.us, ZOOM_URL is https://api.zoom.us. The other three are the app's
// credentials.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let oauth = std::env::var("ZOOM_OAUTH_URL")?;
    let zoom = std::env::var("ZOOM_URL")?;
    let account_id = std::env::var("ZOOM_ACCOUNT_ID")?;
    let client_id = std::env::var("ZOOM_CLIENT_ID")?;
    let client_secret = std::env::var("ZOOM_CLIENT_SECRET")?;

    let mut http = CkHttp::new();

    http.set_basic_auth(true);
    http.set_login(&client_id);
    http.set_password(&client_secret);

    let mut req = CkHttpRequest::new();
    req.add_param("grant_type", "account_credentials");
    req.add_param("account_id", &account_id);

    let resp = http
        .post_url_encoded(&format!("{oauth}/oauth/token"), &req)
        .unwrap_or_default();
    if !http.last_method_success() {
        println!("{}", http.last_error_text());
        return Ok(());
    }

    let mut sb_response_body = CkStringBuilder::new();
    resp.get_body_sb(&mut sb_response_body);

    let mut j_resp = CkJsonObject::new();
    j_resp.load_sb(&sb_response_body).ok();

    let resp_status_code = resp.status_code();
    println!("Response Status Code = {resp_status_code}");
    if resp_status_code >= 400 {
        let v_error = j_resp.string_of("error").unwrap_or_default();
        let reason = j_resp.string_of("reason").unwrap_or_default();
        println!("{v_error}: {reason}");
        println!("Failed.");
        return Ok(());
    }

    // Sample JSON response:
    // {
    //   "access_token": "<access_token>",
    //   "token_type": "bearer",
    //   "expires_in": 3600
    // }
    let access_token = j_resp.string_of("access_token").unwrap_or_default();
    let token_type = j_resp.string_of("token_type").unwrap_or_default();
    let expires_in = j_resp.int_of("expires_in");
    println!("token_type: {token_type}");
    println!("expires_in: {expires_in}");

    http.set_basic_auth(false);
    http.set_auth_token(&access_token);

    let resp = http
        .quick_request("GET", &format!("{zoom}/v2/users?page_size=1"))
        .unwrap_or_default();
    if !http.last_method_success() {
        println!("{}", http.last_error_text());
        return Ok(());
    }

    println!("Response Status Code = {}", resp.status_code());
    println!("Response Body:");
    println!("{}", resp.body_str());
    Ok(())
}
