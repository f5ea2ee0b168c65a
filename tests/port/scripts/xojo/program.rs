// Reports the boats that are there.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = CkHttp::new();
    let ids = [3, 5, 8];
    let mut names: Vec<String> = Vec::new();

    let result: Result<(), Box<dyn std::error::Error>> = (|| {
        for id in ids {
            let resp = fetch_boat(&http, id)?;
            if resp.status_code() != 200 {
                println!("boat {id}: status {}", resp.status_code());
                continue;
            }
            let mut boat = CkJsonObject::new();
            boat.load(&resp.body_str()).ok();
            let name = boat.string_of("name").unwrap_or_default();
            println!("{}", describe(&name, boat.int_of("length")));
            names.push(name);
        }
        Ok(())
    })();
    if let Err(err) = result {
        eprintln!("Failed: {err}");
        std::process::exit(1);
    }

    if names.is_empty() {
        eprintln!("no boats");
        std::process::exit(1);
    }

    let mut report = CkJsonObject::new();
    report.update_int("count", names.len() as i64)?;
    report.update_string("names", &names.join(", "))?;
    if let Err(err) = http.post_json2(
        &format!("{}/v1/report", base_url()?),
        "application/json",
        &report.emit(),
    ) {
        eprintln!("Failed: {}", err.last_error_text());
        std::process::exit(1);
    }
    println!("Reported {} boats", names.len());
    Ok(())
}

fn base_url() -> Result<String, Box<dyn std::error::Error>> {
    Ok(std::env::var("BOATS_URL")?)
}

fn describe(name: &str, length: i64) -> String {
    let mut kind = "boat";
    if length >= 10 {
        kind = "ship";
    }
    format!("{name} ({kind}, {length} m)")
}

fn fetch_boat(http: &CkHttp, id: i64) -> Result<CkHttpResponse, Box<dyn std::error::Error>> {
    Ok(http.quick_request("GET", &format!("{}/v1/boats/{id}", base_url()?))?)
}
