//! The lines of `members.tsv`.
//!
//! Each line is a Chilkat member, or several with the same arguments. Its columns are the fields of [`Member`]. An
//! argument is `name: type`, `out name: type` if the call fills it, or `name = code` for a Rust argument that Chilkat's
//! method does not have. Rust's arguments are found by name.

use super::{Arg, Fails, Kind, Member, Param, Signature};

pub(super) const LINES: &str = include_str!("../../members.tsv");

/// Reads a line. `None` if it is not one of the table.
pub(super) fn member(line: &'static str) -> Option<Member> {
    let mut columns = line.split('\t');
    let mut next = || columns.next();
    let (class, names, kind) = (next()?, next()?, next()?);
    let (args, returns) = (next()?, next()?);
    let (call, setter, fails) = (next()?, next()?, next()?);
    let (example, setter_example) = (next()?, next()?);
    let (difference, since, removed) = (next()?, next()?, next()?);
    let kind = match kind {
        "property" => Kind::Property,
        "method" => Kind::Method,
        _ => return None,
    };
    let fails = match fails {
        "never" => Fails::Never,
        "program" => Fails::Program,
        "data" => Fails::Data,
        "system" => Fails::System,
        _ => return None,
    };
    let fixed: Vec<(&str, &str)> =
        split(args).into_iter().filter_map(|arg| arg.split_once(" = ")).collect();
    let args: Vec<Arg> = split(args).into_iter().filter_map(arg).collect();
    let signature = |text| signature(text, &args, &fixed, returns);
    Some(Member {
        class,
        names: split(names),
        kind,
        call: signature(call),
        setter: signature(setter),
        args,
        returns,
        fails,
        example,
        setter_example,
        difference,
        since,
        removed,
    })
}

fn arg(text: &'static str) -> Option<Arg> {
    let (name, ty) = text.split_once(": ")?;
    let filled = name.strip_prefix("out ");
    Some(Arg { name: filled.unwrap_or(name), ty, is_filled: filled.is_some() })
}

/// Reads `name(&self, param: type) -> type`. A property's setter has one argument, of the property's type.
fn signature(
    text: &'static str,
    args: &[Arg],
    fixed: &[(&'static str, &'static str)],
    property: &'static str,
) -> Option<Signature> {
    let open = text.find('(')?;
    let close = open + end_of_list(text.get(open + 1..)?)? + 1;
    let receiver_and_params = split(text.get(open + 1..close)?);
    let params = receiver_and_params.iter().filter_map(|param| {
        let (name, ty) = param.split_once(": ")?;
        let position = args.iter().position(|arg| arg.name == name);
        let arg = position.and_then(|at| args.get(at));
        let fixed = fixed.iter().find(|(fixed, _)| *fixed == name).map_or("", |fixed| fixed.1);
        let is_setter = args.is_empty() && fixed.is_empty();
        Some(Param {
            name,
            ty,
            chilkat: arg.map_or(if is_setter { property } else { "text" }, |arg| arg.ty),
            is_filled: arg.is_some_and(|arg| arg.is_filled),
            position: if is_setter { Some(0) } else { position },
            fixed,
        })
    });
    Some(Signature {
        name: text.get(..open)?.split('<').next()?,
        mutates: receiver_and_params.first() == Some(&"&mut self"),
        params: params.collect(),
        returns: text.get(close + 1..)?.trim_start_matches(" -> "),
    })
}

/// Returns where the bracket that is open before the text is closed.
fn end_of_list(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
        None
    })
}

/// Splits at the commas that are outside of brackets and quotes.
pub(super) fn split(text: &'static str) -> Vec<&'static str> {
    let (mut depth, mut is_quoted, mut start) = (0_usize, false, 0);
    let mut items = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' | '<' | '[' => depth += 1,
            ')' | '>' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                items.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    items.extend(text.get(start..));
    items.into_iter().map(str::trim).filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::members;
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_member() {
        let head = "class\tnames\tkind\targs\treturns\tcall\tsetter\tfails\texample\tsetter_example\
                    \tdifference\tsince\tremoved";
        assert_eq!(LINES.lines().next(), Some(head));
        for line in LINES.lines().skip(1) {
            assert!(member(line).is_some() && line.matches('\t').count() == 12, "{line}");
        }
        assert!(members().len() > 450, "{}", members().len());
    }

    #[test]
    fn each_argument_of_each_signature_gets_a_value() {
        for member in members().iter().filter(|member| !member.names.is_empty()) {
            for signature in [&member.call, &member.setter].into_iter().flatten() {
                for param in &signature.params {
                    assert!(
                        param.position.is_some() || !param.fixed.is_empty(),
                        "{} {:?}: {param:?}",
                        member.class,
                        member.names
                    );
                    assert!(!param.chilkat.is_empty() && !param.ty.is_empty(), "{param:?}");
                }
            }
            assert!(member.call.is_some() != member.example.is_empty() || member.call.is_none());
            assert_eq!(member.setter.is_some(), !member.setter_example.is_empty(), "{member:?}");
        }
    }

    #[test]
    fn names_and_types_are_those_of_the_classes() {
        let types: BTreeSet<&str> = members().iter().flat_map(|m| &m.args).map(|a| a.ty).collect();
        let known = [
            "BinData",
            "Cert",
            "HttpRequest",
            "HttpResponse",
            "JsonArray",
            "JsonObject",
            "StringBuilder",
            "StringTable",
            "bool",
            "bytes",
            "function",
            "int",
            "text",
        ];
        assert_eq!(types, BTreeSet::from(known));
        let mut names = BTreeSet::new();
        for member in members() {
            for name in &member.names {
                let name = format!("{}.{}", member.class, name.to_lowercase());
                assert!(names.insert(name.clone()), "{name} is there twice");
            }
        }
    }

    #[test]
    fn a_signature_is_read_with_its_arguments() {
        let line = "HttpRequest\tAddBytesForUpload\tmethod\tname: text, out data: bytes, kind = \"\"\tsuccess\t\
                    add<T: Ord>(&mut self, name: &str, data: impl Fn(u8, u8), kind: &str) -> Result<(), T>\t\t\
                    never\tx\t\t\t\t";
        let member = member(line).unwrap();
        let call = member.call.unwrap();
        assert_eq!((call.name, call.mutates, call.returns), ("add", true, "Result<(), T>"));
        let params: Vec<_> = call
            .params
            .iter()
            .map(|p| (p.name, p.ty, p.chilkat, p.is_filled, p.position, p.fixed))
            .collect();
        assert_eq!(
            params,
            [
                ("name", "&str", "text", false, Some(0), ""),
                ("data", "impl Fn(u8, u8)", "bytes", true, Some(1), ""),
                ("kind", "&str", "text", false, None, "\"\""),
            ]
        );
        assert_eq!(member.args.len(), 2);
    }
}
