use super::super::dump::{check, check_endless, dump};
use crate::language::Language;
use crate::tree::Block;

#[test]
fn scratch() {
    let path = std::env::var("SCRATCH").unwrap_or_default();
    for path in path.split_whitespace() {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let id = path.rsplit('/').nth(1).unwrap_or_default();
        println!("=== {path}\n{}", dump(&super::read(id.parse().unwrap(), &text)));
    }
}
