use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Reports the boats that are there.

    // Not ported (id is not ported):
    // Dim shell, http, baseUrl, id, resp, boat, report, names, found
    let _resp: Option<CkHttpResponse> = None;
    let _boat: Option<CkJsonObject> = None;
    let base_url = std::env::var("BOATS_URL")?;
    let http = CkHttp::new();
    let names = "";
    let found = 0;

    // Not ported (a value of another type):
    // Report_Boats Array(3, 5, 8)

    if found == 0 {
        println!("no boats");
        std::process::exit(1);
    }

    let mut report = CkJsonObject::new();
    report.update_int("count", found)?;
    report.update_string("names", names)?;
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
    let result = http.quick_request("GET", &format!("{base_url}/v1/boats/{id}"))?;
    Ok(result.clone())
}

fn report_boats(
    base_url: &str,
    boat: &mut CkJsonObject,
    found: &mut i64,
    http: &CkHttp,
    _id: &str,
    names: &mut String,
    resp: &mut CkHttpResponse,
    ids: &[i64],
) -> Result<(), Box<dyn std::error::Error>> {
    for &id in ids.iter() {
        *resp = fetch_boat(base_url, http, id)?;
        if resp.status_code() == 200 {
            *boat = CkJsonObject::new();
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
