// Converts a harbour list from XML, and looks up one boat.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base_url = std::env::var("BOATS_URL")?;

    // Not ported (CkXml is not here; quick-xml reads and writes XML):
    // xml = Chilkat::CkXml.new()
    // success = xml.LoadXml("<harbour><name>Kiel</name></harbour>")
    // if success
    //   harbour = xml.getChildContent("name")
    //   puts "harbour: #{harbour}"
    // end

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
    Ok(())
}
