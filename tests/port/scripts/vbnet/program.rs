// Reports the boats that are there.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base_url = std::env::var("BOATS_URL")?;

    let http = CkHttp::new();
    let mut names: Vec<String> = Vec::new();
    let mut found = 0;

    let result: Result<(), Box<dyn std::error::Error>> = (|| {
        for id in [3, 5, 8] {
            let resp = fetch_boat(&base_url, &http, id)?;
            if resp.status_code() != 200 {
                println!("boat {id}: status {}", resp.status_code());
                continue;
            }
            let mut boat = CkJsonObject::new();
            boat.load(&resp.body_str()).ok();
            let name = boat.string_of("name").unwrap_or_default();
            println!("{}", describe(&name, boat.int_of("length")));
            names.push(name);
            found += 1;
        }
        Ok(())
    })();
    if let Err(ex) = result {
        eprintln!("Failed: {ex}");
        std::process::exit(1);
    }

    if found == 0 {
        eprintln!("no boats");
        std::process::exit(1);
    }

    let mut report = CkJsonObject::new();
    report.update_int("count", found)?;
    report.update_string("names", &names.join(", "))?;
    if let Err(err) = http.post_json2(
        &format!("{base_url}/v1/report"),
        "application/json",
        &report.emit(),
    ) {
        eprintln!("Failed: {}", err.last_error_text());
        std::process::exit(1);
    }
    println!("Reported {found} boats");
    Ok(())
}

// <summary>A boat in one line.</summary>
fn describe(name: &str, length: i64) -> String {
    let kind = if length >= 10 { "ship" } else { "boat" };
    format!("{name} ({kind}, {length} m)")
}

fn fetch_boat(
    base_url: &str,
    http: &CkHttp,
    id: i64,
) -> Result<CkHttpResponse, Box<dyn std::error::Error>> {
    Ok(http.quick_request("GET", &format!("{base_url}/v1/boats/{id}"))?)
}
