// Reports the boats that are there.

use zoomkat::chilkat::*;

fn of_describe(name: &str, length: i64) -> String {
    if length >= 10 {
        return format!("{name} (ship, {length} m)");
    }
    format!("{name} (boat, {length} m)")
}

fn of_fetch(
    aoo_http: &CkHttp,
    url: &str,
    id: i64,
) -> Result<CkHttpResponse, Box<dyn std::error::Error>> {
    let resp = match aoo_http.quick_request("GET", &format!("{url}/v1/boats/{id}")) {
        Ok(resp) => resp,
        Err(err) => {
            let lex_failed = err.last_error_text();
            return Err(lex_failed.into());
        }
    };
    Ok(resp)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let li_ids = [3, 5, 8];
    let mut found = 0;
    let mut ls_names: Vec<String> = Vec::new();
    let mut list = String::new();

    let url = std::env::var("BOATS_URL")?;
    let http = CkHttp::new();

    let result: Result<(), Box<dyn std::error::Error>> = (|| {
        for index in 1..=li_ids.len() as i64 {
            let resp = of_fetch(&http, &url, li_ids[(index - 1) as usize])?;
            if resp.status_code() == 200 {
                let mut boat = CkJsonObject::new();
                boat.load(&resp.body_str()).ok();
                println!(
                    "{}",
                    of_describe(
                        &boat.string_of("name").unwrap_or_default(),
                        boat.int_of("length")
                    )
                );
                ls_names.push(boat.string_of("name").unwrap_or_default());
                found += 1;
            } else {
                println!(
                    "boat {}: status {}",
                    li_ids[(index - 1) as usize],
                    resp.status_code()
                );
            }
        }
        Ok(())
    })();
    if let Err(lex_error) = result {
        eprintln!("Failed: {lex_error}");
        std::process::exit(1);
    }

    if found == 0 {
        eprintln!("no boats");
        std::process::exit(1);
    }

    for index in 1..=ls_names.len() as i64 {
        if index > 1 {
            list += ", ";
        }
        list += &ls_names[(index - 1) as usize];
    }

    let mut report = CkJsonObject::new();
    report.update_int("count", found)?;
    report.update_string("names", &list)?;
    if let Err(err) = http.post_json2(
        &format!("{url}/v1/report"),
        "application/json",
        &report.emit(),
    ) {
        eprintln!("Failed: {}", err.last_error_text());
        std::process::exit(1);
    }
    println!("Reported {found} boats");
    Ok(())
}
