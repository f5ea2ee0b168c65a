// Adds two panelists to a webinar.
// ZOOM_DOMAIN is api.zoom.us, ZOOM_PORT is 443, ZOOM_SSL is true. ZOOM_ACCESS_TOKEN needs permission
// to write webinars.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let domain = std::env::var("ZOOM_DOMAIN")?;
    let port = std::env::var("ZOOM_PORT")?.parse::<u16>()?;
    let ssl = std::env::var("ZOOM_SSL")? == "true";
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    let http = CkHttp::new();

    // [
    //   { "name": "Jill Chill", "email": "jchill@example.com" },
    //   { "name": "Ann \"Busy\" O'Neil", "email": "busy@example.com" }
    // ]
    let mut panelists = CkJsonArray::new();

    panelists.add_object_at(-1)?;
    let mut panelist = panelists
        .object_at(panelists.size().saturating_sub(1))
        .unwrap_or_default();
    panelist.update_string("name", "Jill Chill")?;
    panelist.update_string("email", "jchill@example.com")?;

    panelists.add_object_at(-1)?;
    let mut panelist = panelists
        .object_at(panelists.size().saturating_sub(1))
        .unwrap_or_default();
    panelist.update_string("name", "Ann \"Busy\" O'Neil")?;
    panelist.update_string("email", "busy@example.com")?;

    // They are sent as { "panelists": [ ... ] }.
    let mut json = CkJsonObject::new();
    json.add_array_copy_at(-1, "panelists", &panelists)?;

    let mut sb_request_body = CkStringBuilder::new();
    json.emit_sb(&mut sb_request_body)?;

    let mut req = CkHttpRequest::new();
    req.set_http_verb("POST");
    req.set_path("/v2/webinars/97871060/panelists");
    req.set_content_type("application/json");
    req.load_body_from_sb(&sb_request_body, "utf-8");
    req.add_header("Authorization", format!("Bearer {token}"));

    let resp = match http.synchronous_request(&domain, port, ssl, &req) {
        Ok(resp) => resp,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };

    let mut sb_response_body = CkStringBuilder::new();
    resp.get_body_sb(&mut sb_response_body);

    let mut j_resp = CkJsonObject::new();
    j_resp.load_sb(&sb_response_body).ok();
    j_resp.set_emit_compact(false);

    println!("Response Body:");
    println!("{}", j_resp.emit());

    let resp_status_code = resp.status_code();
    println!("Response Status Code = {resp_status_code}");
    if resp_status_code != 201 {
        println!("Response Header:");
        println!("{}", resp.header());
        eprintln!("Failed.");
        std::process::exit(1);
    }

    let updated_at = j_resp.string_of("updated_at").unwrap_or_default();
    println!("updated_at: {updated_at}");
    Ok(())
}
