// require 'chilkat'
use zoomkat::chilkat::*;

// Prints the email addresses of all users, page by page.
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

    // The query parameters. The token of the next page is added later.
    // queryParams = Chilkat::CkJsonObject.new()
    let mut query_params = CkJsonObject::new();
    // queryParams.UpdateString("status","active")
    query_params.update_string("status", "active")?;
    // queryParams.UpdateInt("page_size",2)
    query_params.update_int("page_size", 2)?;

    // pageNumber = 0
    let mut page_number = 0;
    // morePages = true
    let mut more_pages = true;
    // while morePages
    while more_pages {
        // resp is a CkHttpResponse
        // resp = http.QuickRequestParams("GET",zoom + "/v2/users",queryParams)
        let resp = http
            .quick_request_params("GET", &format!("{zoom}/v2/users"), &query_params)
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
        // if (respStatusCode >= 400)
        if resp_status_code >= 400 {
            // print "Response Status Code = " + respStatusCode.to_s() + "\n";
            println!("Response Status Code = {resp_status_code}");
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

        // sbResponseBody = Chilkat::CkStringBuilder.new()
        let mut sb_response_body = CkStringBuilder::new();
        // resp.GetBodySb(sbResponseBody)
        resp.get_body_sb(&mut sb_response_body);
        // jResp = Chilkat::CkJsonObject.new()
        let mut j_resp = CkJsonObject::new();
        // jResp.LoadSb(sbResponseBody)
        j_resp.load_sb(&sb_response_body).ok();

        // pageNumber = pageNumber + 1
        page_number += 1;
        // print "Page " + pageNumber.to_s() + "\n";
        println!("Page {page_number}");

        // i = 0
        let mut i = 0;
        // count_i = jResp.SizeOfArray("users")
        let count_i = j_resp.size_of_array("users").unwrap_or_default();
        // while i < count_i
        while i < count_i {
            // jResp.put_I(i)
            j_resp.set_i(i);
            // email = jResp.stringOf("users[i].email")
            let email = j_resp.string_of("users[i].email").unwrap_or_default();
            // print "    " + email + "\n";
            println!("    {email}");
            // i = i + 1
            i += 1;
            // end
        }

        // nextPageToken = jResp.stringOf("next_page_token")
        let next_page_token = j_resp.string_of("next_page_token").unwrap_or_default();
        // queryParams.UpdateString("next_page_token",nextPageToken)
        query_params.update_string("next_page_token", &next_page_token)?;
        // morePages = (nextPageToken != "")
        more_pages = !next_page_token.is_empty();
        // end
    }

    // print "Success." + "\n";
    println!("Success.");
    Ok(())
}
