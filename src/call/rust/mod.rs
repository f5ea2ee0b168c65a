//! To a Rust program.

use std::path::Path;
use std::time::Duration;

mod layout;

use self::layout::{binding, byte_literal, call, is_short, literal, local_name};
use super::curl::Names;
use super::marked::{Marked, Piece};
use super::{Call, FileForm, ProxyKind, Source, Variable, placeholder};
use crate::error::{Error, Result};
use crate::request::HttpRequest;
use crate::request::body::{FileSource, guess_type};
use crate::request::params::{Content, Data, Part, RequestBody};

impl Call {
    /// Writes a Rust program that makes this call, as rustfmt lays it out, in the style of the README's.
    ///
    /// What is secret comes from the environment ([`hide_secrets`](Self::hide_secrets)), as do
    /// [variables](Self#variables): the program has them as `std::env::var("NAME")?`. Time limits are
    /// in whole seconds, rounded up.
    ///
    /// ```
    /// use zoomkat::{Call, HttpRequest};
    ///
    /// let mut req = HttpRequest::new();
    /// req.set_path("/v2/users/me").add_header("Authorization", "Bearer lorem");
    /// let program = Call::new("api.zoom.us", 443, true, req).to_rust()?;
    /// assert!(program.contains(r#"    req.set_path("/v2/users/me");"#));
    /// assert!(program.contains(r#"std::env::var("ZOOM_ACCESS_TOKEN")?"#));
    /// assert!(!program.contains("lorem"));
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The faults of the request that sending would find, [`InvalidRequest`](crate::ErrorKind::InvalidRequest),
    /// but no file is looked at; and [`Content`](crate::ErrorKind::Content) for what no public member
    /// can do, such as a file of cookies.
    pub fn to_rust(&self) -> Result<String> {
        let call = self.hide_secrets();
        let marked = Marked::of(&call)?;
        marked.check()?;
        let names = Names::of(call.variables.iter().map(|variable| variable.name.as_str()));
        let mut locals: Vec<String> = Vec::new();
        for variable in &call.variables {
            let of = match &variable.source {
                Source::Asked => names.get(&variable.name),
                Source::File { .. } => "content",
            };
            let name = local_name(of, &locals);
            locals.push(name);
        }
        let used = vec![false; locals.len()];
        let mut program =
            Program { marked: &marked, names: &names, locals, used, is_fallible: false };
        program.write()
    }
}

fn cannot(why: impl std::fmt::Display) -> Error {
    Error::content("Rust program", why)
}

struct Program<'m, 'c> {
    marked: &'m Marked<'c>,
    /// Of the variables in the environment.
    names: &'m Names,
    /// Of the variables in the program, in the call's order.
    locals: Vec<String>,
    used: Vec<bool>,
    /// Whether something in it can fail, so that `main` gives a `Result`.
    is_fallible: bool,
}

/// How a text is written as an argument.
enum Text {
    /// As a literal, or as a variable alone.
    Simple(String),
    /// As a format string, already a literal.
    Format(String),
    /// As a literal in which one variable's placeholder is replaced.
    Replace { literal: String, placeholder: String, local: String },
}

