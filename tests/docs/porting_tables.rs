//! The tables of members in docs/porting.md. They show `port/members.tsv` and `port/absent.tsv`,
//! which have exactly the public members of the source, with their signatures.
//!
//! `ZOOMKAT_BLESS=1` in the environment writes the tables:
//!
//! ```sh
//! ZOOMKAT_BLESS=1 cargo test -p zoomkat-tests --all-features --test docs porting_tables::
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs};

use syn::{FnArg, Pat, ReturnType, Type};
use zoomkat_port::{Absent, Kind, Member, Signature, absent, members};

use crate::source::{self, path, read};

const PAGE: &str = "docs/porting.md";
const HOW: &str = "To update the page from port/members.tsv and port/absent.tsv:\n  ZOOMKAT_BLESS=1 cargo test -p \
                   zoomkat-tests --all-features --test docs porting_tables::";

/// The classes of the page, and the variable that examples use for an object of each.
const CLASSES: [(&str, &str); 7] = [
    ("HttpRequest", "req"),
    ("HttpResponse", "resp"),
    ("Http", "http"),
    ("StringBuilder", "sb"),
    ("BinData", "bd"),
    ("JsonObject", "json"),
    ("JsonArray", "jarr"),
];

fn of(class: &str) -> impl Iterator<Item = &'static Member> {
    members().iter().filter(move |member| member.class == class)
}

/// Returns the examples that a row shows.
fn code(member: &Member) -> Vec<&'static str> {
    let examples = [member.setter_example, member.example];
    examples.into_iter().filter(|code| !code.is_empty()).collect()
}

/// Returns the member that an example calls: the first after the object or the type.
fn called(code: &'static str, class: &str, object: &str) -> &'static str {
    let call = code.strip_prefix(object).and_then(|rest| rest.strip_prefix('.'));
    let made = code.strip_prefix(class).and_then(|rest| rest.strip_prefix("::"));
    let rest = call.or(made).unwrap_or_else(|| panic!("{code} does not begin with {object}."));
    rest.split(['(', ':']).next().unwrap()
}

fn span(code: impl AsRef<str>) -> String {
    format!("`{}`", code.as_ref())
}

/// Joins cells to the row of a table.
fn row(cells: &[String]) -> String {
    let padded = cells.iter().map(|cell| match cell.is_empty() {
        true => " |".to_owned(),
        false => format!(" {cell} |"),
    });
    format!("|{}", padded.collect::<String>())
}

/// Returns a member in Chilkat's form: `LastStatus: int`, `SetRequestHeader(name, value)`. A type is
/// text if it is not there.
fn form(name: &str, member: &Member) -> String {
    let typed = |name: &str, ty: &str| match ty {
        "text" => name.to_owned(),
        _ => format!("{name}: {ty}"),
    };
    let args = member.args.iter().map(|arg| {
        let out = if arg.is_filled { "out " } else { "" };
        format!("{out}{}", typed(arg.name, arg.ty))
    });
    match member.kind {
        Kind::Property => typed(name, member.returns),
        Kind::Method => format!("{name}({})", args.collect::<Vec<_>>().join(", ")),
    }
}

/// Returns the rows of a class. Members with the same examples are one row.
fn rows(class: &str) -> Vec<String> {
    let members: Vec<&Member> = of(class).collect();
    let rows = members.chunk_by(|a, b| !a.names.is_empty() && code(a) == code(b)).map(|group| {
        let forms = group.iter().flat_map(|m| m.names.iter().map(|name| span(form(name, m))));
        let code: Vec<String> = code(group[0]).into_iter().map(span).collect();
        let forms: Vec<String> = forms.collect();
        row(&[forms.join(", "), code.join(", "), group[0].difference.to_owned()])
    });
    rows.collect()
}

/// Returns the rows of what is absent. Neighbours with the same advice are one row.
fn absent_rows(is_listed: impl Fn(&Absent) -> bool, name: fn(&Absent) -> &str) -> Vec<String> {
    let listed: Vec<&Absent> = absent().iter().filter(|absent| is_listed(absent)).collect();
    let rows = listed.chunk_by(|a, b| a.instead == b.instead).map(|group| {
        let names: Vec<String> = group.iter().map(|absent| span(name(absent))).collect();
        row(&[names.join(", "), group[0].instead.to_owned()])
    });
    rows.collect()
}

/// Returns the tables of the page: a heading, the first line of the table, and its rows.
fn tables() -> Vec<(String, &'static str, Vec<String>)> {
    let mut tables = Vec::new();
    for (class, _) in CLASSES {
        let heading = format!("\n## Ck{class}: `{class}`\n");
        tables.push((heading, "| Chilkat | Rust | difference |\n|---|---|---|\n", rows(class)));
    }
    let members = |class: &'static str| {
        absent_rows(move |absent| absent.class == class && !absent.member.is_empty(), |a| a.member)
    };
    const HEAD: &str = "| Chilkat | instead |\n|---|---|\n";
    tables.push(("\n## Unsupported members\n".to_owned(), HEAD, members("*")));
    for (class, _) in CLASSES {
        let rows = members(class);
        if !rows.is_empty() {
            tables.push((format!("\n### Ck{class}\n"), HEAD, rows));
        }
    }
    let classes = absent_rows(|absent| absent.member.is_empty(), |absent| absent.class);
    tables.push(("\n## Unsupported classes\n".to_owned(), HEAD, classes));
    tables
}

