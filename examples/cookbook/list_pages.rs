// Reads a list page by page, using only a `Transport`.
// ZOOM_ACCESS_TOKEN is a token that may read users. ZOOM_API_URL, if it is set, is used
// instead of https://api.zoom.us.
//
// `zoomkat::zoom::Zoom::pages` is an iterator that does this, and returns an error if a
// list is incomplete.
use std::env;

use serde::Deserialize;
use zoomkat::{HttpRequest, Transport};

#[derive(Deserialize)]
struct User {
    email: String,
}

#[derive(Deserialize)]
struct Page {
    users: Vec<User>,
    #[serde(default)]
    next_page_token: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = env::var("ZOOM_API_URL").unwrap_or_else(|_| "https://api.zoom.us".into());
    let mut http = Transport::from_url(&url)?;
    http.set_auth_token(&env::var("ZOOM_ACCESS_TOKEN")?);

    let mut token = String::new();
    loop {
        let mut req = HttpRequest::get("/v2/users").add_param("page_size", 300);
        if !token.is_empty() {
            req = req.add_param("next_page_token", &token);
        }
        let page: Page = http.send(req)?.error_for_status()?.json()?;
        for user in page.users {
            println!("{}", user.email);
        }
        if page.next_page_token.is_empty() {
            return Ok(());
        }
        token = page.next_page_token;
    }
}
