use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = CkHttp::new();

    // The picture that belongs to the boat.
    // Not ported (CkFileAccess is not here; `std::fs` reads and writes files):
    // loFac = CREATEOBJECT("Chilkat.FileAccess")
    // lnSize = loFac.FileSize("boat.png")
    // ? "Size: " + TRANSFORM(lnSize)
    // ? "Folder: " + loFac.CurrentDir

    let text = match http.quick_get_str(&format!("{}/v1/boats/3", std::env::var("BOATS_URL")?)) {
        Ok(text) => text,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };

    let mut json = CkJsonObject::new();
    json.load(&text).ok();
    println!("{}", json.string_of("name").unwrap_or_default());
    Ok(())
}
