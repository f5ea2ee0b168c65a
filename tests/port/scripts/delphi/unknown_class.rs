// The size of the list on this disk.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Not ported (CkFileAccess is not here; `std::fs` reads and writes files):
    // fac := CkFileAccess_Create();
    // size := CkFileAccess_FileSize(fac, 'boats.txt');
    // Memo1.Lines.Add('size: ' + IntToStr(size));

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
