// The day on which the boat is asked for.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Not ported (CkDateTime is not here; jiff has dates; `date_of` reads one from JSON):
    // HCkDateTime today = CkDateTime_Create();
    // CkDateTime_SetFromCurrentSystemTime(today);
    // const char *day = CkDateTime_getAsRfc822(today, TRUE);
    // printf("Today: %s\n", day);

    let url = format!("{}/v1/boats/3", std::env::var("BOATS_URL")?);
    let http = CkHttp::new();
    let text = match http.quick_get_str(&url) {
        Ok(text) => text,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };

    let mut json = CkJsonObject::new();
    json.load(&text).ok();
    println!("Name: {}", json.string_of("name").unwrap_or_default());
    Ok(())
}
