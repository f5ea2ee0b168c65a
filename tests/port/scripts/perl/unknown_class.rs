use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base_url = std::env::var("BOATS_URL")?;
    let http = CkHttp::new();

    // The name of the boat.
    let body = match http.quick_get_str(&format!("{base_url}/v1/boats/3")) {
        Ok(body) => body,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };
    let mut json = CkJsonObject::new();
    json.load(&body).ok();
    println!("Name: {}", json.string_of("name").unwrap_or_default());

    // When that was.
    // Not ported (CkDateTime is not here; jiff has dates; `date_of` reads one from JSON):
    // my $when = chilkat::CkDateTime->new();
    // $when->SetFromCurrentSystemTime();
    // my $stamp = $when->getAsTimestamp(0);
    // print "Asked at $stamp\n";

    println!("Done.");
    Ok(())
}
