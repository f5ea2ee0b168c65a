// Creates a user and prints the response.
// ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to write users.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zoom = std::env::var("ZOOM_URL")?;
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    let mut http = CkHttp::new();

    // The following JSON is sent in the request body.
    // {
    //   "action": "create",
    //   "user_info": {
    //     "email": "jchill@example.com",
    //     "type": 1,
    //     "first_name": "Jill",
    //     "last_name": "O'Chill \"JC\"",
    //     "feature": {
    //       "zoom_phone": false,
    //       "zoom_one_type": 16
    //     }
    //   }
    // }
    let mut json = CkJsonObject::new();
    json.update_string("action", "create")?;
    json.update_string("user_info.email", "jchill@example.com")?;
    json.update_int("user_info.type", 1)?;
    json.update_string("user_info.first_name", "Jill")?;
    json.update_string("user_info.last_name", "O'Chill \"JC\"")?;
    json.update_bool("user_info.feature.zoom_phone", false)?;
    json.update_int("user_info.feature.zoom_one_type", 16)?;

    http.set_auth_token(&token);

    let resp = http
        .post_json3(&format!("{zoom}/v2/users"), "application/json", &json)
        .unwrap_or_default();
    if !http.last_method_success() {
        println!("{}", http.last_error_text());
        return Ok(());
    }

    let mut sb_response_body = CkStringBuilder::new();
    resp.get_body_sb(&mut sb_response_body);

    let mut j_resp = CkJsonObject::new();
    j_resp.load_sb(&sb_response_body).ok();
    j_resp.set_emit_compact(false);

    println!("Response Body:");
    println!("{}", j_resp.emit());

    let resp_status_code = resp.status_code();
    println!("Response Status Code = {resp_status_code}");
    if resp_status_code >= 400 {
        println!("Response Header:");
        println!("{}", resp.header());
        println!("Failed.");
        return Ok(());
    }

    let user_id = j_resp.string_of("id").unwrap_or_default();
    let user_type = j_resp.int_of("type");

    println!("id: {user_id}");
    println!("type: {user_type}");
    Ok(())
}