impl Program<'_, '_> {
    fn write(&mut self) -> Result<String> {
        let http = self.transport()?;
        let request = self.request()?;
        let (place, send) = self.send()?;
        let environment = self.environment()?;

        let mut out = String::from("use zoomkat::{HttpRequest, Transport};\n\n");
        out.push_str(if self.is_fallible {
            "fn main() -> Result<(), Box<dyn std::error::Error>> {\n"
        } else {
            "fn main() {\n"
        });
        let leave = if self.is_fallible { "return Ok(());" } else { "return;" };
        if !environment.is_empty() {
            out.push_str(&environment);
            out.push('\n');
        }
        out.push_str(if http.is_empty() { "    let http" } else { "    let mut http" });
        out.push_str(" = Transport::new();\n");
        out.push_str(&http);
        out.push('\n');
        if !place.is_empty() {
            out.push_str(&place);
            out.push('\n');
        }
        out.push_str(if request.is_empty() { "    let req" } else { "    let mut req" });
        out.push_str(" = HttpRequest::new();\n");
        out.push_str(&request);
        out.push('\n');
        out.push_str(&send);
        out.push_str(&format!(
            "        Ok(resp) => resp,\n        Err(err) => {{\n            \
             println!(\"{{}}\", err.last_error_text());\n            {leave}\n        }}\n    }};\n\n"
        ));
        out.push_str("    let resp_status_code = resp.status_code();\n");
        out.push_str("    println!(\"Response Status Code = {resp_status_code}\");\n");
        out.push_str("    if resp_status_code >= 400 {\n");
        for line in [
            "println!(\"Response Header:\");",
            "println!(\"{}\", resp.header());",
            "println!(\"Response Body:\");",
            "println!(\"{}\", resp.body_str());",
            "println!(\"Failed.\");",
            leave,
        ] {
            out.push_str(&format!("        {line}\n"));
        }
        out.push_str("    }\n    println!(\"Success.\");\n");
        if self.is_fallible {
            out.push_str("    Ok(())\n");
        }
        out.push_str("}\n");
        Ok(out)
    }

    /// Where the variables that are used come from.
    fn environment(&mut self) -> Result<String> {
        let mut out = String::new();
        let variables: Vec<&Variable> = self.marked.variables().collect();
        for (at, variable) in variables.iter().enumerate() {
            if !self.used.get(at).copied().unwrap_or_default() {
                continue;
            }
            self.is_fallible = true;
            let local = self.locals.get(at).cloned().unwrap_or_default();
            match &variable.source {
                Source::Asked => {
                    let name = literal(self.names.get(&variable.name));
                    out.push_str(&binding(&local, "std::env::var(", &name, ")?;"));
                }
                Source::File { path, form } => {
                    if path == "-" {
                        let read = "std::io::read_to_string(std::io::stdin())?;";
                        out.push_str(&binding(&local, "", read, ""));
                    } else {
                        let path = literal(path);
                        out.push_str(&binding(&local, "std::fs::read_to_string(", &path, ")?;"));
                    }
                    match form {
                        FileForm::Whole => {}
                        FileForm::WithoutLineEnds => {
                            let value = format!("{local}.replace(['\\r', '\\n', '\\0'], \"\");");
                            out.push_str(&binding(&local, "", &value, ""));
                        }
                        FileForm::UrlEncoded => {
                            out.push_str("    let mut form = HttpRequest::new();\n");
                            out.push_str(&format!("    form.add_param(\"\", &{local});\n"));
                            let value = "form.get_url_encoded_params().split_off(1);";
                            out.push_str(&binding(&local, "", value, ""));
                        }
                        FileForm::Cookies => {
                            return Err(cannot("a file of cookies is read by curl"));
                        }
                        FileForm::Headers => {}
                    }
                }
            }
        }
        Ok(out)
    }

    fn local(&mut self, variable: &Variable) -> String {
        let at = self.marked.variables().position(|known| known == variable).unwrap_or_default();
        if let Some(used) = self.used.get_mut(at) {
            *used = true;
        }
        self.locals.get(at).cloned().unwrap_or_default()
    }

