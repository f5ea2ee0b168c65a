use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use ::curl::easy::{Easy, Form, List};

use super::{AUTHORIZATION, Client, PART, Target, Trust, prepared_body};
use crate::server::DOWN;

pub struct Curl {
    easy: Easy,
    target: Target,
}

fn easy(target: &Target) -> Easy {
    let mut easy = Easy::new();
    easy.proxy("").expect("an option");
    if let Trust::Authority(pem) = &target.tls {
        easy.ssl_cainfo_blob(pem.as_bytes()).expect("an option");
    }
    easy
}

impl Curl {
    pub fn new(target: &Target) -> Curl {
        // Its backend uses the provider of the process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Curl { easy: easy(target), target: target.clone() }.prepare()
    }

    fn prepare(mut self) -> Self {
        let (content_type, body) = prepared_body();
        let mut headers = List::new();
        let lines = [
            format!("Content-Type: {content_type}"),
            format!("Authorization: {AUTHORIZATION}"),
            // An empty one keeps libcurl from waiting for a 100.
            "Expect:".to_owned(),
        ];
        for line in lines {
            headers.append(&line).expect("a header");
        }
        let easy = &mut self.easy;
        easy.url(&self.target.url(&self.target.path)).expect("an option");
        easy.post_fields_copy(body.as_bytes()).expect("an option");
        easy.custom_request("PUT").expect("an option");
        easy.http_headers(headers).expect("an option");
        self
    }
}

impl Client for Curl {
    fn call(&mut self) -> bool {
        let result = self.easy.perform();
        result.is_ok_and(|()| self.easy.response_code() == Ok(204))
    }

    fn upload(&mut self, file: &Path) {
        let mut form = Form::new();
        form.part(PART).file(file).add().expect("a part");
        let mut easy = easy(&self.target);
        easy.url(&self.target.url("/up")).expect("an option");
        let mut headers = List::new();
        headers.append("Expect:").expect("a header");
        easy.http_headers(headers).expect("an option");
        easy.httppost(form).expect("an option");
        easy.perform().expect("a response");
        assert_eq!(easy.response_code(), Ok(204));
    }

    fn download(&mut self, length: u64, path: &Path, sync: bool) {
        let mut easy = easy(&self.target);
        easy.url(&self.target.url(&format!("{DOWN}{length}"))).expect("an option");
        let mut file = File::create(path).expect("a file");
        let mut transfer = easy.transfer();
        transfer.write_function(|bytes| Ok(file.write(bytes).unwrap_or(0))).expect("an option");
        transfer.perform().expect("a response");
        drop(transfer);
        assert_eq!(easy.response_code(), Ok(200));
        if sync {
            file.sync_all().expect("a file on disk");
        }
    }

    fn receive(&mut self, path: &str) -> usize {
        let mut easy = easy(&self.target);
        easy.url(&self.target.url(path)).expect("an option");
        easy.accept_encoding("gzip").expect("an option");
        let mut body = Vec::new();
        let mut transfer = easy.transfer();
        transfer
            .write_function(|bytes| {
                body.extend_from_slice(bytes);
                Ok(bytes.len())
            })
            .expect("an option");
        transfer.perform().expect("a response");
        drop(transfer);
        body.len()
    }
}
