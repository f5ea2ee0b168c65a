//! Arguments between parentheses and brackets.

use super::super::node::Node;
use super::measure::{first_line, first_width, last_width, newlines, width};
use super::{Around, Layout, Mode, SHORT_WIDTH, Shape, TAB, newline};

/// The macros whose first argument is a format string.
const FORMATS: [&str; 8] = [
    "eprint!",
    "eprintln!",
    "format!",
    "format_args!",
    "print!",
    "println!",
    "panic!",
    "unreachable!",
];

/// Literals in a list with several on a line are not wider.
const SHORT_ITEM: usize = 10;

#[derive(Clone, Copy, PartialEq)]
enum Tactic {
    Horizontal,
    Vertical,
    /// As many on a line as fit.
    Mixed,
    /// The format string on a line and the arguments on the next.
    FormatString,
}

/// The signs around a list, and what they say of it.
#[derive(Clone, Copy)]
struct Brackets {
    open: &'static str,
    close: &'static str,
    /// Whether these are arguments of a macro.
    of_macro: bool,
    /// Whether the last one of a vertical list has a comma.
    trailing_comma: bool,
}

/// A list of arguments that is being laid out.
struct List<'a> {
    ident: &'a str,
    args: &'a [Node],
    /// Whether these are arguments of a macro.
    of_macro: bool,
    /// Whether the last one of a vertical list has a comma.
    trailing_comma: bool,
    around: Around,
    one_line: Shape,
    one_line_width: usize,
    nested: Shape,
}

impl Layout {
    pub(super) fn call(
        &mut self,
        callee: &str,
        args: &[Node],
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let of =
            Brackets { open: "(", close: ")", of_macro: false, trailing_comma: !around.in_macro };
        self.list(callee, args, of, shape, around)
    }

    pub(super) fn array(&mut self, items: &[Node], shape: Shape, around: Around) -> Option<String> {
        let of =
            Brackets { open: "[", close: "]", of_macro: false, trailing_comma: !around.in_macro };
        self.list("", items, of, shape, around)
    }

    pub(super) fn macro_call(
        &mut self,
        name: &str,
        args: &[Node],
        square: bool,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let (open, close) = if square { ("[", "]") } else { ("(", ")") };
        if args.is_empty() {
            return Some(format!("{name}{open}{close}"));
        }
        if let (Some(name), [item, count]) = (name.strip_suffix(";!"), args) {
            let item = self.expr(item, shape, around)?;
            let count = self.expr(count, shape, around)?;
            let sign = if name.is_empty() { "" } else { "!" };
            return Some(format!("{name}{sign}[{item}; {count}]"));
        }
        // The items of a `vec!` are laid out like those of an array.
        let is_array = square && !around.in_macro;
        let inside = Around { in_macro: !is_array, ..around };
        let of = Brackets { open, close, of_macro: true, trailing_comma: is_array };
        self.list(name, args, of, shape, inside)
    }

    fn list(
        &mut self,
        ident: &str,
        args: &[Node],
        of: Brackets,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let Brackets { open, close, .. } = of;
        if self.mode == Mode::LongLines {
            let texts = args.iter().map(|arg| self.expr(arg, shape, around));
            let texts: Vec<String> = texts.collect::<Option<_>>()?;
            return Some(format!("{ident}{open}{}{close}", texts.join(", ")));
        }
        let used = match ident.rfind('\n') {
            Some(at) => ident.len().saturating_sub(at + 1 + shape.used()),
            None => ident.len(),
        };
        let nested = self.line(shape.indent + TAB);
        let list = List {
            ident,
            args,
            of_macro: of.of_macro,
            trailing_comma: of.trailing_comma,
            around,
            one_line: shape
                .behind(last_width(ident) + 1)
                .and_then(|shape| shape.sub(1))
                .unwrap_or(Shape { width: 0, ..shape }),
            one_line_width: shape.width.saturating_sub(used + 2),
            nested: Shape { width: nested.width.saturating_sub(1), ..nested },
        };
        let (tactic, text) = self.items(&list)?;
        let wide = shape.width.saturating_sub(last_width(ident));
        let needed = if text.is_empty() { 2 } else { first_width(&text) + 1 };
        Some(if tactic == Tactic::Horizontal && needed <= wide {
            format!("{ident}{open}{text}{close}")
        } else if text.is_empty() {
            format!("{ident}{open}{}{close}", newline(shape.indent))
        } else {
            let (inside, outside) = (newline(list.nested.indent), newline(shape.indent));
            format!("{ident}{open}{inside}{text}{outside}{close}")
        })
    }

    fn items(&mut self, list: &List<'_>) -> Option<(Tactic, String)> {
        let mut texts: Vec<Option<String>> =
            list.args.iter().map(|arg| self.expr(arg, list.nested, list.around)).collect();
        let tactic = self.tactic(list, &mut texts);
        let texts: Vec<String> = texts.into_iter().collect::<Option<_>>()?;
        Some((tactic, joined(list, tactic, &texts)))
    }

