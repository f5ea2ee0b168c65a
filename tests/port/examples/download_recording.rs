// Downloads a recording to meeting.mp4 in this folder. Stops if the folder has a file named stop.
// ZOOM_URL is https://zoom.us here. ZOOM_ACCESS_TOKEN needs permission to read recordings.

use zoomkat::chilkat::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zoom = std::env::var("ZOOM_URL")?;
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    let mut http = CkHttp::new();

    http.set_auth_token(&token);

    // Progress is reported in tenths, from 0 to 10.
    http.set_percent_done_scale(10);
    http.on_percent_done(|pct_done| {
        println!("Tenths done = {pct_done}");
        false
    });

    http.set_heartbeat_ms(100);
    http.on_abort_check(|| std::fs::exists("stop").unwrap_or_default());

    if let Err(err) = http.download(&format!("{zoom}/rec/download/lorem"), "meeting.mp4") {
        println!("{}", err.last_error_text());
        eprintln!("Failed.");
        std::process::exit(1);
    }

    println!("Response Status Code = {}", http.last_status());
    println!("Success.");
    Ok(())
}
