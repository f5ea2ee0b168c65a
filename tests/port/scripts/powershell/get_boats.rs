use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = CkHttp::new();

    let mut sb_response_body = CkStringBuilder::new();
    if let Err(err) = http.quick_get_sb(
        &format!("{}/v1/boats?color=red", std::env::var("BOATS_URL")?),
        &mut sb_response_body,
    ) {
        eprintln!("{}", err.last_error_text());
        std::process::exit(1);
    }

    let mut json = CkJsonObject::new();
    json.load_sb(&sb_response_body).ok();

    println!("Status: {}", http.last_status());

    let count_i = json.size_of_array("boats").unwrap_or_default();
    for i in 0..count_i {
        json.set_i(i);
        println!("{}", json.string_of("boats[i].name").unwrap_or_default());
    }
    Ok(())
}
