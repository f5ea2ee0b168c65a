use std::fs::File;
use std::path::Path;
use std::time::Duration;

use ::reqwest::Certificate;
use ::reqwest::blocking::Client as Http;
use ::reqwest::blocking::multipart::Form;

use super::{AUTHORIZATION, Client, PART, Shared, Target, Trust, prepared_body};
use crate::server::DOWN;

#[derive(Clone)]
pub struct Reqwest {
    http: Http,
    target: Target,
    url: String,
    content_type: String,
    body: String,
}

/// Returns the shared call of a client.
pub fn shared(target: &Target) -> Shared {
    let client = Reqwest::new(target);
    Box::new(move || {
        let client = client.clone();
        Box::new(move || assert!(client.send(), "a response"))
    })
}

impl Reqwest {
    pub fn new(target: &Target) -> Reqwest {
        // The feature `rustls-no-provider` needs an installed provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = Http::builder().no_proxy().timeout(Duration::from_secs(300));
        if let Trust::Authority(pem) = &target.tls {
            let root = Certificate::from_pem(pem.as_bytes()).expect("a certificate");
            http = http.tls_certs_only([root]);
        }
        let (content_type, body) = prepared_body();
        let url = target.url(&target.path);
        let http = http.build().expect("a client");
        Reqwest { http, target: target.clone(), url, content_type, body }
    }

    fn send(&self) -> bool {
        self.http
            .put(&self.url)
            .header("Content-Type", &self.content_type)
            .header("Authorization", AUTHORIZATION)
            .body(self.body.clone())
            .send()
            .map(|resp| assert_eq!(resp.status(), 204))
            .is_ok()
    }
}

impl Client for Reqwest {
    fn call(&mut self) -> bool {
        self.send()
    }

    fn upload(&mut self, file: &Path) {
        let form = Form::new().file(PART, file).expect("a file");
        let resp = self.http.put(self.target.url("/up")).multipart(form).send();
        assert_eq!(resp.expect("a response").status(), 204);
    }

    fn download(&mut self, length: u64, path: &Path, sync: bool) {
        let url = self.target.url(&format!("{DOWN}{length}"));
        let mut resp = self.http.get(url).send().expect("a response");
        let mut file = File::create(path).expect("a file");
        assert_eq!(resp.copy_to(&mut file).expect("a body"), length);
        if sync {
            file.sync_all().expect("a file on disk");
        }
    }

    fn receive(&mut self, path: &str) -> usize {
        let resp = self.http.get(self.target.url(path)).send().expect("a response");
        resp.bytes().expect("a body").len()
    }
}
