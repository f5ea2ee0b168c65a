// Reports the boats that are there.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
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
            names.push(name);
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
    if let Err(err) = http.post_json2(
        &format!("{base_url}/v1/report"),
        "application/json",
        &report.emit(),
    ) {
        fail(&format!("Failed: {}", err.last_error_text()));
        std::process::exit(1);
    }
    println!("Reported {} boats", names.len());
    Ok(())
}

fn describe(name: &str, length: i64) -> String {
    let kind = if length >= 10 { "ship" } else { "boat" };
    format!("{name} ({kind}, {length} m)")
}

fn fetch_boat(http: &CkHttp, base_url: &str, id: i64) -> CkHttpResponse {
    match http.quick_request("GET", &format!("{base_url}/v1/boats/{id}")) {
        Ok(answer) => answer,
        Err(err) => {
            fail(&format!("Failed: {}", err.last_error_text()));
            std::process::exit(1);
        }
    }
}

fn fail(message: &str) {
    eprintln!("{message}");
    std::process::exit(1);
}
