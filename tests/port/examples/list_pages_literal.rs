// Prints the email addresses of all users, page by page.
// ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to read users.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zoom = std::env::var("ZOOM_URL")?;
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    let mut http = CkHttp::new();

    http.set_auth_token(&token);

    // The query parameters. The token of the next page is added later.
    let mut query_params = CkJsonObject::new();
    query_params.update_string("status", "active")?;
    query_params.update_int("page_size", 2)?;

    let mut page_number = 0;
    let mut more_pages = true;
    while more_pages {
        let resp = http
            .quick_request_params("GET", &format!("{zoom}/v2/users"), &query_params)
            .unwrap_or_default();
        if !http.last_method_success() {
            println!("{}", http.last_error_text());
            return Ok(());
        }

        let resp_status_code = resp.status_code();
        if resp_status_code >= 400 {
            println!("Response Status Code = {resp_status_code}");
            println!("Response Header:");
            println!("{}", resp.header());
            println!("Response Body:");
            println!("{}", resp.body_str());
            println!("Failed.");
            return Ok(());
        }

        let mut sb_response_body = CkStringBuilder::new();
        resp.get_body_sb(&mut sb_response_body);
        let mut j_resp = CkJsonObject::new();
        j_resp.load_sb(&sb_response_body).ok();

        page_number += 1;
        println!("Page {page_number}");

        let mut i = 0;
        let count_i = j_resp.size_of_array("users").unwrap_or_default();
        while i < count_i {
            j_resp.set_i(i);
            let email = j_resp.string_of("users[i].email").unwrap_or_default();
            println!("    {email}");
            i += 1;
        }

        let next_page_token = j_resp.string_of("next_page_token").unwrap_or_default();
        query_params.update_string("next_page_token", &next_page_token)?;
        more_pages = !next_page_token.is_empty();
    }

    println!("Success.");
    Ok(())
}
