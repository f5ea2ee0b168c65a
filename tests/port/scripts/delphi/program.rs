use zoomkat::chilkat::*;

const SHIP_LENGTH: i64 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base_url = std::env::var("BOATS_URL")?;
    let ids = [3, 5, 8];
    let http = CkHttp::new();
    let mut names: Vec<String> = Vec::new();
    let result: Result<(), Box<dyn std::error::Error>> = (|| {
        for id in ids {
            let Ok(resp) = http.quick_request("GET", &format!("{base_url}/v1/boats/{id}")) else {
                return Err(format!("no response for boat {id}").into());
            };
            let status = resp.status_code();
            if status != 200 {
                println!("boat {id}: status {status}");
                continue;
            }
            let mut boat = CkJsonObject::new();
            boat.load(&resp.body_str()).ok();
            let name = boat.string_of("name").unwrap_or_default();
            println!("{}", describe(&name, boat.int_of("length")));
            names.push(name);
        }

        if names.is_empty() {
            eprintln!("no boats");
            std::process::exit(1);
        }

        report(&http, &names, &base_url)?;
        println!("Reported {} boats", names.len());
        Ok(())
    })();
    if let Err(err) = result {
        eprintln!("Failed: {err}");
        std::process::exit(1);
    }
    Ok(())
}

// What a boat is called depends on its length.
fn describe(name: &str, length: i64) -> String {
    let kind = if length >= SHIP_LENGTH {
        "ship"
    } else {
        "boat"
    };
    format!("{name} ({kind}, {length} m)")
}

fn report(
    http: &CkHttp,
    names: &[String],
    base_url: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut joined = String::new();
    for (i, name) in names.iter().enumerate() {
        if i > 0 {
            joined += ", ";
        }
        joined += name;
    }
    let mut json = CkJsonObject::new();
    json.update_int("count", names.len() as i64)?;
    json.update_string("names", &joined)?;
    if http
        .post_json2(
            &format!("{base_url}/v1/report"),
            "application/json",
            &json.emit(),
        )
        .is_err()
    {
        return Err("the report was not sent".into());
    }
    Ok(())
}
