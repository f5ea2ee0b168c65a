//! The rows of a class, which must be the examples of its members in `port/members.tsv`.

use zoomkat_port::{Member, members};

/// The examples of a class that have not run yet.
pub(super) struct Table {
    class: &'static str,
    left: Vec<Row>,
}

/// The example of a member, or of several with the same one.
struct Row {
    /// Chilkat's name of the first; empty for a member that Chilkat does not have.
    name: &'static str,
    code: Vec<&'static str>,
}

/// Returns the code that docs/porting.md shows for a member.
fn code(member: &Member) -> Vec<&'static str> {
    let examples = [member.setter_example, member.example];
    examples.into_iter().filter(|code| !code.is_empty()).collect()
}

/// Says whether these tests are built without a feature that is off by default.
fn is_off(feature: &str) -> bool {
    match feature {
        "cookies" => cfg!(not(feature = "cookies")),
        "cert-details" => cfg!(not(feature = "cert-details")),
        "system-roots" => cfg!(not(feature = "system-roots")),
        _ => false,
    }
}

impl Table {
    /// Returns the examples of the class, without those that need a feature that is off.
    pub(super) fn new(class: &'static str) -> Table {
        let mut left: Vec<Row> = Vec::new();
        let is_run = |member: &&Member| member.class == class && !is_off(member.feature);
        for member in members().iter().filter(is_run) {
            let code = code(member);
            if left.last().is_none_or(|last| last.code != code || last.name.is_empty()) {
                left.push(Row { name: member.name(), code });
            }
        }
        assert!(left.len() > 30, "{class}: only {} examples were found", left.len());
        Table { class, left }
    }

    /// Fails unless this is the next row of the table. Code comes from `stringify!`, which breaks
    /// long lines at spaces.
    pub(super) fn ran(&mut self, name: &str, code: &[&str]) {
        let code: Vec<String> = code.iter().map(|code| code.replace('\n', " ")).collect();
        if let Some(difference) = self.difference(name, &code) {
            panic!("{difference}");
        }
        self.left.remove(0);
    }

    fn difference(&self, name: &str, code: &[String]) -> Option<String> {
        let tested = format!("the tests have {name} {code:?}");
        match self.left.first() {
            Some(row) if row.name == name && row.code == code => None,
            Some(row) => Some(format!(
                "the next row of {} in port/members.tsv is {} {:?}, and {tested}",
                self.class, row.name, row.code
            )),
            None => {
                Some(format!("{} has no more rows in port/members.tsv, but {tested}", self.class))
            }
        }
    }

    /// Fails if an example did not run.
    pub(super) fn assert_complete(&self) {
        let left: Vec<_> = self.left.iter().map(|row| (row.name, &row.code)).collect();
        assert!(
            left.is_empty(),
            "{}: these examples in port/members.tsv have no row: {left:?}",
            self.class
        );
    }
}

#[test]
fn a_row_that_differs_from_the_table_is_noticed() {
    let mut table = Table::new("BinData");
    let row = |name: &str, code: &[&str]| {
        (name.to_owned(), code.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>())
    };
    for ((name, code), has) in [
        (row("AppendBd", &["bd.append_bd(&sb)"]), "&other"),
        (row("AppendData", &["bd.append_bd(&other)"]), "AppendBd"),
        (row("", &["bd.append_bd(&other)"]), "AppendBd"),
        (row("AppendBd", &["bd.append_bd(&other)", "bd.size()"]), "bd.size()"),
    ] {
        let difference = table.difference(&name, &code).unwrap();
        assert!(difference.contains(has), "{difference}");
    }
    table.ran("AppendBd", &["bd.append_bd(&other)"]);
    table.left.clear();
    assert!(table.difference("AppendBd", &["bd.append_bd(&other)".to_owned()]).is_some());
    table.assert_complete();
}