    /// Chooses a layout. The last text becomes one that may begin on the line of the others.
    fn tactic(&mut self, list: &List<'_>, texts: &mut [Option<String>]) -> Tactic {
        let Some(last) = list.args.last() else {
            return Tactic::Horizontal;
        };
        let at = list.args.len() - 1;
        let single = at == 0;
        let combined = single && list.ident.len() < TAB;
        let overflows = combined || can_overflow(last, list.args.len());
        let mut overflowed = None;
        if overflows {
            let is_method = matches!(last.inner(), Node::Method { .. });
            let around = Around {
                one_line_chain: list.around.one_line_chain || (!combined && is_method),
                ..list.around
            };
            overflowed = last_shape(list, texts)
                .and_then(|shape| self.overflowing(list, last, shape, around));
            if let Some(text) = &overflowed {
                texts[at] = Some(first_line(text).to_owned());
            }
        }
        if one_line_or_not(texts, list.one_line_width) == Tactic::Horizontal {
            if let Some(text) = overflowed {
                // A call with only one line inside is not nested if it fits on a line by itself.
                let alone = if single && newlines(&text) == 1 {
                    self.expr(last, list.nested, list.around).filter(|text| !text.contains('\n'))
                } else {
                    None
                };
                texts[at] = Some(alone.unwrap_or(text));
                return Tactic::Horizontal;
            }
        }
        texts[at] = self.expr(last, list.nested, list.around);
        let text = texts[at].as_deref().unwrap_or("");
        if single
            && list.one_line_width != 0
            && !text.contains('\n')
            && width(text) <= list.one_line_width
        {
            return Tactic::Horizontal;
        }
        match one_line_or_not(texts, list.one_line_width) {
            Tactic::Vertical => vertical(list, texts),
            tactic => tactic,
        }
    }

    /// Lays out the last argument so that it may begin on the line of the others.
    fn overflowing(
        &mut self,
        list: &List<'_>,
        last: &Node,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        if list.of_macro {
            return self.expr(last, shape, around);
        }
        match last {
            Node::Closure { params, body } => {
                let closures =
                    list.args.iter().filter(|arg| matches!(arg, Node::Closure { .. })).count();
                if closures > 1 { None } else { self.last_closure(params, body, shape, around) }
            }
            _ => {
                let cond = self.condition(last, shape, around);
                if cond.is_some_and(|cond| cond.contains('\n')) {
                    return None;
                }
                self.expr(last, shape, around)
            }
        }
    }
}

/// Returns the space of the last argument behind the others.
fn last_shape(list: &List<'_>, texts: &[Option<String>]) -> Option<Shape> {
    if let [only] = list.args {
        if !matches!(only.inner(), Node::Call { .. } | Node::Macro { .. }) {
            return Some(list.one_line);
        }
    }
    let before: usize = texts[..texts.len() - 1]
        .iter()
        .map(|text| 2 + text.as_ref().map_or(0, |text| text.len()))
        .sum();
    Shape { width: list.one_line.width.min(SHORT_WIDTH), ..list.one_line }.behind(before)
}

fn one_line_or_not(texts: &[Option<String>], limit: usize) -> Tactic {
    let mut total = 2 * texts.len().saturating_sub(1);
    for text in texts.iter().flatten() {
        if text.contains('\n') {
            return Tactic::Vertical;
        }
        total += width(text);
    }
    if total <= limit.min(SHORT_WIDTH) { Tactic::Horizontal } else { Tactic::Vertical }
}

/// Chooses among the layouts with more than one line.
fn vertical(list: &List<'_>, texts: &[Option<String>]) -> Tactic {
    if list.of_macro && FORMATS.contains(&list.ident) {
        let values = texts.get(1..).unwrap_or_default();
        let total: usize = values.iter().flatten().map(|text| width(text)).sum::<usize>()
            + 2 * values.len().saturating_sub(1);
        let fits =
            total <= list.nested.width && values.iter().flatten().all(|text| !text.contains('\n'));
        let simple = list.args.iter().skip(1).all(Node::is_simple);
        return if simple && fits { Tactic::FormatString } else { Tactic::Vertical };
    }
    let short = texts.iter().all(|text| text.as_ref().is_none_or(|text| text.len() <= SHORT_ITEM));
    if short && list.args.iter().all(Node::is_simple) { Tactic::Mixed } else { Tactic::Vertical }
}

fn joined(list: &List<'_>, tactic: Tactic, texts: &[String]) -> String {
    let indent = newline(list.nested.indent);
    let comma = if list.trailing_comma { "," } else { "" };
    match tactic {
        Tactic::Horizontal => texts.join(", "),
        Tactic::Vertical => texts.join(&format!(",{indent}")) + comma,
        Tactic::FormatString => match texts.split_first() {
            Some((first, [])) => first.clone(),
            Some((first, rest)) => format!("{first},{indent}{}", rest.join(", ")),
            None => String::new(),
        },
        Tactic::Mixed => {
            let mut result = String::new();
            let mut line = 0;
            let mut broken = false;
            for (at, text) in texts.iter().enumerate() {
                let is_last = at + 1 == texts.len();
                let separator = usize::from(!is_last || broken);
                let needed = width(text) + separator;
                if line > 0 && line + 1 + needed > list.nested.width {
                    result.push_str(&indent);
                    line = 0;
                    broken = true;
                } else if line > 0 {
                    result.push(' ');
                    line += 1;
                }
                line += needed;
                result.push_str(text);
                result.push_str(if is_last { comma } else { "," });
            }
            result
        }
    }
}

/// Whether the last of some arguments may begin on the line of the others and go on below.
fn can_overflow(node: &Node, args: usize) -> bool {
    match node {
        Node::Array(_)
        | Node::Match { .. }
        | Node::Macro { .. }
        | Node::Call { .. }
        | Node::Method { .. } => args == 1,
        Node::If { .. } | Node::For { .. } | Node::Loop(_) | Node::While { .. } => args == 1,
        Node::Block(_) | Node::Closure { .. } => true,
        Node::Prefix { value, .. } | Node::Try(value) | Node::Cast { value, .. } => {
            can_overflow(value, args)
        }
        _ => false,
    }
}
