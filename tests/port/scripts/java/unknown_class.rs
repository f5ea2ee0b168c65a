// The boat's papers are in XML.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Not ported (CkXml is not here; quick-xml reads and writes XML):
    // CkXml xml = new CkXml();
    // xml.put_Tag("papers");
    // xml.NewChild2("owner", "Zoe");
    // String papers = xml.getXml();
    // System.out.println("Papers: " + papers);

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
