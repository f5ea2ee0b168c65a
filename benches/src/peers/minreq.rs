use std::fs::File;
use std::io;
use std::path::Path;

use ::minreq::{get, put};

use super::{AUTHORIZATION, Client, Target, prepared_body};
use crate::server::DOWN;

/// It makes a new connection for each request and takes its authorities from the environment.
pub struct Minreq {
    target: Target,
    content_type: String,
    body: String,
}

impl Minreq {
    pub fn new(target: &Target) -> Minreq {
        // It uses the provider of the process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (content_type, body) = prepared_body();
        Minreq { target: target.clone(), content_type, body }
    }
}

impl Client for Minreq {
    fn call(&mut self) -> bool {
        put(self.target.url(&self.target.path))
            .with_header("Content-Type", &self.content_type)
            .with_header("Authorization", AUTHORIZATION)
            .with_body(self.body.as_str())
            .send()
            .map(|resp| assert_eq!(resp.status_code, 204))
            .is_ok()
    }

    fn download(&mut self, length: u64, path: &Path, sync: bool) {
        let request = get(self.target.url(&format!("{DOWN}{length}")));
        let mut resp = request.send_lazy().expect("a response");
        let mut file = File::create(path).expect("a file");
        assert_eq!(io::copy(&mut resp, &mut file).expect("a body"), length);
        if sync {
            file.sync_all().expect("a file on disk");
        }
    }
}
