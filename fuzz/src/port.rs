//! Chilkat scripts: any text is ported or refused, and the program is Rust.

use zoomkat_port::{Form, Language, Options, RemarkKind, call, port};

/// Input: a byte for the language, one for the form (odd is literal), and the script.
pub fn port_script(data: &[u8]) {
    let [language, form, script @ ..] = data else { return };
    let Ok(script) = std::str::from_utf8(script) else { return };
    let languages: Vec<Language> = Language::all().collect();
    let mut options = Options::new(languages[usize::from(*language) % languages.len()]);
    options.form = if form % 2 == 1 { Form::Literal } else { Form::Idiomatic };
    let _ = (Language::detect(script), call(script, &options));
    let lines = script.replace("\r\n", "\n").replace('\r', "\n").lines().count();
    match port(script, &options) {
        Ok(port) => {
            if let Err(err) = syn::parse_file(&port.program) {
                panic!("{err}\n{}", port.program);
            }
            assert!(port.ported <= port.lines && port.lines <= lines);
            let is_whole = !port.remarks.iter().any(|remark| remark.kind == RemarkKind::NotPorted);
            assert!(!is_whole || port.ported == port.lines, "lines are lost without a remark");
            for remark in &port.remarks {
                assert!(
                    (1..=lines).contains(&remark.line) && remark.line <= remark.end_line,
                    "{remark:?}"
                );
            }
        }
        Err(err) => assert!(err.line <= lines, "{err}"),
    }
}
