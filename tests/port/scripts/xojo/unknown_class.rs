use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = CkHttp::new();
    // Not ported (CkStringTable is not here; a `Vec` of texts):
    // Dim table As New Chilkat.StringTable
    let mut json = CkJsonObject::new();

    // The names that are known so far.
    // Not ported (table is not ported):
    // success = table.Append("Ida")
    // success = table.Append("Wilma")
    // System.DebugLog("Names: " + Str(table.Count))
    // System.DebugLog("First: " + table.StringAt(0))

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
