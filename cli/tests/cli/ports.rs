//! `zoomkat port` and `zoomkat members`.

use crate::command::{Files, run, run_with};

const RUBY: &str = r#"require 'chilkat'
http = Chilkat::CkHttp.new()
http.put_AuthToken("<access_token>")
resp = http.QuickRequest("GET","https://api.zoom.us/v2/users/me")
if (http.get_LastMethodSuccess() == false)
    print http.lastErrorText() + "\n";
    exit
end
print resp.bodyStr() + "\n";
"#;

/// A script with a class that zoomkat does not have.
const WITH_XML: &str = r#"require 'chilkat'
http = Chilkat::CkHttp.new()
xml = Chilkat::CkXml.new()
xml.put_Tag("lorem")
print http.quickGetStr("https://api.example.com/v1/boats") + "\n";
"#;

fn program() -> String {
    [
        "use zoomkat::chilkat::*;",
        "",
        "fn main() {",
        "    let mut http = CkHttp::new();",
        "    http.set_auth_token(\"<access_token>\");",
        "    let resp = match http.quick_request(\"GET\", \"https://api.zoom.us/v2/users/me\") {",
        "        Ok(resp) => resp,",
        "        Err(err) => {",
        "            eprintln!(\"{}\", err.last_error_text());",
        "            std::process::exit(1);",
        "        }",
        "    };",
        "    println!(\"{}\", resp.body_str());",
        "}",
        "",
    ]
    .join("\n")
}

#[test]
fn a_script_is_ported_and_reported_with_its_lines() {
    let files = Files::new();
    let path = files.add("lorem.rb", RUBY);
    let ran = run(&["port", &path]);
    assert_eq!((ran.code, ran.text()), (Some(0), program()), "{}", ran.err);
    assert_eq!(
        ran.err,
        format!("{path}:3: fill in <access_token>\nzoomkat: 9 of 9 lines ported (100.0 %)\n")
    );
}

#[test]
fn standard_input_is_a_script_whose_language_is_found() {
    let ran = run_with(&["port", "-"], RUBY);
    assert_eq!((ran.code, ran.text()), (Some(0), program()), "{}", ran.err);
    assert!(ran.err.contains("standard input:3: fill in"), "{}", ran.err);

    let ran = run_with(&["port", "-"], "lorem ipsum");
    assert_eq!((ran.code, ran.text()), (Some(2), String::new()));
    assert!(ran.err.contains("choose one with --from: ruby, python, csharp"), "{}", ran.err);

    let python =
        "import chilkat\nhttp = chilkat.CkHttp()\nprint(http.quickGetStr('http://localhost/'))\n";
    let ran = run_with(&["port", "-", "--from", "python"], python);
    assert!(
        ran.text().contains("http.quick_get_str(\"http://localhost/\")"),
        "{}{}",
        ran.text(),
        ran.err
    );
    let ran = run_with(&["port", "-", "--from", "cobol"], python);
    assert_eq!(ran.code, Some(2));
}

#[test]
fn what_is_not_ported_stays_as_a_comment_and_strict_makes_it_an_exit_code() {
    let files = Files::new();
    let path = files.add("lorem.rb", WITH_XML);
    let ran = run(&["port", &path]);
    assert_eq!(ran.code, Some(0));
    let program = ran.text();
    for line in [
        "// Not ported (CkXml is not here; quick-xml",
        "// xml = Chilkat::CkXml.new()",
        "// xml.put_Tag(\"lorem\")",
    ] {
        assert!(program.contains(line), "{program}");
    }
    assert!(ran.err.contains(&format!("{path}:3: CkXml is not here; quick-xml")), "{}", ran.err);
    assert!(ran.err.contains("3 of 5 lines ported (60.0 %)"), "{}", ran.err);
    let strict = run(&["port", "--strict", &path]);
    assert_eq!((strict.code, strict.text()), (Some(2), program));
}

#[test]
fn the_literal_form_keeps_the_lines() {
    let ran = run_with(&["port", "-", "--literal"], RUBY);
    let program = ran.text();
    for line in [
        ".unwrap_or_default();",
        "if !http.last_method_success() {",
        "println!(\"{}\", http.last_error_text());",
        "return;",
    ] {
        assert!(program.contains(line), "{program}");
    }
}

