// Reports the boats that are there.

use zoomkat::chilkat::*;

const SHIP_LENGTH: i64 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let ids = [3, 5, 8];

    let url = std::env::var("BOATS_URL")?;
    let mut names = String::new();
    let mut found = 0;
    let http = CkHttp::new();

    let result: Result<(), Box<dyn std::error::Error>> = (|| {
        for index in 1..=ids.len() as i64 {
            let resp = fetch_boat(&http, &url, ids[(index - 1) as usize])?;
            if resp.status_code() != 200 {
                println!(
                    "boat {}: status {}",
                    ids[(index - 1) as usize],
                    resp.status_code()
                );
                continue;
            }
            let mut boat = CkJsonObject::new();
            boat.load(&resp.body_str()).ok();
            let name = boat.string_of("name").unwrap_or_default();
            println!("{}", describe(&name, boat.int_of("length")));
            names = format!("{names}{}{name}", if names.is_empty() { "" } else { ", " });
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
    report.update_string("names", &names)?;
    if let Err(err) = http.post_json2(
        &format!("{url}/v1/report"),
        "application/json",
        &report.emit(),
    ) {
        eprintln!("Failed: {}", err.last_error_text());
        std::process::exit(1);
    }
    println!("Reported {} boats", found.to_string().trim());
    Ok(())
}

fn describe(name: &str, length: i64) -> String {
    let kind = if length >= SHIP_LENGTH {
        "ship"
    } else {
        "boat"
    };
    format!("{name} ({kind}, {length} m)")
}

fn fetch_boat(
    http: &CkHttp,
    url: &str,
    id: i64,
) -> Result<CkHttpResponse, Box<dyn std::error::Error>> {
    Ok(http.quick_request("GET", &format!("{url}/v1/boats/{id}"))?)
}
