use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = CkHttp::new();
    // Not ported (CkDateTime is not here; jiff has dates; `date_of` reads one from JSON):
    // Dim dt As New ChilkatCkDateTime
    let mut json = CkJsonObject::new();

    // Not ported (dt is not ported):
    // lOk = dt.SetFromCurrentSystemTime()
    // Debug.Print "Asked on " & dt.GetAsRfc822(1)
    // Debug.Print "Day " & dt.GetDtObj(1).Day

    let text = match http.quick_get_str(&format!("{}/v1/boats/3", std::env::var("BOATS_URL")?)) {
        Ok(text) => text,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };

    json.load(&text).ok();
    println!("{}", json.string_of("name").unwrap_or_default());
    Ok(())
}
