// The boat's key signs its papers.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Not ported (CkRsa is not here; rsa signs and encrypts):
    // CkRsa rsa;
    // bool made = rsa.GenerateKey(2048);
    // std::cout << "Key: " << made << "\n";
    // const char *key = rsa.exportPublicKey();
    // std::cout << key << "***";

    let http = CkHttp::new();
    let url = format!("{}/v1/boats/3", std::env::var("BOATS_URL")?);
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
