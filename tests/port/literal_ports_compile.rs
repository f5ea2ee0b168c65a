//! The literal ports of all scripts compile without warnings.

use zoomkat_port::Form;

use super::scripts;

#[test]
fn literal_ports_compile_without_warnings() {
    let programs: Vec<String> =
        scripts().iter().map(|script| script.port(Form::Literal).program).collect();
    let programs = support::programs::Programs::compile(&programs);
    assert!(programs.len() > 120);
}
