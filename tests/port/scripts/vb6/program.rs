// Reports the boats that are there.

use zoomkat::chilkat::*;

fn describe(name: &str, length: i64) -> String {
    if length >= 10 {
        format!("{name} (ship, {length} m)")
    } else {
        format!("{name} (boat, {length} m)")
    }
}

fn fetch_boat(http: &CkHttp, l_id: i64) -> Result<CkHttpResponse, Box<dyn std::error::Error>> {
    Ok(http.quick_request(
        "GET",
        &format!("{}/v1/boats/{l_id}", std::env::var("BOATS_URL")?),
    )?)
}

fn main() {
    let http = CkHttp::new();
    let mut report = CkJsonObject::new();
    let mut as_names: Vec<String> = Vec::new();
    let mut l_found = 0;

    let outcome: Result<(), Box<dyn std::error::Error>> = (|| {
        for v_id in [3, 5, 8] {
            let resp = fetch_boat(&http, v_id)?;
            if resp.status_code() != 200 {
                println!("boat {v_id}: status {}", resp.status_code());
            } else {
                let mut boat = CkJsonObject::new();
                boat.load(&resp.body_str()).ok();
                let name = boat.string_of("name").unwrap_or_default();
                println!("{}", describe(&name, boat.int_of("length")));
                as_names.push(name);
                l_found += 1;
            }
        }

        if l_found == 0 {
            eprintln!("no boats");
            std::process::exit(1);
        }

        report.update_int("count", l_found)?;
        report.update_string("names", &as_names.join(", "))?;
        http.post_json2(
            &format!("{}/v1/report", std::env::var("BOATS_URL")?),
            "application/json",
            &report.emit(),
        )?;
        println!("Reported {l_found} boats");
        Ok(())
    })();
    if let Err(err) = outcome {
        eprintln!("Failed: {err}");
        std::process::exit(1);
    }
}
