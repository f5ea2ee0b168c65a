use std::path::Path;

use ::zoomkat::{HttpRequest, Transport};

use super::{AUTHORIZATION, Client, FIELD, PART, Shared, Target, Trust};
use crate::server::DOWN;

pub struct Zoomkat {
    http: Transport,
    target: Target,
    req: HttpRequest,
    rebuild: bool,
}

pub fn request(path: &str) -> HttpRequest {
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT")
        .set_path(path)
        .set_content_type("multipart/form-data")
        .add_param(FIELD.0, FIELD.1)
        .add_header("Authorization", AUTHORIZATION);
    req
}

fn transport(target: &Target) -> Transport {
    let mut http = Transport::with_endpoint("localhost", target.port, target.is_tls());
    if let Trust::Authority(pem) = &target.tls {
        http.set_trusted_roots_pem(pem).expect("a certificate");
    }
    http
}

/// Returns the shared call of a transport.
pub fn shared(target: &Target) -> Shared {
    let (http, req) = (transport(target), request(&target.path));
    Box::new(move || {
        let (http, req) = (http.clone(), req.clone());
        Box::new(move || assert_eq!(http.send(&req).expect("a response").status_code(), 204))
    })
}

impl Zoomkat {
    pub fn new(target: &Target, rebuild: bool) -> Zoomkat {
        let req = request(&target.path);
        Zoomkat { http: transport(target), target: target.clone(), req, rebuild }
    }
}

impl Client for Zoomkat {
    fn call(&mut self) -> bool {
        if self.rebuild {
            self.req = request(&self.target.path);
        }
        self.http.send(&self.req).map(|resp| assert_eq!(resp.status_code(), 204)).is_ok()
    }

    fn upload(&mut self, file: &Path) {
        let mut req = HttpRequest::new();
        req.use_upload_put().set_path("/up").add_file_for_upload(PART, file);
        assert_eq!(self.http.send(&req).expect("a response").status_code(), 204);
    }

    fn download(&mut self, length: u64, file: &Path, _sync: bool) {
        let mut req = HttpRequest::new();
        req.set_path(format!("{DOWN}{length}"));
        let (port, tls) = (self.target.port, self.target.is_tls());
        let resp = self.http.synchronous_request_to_file("localhost", port, tls, &req, file);
        assert_eq!(resp.expect("a response").status_code(), 200);
    }

    fn receive(&mut self, path: &str) -> usize {
        let mut req = HttpRequest::new();
        req.set_path(path);
        let resp = self.http.send(&req).expect("a response");
        assert_eq!(resp.status_code(), 200);
        resp.body().len()
    }
}
