use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut http = CkHttp::new();

    // The following JSON is sent in the request body.

    // {
    //   "hull": {
    //     "paint": "red \"matt\"",
    //     "length": 12
    //   },
    //   "sold": false
    // }

    let mut json = CkJsonObject::new();
    json.update_string("hull.paint", "red \"matt\"")?;
    json.update_int("hull.length", 12)?;
    json.update_bool("sold", false)?;

    // Adds the "Authorization: Bearer" ***
    http.set_auth_token(&std::env::var("BOATS_TOKEN")?);
    http.set_request_header("X-Boat", "1");

    let resp = match http.post_json3(
        &format!("{}/v1/boats", std::env::var("BOATS_URL")?),
        "application/json",
        &json,
    ) {
        Ok(resp) => resp,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };

    let resp_status_code = resp.status_code();
    println!("Status: {resp_status_code}");
    if resp_status_code >= 400 {
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
