// require 'chilkat'
use zoomkat::chilkat::*;

// Prints the users of the account and their groups.
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
    // http.SetRequestHeader("Accept","application/json")
    http.set_request_header("Accept", "application/json");

    // sbResponseBody = Chilkat::CkStringBuilder.new()
    let mut sb_response_body = CkStringBuilder::new();
    // success = http.QuickGetSb(zoom + "/v2/users?status=active&page_size=300",sbResponseBody)
    let success = http
        .quick_get_sb(
            &format!("{zoom}/v2/users?status=active&page_size=300"),
            &mut sb_response_body,
        )
        .is_ok();
    // if (success == false)
    if !success {
        // print http.lastErrorText() + "\n";
        println!("{}", http.last_error_text());
        // exit
        return Ok(());
        // end
    }

    // jResp = Chilkat::CkJsonObject.new()
    let mut j_resp = CkJsonObject::new();
    // jResp.LoadSb(sbResponseBody)
    j_resp.load_sb(&sb_response_body).ok();
    // jResp.put_EmitCompact(true)
    j_resp.set_emit_compact(true);

    // respStatusCode = http.get_LastStatus()
    let resp_status_code = http.last_status();
    // print "Response Status Code = " + respStatusCode.to_s() + "\n";
    println!("Response Status Code = {resp_status_code}");
    // if (respStatusCode >= 400)
    if resp_status_code >= 400 {
        // print "Request Header:" + "\n";
        println!("Request Header:");
        // print http.lastHeader() + "\n";
        println!("{}", http.last_header());
        // print "Response Body:" + "\n";
        println!("Response Body:");
        // print jResp.emit() + "\n";
        println!("{}", j_resp.emit());
        // print "Failed." + "\n";
        println!("Failed.");
        // exit
        return Ok(());
        // end
    }

    // Sample JSON response:
    // {
    //   "total_records": 2,
    //   "users": [
    //     { "id": "lorem", "email": "jchill@example.com", "type": 2, "group_ids": ["ipsum", "dolor"] },
    //     { "id": "amet", "email": "busy@example.com", "type": 1 }
    //   ]
    // }
    // totalRecords = jResp.IntOf("total_records")
    let total_records = j_resp.int_of("total_records");
    // print "total_records: " + totalRecords.to_s() + "\n";
    println!("total_records: {total_records}");

    // i = 0
    let mut i = 0;
    // count_i = jResp.SizeOfArray("users")
    let count_i = j_resp.size_of_array("users").unwrap_or_default();
    // while i < count_i
    while i < count_i {
        // jResp.put_I(i)
        j_resp.set_i(i);
        // id = jResp.stringOf("users[i].id")
        let id = j_resp.string_of("users[i].id").unwrap_or_default();
        // email = jResp.stringOf("users[i].email")
        let email = j_resp.string_of("users[i].email").unwrap_or_default();
        // v_type = jResp.IntOf("users[i].type")
        let v_type = j_resp.int_of("users[i].type");
        // print id + " " + email + " " + v_type.to_s() + "\n";
        println!("{id} {email} {v_type}");
        // j = 0
        let mut j = 0;
        // count_j = jResp.SizeOfArray("users[i].group_ids")
        let count_j = j_resp.size_of_array("users[i].group_ids").unwrap_or_default();
        // while j < count_j
        while j < count_j {
            // jResp.put_J(j)
            j_resp.set_j(j);
            // groupId = jResp.stringOf("users[i].group_ids[j]")
            let group_id = j_resp.string_of("users[i].group_ids[j]").unwrap_or_default();
            // print "    group " + groupId + "\n";
            println!("    group {group_id}");
            // j = j + 1
            j += 1;
            // end
        }
        // i = i + 1
        i += 1;
        // end
    }
    Ok(())
}
