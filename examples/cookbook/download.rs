// Downloads a file in constant memory, shows the progress, and gives up after ten
// minutes.
// ZOOM_DOWNLOAD_PATH is its path on the server, such as /rec/download/lorem;
// ZOOM_ACCESS_TOKEN is a token that may read it. It becomes recording.mp4 in the
// current folder. ZOOM_API_URL, if it is set, is used instead of https://api.zoom.us.
use std::env;
use std::ops::ControlFlow;
use std::time::Duration;

use zoomkat::{HttpRequest, Transport};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = env::var("ZOOM_API_URL").unwrap_or_else(|_| "https://api.zoom.us".into());
    let http = Transport::from_url(&url)?
        .into_builder()
        .set_auth_token(&env::var("ZOOM_ACCESS_TOKEN")?)
        .set_total_timeout(Duration::from_secs(600))
        .on_percent_done(|percent| {
            println!("{percent} %");
            ControlFlow::Continue(())
        })
        .build();

    let req = HttpRequest::get(env::var("ZOOM_DOWNLOAD_PATH")?);
    // The file appears only when all of it has arrived.
    let resp = http.send_to_file(req, "recording.mp4")?.error_for_status()?;
    println!("{}", resp.status_line());
    Ok(())
}