    fn text(&mut self, text: &str) -> Text {
        let marked = self.marked;
        let pieces = marked.pieces(text.as_bytes());
        let mut variables: Vec<&Variable> = Vec::new();
        for piece in &pieces {
            if let Piece::Variable(variable) = piece {
                if !variables.contains(variable) {
                    variables.push(variable);
                }
            }
        }
        let Some(first) = variables.first() else { return Text::Simple(literal(text)) };
        if pieces.len() == 1 {
            return Text::Simple(format!("&{}", self.local(first)));
        }
        // One pass: a value that looks like a placeholder stays as it is.
        let is_replaced = variables.len() == 1 && text.contains(['{', '\n']);
        let mut written = String::new();
        for piece in &pieces {
            match piece {
                Piece::Text(text) => {
                    let text = String::from_utf8_lossy(text);
                    if is_replaced {
                        written.push_str(&text);
                    } else {
                        written.push_str(&text.replace('{', "{{").replace('}', "}}"));
                    }
                }
                Piece::Variable(variable) if is_replaced => {
                    self.local(variable);
                    written.push_str(&placeholder(&variable.name));
                }
                Piece::Variable(variable) => {
                    written.push_str(&format!("{{{}}}", self.local(variable)));
                }
            }
        }
        if is_replaced {
            let local = self.local(first);
            let placeholder = literal(&placeholder(&first.name));
            return Text::Replace { literal: literal(&written), placeholder, local };
        }
        Text::Format(literal(&written))
    }

    /// A statement `before(args)after`; what does not fit in it is bound to a name before it.
    fn statement(&mut self, before: &str, args: Vec<Text>, after: &str) -> String {
        let mut out = String::new();
        let inline = |text: &Text| match text {
            Text::Simple(text) => text.clone(),
            Text::Format(literal) => format!("&format!({literal})"),
            Text::Replace { .. } => "\n".to_owned(),
        };
        let joined: Vec<String> = args.iter().map(inline).collect();
        let joined = joined.join(", ");
        // A format string is a call of its own, which rustfmt breaks by other rules.
        let fits = is_short(&joined, 2) && before.len() + joined.len() + after.len() <= 96;
        let mut words = Vec::new();
        let count = args.len();
        for (at, arg) in args.into_iter().enumerate() {
            let name = match (at, count) {
                (0, 1) => "value",
                (0, _) if before.contains("load_body") => "body",
                (0, _) => "name",
                (1, _) => "value",
                _ => "text",
            };
            match arg {
                Text::Simple(text) => words.push(text),
                Text::Format(literal) if fits => words.push(format!("&format!({literal})")),
                Text::Format(literal) => {
                    out.push_str(&binding(name, "format!(", &literal, ");"));
                    words.push(format!("&{name}"));
                }
                Text::Replace { literal, placeholder, local } => {
                    out.push_str(&binding(name, "", &format!("{literal};"), ""));
                    let args = [placeholder, format!("&{local}")];
                    out.push_str(&call(&format!("let {name} = {name}.replace("), &args, ");"));
                    words.push(format!("&{name}"));
                }
            }
        }
        out + &call(before, &words, after)
    }

    /// A call of a member with texts.
    fn set(&mut self, member: &str, texts: &[&str]) -> String {
        let args = texts.iter().map(|text| self.text(text)).collect();
        self.statement(&format!("{member}("), args, ");")
    }

    /// The same of one that can fail.
    fn try_set(&mut self, member: &str, text: &str) -> String {
        self.is_fallible = true;
        let args = vec![self.text(text)];
        self.statement(&format!("{member}("), args, ")?;")
    }

