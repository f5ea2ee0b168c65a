// require 'chilkat'
use zoomkat::chilkat::*;

// Adds two panelists to a webinar.
// ZOOM_DOMAIN is api.zoom.us, ZOOM_PORT is 443, ZOOM_SSL is true. ZOOM_ACCESS_TOKEN needs permission
// to write webinars.
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

    // [
    //   { "name": "Jill Chill", "email": "jchill@example.com" },
    //   { "name": "Ann \"Busy\" O'Neil", "email": "busy@example.com" }
    // ]
    // panelists = Chilkat::CkJsonArray.new()
    let mut panelists = CkJsonArray::new();

    // panelists.AddObjectAt(-1)
    panelists.add_object_at(-1)?;
    // panelist = panelists.ObjectAt(panelists.get_Size() - 1)
    let mut panelist = panelists.object_at(panelists.size() - 1)?;
    // panelist.UpdateString("name","Jill Chill")
    panelist.update_string("name", "Jill Chill")?;
    // panelist.UpdateString("email","jchill@example.com")
    panelist.update_string("email", "jchill@example.com")?;

    // panelists.AddObjectAt(-1)
    panelists.add_object_at(-1)?;
    // panelist = panelists.ObjectAt(panelists.get_Size() - 1)
    panelist = panelists.object_at(panelists.size() - 1)?;
    // panelist.UpdateString("name","Ann \"Busy\" O'Neil")
    panelist.update_string("name", "Ann \"Busy\" O'Neil")?;
    // panelist.UpdateString("email","busy@example.com")
    panelist.update_string("email", "busy@example.com")?;

    // They are sent as { "panelists": [ ... ] }.
    // json = Chilkat::CkJsonObject.new()
    let mut json = CkJsonObject::new();
    // json.AddArrayCopyAt(-1,"panelists",panelists)
    json.add_array_copy_at(-1, "panelists", &panelists)?;

    // sbRequestBody = Chilkat::CkStringBuilder.new()
    let mut sb_request_body = CkStringBuilder::new();
    // json.EmitSb(sbRequestBody)
    json.emit_sb(&mut sb_request_body)?;

    // req = Chilkat::CkHttpRequest.new()
    let mut req = CkHttpRequest::new();
    // req.put_HttpVerb("POST")
    req.set_http_verb("POST");
    // req.put_Path("/v2/webinars/97871060/panelists")
    req.set_path("/v2/webinars/97871060/panelists");
    // req.put_ContentType("application/json")
    req.set_content_type("application/json");
    // req.LoadBodyFromSb(sbRequestBody,"utf-8")
    req.load_body_from_sb(&sb_request_body, "utf-8");
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
    // if (respStatusCode != 201)
    if resp_status_code != 201 {
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

    // updatedAt = jResp.stringOf("updated_at")
    let updated_at = j_resp.string_of("updated_at").unwrap_or_default();
    // print "updated_at: " + updatedAt + "\n";
    println!("updated_at: {updated_at}");
    Ok(())
}
