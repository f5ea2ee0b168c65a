//! Programs at random, run before and after the passes.

use super::interpreter::{Rules, run};
use super::notation::tree;
use super::show::show;
use crate::passes::walk::names;
use crate::tree::{Block, StmtKind};

/// Numbers at random, the same ones in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn of<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.below(choices.len())]
    }
}

struct Writer {
    random: Random,
    out: String,
    budget: usize,
    functions: usize,
    in_loop: bool,
    in_function: bool,
}

const VARIABLES: [&str; 8] = ["a", "b", "c", "i", "n", "resp", "success", "g_n"];

impl Writer {
    fn line(&mut self, indent: usize, text: &str) {
        self.out.push_str(&"    ".repeat(indent));
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Assigns all variables: a name that nothing assigns is not a variable.
    fn assignments(&mut self, indent: usize) {
        for name in VARIABLES {
            self.line(indent, &format!("{name} = 0"));
        }
    }

    fn declarations(&mut self, indent: usize, all: bool) {
        for name in if all { &VARIABLES[indent..7] } else { &["b", "n"][..] } {
            self.line(indent, &format!("declare {name}"));
        }
    }

    fn value(&mut self) -> String {
        let name = self.random.of(&VARIABLES);
        let other = self.random.of(&VARIABLES);
        let number = self.random.below(4);
        match self.random.below(9) {
            0 | 1 => number.to_string(),
            2 => format!("\"{number}\""),
            3 | 4 => name.to_owned(),
            5 => format!("{name} + {number}"),
            6 => format!("{name} + {other}"),
            7 => format!("http.GetIt({name})"),
            _ => "http.Do()".to_owned(),
        }
    }

    fn cond(&mut self) -> String {
        let name = self.random.of(&VARIABLES);
        match self.random.below(4) {
            0 => format!("{name} < {}", self.random.below(4)),
            1 => format!("{name} == {}", self.random.of(&VARIABLES)),
            2 => "http.Do()".to_owned(),
            _ => format!("not {name}"),
        }
    }

    fn block(&mut self, indent: usize) {
        for _ in 0..1 + self.random.below(4) {
            self.stmt(indent);
        }
    }

    fn stmt(&mut self, indent: usize) {
        if self.budget == 0 || indent > 4 {
            self.line(indent, "print a");
            return;
        }
        self.budget -= 1;
        let name = self.random.of(&VARIABLES);
        let value = self.value();
        match self.random.below(24) {
            0..=5 => self.line(indent, &format!("{name} = {value}")),
            6 | 7 => self.line(indent, &format!("print {value}")),
            8 if name != "g_n" => self.line(indent, &format!("declare {name}")),
            9 => self.line(indent, &format!("http.Do({name})")),
            10 | 11 => {
                let cond = self.cond();
                self.line(indent, &format!("if {cond}:"));
                self.block(indent + 1);
                if self.random.below(2) == 0 {
                    self.line(indent, "else:");
                    self.block(indent + 1);
                }
            }
            12 | 13 => self.counting(indent),
            14 => {
                let cond = self.cond();
                self.looped(indent, &format!("while {cond}:"));
            }
            15 => {
                let step = self.random.of(&["", " step 2", " step -1"]);
                let to = self.random.of(&["3", "n", "=3", "b"]);
                self.looped(indent, &format!("for {name} in 0..{to}{step}:"));
            }
            16 => self.looped(indent, &format!("foreach {name} in [1, 2, a]:")),
            17 if self.in_loop => {
                let jump = self.random.of(&["break", "continue"]);
                let cond = self.cond();
                self.line(indent, &format!("if {cond}:"));
                self.line(indent + 1, jump);
            }
            18 if self.in_function => self.line(indent, &format!("return {name}")),
            18 => self.line(indent, "exit"),
            19 if self.functions > 0 => {
                let function = self.random.below(self.functions);
                self.line(indent, &format!("{name} = f{function}({value}, http)"));
            }
            20 | 21 => self.guard(indent),
            22 => self.tried(indent),
            _ => self.looped(indent, "do:"),
        }
    }

    fn looped(&mut self, indent: usize, head: &str) {
        let was = std::mem::replace(&mut self.in_loop, true);
        self.line(indent, head);
        self.block(indent + 1);
        if head == "do:" {
            let cond = self.cond();
            self.line(indent, &format!("dowhile {cond}:"));
        }
        self.in_loop = was;
    }

    fn counting(&mut self, indent: usize) {
        let name = self.random.of(&["i", "n"]);
        self.line(indent, &format!("{name} = {}", self.random.0 % 2));
        if self.random.below(3) == 0 {
            self.line(indent, "b = http.GetIt(2)");
        }
        let limit = self.random.of(&["3", "b", "a"]);
        let was = std::mem::replace(&mut self.in_loop, true);
        self.line(indent, &format!("while {name} < {limit}:"));
        self.block(indent + 1);
        self.line(indent + 1, &format!("{name} = {name} + 1"));
        self.in_loop = was;
        if self.random.below(3) == 0 {
            self.line(indent, &format!("print {name}"));
        }
    }

    fn guard(&mut self, indent: usize) {
        let leave = match (self.in_loop, self.in_function) {
            (true, _) => self.random.of(&["break", "continue", "exit 1", "print a"]),
            (_, true) => self.random.of(&["return 1", "throw http.LastErrorText", "b = 2"]),
            _ => self.random.of(&["exit 1", "exit", "throw http.LastErrorText", "print a"]),
        };
        match self.random.below(3) {
            0 => {
                self.line(indent, "resp = http.QuickGetObj(a)");
                let cond = self.random.of(&[
                    "http.LastMethodSuccess == false",
                    "resp == null",
                    "not resp",
                ]);
                self.line(indent, &format!("if {cond}:"));
            }
            1 => {
                self.line(indent, "success = http.QuickGetSb(a, b)");
                let cond = self.random.of(&[
                    "success == false",
                    "success != 1",
                    "not success",
                    "http.LastMethodSuccess != true",
                ]);
                self.line(indent, &format!("if {cond}:"));
            }
            _ => {
                let cond = self.random.of(&["not ", ""]);
                self.line(indent, &format!("if {cond}http.QuickGetSb(a, b):"));
            }
        }
        self.line(indent + 1, "print http.LastErrorText");
        if self.random.below(6) == 0 {
            self.line(indent, "if http.LastMethodSuccess == false:");
        }
        self.line(indent + 1, leave);
        if self.random.below(4) == 0 {
            self.line(indent, "else:");
            self.block(indent + 1);
        }
    }

    fn tried(&mut self, indent: usize) {
        // The condition behind a `continue` comes before `finally` in an endless loop.
        let was = std::mem::replace(&mut self.in_loop, false);
        self.line(indent, "try:");
        self.block(indent + 1);
        if self.random.below(2) == 0 {
            self.line(indent + 1, "throw a");
        }
        self.line(indent, "catch e:");
        self.line(indent + 1, "print e");
        self.block(indent + 1);
        if self.random.below(3) == 0 {
            self.line(indent, "finally:");
            self.line(indent + 1, "print b");
        }
        self.in_loop = was;
    }
}

/// Gives the variables of functions other names than those of the script: they are not the same ones.
fn with_own_names(mut script: Block) -> Block {
    for stmt in &mut script {
        let StmtKind::Function(function) = &mut stmt.kind else { continue };
        let rename = |name: &mut String| {
            if !name.starts_with("g_") {
                name.insert_str(0, &format!("{}_", function.name));
            }
        };
        function.params.iter_mut().for_each(|param| rename(&mut param.name));
        names(&mut function.body, &mut |_, name| rename(name));
    }
    script
}

/// Returns a program. Where its end is never reached, all variables are declared at the start.
fn program(seed: u64) -> String {
    let text = written(seed, false);
    let is_cut =
        show(&super::super::run(with_own_names(tree(&text)), false)).contains("never reached");
    if is_cut { written(seed, true) } else { text }
}

fn written(seed: u64, declared: bool) -> String {
    let mut writer = Writer {
        random: Random(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) + 1),
        out: String::new(),
        budget: 30,
        functions: 0,
        in_loop: false,
        in_function: false,
    };
    writer.line(0, "declare http = new Http");
    writer.line(0, "declare g_n = 1");
    writer.declarations(0, declared);
    if seed % 3 == 0 {
        for name in ["a", "b"] {
            writer.line(0, &format!("declare {name} = 1"));
        }
    }
    for at in 0..seed % 3 {
        writer.functions = at as usize;
        writer.in_function = true;
        writer.line(0, &format!("fn f{at}(a, http):"));
        writer.declarations(1, declared);
        writer.block(1);
        writer.assignments(1);
        writer.in_function = false;
        writer.functions = at as usize + 1;
    }
    writer.budget = 30;
    for _ in 0..6 {
        writer.stmt(0);
    }
    writer.line(0, "print b");
    writer.assignments(0);
    writer.out
}