    fn request(&mut self) -> Result<String> {
        let marked = self.marked;
        let request = &marked.call.request;
        let default = HttpRequest::default();
        let mut out = String::new();
        if request.http_verb != default.http_verb {
            out += &self.set("req.set_http_verb", &[&request.http_verb]);
        }
        if request.http_version != default.http_version {
            out += &self.set("req.set_http_version", &[&request.http_version]);
        }
        if marked.is_open(&marked.call.domain) {
            let path = request.path.strip_prefix('/').unwrap_or(&request.path);
            let path = path.replace('{', "{{").replace('}', "}}");
            let path = literal(&format!("{{start}}/{}", self.braced(&path)));
            out += &binding("path", "format!(", &path, ");");
            out += "    req.set_path(&path);\n";
        } else if request.path != default.path {
            out += &self.set("req.set_path", &[&request.path]);
        }
        for (name, value) in &request.path_variables {
            // The member takes one colon away.
            let name = if name.starts_with(':') { format!(":{name}") } else { name.clone() };
            out += &self.set("req.set_path_variable", &[&name, value]);
        }
        if request.content_type != default.content_type {
            out += &self.set("req.set_content_type", &[&request.content_type]);
        }
        if request.charset != default.charset {
            out += &self.set("req.set_charset", &[&request.charset]);
        }
        if request.send_charset {
            out += "    req.set_send_charset(true);\n";
        }
        if !request.boundary.is_empty() {
            out += &self.set("req.set_boundary", &[&request.boundary]);
        }
        for (index, part) in request.parts.iter().enumerate() {
            out += &self.part(part)?;
            let names: Vec<&str> = part.sub_headers.iter().map(|(name, _)| name).collect();
            if has_twice(&names) {
                return Err(cannot(format_args!("part {index} has a header twice")));
            }
            for (name, value) in part.sub_headers.iter() {
                let args = vec![Text::Simple(index.to_string()), self.text(name), self.text(value)];
                out += &self.statement("req.add_sub_header(", args, ");");
            }
        }
        if let RequestBody::Loaded { member, data } = &request.body {
            out += &self.body(member, data)?;
        }
        out += &self.headers();
        for name in &request.sensitive {
            out += &self.set("req.mark_header_sensitive", &[name]);
        }
        if let Some(idempotent) = request.idempotent {
            out += &format!("    req.set_idempotent({idempotent});\n");
        }
        Ok(out)
    }

    fn headers(&mut self) -> String {
        let marked = self.marked;
        let headers = &marked.call.request.headers;
        let names: Vec<&str> = headers.iter().map(|(name, _)| name).collect();
        let mut out = String::new();
        if has_twice(&names) {
            // Only a whole block keeps two of one name.
            let block: String =
                headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
            out += &self.set("req.set_entire_header", &[&block]);
        } else {
            for (name, value) in headers.iter() {
                out += &self.set("req.add_header", &[name, value]);
            }
        }
        let files = marked.variables().filter(|variable| {
            matches!(variable.source, Source::File { form: FileForm::Headers, .. })
        });
        for variable in files.collect::<Vec<_>>() {
            let local = self.local(variable);
            out += &format!("    for line in {local}.lines() {{\n");
            out += "        if let Some((name, value)) = line.split_once(':') {\n";
            out += "            req.add_header(name.trim(), value.trim());\n";
            out += "        }\n    }\n";
        }
        out
    }

