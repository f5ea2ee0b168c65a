// require 'chilkat'
use zoomkat::chilkat::*;

// Uploads me.png from this folder as the user's picture.
// ZOOM_DOMAIN is api.zoom.us, ZOOM_PORT is 443, ZOOM_SSL is true. ZOOM_ACCESS_TOKEN needs permission
// to write the user.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // domain = ENV["ZOOM_DOMAIN"]
    let domain = std::env::var("ZOOM_DOMAIN")?;
    // port = ENV["ZOOM_PORT"].to_i()
    let port = std::env::var("ZOOM_PORT")?.parse()?;
    // ssl = (ENV["ZOOM_SSL"] == "true")
    let ssl = std::env::var("ZOOM_SSL")? == "true";
    // token = ENV["ZOOM_ACCESS_TOKEN"]
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    // http = Chilkat::CkHttp.new()
    let http = CkHttp::new();

    // This JSON is sent with the picture.
    // { "crop": { "x": 10, "y": 20 }, "note": "Aufnahme für Zoë" }
    // json = Chilkat::CkJsonObject.new()
    let mut json = CkJsonObject::new();
    // json.UpdateInt("crop.x",10)
    json.update_int("crop.x", 10)?;
    // json.UpdateInt("crop.y",20)
    json.update_int("crop.y", 20)?;
    // json.UpdateString("note","Aufnahme für Zoë")
    json.update_string("note", "Aufnahme für Zoë")?;

    // req = Chilkat::CkHttpRequest.new()
    let mut req = CkHttpRequest::new();
    // req.put_HttpVerb("POST")
    req.set_http_verb("POST");
    // req.put_Path("/v2/users/me/picture")
    req.set_path("/v2/users/me/picture");
    // req.put_ContentType("multipart/form-data")
    req.set_content_type("multipart/form-data");
    // req.AddStringForUpload2("meta","",json.emit(),"utf-8","application/json")
    req.add_string_for_upload2("meta", "", &json.emit(), "utf-8", "application/json");
    // req.AddFileForUpload2("pic_file","me.png","image/png")
    req.add_file_for_upload2("pic_file", "me.png", "image/png");
    // req.AddHeader("Authorization","Bearer " + token)
    req.add_header("Authorization", format!("Bearer {token}"));

    // resp is a CkHttpResponse
    // resp = http.SynchronousRequest(domain,port,ssl,req)
    let resp = http.synchronous_request(&domain, port, ssl, &req).unwrap_or_default();
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
    // if (respStatusCode != 201)
    if resp_status_code != 201 {
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
