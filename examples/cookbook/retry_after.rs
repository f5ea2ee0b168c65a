// Waits after a 429 as long as the server asks, at most a minute, three times at most.
// ZOOM_ACCESS_TOKEN is a token that may read the user. ZOOM_API_URL, if it is set, is
// used instead of https://api.zoom.us.
//
// `zoomkat::zoom::Zoom` does this automatically, and paces its calls so that Zoom
// rarely refuses one.
use std::env;
use std::thread;
use std::time::Duration;

use zoomkat::{HttpRequest, HttpResponse, Transport};

fn send_with_retries(http: &Transport, req: &HttpRequest) -> zoomkat::Result<HttpResponse> {
    for _ in 0..3 {
        let resp = http.send(req)?;
        match resp.retry_after() {
            Some(wait) if resp.status_code() == 429 => {
                thread::sleep(wait.min(Duration::from_secs(60)))
            }
            _ => return Ok(resp),
        }
    }
    http.send(req)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = env::var("ZOOM_API_URL").unwrap_or_else(|_| "https://api.zoom.us".into());
    let mut http = Transport::from_url(&url)?;
    http.set_auth_token(&env::var("ZOOM_ACCESS_TOKEN")?);

    let req = HttpRequest::get("/v2/users/me").build();
    let resp = send_with_retries(&http, &req)?;
    println!("{} {}", resp.status_code(), resp.body_str());
    Ok(())
}
