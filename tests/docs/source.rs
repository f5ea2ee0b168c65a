//! The sources as data: public members with their aliases, types, tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Group, TokenStream};
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, ForeignItemFn, Ident, ImplItem, Item, ItemMacro, LitStr, Macro, Meta, Signature,
    Token, Type, Visibility, braced,
};

/// The members of each type.
pub(crate) type Members = BTreeMap<String, BTreeMap<String, Member>>;

/// A public function of a type.
pub(crate) struct Member {
    pub(crate) aliases: Vec<String>,
    pub(crate) signature: Signature,
}

pub(crate) fn path(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

pub(crate) fn read(file: impl AsRef<Path>) -> String {
    fs::read_to_string(path(file)).unwrap()
}

/// Returns the items of a file.
pub(crate) fn items(file: &Path) -> Vec<Item> {
    let text = fs::read_to_string(file).unwrap();
    syn::parse_file(&text).unwrap_or_else(|err| panic!("{}: {err}", file.display())).items
}

/// Returns the Rust files in a folder and its subfolders.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect()
}

/// Returns the public functions of each type in `src`, from its `impl` blocks and from macros that
/// generate some.
pub(crate) fn members() -> Members {
    let mut members = Members::new();
    for file in files(&path("src")) {
        add_members(&mut members, &items(&file));
    }
    members
}

fn add_members(members: &mut Members, items: &[Item]) {
    for item in items {
        match item {
            Item::Impl(block) if block.trait_.is_none() => {
                for item in &block.items {
                    if let ImplItem::Fn(function) = item {
                        let of = type_name(&block.self_ty);
                        add_member(members, &of, &function.vis, &function.sig, &function.attrs);
                    }
                }
            }
            Item::Mod(module) => {
                add_members(members, module.content.as_ref().map_or(&[], |(_, items)| items));
            }
            Item::Macro(call) if is(&call.mac, "setters") || is(&call.mac, "fallible_setters") => {
                let setters: Setters = call.mac.parse_body().unwrap();
                for setter in setters.functions {
                    let mut signature = setter.sig;
                    signature.inputs.insert(0, syn::parse_quote!(&mut self));
                    signature.output = match is(&call.mac, "setters") {
                        true => syn::parse_quote!(-> &mut Self),
                        false => syn::parse_quote!(-> Result<&mut Self>),
                    };
                    let of = setters.of.to_string();
                    add_member(members, &of, &setter.vis, &signature, &setter.attrs);
                }
            }
            Item::Macro(ItemMacro { ident: Some(name), mac, .. }) => {
                let calls = items.iter().filter_map(|item| match item {
                    Item::Macro(call) if is(&call.mac, &name.to_string()) => Some(&call.mac),
                    _ => None,
                });
                for call in calls {
                    for made in expansions(mac, call) {
                        add_members(members, &made);
                    }
                }
            }
            Item::Macro(call) => {
                let name = &call.mac.path.segments[0].ident;
                assert!(
                    !call.mac.tokens.to_string().contains("pub fn"),
                    "{name}! is not supported here"
                );
            }
            _ => {}
        }
    }
}

fn add_member(
    members: &mut Members,
    of: &str,
    vis: &Visibility,
    signature: &Signature,
    attrs: &[Attribute],
) {
    if matches!(vis, Visibility::Public(_)) {
        let aliases = attrs.iter().filter_map(alias).collect();
        let member = Member { aliases, signature: signature.clone() };
        members.entry(of.to_owned()).or_default().insert(signature.ident.to_string(), member);
    }
}

/// Returns the name in `#[doc(alias = "name")]`.
fn alias(attr: &Attribute) -> Option<String> {
    let Meta::List(list) = &attr.meta else { return None };
    let alias = |input: ParseStream<'_>| {
        let key: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let name: LitStr = input.parse()?;
        Ok((key, name.value()))
    };
    let (key, name) = alias.parse2(list.tokens.clone()).ok()?;
    (list.path.is_ident("doc") && key == "alias").then_some(name)
}

fn type_name(of: &Type) -> String {
    match of {
        Type::Path(path) => path.path.segments.last().unwrap().ident.to_string(),
        _ => String::new(),
    }
}

fn is(mac: &Macro, name: &str) -> bool {
    mac.path.is_ident(name)
}

