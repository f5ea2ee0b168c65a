use ureq::unversioned::multipart::Form;

fn main() {
    let http: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();

    let form = Form::new().text("password", "dolor Excepteur minim");
    let req = http
        .put("https://api.zoom.us/v2/users/:userId/password")
        .header("Authorization", "Bearer <access_token>");

    let mut resp = match req.send(form) {
        Ok(resp) => resp,
        Err(err) => {
            eprintln!("{err}");
            std::process::exit(1);
        }
    };

    let resp_status_code = resp.status().as_u16();
    println!("Response Status Code = {resp_status_code}");
    if resp_status_code != 204 {
        println!("Response Header:");
        println!("{:?}", resp.headers());
        println!("Response Body:");
        println!("{}", resp.body_mut().read_to_string().unwrap_or_default());
        eprintln!("Failed.");
        std::process::exit(1);
    }
    println!("Success.");
}
