use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = CkHttp::new();

    let mut req = CkHttpRequest::new();
    req.set_http_verb("POST");
    req.set_path("/v1/boats/7/picture");
    req.set_content_type("multipart/form-data");
    req.add_param("title", "In the harbour");

    let mut json = CkJsonObject::new();
    json.update_int("crop.x", 10)?;
    json.update_int("crop.y", 20)?;
    req.add_string_for_upload2("meta", "", &json.emit(), "utf-8", "application/json");

    req.add_file_for_upload2("picture", "boat.png", "image/png");

    req.add_header(
        "Authorization",
        format!("Bearer {}", std::env::var("BOATS_TOKEN")?),
    );

    let resp = match http.synchronous_request(
        &std::env::var("BOATS_DOMAIN")?,
        std::env::var("BOATS_PORT")?.parse::<u16>()?,
        false,
        &req,
    ) {
        Ok(resp) => resp,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };

    let resp_status_code = resp.status_code();
    println!("Status: {resp_status_code}");
    if resp_status_code != 201 {
        println!("Response Header:");
        println!("{}", resp.header());
        println!("Response Body:");
        println!("{}", resp.body_str());
        eprintln!("Failed.");
        std::process::exit(1);
    }

    println!("Success.");
    Ok(())
}
