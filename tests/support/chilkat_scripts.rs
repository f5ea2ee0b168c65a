//! An interpreter of the Chilkat scripts that `Call::to_chilkat_ruby` writes: it makes the request that Chilkat would
//! make. It knows only what these scripts contain, and panics at anything else.

use std::collections::HashMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use zoomkat::HttpRequest;

/// What a script does.
#[derive(Default)]
pub struct Replay {
    pub request: HttpRequest,
    /// The settings of `CkHttp`, each as `put_X(a,b)`.
    pub settings: Vec<String>,
    /// Domain, port and whether TLS is used.
    pub endpoint: (String, u16, bool),
}

/// Runs a script. `env` returns the value of an environment variable.
pub fn replay(script: &str, env: &dyn Fn(&str) -> String) -> Replay {
    let script = script.replace("\" \\\n    \"", "");
    let mut out = Replay::default();
    let mut bytes: HashMap<String, Vec<u8>> = HashMap::new();
    let mut base = String::new();
    for line in script.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let line = line.strip_prefix("success = ").unwrap_or(line);
        if let Some(text) = line.strip_prefix("base = URI.parse(") {
            if text != "base)" {
                base = Reader { rest: text, env, base: "" }.expression();
            }
            continue;
        }
        if let Some(text) = line.strip_prefix("base = ").filter(|text| !text.contains(" unless ")) {
            base = Reader { rest: text, env, base: "" }.expression();
            continue;
        }
        let line = line.strip_prefix("resp = ").unwrap_or(line);
        let Some((object, call)) = line.split_once('.') else { continue };
        let Some((method, rest)) = call.split_once('(') else { continue };
        let args = Reader { rest, env, base: &base }.arguments();
        let arg = |at: usize| args[at].as_str();
        match (object, method) {
            ("http", "SynchronousRequest") => {
                out.endpoint = (arg(0).into(), arg(1).parse().unwrap(), arg(2) == "true");
            }
            ("http", "SetSslClientCertPem") => out.settings.push(line.to_owned()),
            ("http", _) if method.starts_with("put_") => {
                out.settings.push(format!("{method}({})", args.join(",")));
            }
            ("req", _) => request(&mut out.request, method, &args, &bytes),
            (_, "AppendEncoded") => {
                bytes.insert(object.to_owned(), BASE64_STANDARD.decode(arg(0)).unwrap());
            }
            (_, "LoadFile") => {
                bytes.insert(object.to_owned(), std::fs::read(arg(0)).unwrap());
            }
            _ => {}
        }
    }
    out
}

fn request(req: &mut HttpRequest, method: &str, args: &[String], bytes: &HashMap<String, Vec<u8>>) {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match (method, args.as_slice()) {
        ("put_HttpVerb", [verb]) => req.set_http_verb(verb),
        ("put_HttpVersion", [version]) => req.set_http_version(version),
        ("put_Path", [path]) => req.set_path(*path),
        ("put_ContentType", [value]) => {
            assert!(!value.contains(';'), "Chilkat drops parameters: {value}");
            req.set_content_type(value)
        }
        ("put_Charset", [charset]) => req.set_charset(charset),
        ("put_SendCharset", ["true"]) => req.set_send_charset(true),
        ("put_Boundary", [boundary]) => req.set_boundary(boundary),
        ("AddParam", [name, value]) => {
            assert!(!name.contains(' '), "Chilkat removes spaces: {name}");
            req.add_param(name, *value)
        }
        ("AddHeader", [name, value]) => req.add_header(name, *value),
        ("put_EntireHeader", [block]) => req.set_entire_header(block),
        ("AddSubHeader", [at, name, value]) => {
            req.add_sub_header(at.parse().unwrap(), name, value);
            req
        }
        ("AddStringForUpload2", [name, file, text, charset, kind]) => {
            req.add_string_for_upload2(name, file, text, charset, kind)
        }
        ("AddFileForUpload2", [name, path, kind]) => req.add_file_for_upload2(name, path, kind),
        ("AddBdForUpload", [name, file, data, kind]) => {
            req.add_bd_for_upload(name, file, &bytes[*data], kind)
        }
        ("LoadBodyFromString", [text, charset]) => req.load_body_from_string(text, charset),
        ("LoadBodyFromBd", [data]) => req.load_body_from_bd(&bytes[*data]),
        ("LoadBodyFromFile", [path]) => req.load_body_from_file(path),
        ("StreamBodyFromFile", [path]) => req.stream_body_from_file(path),
        ("StreamChunkFromFile", [path, at, length]) => {
            req.stream_chunk_from_file(path, at.parse().unwrap(), length.parse().unwrap())
        }
        other => panic!("{other:?}"),
    };
}

