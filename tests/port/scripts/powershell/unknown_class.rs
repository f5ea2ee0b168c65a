use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base_url = std::env::var("BOATS_URL")?;
    let http = CkHttp::new();

    // The name of the boat.
    let body = match http.quick_get_str(&format!("{base_url}/v1/boats/3")) {
        Ok(body) => body,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };
    let mut json = CkJsonObject::new();
    json.load(&body).ok();
    let name = json.string_of("name").unwrap_or_default();
    println!("Name: {name}");

    // A file for it.
    // Not ported (CkFileAccess is not here; `std::fs` reads and writes files):
    // $fac = New-Object Chilkat.FileAccess
    // $success = $fac.DirEnsureExists("boats")
    // $dir = $fac.CurrentDir
    // Write-Host "Directory: $dir"

    println!("Done.");
    Ok(())
}
