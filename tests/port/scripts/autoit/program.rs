use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Reports the boats that are there.
    let base_url = std::env::var("BOATS_URL")?;
    let http = CkHttp::new();

    let ids = [3, 5, 8];
    let mut names: Vec<String> = Vec::new();

    for id in ids {
        let resp = fetch_boat(&http, &base_url, id);
        if resp.status_code() == 200 {
            let mut boat = CkJsonObject::new();
            boat.load(&resp.body_str()).ok();
            let name = boat.string_of("name").unwrap_or_default();
            println!("{}", describe(&name, boat.int_of("length")));
            names.push(name.clone());
        } else {
            println!("boat {id}: status {}", resp.status_code());
        }
    }

    if names.is_empty() {
        fail("no boats");
    }

    let mut report = CkJsonObject::new();
    report.update_int("count", names.len() as i64)?;
    report.update_string("names", &names.join(", "))?;
    let resp = http
        .post_json2(
            &format!("{base_url}/v1/report"),
            "application/json",
            &report.emit(),
        )
        .ok();
    if resp.is_none() {
        fail(&format!("Failed: {}", http.last_error_text()));
    }
    println!("Reported {} boats", names.len());
    Ok(())
}

fn describe(name: &str, length: i64) -> String {
    let kind = (if length >= 10 { "ship" } else { "boat" }).to_string();
    format!("{name} ({kind}, {length} m)")
}

fn fetch_boat(http: &CkHttp, base_url: &str, id: i64) -> CkHttpResponse {
    let answer = http
        .quick_request("GET", &format!("{base_url}/v1/boats/{id}"))
        .ok();
    if answer.is_none() {
        fail(&format!("Failed: {}", http.last_error_text()));
    }
    answer.clone().unwrap_or_default()
}

fn fail(message: &str) {
    println!("{message}");
    std::process::exit(1);
}
