use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = CkHttp::new();

    // What was asked for, as XML.
    // Not ported (CkXml is not here; quick-xml reads and writes XML):
    // Set xml = CreateObject("Chilkat.Xml")
    // xml.Tag = "boat"
    // xml.NewChild2 "number", "3"
    // WScript.Echo xml.GetXml()

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
