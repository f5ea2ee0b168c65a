use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = CkHttp::new();

    // The list of the harbour.
    // Not ported (CkCsv is not here; csv reads and writes CSV):
    // li_rc = loo_csv.ConnectToNewObject("Chilkat.Csv")
    // loo_csv.HasColumnNames = 1
    // loo_csv.LoadFromString("name,length~r~nIda,12~r~n")
    // Write-Debug "Rows: " + string(loo_csv.NumRows)

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