    fn part(&mut self, part: &Part) -> Result<String> {
        let marked = self.marked;
        let name = &part.name;
        let (filename, content_type, data) = match &part.content {
            Content::Param(value) => return Ok(self.set("req.add_param", &[name, value])),
            Content::Upload { filename, content_type, data } => (filename, content_type, data),
        };
        let is_guessed = *content_type == guess_type(filename);
        match data {
            Data::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) if is_guessed => {
                    Ok(self.set("req.add_string_for_upload", &[name, filename, text, "utf-8"]))
                }
                Ok(text) => {
                    let args = [name, filename, text, "utf-8", content_type];
                    Ok(self.set("req.add_string_for_upload2", &args))
                }
                Err(_) if marked.is_open(bytes) => {
                    Err(cannot("a variable stands in bytes that are not text"))
                }
                Err(_) => {
                    let bytes = Text::Simple(byte_literal(bytes));
                    let args =
                        vec![self.text(name), self.text(filename), bytes, self.text(content_type)];
                    Ok(self.statement("req.add_bd_for_upload(", args, ");"))
                }
            },
            Data::File(FileSource { path, chunk: None }) => {
                let text = path_text(path)?;
                if path.file_name().unwrap_or_default().to_str() != Some(filename) {
                    // No member takes a file under another name.
                    self.is_fallible = true;
                    let argument = self.text(text);
                    let read = self.statement("let file = std::fs::read(", vec![argument], ")?;");
                    let bytes = Text::Simple("&file".to_owned());
                    let args =
                        vec![self.text(name), self.text(filename), bytes, self.text(content_type)];
                    return Ok(read + &self.statement("req.add_bd_for_upload(", args, ");"));
                }
                if is_guessed {
                    return Ok(self.set("req.add_file_for_upload", &[name, text]));
                }
                Ok(self.set("req.add_file_for_upload2", &[name, text, content_type]))
            }
            Data::File(_) => Err(cannot("no member uploads a stretch of a file")),
            Data::Fault(why) => Err(Error::invalid("add_string_for_upload", why)),
        }
    }

    fn body(&mut self, member: &'static str, data: &Data) -> Result<String> {
        match data {
            Data::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(self.set("req.load_body_from_string", &[text, "utf-8"])),
                Err(_) if self.marked.is_open(bytes) => {
                    Err(cannot("a variable stands in bytes that are not text"))
                }
                Err(_) => {
                    let args = vec![Text::Simple(byte_literal(bytes))];
                    Ok(self.statement("req.load_body_from_bd(", args, ");"))
                }
            },
            Data::File(FileSource { path, chunk: Some((offset, length)) }) => {
                let path = self.text(path_text(path)?);
                let number = |number: &u64| Text::Simple(number.to_string());
                let args = vec![path, number(offset), number(length)];
                Ok(self.statement("req.stream_chunk_from_file(", args, ");"))
            }
            Data::File(source) => {
                let member = match member {
                    "stream_body_from_file" => "req.stream_body_from_file",
                    _ => "req.load_body_from_file",
                };
                Ok(self.set(member, &[path_text(&source.path)?]))
            }
            Data::Fault(why) => Err(Error::invalid(member, why)),
        }
    }

    /// What the call says of how it is made.
    fn transport(&mut self) -> Result<String> {
        let marked = self.marked;
        let call = &marked.call;
        let how = &call.how;
        let mut out = String::new();
        if let Some(verify) = how.verify {
            out += &format!("    http.set_require_ssl_cert_verify({verify});\n");
        }
        if let Some(path) = &how.trusted_roots {
            out += &self.try_set("http.set_trusted_roots_pem", path);
        }
        match (&how.client_cert, &how.client_key) {
            (Some(cert), None) => out += &self.try_set("http.set_ssl_client_cert_pem", cert),
            (Some(cert), Some(key)) => {
                out += &self.try_set("let cert = std::fs::read_to_string", cert);
                out += &self.try_set("let key = std::fs::read_to_string", key);
                out += "    http.set_ssl_client_cert_pem(&format!(\"{cert}\\n{key}\"))?;\n";
            }
            (None, _) => {}
        }
        if let Some(versions) = &how.tls_versions {
            out += &self.try_set("http.set_ssl_protocol", versions);
        }
        if let Some(follow) = how.follow_redirects {
            out += &format!("    http.set_follow_redirects({follow});\n");
        }
        if let Some(count) = how.max_redirects {
            out += &format!("    http.set_max_redirects({count});\n");
        }
        for (member, limit) in
            [("set_connect_timeout", how.connect_timeout), ("set_total_timeout", how.total_timeout)]
        {
            if let Some(limit) = limit {
                out += &format!("    http.{member}({});", whole_seconds(limit));
                if limit.subsec_nanos() > 0 {
                    out += " // in whole seconds, rounded up";
                }
                out.push('\n');
            }
        }
        if let Some((login, password)) = &how.user {
            out += &self.set("http.set_login", &[login]);
            out += &self.set("http.set_password", &[password]);
            out += "    http.set_basic_auth(true);\n";
        }
        out += &self.proxy()?;
        Ok(out)
    }

    fn proxy(&mut self) -> Result<String> {
        let marked = self.marked;
        let call = &marked.call;
        if let Some(list) = &call.how.no_proxy {
            if marked.is_open(list) || (marked.is_open(&call.domain) && list != "*") {
                return Err(cannot("for which hosts there is no proxy is not known yet"));
            }
            if crate::transport::excludes(list, &call.domain) {
                return Ok("    http.set_env_proxy(false);\n".to_owned());
            }
        }
        let Some(proxy) = &call.how.proxy else { return Ok(String::new()) };
        let mut out = String::new();
        let kind = match proxy.kind {
            ProxyKind::Http | ProxyKind::Https => "proxy",
            ProxyKind::Socks4 | ProxyKind::Socks5 => "socks",
        };
        let is_socks = kind == "socks";
        let host = if is_socks { "http.set_socks_hostname" } else { "http.set_proxy_domain" };
        let login = if is_socks { "http.set_socks_username" } else { "http.set_proxy_login" };
        out += &self.set(host, &[&proxy.host]);
        out += &format!("    http.set_{kind}_port({});\n", proxy.port);
        if !proxy.login.is_empty() {
            out += &self.set(login, &[&proxy.login]);
        }
        if !proxy.password.is_empty() {
            out += &self.set(&format!("http.set_{kind}_password"), &[&proxy.password]);
        }
        match proxy.kind {
            ProxyKind::Http => {}
            ProxyKind::Https => out += "    http.set_proxy_direct_tls(true);\n",
            ProxyKind::Socks4 => out += "    http.set_socks_version(4);\n",
            ProxyKind::Socks5 => out += "    http.set_socks_version(5);\n",
        }
        Ok(out)
    }

    /// Where it goes, as far as the environment says, and the start of the `match` that sends it.
    fn send(&mut self) -> Result<(String, String)> {
        let marked = self.marked;
        let call = &marked.call;
        let mut place = String::new();
        let mut args = if marked.is_open(&call.domain) {
            self.is_fallible = true;
            place += &match self.text(&call.domain) {
                Text::Simple(text) => format!("    let base = {text};\n"),
                Text::Format(literal) => binding("base", "format!(", &literal, ");"),
                Text::Replace { .. } => return Err(cannot("the host holds a brace")),
            };
            place += SPLIT;
            ["host", "port", "ssl"].map(|name| Text::Simple(name.to_owned())).into()
        } else {
            let domain = Text::Simple(literal(&call.domain));
            let port = Text::Simple(call.port.to_string());
            vec![domain, port, Text::Simple(call.ssl.to_string())]
        };
        args.push(Text::Simple("&req".to_owned()));
        let mut member = "let resp = match http.synchronous_request(";
        if let Some(path) = &call.how.output_file {
            member = "let resp = match http.synchronous_request_to_file(";
            args.push(self.text(path));
        }
        Ok((place, self.statement(member, args, ") {")))
    }

    /// Variables in the braces of a format string.
    fn braced(&mut self, text: &str) -> String {
        let marked = self.marked;
        let mut out = String::new();
        for piece in marked.pieces(text.as_bytes()) {
            match piece {
                Piece::Text(text) => out.push_str(&String::from_utf8_lossy(text)),
                Piece::Variable(variable) => out += &format!("{{{}}}", self.local(variable)),
            }
        }
        out
    }
}

/// Takes apart a base URL that is known when the program runs.
const SPLIT: &str = "    // Scheme, host, port and the start of the path.
    let (scheme, rest) = base.split_once(\"://\").unwrap_or((\"http\", &base));
    let (authority, start) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let start = start.trim_end_matches('/');
    let ssl = scheme.eq_ignore_ascii_case(\"https\");
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse()?),
        _ => (authority, if ssl { 443 } else { 80 }),
    };
";

fn path_text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| cannot("the name of a file is not text"))
}

fn has_twice(names: &[&str]) -> bool {
    names
        .iter()
        .enumerate()
        .any(|(at, name)| names[..at].iter().any(|earlier| earlier.eq_ignore_ascii_case(name)))
}

fn whole_seconds(limit: Duration) -> u64 {
    limit.as_secs().saturating_add(u64::from(limit.subsec_nanos() > 0))
}