/// Reads expressions.
struct Reader<'s> {
    rest: &'s str,
    env: &'s dyn Fn(&str) -> String,
    /// The URL in `base`.
    base: &'s str,
}

impl<'s> Reader<'s> {
    /// Reads arguments up to the closing parenthesis, which may be a list without one.
    fn arguments(&mut self) -> Vec<String> {
        let mut args = Vec::new();
        while !self.rest.is_empty() && !self.eat(")") {
            args.push(self.expression());
            self.eat(",");
        }
        args
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expression(&mut self) -> String {
        if self.eat("\"") {
            return self.literal();
        }
        let end = |c: char| !(c.is_alphanumeric() || "_.$".contains(c));
        let (name, rest) = self.rest.split_at(self.rest.find(end).unwrap_or(self.rest.len()));
        self.rest = rest;
        let authority = self.base.split_once("://").map_or(self.base, |(_, rest)| rest);
        let (host, path) = authority.split_at(authority.find('/').unwrap_or(authority.len()));
        match name {
            "base.hostname" => return host.split(':').next().unwrap().to_owned(),
            "base.port" => return host.split(':').nth(1).unwrap_or("80").to_owned(),
            "base.scheme" => {
                assert!(self.eat(" == \"https\""));
                return self.base.starts_with("https://").to_string();
            }
            "base.request_uri" => return path.to_owned(),
            _ => {}
        }
        if !self.eat("(") {
            return name.to_owned();
        }
        let args = self.arguments();
        match name {
            "ENV.fetch" => {
                let value = (self.env)(&args[0]);
                if !self.eat(".b.gsub(/[^\\w\\-.~") {
                    return value;
                }
                let (keep, rest) = self.rest.split_once("]/n)").expect("the end of the pattern");
                self.rest = rest;
                assert!(self.eat(" { |c| \"%%%02X\" % c.ord }"), "{}", self.rest);
                let kept = |b: &u8| {
                    b.is_ascii_alphanumeric()
                        || b"-._~".contains(b)
                        || keep.contains(&format!("\\{}", char::from(*b)))
                };
                let byte = |b: u8| match kept(&b) {
                    true => char::from(b).to_string(),
                    false => format!("%{b:02X}"),
                };
                value.bytes().map(byte).collect()
            }
            "JSON.generate" => {
                assert!(self.eat("[1..-2]"), "{}", self.rest);
                let quoted = serde_json::Value::from(args[0].as_str()).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            "File.read" => {
                let text = std::fs::read_to_string(&args[0]).unwrap();
                match self.eat(".delete(\"\\r\\n\\0\")") {
                    true => text.replace(['\r', '\n', '\0'], ""),
                    false => text,
                }
            }
            "http.urlEncode" | "URI.encode_www_form_component" => {
                let mut form = HttpRequest::new();
                form.add_param("", args[0].as_str());
                let encoded = form.get_url_encoded_params()[1..].to_owned();
                if name == "http.urlEncode" { encoded } else { encoded.replace("%20", "+") }
            }
            "base.path.chomp" => path.trim_end_matches('/').to_owned(),
            other => panic!("{other}"),
        }
    }

    /// Reads the rest of a literal, after its first quote.
    fn literal(&mut self) -> String {
        let mut out = String::new();
        loop {
            let c = self.rest.chars().next().expect("the end of a literal");
            self.rest = &self.rest[c.len_utf8()..];
            match c {
                '"' => return out,
                '#' if self.eat("{") => {
                    out += &self.expression();
                    assert!(self.eat("}"), "{}", self.rest);
                }
                '#' => {
                    assert!(
                        !self.rest.starts_with(['$', '@']),
                        "it inserts a value: {}",
                        self.rest
                    );
                    out.push('#');
                }
                '\\' => {
                    let escaped = self.rest.chars().next().unwrap();
                    self.rest = &self.rest[escaped.len_utf8()..];
                    out.push(match escaped {
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        '"' | '\\' | '#' => escaped,
                        'u' => {
                            let (code, rest) = self.rest[1..].split_once('}').unwrap();
                            self.rest = rest;
                            char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap()
                        }
                        other => panic!("{other}"),
                    });
                }
                c => out.push(c),
            }
        }
    }
}
