use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = CkHttp::new();
    let text = match http.quick_get_str(&format!("{}/v1/boats/3", std::env::var("BOATS_URL")?)) {
        Ok(text) => text,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };

    // The digest of the answer.
    // Not ported (CkCrypt2 is not here; sha2, hmac, aes-gcm and rsa; `get_encoded` of `CkBinData` for encodings):
    // Dim crypt As New Chilkat.Crypt2
    // crypt.HashAlgorithm = "sha256"
    // crypt.EncodingMode = "hex"
    // Dim digest As String = crypt.HashStringENC(text)
    // Console.WriteLine("Digest: " & digest)

    let mut json = CkJsonObject::new();
    json.load(&text).ok();
    println!("{}", json.string_of("name").unwrap_or_default());
    Ok(())
}
