use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = CkHttp::new();

    let mut query_params = CkJsonObject::new();
    query_params.update_string("status", "active")?;
    query_params.update_int("page_size", 300)?;

    let resp = match http.quick_request_params(
        "GET",
        &format!("{}/v1/users", std::env::var("BOATS_URL")?),
        &query_params,
    ) {
        Ok(resp) => resp,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };

    let mut sb_response_body = CkStringBuilder::new();
    resp.get_body_sb(&mut sb_response_body);

    let mut json = CkJsonObject::new();
    json.load_sb(&sb_response_body).ok();

    let count_i = json.size_of_array("users").unwrap_or_default();
    for i in 0..count_i {
        json.set_i(i);
        let id = json.string_of("users[i].id").unwrap_or_default();
        let name = json.string_of("users[i].name").unwrap_or_default();
        println!("{id} {name}");
        let count_j = json.size_of_array("users[i].group_ids").unwrap_or_default();
        for j in 0..count_j {
            json.set_j(j);
            println!(
                "  group {}",
                json.string_of("users[i].group_ids[j]").unwrap_or_default()
            );
        }
    }
    Ok(())
}
