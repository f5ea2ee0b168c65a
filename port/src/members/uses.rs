//! The Rust code for each use of a member, and the table as TSV.

use super::{Arg, Fails, Kind, Member, Param, Signature, absent, members};

/// The Rust code for a member in each of its uses, with the names of arguments in their places. `None` for a use that
/// the member does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uses {
    /// The property is set: `http.set_auth_token(token);`.
    pub set: Option<String>,
    /// Nobody looks at what the call returns: `json.update_string(path, value)?;`.
    pub statement: Option<String>,
    /// The script keeps whether the call worked: `let success = json.load(text).is_ok();`.
    pub success: Option<String>,
    /// The script keeps what the call returns: `let value = json.string_of(path).unwrap_or_default();`.
    pub value: Option<String>,
}

impl Member {
    /// Returns the Rust code for each use.
    pub fn uses(&self) -> Uses {
        let code = |signature: &Signature| call(self.class, signature);
        let set = self.setter.as_ref().map(|setter| {
            let fails =
                if setter.returns.starts_with("Result") { self.fails } else { Fails::Never };
            format!("{}{};", code(setter), end_of_statement(fails))
        });
        let Some(signature) = &self.call else { return Uses { set, ..Uses::default() } };
        let (call, returns) = (code(signature), signature.returns);
        let fails = if returns.starts_with("Result") { self.fails } else { Fails::Never };
        let is_plain = matches!(returns, "" | "&mut Self");
        let success = match (self.returns, fails) {
            ("success", Fails::Never) if is_plain => format!("{call};\nlet success = true;"),
            ("success", Fails::Never) => format!("let success = {call};"),
            ("success", _) => format!("let success = {call}.is_ok();"),
            _ => String::new(),
        };
        // What Chilkat's call fills and Rust's returns.
        let is_passed = |arg: &Arg| signature.params.iter().any(|param| param.name == arg.name);
        let filled = self.args.iter().find(|arg| arg.is_filled && !is_passed(arg));
        let value = match (filled, self.returns) {
            (Some(arg), _) => {
                format!("let {} = {call}{};", arg.name, or_default(self.name(), returns))
            }
            (None, "" | "success") => String::new(),
            (None, _) => format!("let value = {call}{};", or_default(self.name(), returns)),
        };
        let statement = match self.kind {
            Kind::Method => format!("{call}{};", end_of_statement(fails)),
            Kind::Property => String::new(),
        };
        let [statement, success, value] =
            [statement, success, value].map(|code| Some(code).filter(|code| !code.is_empty()));
        Uses { set, statement, success, value }
    }

    /// Returns Chilkat's form of the member: `AddParam(name: text, value: text)`, `LastStatus: int`.
    pub fn chilkat_form(&self) -> String {
        let args: Vec<String> = self
            .args
            .iter()
            .map(|arg| {
                format!("{}{}: {}", if arg.is_filled { "out " } else { "" }, arg.name, arg.ty)
            })
            .collect();
        match self.kind {
            Kind::Property => format!("{}: {}", self.name(), self.returns),
            Kind::Method if self.returns.is_empty() => {
                format!("{}({})", self.name(), args.join(", "))
            }
            Kind::Method => format!("{}({}) -> {}", self.name(), args.join(", "), self.returns),
        }
    }
}

/// Returns the code of a call, with its arguments by name.
fn call(class: &str, signature: &Signature) -> String {
    let args: Vec<String> =
        signature.params.iter().map(|param| arg(object(class), param)).collect();
    format!("{}.{}({})", object(class), signature.name, args.join(", "))
}

/// Returns the name that the documentation gives an object of the class.
fn object(class: &str) -> &str {
    match class {
        "HttpRequest" => "req",
        "HttpResponse" => "resp",
        "Http" => "http",
        "StringBuilder" => "sb",
        "BinData" => "bd",
        "JsonObject" => "json",
        "JsonArray" => "jarr",
        _ => "object",
    }
}

/// Returns the code of an argument: its name, or `other` where the object has that name.
fn arg(object: &str, param: &Param) -> String {
    let name = if param.name == object { "other" } else { param.name };
    let is_object = param.chilkat.starts_with(|c: char| c.is_ascii_uppercase());
    match (param.position, param.is_filled) {
        (None, _) => param.fixed.to_owned(),
        (_, true) => format!("&mut {name}"),
        _ if is_object && param.ty == "&str" => format!("{name}.as_str()"),
        _ if is_object => format!("&{name}"),
        _ => name.to_owned(),
    }
}

/// Returns what follows a call whose result nobody looks at.
fn end_of_statement(fails: Fails) -> &'static str {
    match fails {
        Fails::Never => "",
        Fails::Program => "?",
        Fails::Data | Fails::System => ".ok()",
    }
}

/// Returns what makes a plain value of what a call returns: what Chilkat returns if there is nothing.
fn or_default(name: &str, returns: &str) -> &'static str {
    match (name, returns) {
        (_, "Result<SystemTime>") => "?",
        // A loop over a missing array has no turns, as with Chilkat's -1.
        ("SizeOfArray", _) => ".unwrap_or_default()",
        (_, "Option<usize>") => ".map_or(-1, |at| at as i64)",
        (_, "Result<Option<usize>>") => ".ok().flatten().map_or(-1, |at| at as i64)",
        _ if returns.starts_with("Result<") || returns.starts_with("Option<") => {
            ".unwrap_or_default()"
        }
        _ => "",
    }
}

