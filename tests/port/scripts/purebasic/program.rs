// Reports the boats that are there.

use zoomkat::chilkat::*;

const SHIP_LENGTH: i64 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut found = 0;
    let url = std::env::var("BOATS_URL")?;
    let mut list = String::new();
    let ids = [3, 5, 8];
    let mut names: Vec<String> = Vec::new();

    let http = CkHttp::new();

    for id in ids {
        let resp = match http.quick_request("GET", &format!("{url}/v1/boats/{id}")) {
            Ok(resp) => resp,
            Err(err) => {
                fail(&format!("Failed: {}", err.last_error_text()));
                std::process::exit(1);
            }
        };
        if resp.status_code() != 200 {
            println!("boat {id}: status {}", resp.status_code());
            continue;
        }
        let mut boat = CkJsonObject::new();
        boat.load(&resp.body_str()).ok();
        names.push(boat.string_of("name").unwrap_or_default());
        println!(
            "{}",
            describe(&names[names.len() - 1], boat.int_of("length"))
        );
        found += 1;
    }

    if found == 0 {
        fail("no boats");
    }

    for name_2 in &names {
        if !list.is_empty() {
            list += ", ";
        }
        list += name_2;
    }

    let mut report = CkJsonObject::new();
    report.update_int("count", found)?;
    report.update_string("names", &list)?;
    if let Err(err) = http.post_json2(
        &format!("{url}/v1/report"),
        "application/json",
        &report.emit(),
    ) {
        fail(&format!("Failed: {}", err.last_error_text()));
        std::process::exit(1);
    }
    println!("Reported {found} boats");
    Ok(())
}

fn describe(name: &str, length: i64) -> String {
    let mut kind = "boat";
    if length >= SHIP_LENGTH {
        kind = "ship";
    }
    format!("{name} ({kind}, {length} m)")
}

fn fail(message: &str) {
    eprintln!("{message}");
    std::process::exit(1);
}