/// The body of `setters!`: `impl Type`, then functions without a body.
struct Setters {
    of: Ident,
    functions: Vec<ForeignItemFn>,
}

impl Parse for Setters {
    fn parse(input: ParseStream<'_>) -> syn::Result<Setters> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Token![impl]>()?;
        let of = input.parse()?;
        let body;
        braced!(body in input);
        let mut functions = Vec::new();
        while !body.is_empty() {
            functions.push(body.parse()?);
        }
        Ok(Setters { of, functions })
    }
}

/// Returns the items that a macro call generates if `$type` is its first argument and the items
/// have public functions.
fn expansions(definition: &Macro, call: &Macro) -> Vec<Vec<Item>> {
    let first = |input: ParseStream<'_>| {
        let first: Ident = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(first.to_string())
    };
    let Ok(first) = call.parse_body_with(first) else { return Vec::new() };
    let bodies = |input: ParseStream<'_>| {
        let mut bodies = Vec::new();
        while !input.is_empty() {
            input.parse::<Group>()?;
            input.parse::<Token![=>]>()?;
            bodies.push(input.parse::<Group>()?.stream().to_string());
            input.parse::<Option<Token![;]>>()?;
        }
        Ok(bodies)
    };
    let bodies = definition.parse_body_with(bodies).unwrap();
    let with_members = bodies.iter().filter(|body| body.contains("pub fn"));
    // The other arguments are only used in function bodies, so any name will do.
    let made = with_members
        .map(|body| body.replace("$ type", &first).replace("$type", &first).replace('$', ""));
    made.map(|made| syn::parse_file(&made).unwrap().items).collect()
}

/// Returns the variants of an enum in a file.
pub(crate) fn variants(file: &str, name: &str) -> BTreeSet<String> {
    let items = items(&path(file));
    let found = items.iter().find_map(|item| match item {
        Item::Enum(item) if item.ident == name => Some(&item.variants),
        _ => None,
    });
    found.expect(name).iter().map(|variant| variant.ident.to_string()).collect()
}

/// Returns the public types in `src` that derive `Debug`.
pub(crate) fn types_that_derive_debug() -> BTreeSet<String> {
    let mut types = BTreeSet::new();
    for item in files(&path("src")).iter().flat_map(|file| items(file)) {
        let (vis, name, attrs) = match &item {
            Item::Struct(item) => (&item.vis, &item.ident, &item.attrs),
            Item::Enum(item) => (&item.vis, &item.ident, &item.attrs),
            _ => continue,
        };
        let derives_debug =
            attrs.iter().filter(|attr| attr.path().is_ident("derive")).any(|attr| {
                let list = Punctuated::<syn::Path, Token![,]>::parse_terminated;
                attr.parse_args_with(list).unwrap().iter().any(|derived| derived.is_ident("Debug"))
            });
        if derives_debug && matches!(vis, Visibility::Public(_)) {
            types.insert(name.to_string());
        }
    }
    types
}

/// Returns the functions marked `#[test]` in a file, including those in `proptest!`.
pub(crate) fn tests(file: impl AsRef<Path>) -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    add_tests(&mut tests, &items(&path(file)));
    tests
}

fn add_tests(tests: &mut BTreeSet<String>, items: &[Item]) {
    for item in items {
        match item {
            Item::Fn(function) if is_test(&function.attrs) => {
                tests.insert(function.sig.ident.to_string());
            }
            Item::Mod(module) => {
                add_tests(tests, module.content.as_ref().map_or(&[], |(_, items)| items));
            }
            Item::Macro(call) if is(&call.mac, "proptest") => {
                tests.extend(call.mac.parse_body_with(properties).unwrap());
            }
            _ => {}
        }
    }
}

fn is_test(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("test"))
}

/// Parses the body of `proptest!`: functions whose arguments have strategies.
fn properties(input: ParseStream<'_>) -> syn::Result<Vec<String>> {
    input.call(Attribute::parse_inner)?;
    let mut tests = Vec::new();
    while !input.is_empty() {
        let attrs = input.call(Attribute::parse_outer)?;
        input.parse::<Token![fn]>()?;
        let name: Ident = input.parse()?;
        input.parse::<Group>()?;
        input.parse::<Group>()?;
        if is_test(&attrs) {
            tests.push(name.to_string());
        }
    }
    Ok(tests)
}