#[test]
fn secrets_come_from_the_environment_unless_they_are_kept() {
    let secret = ["lorem", "4711", "ipsum"].concat();
    let script = RUBY.replace("<access_token>", &secret);
    let ran = run_with(&["port", "-"], &script);
    assert!(ran.text().contains("std::env::var(\"ZOOM_ACCESS_TOKEN\")?"), "{}", ran.text());
    assert!(!ran.text().contains(&secret) && !ran.err.contains(&secret));
    let kept = run_with(&["port", "-", "--keep-secrets"], &script);
    assert!(kept.text().contains(&format!("http.set_auth_token(\"{secret}\");")));
    let curl = run_with(&["port", "-", "--to", "curl"], &script);
    assert!(curl.text().contains("Bearer $ZOOM_ACCESS_TOKEN"), "{}", curl.text());
    let curl = run_with(&["port", "-", "--to", "curl", "--keep-secrets"], &script);
    assert!(curl.text().contains(&secret), "{}", curl.text());

    // In a line that stays as a comment, too.
    let script = WITH_XML
        .replace("put_Tag(\"lorem\")", &format!("UpdateAttribute(\"password\",\"{secret}\")"));
    let ran = run_with(&["port", "-"], &script);
    assert!(ran.text().contains("\"password\",\"***\""), "{}", ran.text());
    assert!(!ran.text().contains(&secret) && !ran.err.contains(&secret));
}

#[test]
fn the_only_request_has_the_other_views() {
    let curl = run_with(&["port", "-", "--to", "curl"], RUBY);
    let expected =
        "curl -H \"Authorization: Bearer <access_token>\" \\\n\thttps://api.zoom.us/v2/users/me\n";
    assert_eq!((curl.code, curl.text().as_str()), (Some(0), expected), "{}", curl.err);
    let item = run_with(&["port", "-", "--to", "postman", "--name", "lorem"], RUBY);
    let item: serde_json::Value = serde_json::from_str(&item.text()).unwrap();
    assert_eq!(item["name"], "lorem");
    assert_eq!(item["request"]["method"], "GET");
    let program = run_with(&["port", "-", "--to", "rust-core"], RUBY).text();
    assert!(program.contains("use zoomkat::{HttpRequest, Transport};"), "{program}");
    assert!(program.contains("req.set_path(\"/v2/users/me\");"), "{program}");

    let two = format!("{RUBY}http.quickGetStr(\"https://api.zoom.us/v2/users\")\n");
    let ran = run_with(&["port", "-", "--to", "curl"], &two);
    assert_eq!((ran.code, ran.text().as_str()), (Some(2), ""));
    assert!(ran.err.contains("standard input:10: the script makes 2 requests"), "{}", ran.err);
}

#[test]
fn a_call_is_written_as_a_ruby_script_and_read_again() {
    let curl = "curl -X DELETE https://api.zoom.us/v2/users/me";
    let script = run(&["convert", "--to", "ruby", curl]).text();
    assert!(script.starts_with("require 'chilkat'\n"), "{script}");
    let again = run_with(&["port", "-", "--to", "curl"], &script);
    assert_eq!(
        again.text(),
        "curl -X DELETE \\\n\thttps://api.zoom.us/v2/users/me\n",
        "{}",
        again.err
    );
}

#[test]
fn input_that_is_no_script_is_refused_with_its_place() {
    let files = Files::new();
    files.add("binary.rb", b"require 'chilkat'\nhttp\0= 1\n");
    files.add("latin.rb", b"require 'chilkat'\n# Zo\xeb\n");
    files.add("empty.rb", b"");
    for (name, says) in [
        ("binary.rb", ":2: a NUL character"),
        ("latin.rb", "is not UTF-8 text (line 2"),
        ("empty.rb", "this is not a script in Ruby"),
        ("missing.rb", "cannot read"),
    ] {
        let ran = run(&["port", &files.path(name)]);
        assert_eq!((ran.code, ran.text().as_str()), (Some(2), ""), "{name}");
        assert!(ran.err.contains(says), "{name}: {}", ran.err);
    }
}

#[test]
fn members_are_listed_with_what_is_not_here() {
    let ran = run(&["members"]);
    let text = ran.text();
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split('\t').collect();
    assert_eq!(&head[..2], ["class", "name"]);
    assert!(lines.clone().all(|line| line.split('\t').count() == head.len()));
    let quick = lines.clone().find(|line| line.contains("\tQuickGetSb\t")).unwrap();
    assert!(quick.contains("http.quick_get_sb(url, &mut sb).is_ok()"), "{quick}");
    assert!(lines.any(|line| line.starts_with("Xml\t") && line.contains("quick-xml")));
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
}