/// Returns the table of Chilkat's members as text with tabs, under a line with the names of the columns. Members and
/// classes that zoomkat does not have are at its end.
pub fn members_tsv() -> String {
    let mut lines = String::from(
        "class\tname\tkind\tchilkat\tset\tstatement\tsuccess\tvalue\tfails\tfeature\tdifference\tinstead\tsince\tremoved\n",
    );
    for member in members() {
        for name in &member.names {
            lines.push_str(&line(member, name));
        }
    }
    for absent in absent() {
        let mut columns = [""; 14];
        (columns[0], columns[1], columns[2]) = (absent.class, absent.member, "absent");
        columns[11] = absent.instead;
        lines.push_str(&columns.join("\t"));
        lines.push('\n');
    }
    lines
}

/// Returns the line for one of a member's names.
fn line(member: &Member, name: &str) -> String {
    let uses = member.uses();
    let code = |code: Option<String>| code.unwrap_or_default().replace('\n', " ");
    let (kind, fails) = (
        match member.kind {
            Kind::Property => "property",
            Kind::Method => "method",
        },
        match member.fails {
            Fails::Never => "never",
            Fails::Program => "program",
            Fails::Data => "data",
            Fails::System => "system",
        },
    );
    let chilkat = member.chilkat_form().replacen(member.name(), name, 1);
    let columns = [
        member.class,
        name,
        kind,
        &chilkat,
        &code(uses.set),
        &code(uses.statement),
        &code(uses.success),
        &code(uses.value),
        fails,
        member.feature,
        member.difference,
        "",
        member.since,
        member.removed,
    ];
    columns.join("\t") + "\n"
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;

    fn uses(class: &str, name: &str) -> [String; 4] {
        let uses = find(class, name, None).unwrap().0.uses();
        [uses.set, uses.statement, uses.success, uses.value].map(Option::unwrap_or_default)
    }

    #[test]
    fn each_use_has_its_code() {
        for (class, name, expected) in [
            ("Http", "AuthToken", ["http.set_auth_token(token);", "", "", ""]),
            (
                "Http",
                "SetAuthTokenSb",
                [
                    "",
                    "http.set_auth_token(token.as_str());",
                    "http.set_auth_token(token.as_str());\nlet success = true;",
                    "",
                ],
            ),
            ("Http", "LastStatus", ["", "", "", "let value = http.last_status();"]),
            (
                "Http",
                "TlsPinSet",
                ["http.set_tls_pin_set(pins)?;", "", "", "let value = http.tls_pin_set();"],
            ),
            (
                "Http",
                "QuickGetSb",
                [
                    "",
                    "http.quick_get_sb(url, &mut sb).ok();",
                    "let success = http.quick_get_sb(url, &mut sb).is_ok();",
                    "",
                ],
            ),
            (
                "Http",
                "PostJson3",
                [
                    "",
                    "http.post_json3(url, content_type, &json).ok();",
                    "",
                    "let value = http.post_json3(url, content_type, &json).unwrap_or_default();",
                ],
            ),
            (
                "HttpRequest",
                "AddBytesForUpload",
                [
                    "",
                    "req.add_bd_for_upload(name, filename, data, \"\");",
                    "req.add_bd_for_upload(name, filename, data, \"\");\nlet success = true;",
                    "",
                ],
            ),
            (
                "JsonObject",
                "UpdateInt",
                [
                    "",
                    "json.update_int(path, value)?;",
                    "let success = json.update_int(path, value).is_ok();",
                    "",
                ],
            ),
            (
                "JsonObject",
                "Delete",
                ["", "json.delete(name);", "", "let value = json.delete(name);"],
            ),
            (
                "StringBuilder",
                "AppendSb",
                ["", "sb.append_sb(&other);", "sb.append_sb(&other);\nlet success = true;", ""],
            ),
            (
                "JsonObject",
                "DateOf",
                [
                    "",
                    "json.date_of(path).ok();",
                    "let success = json.date_of(path).is_ok();",
                    "let date = json.date_of(path)?;",
                ],
            ),
            (
                "BinData",
                "FindString",
                [
                    "",
                    "bd.find_string(text, start_index, charset).ok();",
                    "",
                    "let value = bd.find_string(text, start_index, charset).ok().flatten().map_or(-1, |at| at as i64);",
                ],
            ),
        ] {
            assert_eq!(uses(class, name), expected, "{class} {name}");
        }
    }

    #[test]
    fn the_tsv_has_a_line_for_each_name_and_what_is_absent() {
        let tsv = members_tsv();
        let names = members().iter().map(|member| member.names.len()).sum::<usize>();
        assert_eq!(tsv.lines().count(), 1 + names + absent().len());
        assert!(tsv.lines().all(|line| line.matches('\t').count() == 13));
        assert!(
            tsv.contains("\nBinData\tAppendData\tmethod\tAppendData(data: bytes) -> success\t")
        );
        assert!(tsv.contains("\nXml\t\tabsent\t"));
    }
}
