// The boat's name is kept as a hash.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Not ported (CkCrypt2 is not here; sha2, hmac, aes-gcm and rsa; `get_encoded` of `CkBinData` for encodings):
    // crypt := chilkat.NewCrypt2()
    // crypt.SetHashAlgorithm("sha256")
    // crypt.SetEncodingMode("hex")
    // hash := *crypt.HashStringENC("Ida")
    // fmt.Println("Hash:", hash)

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
