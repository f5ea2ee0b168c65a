//! The only request of a script as the other views.

use zoomkat::Call;
use zoomkat_port::{Language, Options, call};

use super::scripts;

const SEED: &str = include_str!("seed.rb");

#[test]
fn the_views_of_the_seed_are_one_from_any_end() {
    let mut from_script = call(SEED, &Options::new(Language::Ruby)).unwrap();
    let curl = concat!(
        "curl -X PUT -H \"Authorization: Bearer <access_token>\" -H \"Content-Type: multipart/form-data\" ",
        "--form 'password=dolor Excepteur minim' https://api.zoom.us/v2/users/:userId/password",
    );
    let from_curl = Call::from_curl(curl).unwrap();
    assert_eq!(from_script.to_curl().unwrap(), from_curl.to_curl().unwrap());
    // A curl command without -L follows no redirect; the script does not say.
    from_script.set_follow_redirects(false);
    assert_eq!(from_script.to_rust().unwrap(), from_curl.to_rust().unwrap());
    assert_eq!(from_script.to_postman("lorem").unwrap(), from_curl.to_postman("lorem").unwrap());
    // And back: the script that a call is written as is read as the same call.
    let again = call(&from_curl.to_chilkat_ruby().unwrap(), &Options::new(Language::Ruby)).unwrap();
    assert_eq!(again.to_curl().unwrap(), from_curl.hide_secrets().to_curl().unwrap());
}

#[test]
fn each_script_with_one_request_has_the_same_one() {
    for task in ["get_boats", "post_boat", "groups", "upload"] {
        let calls: Vec<(String, String)> = scripts()
            .iter()
            .filter(|script| script.task() == task)
            .map(|script| {
                let name = format!("{}/{}", script.language, script.name);
                let call = call(&script.text, &Options::new(script.language));
                let call = call.unwrap_or_else(|err| panic!("{name}: {err}"));
                (name, call.to_curl().unwrap())
            })
            .collect();
        let (first, expected) = &calls[0];
        for (name, curl) in &calls {
            assert_eq!(curl, expected, "{name} and {first}");
        }
    }
}

#[test]
fn a_script_with_several_requests_has_no_other_view() {
    let script = scripts().into_iter().find(|script| script.task() == "program").unwrap();
    let err = call(&script.text, &Options::new(script.language)).unwrap_err();
    assert!(err.to_string().contains("2 requests"), "{err}");
}