/// Returns the page with the rows of a table in the place of those that it has.
fn with_table(page: &str, heading: &str, head: &str, rows: &[String]) -> String {
    let chapter = page.find(heading).unwrap_or_else(|| panic!("{PAGE} has no {heading}"));
    let start =
        chapter + page[chapter..].find(head).unwrap_or_else(|| panic!("{heading}")) + head.len();
    let lines = page[start..].split_inclusive('\n').take_while(|line| line.starts_with('|'));
    let end = start + lines.map(str::len).sum::<usize>();
    let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
    [&page[..start], &rows, &page[end..]].concat()
}

/// Returns the first line that differs, with its number.
fn difference<'t>(page: &'t str, expected: &'t str) -> Option<(usize, [Option<&'t str>; 2])> {
    let lines = page.lines().count().max(expected.lines().count());
    let pairs = (0..lines).map(|at| [page.lines().nth(at), expected.lines().nth(at)]);
    (1..).zip(pairs).find(|(_, [ours, theirs])| ours != theirs)
}

#[test]
fn the_tables_of_the_page_are_those_of_the_members() {
    let page = read(PAGE);
    let mut expected = page.clone();
    for (heading, head, rows) in tables() {
        expected = with_table(&expected, &heading, head, &rows);
    }
    if env::var_os("ZOOMKAT_BLESS").is_some() {
        fs::write(path(PAGE), expected).unwrap();
    } else if let Some((line, [is, wanted])) = difference(&page, &expected) {
        panic!(
            "{PAGE}, line {line}, is\n  {is:?}\nand the table of members has\n  {wanted:?}\n{HOW}"
        );
    }
}

#[test]
fn a_table_is_replaced_in_its_chapter() {
    let head = "| a |\n|---|\n";
    let page =
        format!("# Page\n\n## One\n\n{head}| x |\n\n## Two\n\nText.\n\n{head}| y |\n\nEnd.\n");
    let rows = ["| z |".to_owned(), "| w |".to_owned()];
    let written = with_table(&page, "\n## Two\n", head, &rows);
    assert_eq!(written, page.replace("| y |", "| z |\n| w |"));
    assert_eq!(difference(&page, &page), None);
    assert_eq!(difference(&page, &written), Some((15, [Some("| y |"), Some("| z |")])));
    assert_eq!(difference("a\n", "a\nb\n"), Some((2, [None, Some("b")])));
}

#[test]
fn the_table_has_exactly_the_public_members() {
    let built = source::members();
    for (class, object) in CLASSES {
        let mut listed: Vec<&str> = Vec::new();
        let mut last = Vec::new();
        for member in of(class) {
            let code = code(member);
            assert!(!code.is_empty(), "{class}: {:?} has no example", member.names);
            if code != last {
                listed.extend(code.iter().map(|code| called(code, class, object)));
            }
            last = code;
        }
        let once: BTreeSet<&str> = listed.iter().copied().collect();
        let there: BTreeSet<&str> = built[class].keys().map(String::as_str).collect();
        assert!(there.len() > 30, "{class}: only {} members were found", there.len());
        let missing: Vec<_> = there.difference(&once).collect();
        let unknown: Vec<_> = once.difference(&there).collect();
        assert!(missing.is_empty() && unknown.is_empty(), "{class}: -{missing:?} +{unknown:?}");
        assert_eq!(listed.len(), once.len(), "{class}: a member has two rows");
    }
}

#[test]
fn each_chilkat_name_in_the_table_is_a_doc_alias() {
    let built = source::members();
    for (class, object) in CLASSES {
        for member in of(class) {
            let called = code(member).into_iter().map(|code| called(code, class, object));
            let aliases: Vec<&String> =
                called.flat_map(|name| &built[class][name].aliases).collect();
            for name in &member.names {
                let name = (*name).to_owned();
                assert!(aliases.contains(&&name), "{class}: {name} is not an alias of {aliases:?}");
            }
        }
        let members: Vec<&Member> = of(class).collect();
        let groups = members.chunk_by(|a, b| code(a) == code(b));
        let names: Vec<String> = groups
            .map(|group| match group[0].name() {
                "" => "~".to_owned(),
                name => name.to_lowercase(),
            })
            .collect();
        let others = names.iter().zip(&names[1..]).find(|(a, b)| a > b);
        assert_eq!(others, None, "{class}: these are not in alphabetical order");
    }
}

