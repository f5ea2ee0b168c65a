//! Why the constructs that have no counterpart are not ported.

/// Kinds of nodes, with what they are.
const PROSE: &[(&str, &str)] = &[
    ("labeled_statement", "a label"),
    ("goto_statement", "`goto`"),
    ("go_statement", "`go`"),
    ("defer_statement", "`defer`"),
    ("select_statement", "`select`"),
    ("send_statement", "a channel"),
    ("fallthrough_statement", "`fallthrough`"),
    ("assert_statement", "`assert`"),
    ("yield_statement", "`yield`"),
    ("fixed_statement", "`fixed`"),
    ("co_return_statement", "a coroutine"),
    ("type_switch_statement", "a `switch` over types"),
    ("type_assertion_expression", "a test of a type"),
    ("type_conversion_expression", "a conversion to this type"),
    ("instanceof_expression", "a test of a type"),
    ("typeof_expression", "`typeof`"),
    ("query_expression", "a query"),
    ("range_expression", "a range"),
    ("with_expression", "a copy with changes"),
    ("tuple_expression", "a tuple"),
    ("anonymous_object_creation_expression", "an object without a class"),
    ("method_reference", "a reference to a method"),
    ("class_literal", "a class as a value"),
    ("enum_declaration", "an `enum`"),
    ("enum_specifier", "an `enum`"),
    ("interface_declaration", "an interface"),
    ("delegate_declaration", "a delegate"),
    ("event_field_declaration", "an event"),
    ("operator_declaration", "an operator of the script"),
    ("indexer_declaration", "an indexer"),
    ("annotation_type_declaration", "an annotation"),
    ("template_declaration", "a template"),
    ("template_function", "a template"),
    ("type_definition", "a type of the script"),
    ("union_specifier", "a `union`"),
    ("concept_definition", "a template"),
    ("compound_literal_expression", "a value of a `struct`"),
    ("variadic_argument", "a list as several arguments"),
    ("spread_element", "a list as several items"),
];

/// Returns why a node of a kind is not ported.
pub(super) fn of(kind: &str) -> String {
    match PROSE.iter().find(|row| row.0 == kind) {
        Some((_, what)) => format!("{what} has no counterpart here"),
        None => "this is not understood here".to_owned(),
    }
}
