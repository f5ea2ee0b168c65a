//! The statements around curl in a text for bash: variables that are set, commands whose output curl reads, and
//! commands that change no request. Any other statement before a curl command is a fault that names it.

use std::collections::HashMap;

use memchr::memmem;

use super::Fault;
use super::args::awaits_value;
use super::lexer::{CommandLine, Lexer, Redirect, Word, is_blank, is_name, operator, split_name};
use super::shell_variables::Value;
use super::stdin::{Input, output_of};

/// The kind of the statement that is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Mode {
    /// Its program is not yet known; it may only set variables.
    #[default]
    Start,
    Curl,
    /// `export` and others, whose arguments set variables.
    Declaration,
    Other,
}

/// What connects a statement to the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Operator {
    /// A line end, `;`, `&` or `&&`.
    #[default]
    Next,
    Or,
    Pipe,
}

/// The state of reading the statements of a text.
#[derive(Default)]
pub(super) struct ShellScript {
    pub(super) mode: Mode,
    /// The statement whose output the current one reads.
    pub(super) piped: Option<CommandLine>,
    /// The values of the variables that the text sets.
    pub(super) values: HashMap<String, Value>,
    /// The assignments before the program of the current statement.
    prefix: Vec<Word>,
    /// A program such as `sudo` before the program of the current statement.
    wrapper: Option<String>,
    before: Operator,
    /// Whether curl writes to the pipeline of the current statement.
    reads_curl: bool,
    /// The offset of a file to which a statement other than curl writes.
    output: Option<usize>,
    /// The offset of the last `curl` in the text, which may be no command.
    last_curl: Option<usize>,
    /// The bytes of all values that have been inserted.
    pub(super) inserted: usize,
}

/// Programs that run another one.
const WRAPPERS: &[&str] = &["sudo", "time", "command", "env", "exec", "nohup", "builtin"];

/// Programs whose arguments are assignments.
const DECLARATIONS: &[&str] = &["export", "declare", "typeset", "readonly", "local", "unset"];

/// Programs that do not change a request, unless curl reads their output.
const HARMLESS: &[&str] = &[
    "cat", "clear", "date", "echo", "hash", "hostname", "ls", "printf", "pwd", "set", "shopt",
    "sleep", "source", "true", "type", "uname", "wait", "which", "whoami", ".", ":",
];

/// Words that start or continue a compound command, unless a page may show them in a response.
const KEYWORDS: &[&str] = &[
    "if", "for", "while", "until", "case", "select", "function", "then", "do", "done", "fi",
    "else", "elif", "esac", "coproc",
];

/// Compound commands that consist of punctuation.
const MARKS: &[&str] = &["{", "}", "[", "[[", "test"];

impl ShellScript {
    /// The state for a text in which only curl commands are read.
    pub(super) fn of_curl() -> ShellScript {
        ShellScript { mode: Mode::Curl, ..ShellScript::default() }
    }

    pub(super) fn of_text(text: &str) -> ShellScript {
        ShellScript { last_curl: last_curl(text), ..ShellScript::default() }
    }
}

/// Returns the offset of the last word curl.
fn last_curl(text: &str) -> Option<usize> {
    let is_between = |c: char| c.is_whitespace() || "|;&()`'\"$/\\={".contains(c);
    let is_word = |at: &usize| {
        let after = &text[at + 4..];
        let after = after.strip_prefix(".exe").unwrap_or(after);
        text[..*at].chars().next_back().is_none_or(is_between)
            && after.chars().next().is_none_or(|c| c.is_whitespace() || "|;&()`'\"\\}".contains(c))
    };
    // A search from the end would be slower than this one from the start.
    memmem::find_iter(text.as_bytes(), "curl").filter(is_word).last()
}

/// Whether a word is the program curl.
pub(super) fn is_curl(word: &Word) -> bool {
    let program = String::from_utf8_lossy(&word.bytes);
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    name == "curl" || name.eq_ignore_ascii_case("curl.exe")
}

/// Programs that texts without curl start with.
const OTHER_PROGRAMS: &[&str] = &[
    "Invoke-RestMethod",
    "Invoke-WebRequest",
    "fetch",
    "http",
    "https",
    "irm",
    "iwr",
    "node",
    "php",
    "python",
    "python3",
    "ruby",
    "wget",
    "xh",
];

