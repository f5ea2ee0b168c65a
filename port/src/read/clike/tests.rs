use super::dump::dump;
use crate::language::Language;

#[test]
fn scratch() {
    let Ok(path) = std::env::var("PORT_DUMP") else { return };
    let language = path.rsplit('.').next().and_then(|end| Language::all().find(|l| l.extensions().contains(&end)));
    let script = std::fs::read_to_string(&path).unwrap();
    println!("{}", dump(&crate::read::read(language.unwrap(), &script)));
}
