use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("BOATS_URL")?;

    let http = CkHttp::new();

    let mut sb_response_body = CkStringBuilder::new();
    if let Err(err) = http.quick_get_sb(&format!("{url}/v1/boats?color=red"), &mut sb_response_body)
    {
        eprintln!("{}", err.last_error_text());
        std::process::exit(1);
    }

    let mut j_resp = CkJsonObject::new();
    j_resp.load_sb(&sb_response_body).ok();
    j_resp.set_emit_compact(false);

    let resp_status_code = http.last_status();
    println!("Status: {resp_status_code}");

    // Sample JSON response:
    // {
    //   "boats": [
    //     { "name": "Ida" },
    //     { "name": "Zoe \"the red\"" }
    //   ]
    // }

    let count_i = j_resp.size_of_array("boats").unwrap_or_default();
    for i in 0..count_i {
        j_resp.set_i(i);
        let name = j_resp.string_of("boats[i].name").unwrap_or_default();
        println!("{name}");
    }
    Ok(())
}
