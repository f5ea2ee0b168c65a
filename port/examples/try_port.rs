fn main() {
    let args: Vec<String> = std::env::args().collect();
    for path in &args[2..] {
        let text = std::fs::read_to_string(path).unwrap();
        let lang = args[1].parse::<zoomkat_port::Language>().unwrap();
        let mut o = zoomkat_port::Options::new(lang);
        if std::env::var_os("LITERAL").is_some() { o.form = zoomkat_port::Form::Literal; }
        match zoomkat_port::port(&text, &o) {
            Ok(p) => {
                let name = std::path::Path::new(path).file_stem().unwrap().to_str().unwrap().to_owned();
                if let Some(dir) = std::env::var_os("OUT") {
                    std::fs::write(std::path::Path::new(&dir).join(format!("{}_{name}.rs", args[1].to_lowercase().replace('#', "s").replace('+',"p"))), &p.program).unwrap();
                } else { println!("{}", p.program); }
                for r in p.remarks { eprintln!("{path}:{}: {:?} {}", r.line, r.kind, r.text); }
            }
            Err(e) => eprintln!("{path}: {e}"),
        }
    }
}
