// The picture's archive lies beside the program.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Not ported (CkZip is not here; zip reads and writes ZIP archives):
    // Chilkat.Zip zip = new Chilkat.Zip();
    // bool opened = zip.OpenZip("boats.zip");
    // int count = zip.NumEntries;
    // Console.WriteLine("Archive: " + opened + ", " + count + " entries");
    // zip.CloseZip();

    let http = CkHttp::new();
    let text = match http.quick_get_str(&format!("{}/v1/boats/3", std::env::var("BOATS_URL")?)) {
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