/// Compares what a program does before and after; what it does within a number of steps if it does not end.
fn compare(text: &str, literal: bool) {
    let mut before = with_own_names(tree(text));
    // The rules of a script have one variable for each name.
    super::super::scopes::run(&mut before);
    let after = super::super::run(before.clone(), literal);
    for seed in 0..6 {
        let mut expected = run(&before, Rules::Script, seed);
        let mut got = run(&after, Rules::Rust, seed);
        let is_cut = |trace: &[String]| trace.last().is_some_and(|end| end == "steps");
        if is_cut(&expected) || is_cut(&got) {
            for trace in [&mut expected, &mut got] {
                if is_cut(trace) {
                    trace.pop();
                }
            }
            let len = expected.len().min(got.len());
            expected.truncate(len);
            got.truncate(len);
        }
        let at = got.iter().zip(&expected).take_while(|(got, expected)| got == expected).count();
        assert_eq!(got.get(at), expected.get(at), "{seed} {at}\n{text}\n----\n{}", show(&after));
    }
}

#[test]
fn the_passes_do_not_change_what_a_program_does() {
    for seed in 0..700 {
        compare(&program(seed), false);
    }
}

#[test]
fn the_passes_do_not_change_what_a_program_does_in_the_literal_form() {
    for seed in 0..300 {
        compare(&program(seed), true);
    }
}