/// Returns why a signature of the table is not that of the source.
fn signature_fault(listed: &Signature, built: &syn::Signature) -> Option<String> {
    let ty =
        |text: &str| syn::parse_str::<Type>(text).unwrap_or_else(|err| panic!("{text}: {err}"));
    let mutates = built
        .receiver()
        .is_some_and(|receiver| receiver.mutability.is_some() && receiver.reference.is_some());
    let params: Vec<(String, Type)> = built
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(param) => match &*param.pat {
                Pat::Ident(name) => Some((name.ident.to_string(), (*param.ty).clone())),
                pattern => panic!("{pattern:?}"),
            },
            FnArg::Receiver(_) => None,
        })
        .collect();
    let listed_params: Vec<(String, Type)> =
        listed.params.iter().map(|param| (param.name.to_owned(), ty(param.ty))).collect();
    let returns = match &built.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some((**ty).clone()),
    };
    let listed_returns = Some(listed.returns).filter(|text| !text.is_empty()).map(ty);
    let faults = [
        (listed.mutates != mutates, "&mut self"),
        (listed_params != params, "the arguments"),
        (listed_returns != returns, "the result"),
    ];
    faults.into_iter().find(|(is_fault, _)| *is_fault).map(|(_, what)| what.to_owned())
}

#[test]
fn each_signature_in_the_table_is_that_of_the_source() {
    let built = source::members();
    let mut checked = 0;
    for (class, object) in CLASSES {
        for member in of(class) {
            let uses = [(&member.setter, member.setter_example), (&member.call, member.example)];
            for (signature, example) in uses {
                let Some(signature) = signature else { continue };
                let what = format!("{class}: {}", signature.name);
                assert_eq!(called(example, class, object), signature.name, "{what}");
                let source = &built[class][signature.name].signature;
                assert_eq!(signature_fault(signature, source), None, "{what}");
                checked += 1;
            }
        }
    }
    assert!(checked > 500, "only {checked} signatures were compared");
    let listed = of("Http").find(|member| member.name() == "QuickGetSb").unwrap();
    let listed = listed.call.as_ref().unwrap();
    for (other, fault) in [
        (
            "fn quick_get_sb(&mut self, url: &str, sb: &mut StringBuilder) -> Result<()>",
            "&mut self",
        ),
        ("fn quick_get_sb(&self, url: &str, sb: &StringBuilder) -> Result<()>", "the arguments"),
        (
            "fn quick_get_sb(&self, uri: &str, sb: &mut StringBuilder) -> Result<()>",
            "the arguments",
        ),
        ("fn quick_get_sb(&self, url: &str, sb: &mut StringBuilder)", "the result"),
    ] {
        let other = syn::parse_str(other).unwrap();
        assert_eq!(signature_fault(listed, &other).as_deref(), Some(fault));
    }
}

#[test]
fn each_use_of_a_member_is_rust() {
    for member in members().iter().filter(|member| !member.names.is_empty()) {
        let uses = member.uses();
        let code = [uses.set, uses.statement, uses.success, uses.value];
        let code: Vec<String> = code.into_iter().flatten().collect();
        let is_call = member.call.is_some() || member.setter.is_some();
        assert_eq!(!code.is_empty(), is_call, "{} {}", member.class, member.name());
        for code in code {
            let block = syn::parse_str::<syn::Block>(&format!("{{ {code} }}"));
            assert!(block.is_ok_and(|block| !block.stmts.is_empty()), "{code}");
        }
    }
}

#[test]
fn what_is_absent_is_not_built_and_its_replacement_is() {
    let built = source::members();
    let all: BTreeSet<&String> = built.values().flat_map(BTreeMap::keys).collect();
    let classes: BTreeSet<&str> = CLASSES.iter().map(|(class, _)| *class).collect();
    let mut names = BTreeSet::new();
    for Absent { class, member, instead, .. } in absent() {
        assert!(names.insert((class, member)), "{class} {member} is there twice");
        assert_eq!(
            classes.contains(class) || *class == "*",
            !member.is_empty(),
            "{class} {member}"
        );
        let is_built = of(class).any(|built| built.names.contains(member));
        assert!(!is_built, "{class}: {member} is built");
        for code in instead.split('`').skip(1).step_by(2) {
            let name = code.split('(').next().unwrap().to_owned();
            let is_member =
                name.contains('_') && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            let is_std = name == "chunks_exact_mut";
            assert!(!is_member || is_std || all.contains(&name), "{class} {member}: {name}");
        }
    }
}
