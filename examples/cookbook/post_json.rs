// Sends a value of a serde type as JSON, and prints what is wrong with it if Zoom
// refuses it.
// ZOOM_ACCESS_TOKEN is a token that may create meetings. ZOOM_API_URL, if it is set, is
// used instead of https://api.zoom.us.
use std::env;

use serde::Serialize;
use zoomkat::{HttpRequest, Transport};

#[derive(Serialize)]
struct Meeting {
    topic: &'static str,
    duration: u32,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = env::var("ZOOM_API_URL").unwrap_or_else(|_| "https://api.zoom.us".into());
    let mut http = Transport::from_url(&url)?;
    http.set_auth_token(&env::var("ZOOM_ACCESS_TOKEN")?);

    let meeting = Meeting { topic: "Lorem ipsum", duration: 30 };
    let req = HttpRequest::post("/v2/users/me/meetings").set_json(&meeting)?;
    let resp = http.send(req)?;
    if resp.is_success() {
        let created: serde_json::Value = resp.json()?;
        println!("meeting {}", created["id"]);
    } else {
        println!("{}", resp.status_line());
        println!("{}", resp.body_str());
    }
    Ok(())
}
