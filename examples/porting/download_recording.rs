use zoomkat::chilkat::*;

// Downloads a recording to meeting.mp4 in this folder. A file named stop in the folder ends it.
// ZOOM_URL is https://zoom.us here, and ZOOM_ACCESS_TOKEN may read recordings.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zoom = std::env::var("ZOOM_URL")?;
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    let mut http = CkHttp::new();

    http.set_auth_token(&token);

    // Progress is told in tenths: 10 is the whole.
    http.set_percent_done_scale(10);
    http.on_percent_done(|pct_done| {
        println!("Tenths done = {pct_done}");
        false
    });

    http.set_heartbeat_ms(100);
    http.on_abort_check(|| std::fs::exists("stop").unwrap_or_default());

    let success = http.download(&format!("{zoom}/rec/download/lorem"), "meeting.mp4").is_ok();
    if !success {
        println!("{}", http.last_error_text());
        println!("Failed.");
        return Ok(());
    }

    println!("Response Status Code = {}", http.last_status());
    println!("Success.");
    Ok(())
}
