//! Tests that fields and params take linear time, measured in steps, which do not depend on the machine.

use super::request::HttpRequest;
use crate::named::cost::assert_linear;
use crate::redact::MASK;

fn name(n: usize) -> String {
    format!("X-{n}")
}

fn request(count: usize) -> HttpRequest {
    let mut req = HttpRequest::new();
    (0..count).for_each(|n| _ = req.add_header(&name(n), "1"));
    req
}

#[test]
fn many_fields_take_linear_time() {
    assert_linear("add_header", |count| {
        let mut req = request(count);
        (0..count).for_each(|n| _ = req.add_header(&name(n).to_lowercase(), "2"));
        assert_eq!(req.num_header_fields(), count);
        assert!((0..count).all(|n| req.get_header_name(n) == Some(&*name(n).to_lowercase())));
        assert!((0..count).all(|n| req.get_header_field(&name(n)) == Some("2")));
    });
    assert_linear("remove_header", |count| {
        let mut req = request(count);
        for n in 0..count / 2 {
            req.remove_header(&name(n)).remove_header(&name(count - 1 - n));
        }
        assert_eq!(req.num_header_fields(), 0);
    });
    assert_linear("set_entire_header", |count| {
        let block: String = (0..count).map(|n| format!("X-{}: {n}\r\n", n % 100)).collect();
        let mut req = HttpRequest::new();
        req.set_entire_header(&block);
        assert!((0..count).all(|n| req.get_header_field(&name(n % 100)).is_some()));
        (0..100).for_each(|n| _ = req.add_header(&name(n), "1"));
        assert!(req.headers == request(100).headers);
    });
    assert_linear("head", |count| {
        let (req, defaults) = (request(count), request(2 * count));
        let fields = defaults.headers.iter();
        let extra: Vec<_> = fields.map(|(name, value)| (name, value.as_bytes())).collect();
        let head = req.prepare().unwrap().head("/", "h", &extra);
        // The fields, the request line, Host and the empty line.
        assert_eq!(head.iter().filter(|b| **b == b'\n').count(), 2 * count + 3);
    });
    assert_linear("mark_header_sensitive", |count| {
        let mut req = request(count);
        (0..count).for_each(|n| _ = req.mark_header_sensitive(&name(n).to_lowercase()));
        assert_eq!(format!("{req:?}").matches(MASK).count(), count);
        let mut prepared = req.prepare().unwrap();
        prepared.credentials_dropped = true;
        assert!(!(0..count).any(|n| prepared.carries(&name(n), "")));
    });
    assert_linear("set_path_variable", |count| {
        let mut req = HttpRequest::new();
        req.set_path((0..count).map(|n| format!("/:v{n}")).collect::<String>());
        (0..count).for_each(|n| _ = req.set_path_variable(&format!("v{n}"), "1"));
        assert!(req.generate_request_text().unwrap().starts_with("GET /1/1/1"));
    });
}

#[test]
fn many_params_take_linear_time() {
    let with_params = |count: usize| {
        let mut req = HttpRequest::new();
        (0..count).for_each(|n| _ = req.add_param(&name(n), "1"));
        req
    };
    assert_linear("get_param", |count| {
        let req = with_params(count);
        assert!((0..count).all(|n| req.get_param(&name(n)) == Some("1")));
        assert!((0..count).all(|n| req.get_param_name(n) == Some(&*name(n))));
        assert_eq!(req.get_param("none"), None);
    });
    assert_linear("remove_param", |count| {
        let mut req = with_params(count);
        for n in 0..count / 2 {
            req.remove_param(&name(n)).remove_param(&name(count - 1 - n));
        }
        assert_eq!(req.num_params(), 0);
    });
    assert_linear("add_sub_header", |count| {
        let mut req = with_params(count);
        req.use_upload();
        (0..count).for_each(|n| _ = req.add_sub_header(n, "X-One", "1"));
        (0..count).for_each(|n| _ = req.add_sub_header(0, &name(n), "1"));
        assert!(req.generate_request_text().unwrap().contains(&format!("X-{}: 1", count - 1)));
    });
}

#[test]
fn a_param_is_found_after_an_upload_of_its_name() {
    for others in [0, 100] {
        let mut req = HttpRequest::new();
        req.add_bd_for_upload("a", "a.txt", b"1", "").add_param("a", "2").add_param("a", "3");
        (0..others).for_each(|n| _ = req.add_param(&name(n), "4"));
        assert_eq!(req.get_param("a"), Some("2"));
        req.remove_param("a").remove_param("a");
        assert_eq!(req.get_param("a"), Some("3"));
    }
}
