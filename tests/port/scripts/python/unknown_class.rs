// Signs a text, and looks up one boat.

use zoomkat::chilkat::*;

fn main() {
    let base_url =
        std::env::var("BOATS_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_string());

    // Not ported (CkCrypt2 is not here; sha2, hmac, aes-gcm and rsa; `get_encoded` of `CkBinData` for encodings):
    // crypt = chilkat.CkCrypt2()
    // crypt.put_HashAlgorithm("sha256")
    // crypt.put_EncodingMode("hex")
    // digest = crypt.hashStringENC("the red boat")
    // print("digest: " + digest)

    let http = CkHttp::new();
    let body = match http.quick_get_str(&format!("{base_url}/v1/boats/3")) {
        Ok(body) => body,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };

    let mut json = CkJsonObject::new();
    json.load(&body).ok();
    println!("name: {}", json.string_of("name").unwrap_or_default());
}
