// The time of the list, and one boat.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Not ported (CkDateTime is not here; jiff has dates; `date_of` reads one from JSON):
    // set dt [new_CkDateTime]
    // CkDateTime_SetFromRfc822 $dt "Tue, 12 May 2026 10:00:00 GMT"
    // set stamp [CkDateTime_getAsIso8601 $dt "YYYY-MM-DD" 0]
    // puts "date: $stamp"

    let http = CkHttp::new();
    let body = match http.quick_get_str(&format!("{}/v1/boats/3", std::env::var("BOATS_URL")?)) {
        Ok(body) => body,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };

    let mut json = CkJsonObject::new();
    json.load(&body).ok();
    println!("name: {}", json.string_of("name").unwrap_or_default());
    Ok(())
}
