// The picture goes into an archive first.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = CkHttp::new();
    // Not ported (CkZip is not here; zip reads and writes ZIP archives):
    // Local $oZip = ObjCreate("Chilkat.Zip")
    // $oZip.NewZip("boats.zip")
    // $oZip.AppendString("readme.txt", "Boats")
    // ConsoleWrite("Entries: " & $oZip.NumEntries & @CRLF)

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
