// Reads JSON into your own type.
// ZOOM_ACCESS_TOKEN is a token that may read users. ZOOM_API_URL, if it is set, is used
// instead of https://api.zoom.us.
use std::env;

use serde::Deserialize;
use zoomkat::{HttpRequest, Transport};

#[derive(Deserialize)]
struct User {
    email: String,
    #[serde(rename = "type")]
    plan: u32,
}

#[derive(Deserialize)]
struct Users {
    users: Vec<User>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = env::var("ZOOM_API_URL").unwrap_or_else(|_| "https://api.zoom.us".into());
    let mut http = Transport::from_url(&url)?;
    http.set_auth_token(&env::var("ZOOM_ACCESS_TOKEN")?);

    let req =
        HttpRequest::get("/v2/users").add_param("status", "active").add_param("page_size", 30);
    let page: Users = http.send(req)?.error_for_status()?.json()?;
    for user in page.users {
        println!("{} {}", user.email, user.plan);
    }
    Ok(())
}
