use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = CkHttp::new();
    // Not ported (CkRsa is not here; rsa signs and encrypts):
    // Define rsa.i = CkRsa::ckCreate()
    let mut json = CkJsonObject::new();

    // A key for the answers to come.
    // Not ported (rsa is not ported):
    // CkRsa::ckGenerateKey(rsa, 2048)
    // Debug "Key: " + CkRsa::ckExportPublicKey(rsa)
    // Debug "Bits: " + Str(CkRsa::ckNumBits(rsa))

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
