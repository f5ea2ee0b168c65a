use zoomkat::chilkat::*;

const SHIP_LENGTH: i64 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base_url = std::env::var("BOATS_URL")?;
    let http = CkHttp::new();
    let mut names: Vec<String> = Vec::new();
    let mut joined = String::new();

    let result: Result<(), Box<dyn std::error::Error>> = (|| {
        for id in [3, 5, 8] {
            let mut boat = CkJsonObject::new();
            if !fetch(&http, &base_url, id, &mut boat)? {
                continue;
            }
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

    for (i, item) in names.iter().enumerate() {
        if i > 0 {
            joined += ", ";
        }
        joined += item;
    }

    let mut report = CkJsonObject::new();
    report.update_int("count", names.len() as i64)?;
    report.update_string("names", &joined)?;
    let url = format!("{base_url}/v1/report");
    let _resp = http
        .post_json2(&url, "application/json", &report.emit())
        .unwrap_or_default();
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

// Loads a boat. Returns whether the server has it.
fn fetch(
    http: &CkHttp,
    base_url: &str,
    id: i64,
    boat: &mut CkJsonObject,
) -> Result<bool, Box<dyn std::error::Error>> {
    let url = format!("{base_url}/v1/boats/{id}");
    let Ok(resp) = http.quick_request("GET", &url) else {
        return Err(format!("no response for boat {id}").into());
    };
    let status = resp.status_code();
    if status != 200 {
        println!("boat {id}: status {status}");
        return Ok(false);
    }
    boat.load(&resp.body_str()).ok();
    Ok(true)
}
