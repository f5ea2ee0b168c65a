// Sets time limits, a proxy and your own certificate authority.
// ZOOM_ACCESS_TOKEN is a token that may read the user. ZOOM_API_URL, if it is set, is
// used instead of https://api.zoom.us. ZOOM_PROXY is the URL of a proxy, and
// ZOOM_CA_FILE a PEM file; either may be missing.
use std::env;
use std::time::Duration;

use zoomkat::{HttpRequest, Transport};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = env::var("ZOOM_API_URL").unwrap_or_else(|_| "https://api.zoom.us".into());
    let mut http = Transport::from_url(&url)?;
    http.set_auth_token(&env::var("ZOOM_ACCESS_TOKEN")?)
        .set_connect_timeout(Duration::from_secs(5))
        .set_read_timeout(Duration::from_secs(20)) // silence, in either direction
        .set_total_timeout(Duration::from_secs(60));
    if let Ok(proxy) = env::var("ZOOM_PROXY") {
        http.set_proxy(&proxy)?;
    }
    if let Ok(file) = env::var("ZOOM_CA_FILE") {
        http.set_trusted_roots_file(file)?; // these authorities, and no others
    }

    match http.send(HttpRequest::get("/v2/users/me")) {
        Ok(resp) => println!("{} {}", resp.status_code(), resp.body_str()),
        Err(err) if err.is_timeout() => println!("too slow: {err}"),
        Err(err) => println!("{}", err.last_error_text()),
    }
    Ok(())
}
