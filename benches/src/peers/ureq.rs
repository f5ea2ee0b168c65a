use std::fs::File;
use std::io;
use std::path::Path;

use ::ureq::Agent;
use ::ureq::tls::{Certificate, RootCerts, TlsConfig};
use ::ureq::unversioned::multipart::Form;

use super::{AUTHORIZATION, Client, FIELD, PART, Shared, Target, Trust, prepared_body};
use crate::server::DOWN;

#[derive(Clone)]
pub struct Ureq {
    agent: Agent,
    target: Target,
    url: String,
    content_type: String,
    body: String,
    form: bool,
}

fn agent(target: &Target) -> Agent {
    let roots = match &target.tls {
        Trust::Authority(pem) => {
            RootCerts::from([Certificate::from_pem(pem.as_bytes()).expect("a certificate")])
        }
        _ => RootCerts::WebPki,
    };
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .max_idle_connections(128)
        .max_idle_connections_per_host(128)
        .tls_config(TlsConfig::builder().root_certs(roots).build());
    Agent::new_with_config(config.build())
}

/// Returns the shared call of an agent.
pub fn shared(target: &Target) -> Shared {
    let client = Ureq::new(target, false);
    Box::new(move || {
        let client = client.clone();
        Box::new(move || assert!(client.send(), "a response"))
    })
}

impl Ureq {
    pub fn new(target: &Target, form: bool) -> Ureq {
        let (content_type, body) = prepared_body();
        let url = target.url(&target.path);
        Ureq { agent: agent(target), target: target.clone(), url, content_type, body, form }
    }

    fn send(&self) -> bool {
        let put = self.agent.put(&self.url).header("Authorization", AUTHORIZATION);
        let sent = if self.form {
            put.send(Form::new().text(FIELD.0, FIELD.1))
        } else {
            put.header("Content-Type", &self.content_type).send(&self.body)
        };
        sent.map(|resp| assert_eq!(resp.status(), 204)).is_ok()
    }
}

impl Client for Ureq {
    fn call(&mut self) -> bool {
        self.send()
    }

    fn upload(&mut self, file: &Path) {
        let form = Form::new().file(PART, file).expect("a file");
        let resp = self.agent.put(self.target.url("/up")).send(form).expect("a response");
        assert_eq!(resp.status(), 204);
    }

    fn download(&mut self, length: u64, path: &Path, sync: bool) {
        let url = self.target.url(&format!("{DOWN}{length}"));
        let resp = self.agent.get(url).call().expect("a response");
        let mut file = File::create(path).expect("a file");
        let copied = io::copy(&mut resp.into_body().into_reader(), &mut file).expect("a body");
        assert_eq!(copied, length);
        if sync {
            file.sync_all().expect("a file on disk");
        }
    }

    fn receive(&mut self, path: &str) -> usize {
        let mut resp = self.agent.get(self.target.url(path)).call().expect("a response");
        resp.body_mut().with_config().limit(u64::MAX).read_to_vec().expect("a body").len()
    }
}
