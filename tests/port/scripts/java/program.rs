// Fetches boats and reports their names.

use zoomkat::chilkat::*;

const SHIP_LENGTH: i64 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let ids = [3, 5, 8];

    let base_url = std::env::var("BOATS_URL")?;
    let http = CkHttp::new();
    let mut names: Vec<String> = Vec::new();
    let result: Result<(), Box<dyn std::error::Error>> = (|| {
        for id in ids {
            let Some(boat) = fetch(&http, &base_url, id)? else {
                continue;
            };
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
    http.post_json2(
        &format!("{base_url}/v1/report"),
        "application/json",
        &report.emit(),
    )
    .ok();
    println!("Reported {} boats", names.len());
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

// Returns the boat, or null where the server has none.
fn fetch(
    http: &CkHttp,
    base_url: &str,
    id: i64,
) -> Result<Option<CkJsonObject>, Box<dyn std::error::Error>> {
    let Ok(resp) = http.quick_request("GET", &format!("{base_url}/v1/boats/{id}")) else {
        return Err(format!("no response for boat {id}").into());
    };
    if resp.status_code() != 200 {
        println!("boat {id}: status {}", resp.status_code());
        return Ok(None);
    }
    let mut json = CkJsonObject::new();
    json.load(&resp.body_str()).ok();
    Ok(Some(json))
}
