// require 'chilkat'
use zoomkat::chilkat::*;

// Creates a user and prints the response.
// ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to write users.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // zoom = ENV["ZOOM_URL"]
    let zoom = std::env::var("ZOOM_URL")?;
    // token = ENV["ZOOM_ACCESS_TOKEN"]
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    // http = Chilkat::CkHttp.new()
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
    // json = Chilkat::CkJsonObject.new()
    let mut json = CkJsonObject::new();
    // json.UpdateString("action","create")
    json.update_string("action", "create")?;
    // json.UpdateString("user_info.email","jchill@example.com")
    json.update_string("user_info.email", "jchill@example.com")?;
    // json.UpdateInt("user_info.type",1)
    json.update_int("user_info.type", 1)?;
    // json.UpdateString("user_info.first_name","Jill")
    json.update_string("user_info.first_name", "Jill")?;
    // json.UpdateString("user_info.last_name","O'Chill \"JC\"")
    json.update_string("user_info.last_name", "O'Chill \"JC\"")?;
    // json.UpdateBool("user_info.feature.zoom_phone",false)
    json.update_bool("user_info.feature.zoom_phone", false)?;
    // json.UpdateInt("user_info.feature.zoom_one_type",16)
    json.update_int("user_info.feature.zoom_one_type", 16)?;

    // http.put_AuthToken(token)
    http.set_auth_token(&token);

    // resp is a CkHttpResponse
    // resp = http.PostJson3(zoom + "/v2/users","application/json",json)
    let resp =
        http.post_json3(&format!("{zoom}/v2/users"), "application/json", &json).unwrap_or_default();
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
    // jResp.put_EmitCompact(false)
    j_resp.set_emit_compact(false);

    // print "Response Body:" + "\n";
    println!("Response Body:");
    // print jResp.emit() + "\n";
    println!("{}", j_resp.emit());

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
        // print "Failed." + "\n";
        println!("Failed.");
        // exit
        return Ok(());
        // end
    }

    // userId = jResp.stringOf("id")
    let user_id = j_resp.string_of("id").unwrap_or_default();
    // userType = jResp.IntOf("type")
    let user_type = j_resp.int_of("type");

    // print "id: " + userId + "\n";
    println!("id: {user_id}");
    // print "type: " + userType.to_s() + "\n";
    println!("type: {user_type}");
    Ok(())
}