/// Returns a name to quote in an error, if it is short and plain, and thus no secret.
fn shown(word: &Word) -> Option<&str> {
    let name = std::str::from_utf8(&word.bytes).ok()?;
    let name = name.rsplit('/').next().unwrap_or_default();
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-[{}".contains(&b);
    (!name.is_empty() && name.len() <= 16 && name.bytes().all(is_plain)).then_some(name)
}

/// Returns why a statement with this program cannot be skipped.
fn refusal(name: &str) -> String {
    if KEYWORDS.contains(&name) || MARKS.contains(&name) {
        return format!(
            "`{name}` needs a shell; give only the curl command, with values for what the script sets"
        );
    }
    let why = match name {
        "cd" | "pushd" | "popd" => {
            "it changes the folder of the files that curl names; remove it, and write the paths from the \
             current folder"
        }
        "read" => {
            "it asks for a value; remove it, and give the value to the variable that curl uses"
        }
        "eval" | "bash" | "sh" | "zsh" | "xargs" | "parallel" => {
            "it runs other commands; give the curl command itself"
        }
        "timeout" => "use curl's option -m for a time limit",
        "wget" | "http" | "https" => "only curl commands are read; write it for curl",
        "alias" | "trap" => "remove it, and give the curl command itself",
        _ => {
            "zoomkat runs no program; run it first, put what curl needs in a file or a variable, and give only \
             the curl command"
        }
    };
    format!("`{name}`: {why}")
}

impl Lexer<'_> {
    /// Whether no further curl command is in the text.
    pub(super) fn is_done(&self) -> bool {
        self.script.mode != Mode::Curl
            && !self.commands.is_empty()
            && self.script.piped.is_none()
            && self.script.last_curl.is_none_or(|at| at < self.at)
            && self.word.is_none()
    }

    /// Skips to the here-document whose lines follow, or to the end of the text.
    pub(super) fn skip_rest_of_script(&mut self) {
        let rest = self.rest();
        let length = match self.here_document {
            Some(_) => rest.find('\n').unwrap_or(rest.len()),
            None => rest.len(),
        };
        self.at += length;
    }

    /// Whether a word that is the first of its line starts a statement after a curl command without an operator.
    pub(super) fn starts_statement(&self, word: &Word) -> bool {
        if self.command.words.last().is_some_and(awaits_value) {
            return false;
        }
        let name = std::str::from_utf8(&word.bytes).unwrap_or_default();
        let is_listed = |list: &[&str]| name.len() > 1 && list.contains(&name);
        let is_named = || {
            [WRAPPERS, DECLARATIONS, HARMLESS, KEYWORDS, &["cd", "read"]].into_iter().any(is_listed)
        };
        !word.quoted && is_curl(word)
            || self.is_script() && (self.is_assignment(word) || !word.quoted && is_named())
    }

    /// Whether a word is `NAME=value`.
    fn is_assignment(&self, word: &Word) -> bool {
        let (name, after) = split_name(&self.text[word.at..]);
        is_name(name) && (after.starts_with('=') || after.starts_with("+="))
    }

    /// Whether the current word is an assignment, whose value bash does not split.
    pub(super) fn is_in_assignment(&self) -> bool {
        self.word.as_ref().is_some_and(|word| match self.script.mode {
            Mode::Start | Mode::Declaration => self.is_assignment(word),
            Mode::Curl => self.first_of_line && self.starts_statement(word),
            Mode::Other => false,
        })
    }

    /// Whether the current word belongs to a curl command.
    pub(super) fn is_in_curl(&self) -> bool {
        self.script.mode == Mode::Curl && !self.is_in_assignment()
    }

    /// Handles the first words of a statement, up to its program.
    pub(super) fn start_statement(&mut self, word: Word) -> Result<(), Fault> {
        if self.is_assignment(&word) {
            self.script.prefix.push(word);
            return Ok(());
        }
        if is_curl(&word) {
            return self.start_curl(word);
        }
        let text = String::from_utf8_lossy(&word.bytes).into_owned();
        if let Some(wrapper) = &self.script.wrapper {
            match (wrapper.as_str(), text.as_str()) {
                ("command", "-v" | "-V") => {
                    self.script.mode = Mode::Other;
                    self.command.words.push(Word { bytes: b"type".to_vec(), ..word });
                    return Ok(());
                }
                ("sudo", "-E" | "-H" | "-n" | "-S") | ("time", "-p") | (_, "--") => return Ok(()),
                (_, flag) if flag.starts_with('-') => {
                    let why = format!("the options of `{wrapper}` are not read; start with curl");
                    return Err(Fault::new(word.at, why));
                }
                _ => {}
            }
        }
        if WRAPPERS.contains(&text.as_str()) {
            self.script.wrapper = Some(text);
            return Ok(());
        }
        if text == "!" && !word.quoted {
            return Ok(());
        }
        self.script.mode = match DECLARATIONS.contains(&text.as_str()) {
            true => Mode::Declaration,
            false => Mode::Other,
        };
        let is_skipped = self.script.reads_curl
            || (self.script.before == Operator::Or && !MARKS.contains(&text.as_str()))
            || HARMLESS.contains(&text.as_str());
        if self.script.mode == Mode::Other && !is_skipped {
            return Err(self.refused(&word));
        }
        self.command.words.push(word);
        Ok(())
    }

    /// Returns the fault of a program that cannot be skipped.
    fn refused(&self, word: &Word) -> Fault {
        let has_curl = self.script.last_curl.is_some_and(|at| at > word.at);
        let name = shown(word);
        if !has_curl {
            // Any other word may be a pasted secret.
            let why = match name.filter(|name| OTHER_PROGRAMS.contains(name)) {
                Some(name) => format!(", but with {name}; only curl commands are read"),
                None => String::new(),
            };
            return Fault::new(word.at, format!("the text does not start with curl{why}"));
        }
        let after = self.text[word.at..].trim_start_matches(|c: char| !is_blank(c));
        if after.trim_start_matches(is_blank).starts_with("()") {
            return function(word.at);
        }
        match name {
            Some(name) => Fault::new(word.at, refusal(name)),
            None => {
                Fault::new(word.at, "this is another command; the text does not start with curl")
            }
        }
    }

    /// Starts a curl command.
    fn start_curl(&mut self, word: Word) -> Result<(), Fault> {
        if self.script.reads_curl {
            let why = "a second curl command, which reads the response of the first, starts here; give one at a time";
            return Err(Fault::new(word.at, why));
        }
        if self.script.before == Operator::Or {
            let why = "a second curl command, which is run only if the command before it fails, starts here; give \
                       one at a time";
            return Err(Fault::new(word.at, why));
        }
        if let Some(at) = self.script.output {
            return Err(Fault::new(at, "this redirection is before curl; write it after the URL"));
        }
        for word in &self.script.prefix {
            self.check_read_by_curl(word)?;
        }
        let own = self.command.input.take();
        let piped = self.script.piped.take().map(output_of).transpose()?;
        self.command.input = own.or(piped);
        self.script.mode = Mode::Curl;
        self.script.reads_curl = true;
        self.command.words.push(word);
        Ok(())
    }

    /// Handles one of `;`, `&` and `|` at `at`, which has been read. Without spaces in a curl command, the character may
    /// be intended as text: `h/a?b=c&d=e`, `h/a;b`.
    pub(super) fn operator(&mut self, at: usize, c: char) -> Result<(), Fault> {
        let twice = self.rest().starts_with(c);
        if self.script.mode == Mode::Curl && (twice || c != '|') && !self.ends_command(c) {
            return Err(operator(at, c, self.rest()));
        }
        self.at += usize::from(twice || (c == '|' && self.rest().starts_with('&')));
        self.end_statement(match (c, twice) {
            ('|', true) => Operator::Or,
            ('|', false) => Operator::Pipe,
            _ => Operator::Next,
        })
    }

    /// Ends a statement. `next` connects it to the following one.
    pub(super) fn end_statement(&mut self, next: Operator) -> Result<(), Fault> {
        self.end_word()?;
        self.check_redirected()?;
        let mode = std::mem::take(&mut self.script.mode);
        let prefix = std::mem::take(&mut self.script.prefix);
        let is_empty = mode == Mode::Start && prefix.is_empty() && self.script.wrapper.is_none();
        // A line may end after an operator.
        if is_empty && next == Operator::Next && self.command.input.is_none() {
            return Ok(());
        }
        self.script.wrapper = None;
        let mut statement = std::mem::take(&mut self.command);
        let output = self.script.output.take();
        let is_certain = self.script.before == Operator::Next && next != Operator::Pipe;
        match mode {
            Mode::Curl => {
                self.check_prefix(&statement, &prefix)?;
                self.commands.push(statement);
            }
            Mode::Start => self.assign(&prefix, is_certain, false)?,
            Mode::Declaration => {
                let words = statement.words.split_off(1);
                let is_unset = statement.words.iter().any(|word| word.bytes == b"unset");
                self.declare(&words, is_certain, is_unset)?;
            }
            Mode::Other => {
                if let Some(at) = output {
                    let why =
                        "this writes a file, and zoomkat runs only curl; write the file first";
                    return Err(Fault::new(at, why));
                }
                self.check_skipped(&statement)?;
                if next == Operator::Pipe && !self.script.reads_curl {
                    self.script.piped = Some(statement);
                }
            }
        }
        if next != Operator::Pipe {
            self.script.piped = None;
            self.script.reads_curl = false;
        }
        self.script.before = next;
        Ok(())
    }

    /// Refuses the end of a line after a redirection.
    pub(super) fn check_redirected(&self) -> Result<(), Fault> {
        match self.redirected {
            Some(_) => Err(Fault::new(self.at, "no word follows the redirection before this")),
            None => Ok(()),
        }
    }

    /// Refuses a statement whose arguments run curl, and forgets the variables that another file may set.
    fn check_skipped(&mut self, statement: &CommandLine) -> Result<(), Fault> {
        let Some(program) = statement.words.first() else { return Ok(()) };
        if matches!(program.bytes.as_slice(), b"source" | b".") {
            self.script.values.clear();
        }
        let name = std::str::from_utf8(&program.bytes).unwrap_or_default();
        if HARMLESS.contains(&name) {
            return Ok(());
        }
        let runs_curl = |word: &&Word| {
            std::str::from_utf8(&word.bytes).is_ok_and(|text| last_curl(text).is_some())
        };
        match statement.words.iter().find(runs_curl) {
            Some(word) => Err(Fault::new(
                word.at,
                "a second curl command, which another program runs, starts here; give one at a time",
            )),
            None => Ok(()),
        }
    }

    /// Skips an expansion whose value only a shell knows, after the `$` at `at`. In a curl command it is a fault.
    pub(super) fn skip_expansion(&mut self, at: usize, fault: Fault) -> Result<(), Fault> {
        if self.is_in_curl() {
            return Err(fault);
        }
        self.skip_balanced_expansion(at)?;
        self.word_at(at).unknown.get_or_insert(fault);
        Ok(())
    }

    fn skip_balanced_expansion(&mut self, at: usize) -> Result<(), Fault> {
        match self.next() {
            Some('(') => self.skip_balanced(at, ')')?,
            Some('{') => self.skip_balanced(at, '}')?,
            Some('[') => self.skip_balanced(at, ']')?,
            _ => {}
        }
        Ok(())
    }

    /// Skips to the bracket that closes the one before, which belongs to an expansion at `at`.
    fn skip_balanced(&mut self, at: usize, close: char) -> Result<(), Fault> {
        let mut open = vec![close];
        let mut before = ' ';
        while let Some(c) = self.next() {
            match (c, open.last().copied().unwrap_or_default()) {
                (c, last) if c == last => _ = open.pop(),
                (_, '\'') => {}
                ('\\', _) => _ = self.next(),
                ('\'', last) if last != '"' => open.push('\''),
                ('"', _) => open.push('"'),
                ('(', last) if last != '"' || before == '$' => open.push(')'),
                ('{', _) if before == '$' => open.push('}'),
                _ => {}
            }
            if open.is_empty() {
                return Ok(());
            }
            before = c;
        }
        Err(Fault::new(at, "the brackets of this `$` are never closed"))
    }

    /// Handles a `(` at `at` in a statement other than curl.
    pub(super) fn parenthesis(&self, at: usize, c: char) -> Fault {
        match (&self.word, self.script.mode, c) {
            (Some(word), _, '(') if self.is_assignment(word) => {
                Fault::new(at, "an array is not supported; write its words in the curl command")
            }
            (_, Mode::Start | Mode::Other, '(') if self.rest().starts_with(')') => function(at),
            (None, Mode::Start, '(') => Fault::new(at, refusal_of_subshell()),
            _ => operator(at, c, self.rest()),
        }
    }

    /// Adds the word after a redirection.
    pub(super) fn add_redirected(&mut self, redirect: Redirect, word: Word) {
        let at = word.at;
        match redirect {
            Redirect::Output if self.script.mode == Mode::Curl => {
                let option = Word { at, bytes: b"--output".to_vec(), ..Word::default() };
                self.command.words.extend([option, word]);
            }
            Redirect::Output if word.bytes == b"/dev/null" => {}
            Redirect::Output => self.script.output = Some(at),
            Redirect::Text => {
                let mut word = word;
                word.bytes.push(b'\n');
                self.command.input = Some(Input::Text(word));
            }
            Redirect::Input => self.command.input = Some(Input::File(word)),
            Redirect::Other => {}
        }
    }
}

fn function(at: usize) -> Fault {
    let why =
        "a function is defined here; give the curl command in it, with values for $1 and others";
    Fault::new(at, why)
}

fn refusal_of_subshell() -> String {
    "`(` needs a shell; give only the curl command".to_owned()
}
