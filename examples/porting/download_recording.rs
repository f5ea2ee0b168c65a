// require 'chilkat'
use zoomkat::chilkat::*;

// Downloads a recording to meeting.mp4 in this folder. Stops if the folder has a file named stop.
// ZOOM_URL is https://zoom.us here. ZOOM_ACCESS_TOKEN needs permission to read recordings.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // zoom = ENV["ZOOM_URL"]
    let zoom = std::env::var("ZOOM_URL")?;
    // token = ENV["ZOOM_ACCESS_TOKEN"]
    let token = std::env::var("ZOOM_ACCESS_TOKEN")?;

    // http = Chilkat::CkHttp.new()
    let mut http = CkHttp::new();

    // http.put_AuthToken(token)
    http.set_auth_token(&token);

    // Progress is reported in tenths, from 0 to 10.
    // http.put_PercentDoneScale(10)
    http.set_percent_done_scale(10);
    // http.PercentDone do |pctDone|
    http.on_percent_done(|pct_done| {
        // print "Tenths done = " + pctDone.to_s() + "\n";
        println!("Tenths done = {pct_done}");
        // false
        false
        // end
    });

    // http.put_HeartbeatMs(100)
    http.set_heartbeat_ms(100);
    // http.AbortCheck { File.exist?("stop") }
    http.on_abort_check(|| std::fs::exists("stop").unwrap_or_default());

    // success = http.Download(zoom + "/rec/download/lorem","meeting.mp4")
    let success = http.download(&format!("{zoom}/rec/download/lorem"), "meeting.mp4").is_ok();
    // if (success == false)
    if !success {
        // print http.lastErrorText() + "\n";
        println!("{}", http.last_error_text());
        // print "Failed." + "\n";
        println!("Failed.");
        // exit
        return Ok(());
        // end
    }

    // print "Response Status Code = " + http.get_LastStatus().to_s() + "\n";
    println!("Response Status Code = {}", http.last_status());
    // print "Success." + "\n";
    println!("Success.");
    Ok(())
}
