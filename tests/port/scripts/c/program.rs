// Fetches boats and reports their names.

use zoomkat::chilkat::*;

const SHIP_LENGTH: i64 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let ids = [3, 5, 8];
    let base_url = std::env::var("BOATS_URL")?;
    let http = CkHttp::new();
    let mut names = String::new();
    let mut text = String::new();
    let mut count = 0;

    for id in ids {
        let mut boat = CkJsonObject::new();
        let status = fetch(&http, &base_url, id, &mut boat);
        if status < 0 {
            eprintln!("Failed: no response for boat {id}");
            std::process::exit(1);
        } else if status != 200 {
            println!("boat {id}: status {status}");
            continue;
        }
        let name = boat.string_of("name").unwrap_or_default();
        describe(&name, boat.int_of("length"), &mut text);
        println!("{text}");
        if count > 0 {
            names += ", ";
        }
        names += &name;
        count += 1;
    }

    if count == 0 {
        eprintln!("no boats");
        std::process::exit(1);
    }

    let mut report = CkJsonObject::new();
    report.update_int("count", count)?;
    report.update_string("names", &names)?;
    let url = format!("{base_url}/v1/report");
    let _resp = http
        .post_json2(&url, "application/json", &report.emit())
        .unwrap_or_default();
    println!("Reported {count} boats");
    Ok(())
}

fn describe(name: &str, length: i64, text: &mut String) {
    let kind = if length >= SHIP_LENGTH {
        "ship"
    } else {
        "boat"
    };
    *text = format!("{name} ({kind}, {length} m)");
}

// Loads a boat. Returns the status, or -1 without a response.
fn fetch(http: &CkHttp, base_url: &str, id: i64, boat: &mut CkJsonObject) -> i64 {
    let url = format!("{base_url}/v1/boats/{id}");
    let Ok(resp) = http.quick_request("GET", &url) else {
        return -1;
    };
    let status = resp.status_code() as i64;
    if status == 200 {
        boat.load(&resp.body_str()).ok();
    }
    status
}
