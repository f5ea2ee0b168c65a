use std::fs::File;
use std::io;
use std::path::Path;

use ::attohttpc::{ProxySettings, RequestBuilder, Session};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::{AUTHORIZATION, Client, Target, Trust, prepared_body};
use crate::server::DOWN;

/// It makes a new connection for each request.
pub struct Attohttpc {
    session: Session,
    target: Target,
    content_type: String,
    body: String,
}

impl Attohttpc {
    pub fn new(target: &Target) -> Attohttpc {
        // It uses the provider of the process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut session = Session::new();
        session.proxy_settings(ProxySettings::builder().build());
        if let Trust::Authority(pem) = &target.tls {
            let root = CertificateDer::from_pem_slice(pem.as_bytes());
            session.add_root_certificate(root.expect("a certificate"));
        }
        let (content_type, body) = prepared_body();
        Attohttpc { session, target: target.clone(), content_type, body }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.session.get(self.target.url(path))
    }
}

impl Client for Attohttpc {
    fn call(&mut self) -> bool {
        self.session
            .put(self.target.url(&self.target.path))
            .header("Content-Type", &self.content_type)
            .header("Authorization", AUTHORIZATION)
            .text(&self.body)
            .send()
            .map(|resp| assert_eq!(resp.status(), 204))
            .is_ok()
    }

    /// Sends the file as the body: its parts are in memory.
    fn upload(&mut self, file: &Path) {
        let file = File::open(file).expect("a file");
        let resp = self.session.put(self.target.url("/up")).file(file).send();
        assert_eq!(resp.expect("a response").status(), 204);
    }

    fn download(&mut self, length: u64, path: &Path, sync: bool) {
        let mut resp = self.get(&format!("{DOWN}{length}")).send().expect("a response");
        let mut file = File::create(path).expect("a file");
        assert_eq!(io::copy(&mut resp, &mut file).expect("a body"), length);
        if sync {
            file.sync_all().expect("a file on disk");
        }
    }

    fn receive(&mut self, path: &str) -> usize {
        self.get(path).send().expect("a response").bytes().expect("a body").len()
    }
}
