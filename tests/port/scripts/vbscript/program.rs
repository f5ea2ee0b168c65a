// Reports the boats that are there.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base_url = std::env::var("BOATS_URL")?;
    let http = CkHttp::new();
    let mut names = String::new();
    let mut found = 0;

    let outcome: Result<(), Box<dyn std::error::Error>> = (|| {
        report_boats(&base_url, &mut found, &http, &mut names, &[3, 5, 8])?;
        Ok(())
    })();
    if let Err(err) = outcome {
        eprintln!("Failed: {err}");
        std::process::exit(1);
    }

    if found == 0 {
        eprintln!("no boats");
        std::process::exit(1);
    }

    let mut report = CkJsonObject::new();
    report.update_int("count", found)?;
    report.update_string("names", &names)?;
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

fn describe(name: &str, length: i64) -> String {
    let mut kind = "boat";
    if length >= 10 {
        kind = "ship";
    }
    format!("{name} ({kind}, {length} m)")
}

fn fetch_boat(
    base_url: &str,
    http: &CkHttp,
    id: i64,
) -> Result<CkHttpResponse, Box<dyn std::error::Error>> {
    Ok(http.quick_request("GET", &format!("{base_url}/v1/boats/{id}"))?)
}

fn report_boats(
    base_url: &str,
    found: &mut i64,
    http: &CkHttp,
    names: &mut String,
    ids: &[i64],
) -> Result<(), Box<dyn std::error::Error>> {
    for &id in ids {
        let resp = fetch_boat(base_url, http, id)?;
        if resp.status_code() == 200 {
            let mut boat = CkJsonObject::new();
            boat.load(&resp.body_str()).ok();
            println!(
                "{}",
                describe(
                    &boat.string_of("name").unwrap_or_default(),
                    boat.int_of("length")
                )
            );
            if !names.is_empty() {
                *names += ", ";
            }
            *names += &boat.string_of("name").unwrap_or_default();
            *found += 1;
        } else {
            println!("boat {id}: status {}", resp.status_code());
        }
    }
    Ok(())
}
