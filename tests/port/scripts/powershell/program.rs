use zoomkat::chilkat::*;

const LARGE: i64 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base_url = std::env::var("BOATS_URL")?;
    let http = CkHttp::new();

    let mut names: Vec<String> = Vec::new();
    let result: Result<(), Box<dyn std::error::Error>> = (|| {
        for id in [3, 5, 8] {
            let Some(boat) = get_boat(&base_url, &http, id)? else {
                continue;
            };
            let name = boat.string_of("name").unwrap_or_default();
            println!("{}", get_description(&name, boat.int_of("length")));
            names.push(name);
        }
        if names.is_empty() {
            eprintln!("no boats");
            std::process::exit(1);
        }
        send_report(&base_url, &http, &names)?;
        println!("Reported {} boats", names.len());
        Ok(())
    })();
    if let Err(err) = result {
        eprintln!("Failed: {err}");
        std::process::exit(1);
    }
    Ok(())
}

// Says what kind of vessel it is.
fn get_description(name: &str, length: i64) -> String {
    let kind = if length >= LARGE { "ship" } else { "boat" };
    format!("{name} ({kind}, {length} m)")
}

// Returns the boat, or nothing if the server does not have it.
fn get_boat(
    base_url: &str,
    http: &CkHttp,
    id: i64,
) -> Result<Option<CkJsonObject>, Box<dyn std::error::Error>> {
    let Ok(resp) = http.quick_request("GET", &format!("{base_url}/v1/boats/{id}")) else {
        return Err(format!("no answer for boat {id}").into());
    };
    if resp.status_code() != 200 {
        println!("boat {id}: status {}", resp.status_code());
        return Ok(None);
    }
    let mut json = CkJsonObject::new();
    json.load(&resp.body_str()).ok();
    Ok(Some(json))
}

fn send_report(
    base_url: &str,
    http: &CkHttp,
    names: &[String],
) -> Result<(), Box<dyn std::error::Error>> {
    let mut json = CkJsonObject::new();
    json.update_int("count", names.len() as i64)?;
    json.update_string("names", &names.join(", "))?;
    if http
        .post_json2(
            &format!("{base_url}/v1/report"),
            "application/json",
            &json.emit(),
        )
        .is_err()
    {
        return Err("no answer to the report".into());
    }
    Ok(())
}
