// Uploads me.png from the current folder together with a field, and shows how much of
// it has been sent.
// ZOOM_ACCESS_TOKEN is a token that may write the user. ZOOM_API_URL, if it is set, is
// used instead of https://api.zoom.us.
use std::env;
use std::ops::ControlFlow;

use zoomkat::{HttpRequest, Transport};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = env::var("ZOOM_API_URL").unwrap_or_else(|_| "https://api.zoom.us".into());
    let mut http = Transport::from_url(&url)?;
    http.set_auth_token(&env::var("ZOOM_ACCESS_TOKEN")?);

    // The parts make it a multipart/form-data request. The file is streamed, so its size does not matter.
    let req = HttpRequest::post("/v2/users/:userId/picture")
        .set_path_variable("userId", "me")
        .add_param("note", "from the archive")
        .add_file_for_upload("pic_file", "me.png");

    // A clone shares the connections of `http`, but has its own settings, here the handler for the progress of this call.
    let mut upload = http.clone();
    upload.on_percent_done(|percent| {
        println!("{percent} %");
        ControlFlow::Continue(())
    });
    let resp = upload.send(req)?.error_for_status()?;
    println!("{}", resp.status_line());
    Ok(())
}
