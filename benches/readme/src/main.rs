use zoomkat::{HttpRequest, Transport};

fn main() {
    let http = Transport::new();

    let mut req = HttpRequest::new();
    req.set_http_verb("PUT");
    req.set_path("/v2/users/:userId/password");
    req.set_content_type("multipart/form-data");
    req.add_param("password", "dolor Excepteur minim");
    req.add_header("Authorization", "Bearer <access_token>");
    req.set_idempotent(false);

    let resp = match http.synchronous_request("api.zoom.us", 443, true, &req) {
        Ok(resp) => resp,
        Err(err) => {
            eprintln!("{}", err.last_error_text());
            std::process::exit(1);
        }
    };

    let resp_status_code = resp.status_code();
    println!("Response Status Code = {resp_status_code}");
    if resp_status_code != 204 {
        println!("Response Header:");
        println!("{}", resp.header());
        println!("Response Body:");
        println!("{}", resp.body_str());
        eprintln!("Failed.");
        std::process::exit(1);
    }
    println!("Success.");
}
