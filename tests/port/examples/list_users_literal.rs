// Prints the users of the account and their groups.
// ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to read users.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zoom = std::env::var("ZOOM_URL")?;
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    let mut http = CkHttp::new();

    http.set_auth_token(&token);
    http.set_request_header("Accept", "application/json");

    let mut sb_response_body = CkStringBuilder::new();
    let success = http
        .quick_get_sb(
            &format!("{zoom}/v2/users?status=active&page_size=300"),
            &mut sb_response_body,
        )
        .is_ok();
    if !success {
        println!("{}", http.last_error_text());
        return Ok(());
    }

    let mut j_resp = CkJsonObject::new();
    j_resp.load_sb(&sb_response_body).ok();
    j_resp.set_emit_compact(true);

    let resp_status_code = http.last_status();
    println!("Response Status Code = {resp_status_code}");
    if resp_status_code >= 400 {
        println!("Request Header:");
        println!("{}", http.last_header());
        println!("Response Body:");
        println!("{}", j_resp.emit());
        println!("Failed.");
        return Ok(());
    }

    // Sample JSON response:
    // {
    //   "total_records": 2,
    //   "users": [
    //     { "id": "lorem", "email": "jchill@example.com", "type": 2, "group_ids": ["ipsum", "dolor"] },
    //     { "id": "amet", "email": "busy@example.com", "type": 1 }
    //   ]
    // }
    let total_records = j_resp.int_of("total_records");
    println!("total_records: {total_records}");

    let mut i = 0;
    let count_i = j_resp.size_of_array("users").unwrap_or_default();
    while i < count_i {
        j_resp.set_i(i);
        let id = j_resp.string_of("users[i].id").unwrap_or_default();
        let email = j_resp.string_of("users[i].email").unwrap_or_default();
        let v_type = j_resp.int_of("users[i].type");
        println!("{id} {email} {v_type}");
        let mut j = 0;
        let count_j = j_resp
            .size_of_array("users[i].group_ids")
            .unwrap_or_default();
        while j < count_j {
            j_resp.set_j(j);
            let group_id = j_resp
                .string_of("users[i].group_ids[j]")
                .unwrap_or_default();
            println!("    group {group_id}");
            j += 1;
        }
        i += 1;
    }
    Ok(())
}
