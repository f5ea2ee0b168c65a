// Sends a curl command, and prints it as a Rust program.
// ZOOM_ACCESS_TOKEN is a token that may read the user. ZOOM_API_URL, if it is set, is
// used instead of https://api.zoom.us.
use std::env;

use zoomkat::{Call, Transport};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = env::var("ZOOM_API_URL").unwrap_or_else(|_| "https://api.zoom.us".into());
    let command = format!(
        r#"curl "{url}/v2/users/me?login_type=100" -H "Authorization: Bearer $ZOOM_ACCESS_TOKEN""#
    );

    let mut call: Call = command.parse()?;
    println!("{}", call.to_rust()?);

    call.set_variable("ZOOM_ACCESS_TOKEN", &env::var("ZOOM_ACCESS_TOKEN")?);
    let resp = Transport::new().perform(&call)?;
    println!("{} {}", resp.status_code(), resp.body_str());
    Ok(())
}
