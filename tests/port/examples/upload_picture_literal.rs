// Uploads me.png from this folder as the user's picture.
// ZOOM_DOMAIN is api.zoom.us, ZOOM_PORT is 443, ZOOM_SSL is true. ZOOM_ACCESS_TOKEN needs permission
// to write the user.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let domain = std::env::var("ZOOM_DOMAIN")?;
    let port = std::env::var("ZOOM_PORT")?.parse::<u16>()?;
    let ssl = std::env::var("ZOOM_SSL")? == "true";
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    let http = CkHttp::new();

    // This JSON is sent with the picture.
    // { "crop": { "x": 10, "y": 20 }, "note": "Aufnahme für Zoë" }
    let mut json = CkJsonObject::new();
    json.update_int("crop.x", 10)?;
    json.update_int("crop.y", 20)?;
    json.update_string("note", "Aufnahme für Zoë")?;

    let mut req = CkHttpRequest::new();
    req.set_http_verb("POST");
    req.set_path("/v2/users/me/picture");
    req.set_content_type("multipart/form-data");
    req.add_string_for_upload2("meta", "", &json.emit(), "utf-8", "application/json");
    req.add_file_for_upload2("pic_file", "me.png", "image/png");
    req.add_header("Authorization", format!("Bearer {token}"));

    let resp = http
        .synchronous_request(&domain, port, ssl, &req)
        .unwrap_or_default();
    if !http.last_method_success() {
        println!("{}", http.last_error_text());
        return Ok(());
    }

    let resp_status_code = resp.status_code();
    println!("Response Status Code = {resp_status_code}");
    if resp_status_code != 201 {
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
