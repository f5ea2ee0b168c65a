//! The options of the output file.

use std::path::PathBuf;

use super::args::OptionArg;
use super::call_variables::CallVariables;
use super::command_url::CommandUrl;
use super::files::check_remote_name;
use super::request_options::Located;
use super::{Fault, lexer};
use crate::views::call_options::CallOutput;
use crate::views::curl::option_table::CurlOption;

/// The options of the output file. Offsets locate options for faults found later.
#[derive(Default)]
pub(super) struct OutputOptions {
    /// Whether one of `-o`, `-O`, `-T` and the URL has occurred.
    has_begun: bool,
    /// Whether the first of `-o` and `-O`, which is the one that counts, has occurred.
    is_chosen: bool,
    /// The path of `-o`.
    file: Option<Located>,
    /// The offset of `-O`.
    remote_name: Option<usize>,
    /// The offset of `--remote-name-all`.
    remote_name_all: Option<usize>,
    folder: Option<String>,
    /// The offset of `--create-dirs`.
    create_dirs: Option<usize>,
}

impl OutputOptions {
    pub(super) fn add(&mut self, arg: &OptionArg) -> Result<(), Fault> {
        let offset = arg.on.then_some(arg.at);
        match arg.option {
            CurlOption::Output => {
                let text = arg.path(arg.bytes())?;
                if self.choose() {
                    self.file = Some(Located { at: arg.at, text });
                    self.remote_name = None;
                }
            }
            CurlOption::RemoteName if self.choose() => self.remote_name = offset,
            CurlOption::RemoteNameAll => self.remote_name_all = offset,
            CurlOption::OutputDir => self.folder = Some(arg.text()?.to_owned()),
            CurlOption::CreateDirs => self.create_dirs = offset,
            _ => {}
        }
        Ok(())
    }

    /// Applies `--remote-name-all`, which concerns the URLs after it.
    pub(super) fn begin(&mut self) {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.remote_name = self.remote_name_all;
        }
    }

    /// Returns whether this is the first of `-o` and `-O`.
    fn choose(&mut self) -> bool {
        self.begin();
        !std::mem::replace(&mut self.is_chosen, true)
    }

    /// Returns the output of a call to `target`.
    pub(super) fn call_output(
        &self,
        target: &CommandUrl,
        variables: &CallVariables,
    ) -> Result<CallOutput, Fault> {
        let file = output_file(self, target, variables)?;
        let name = remote_name(target);
        let is_open = self.remote_name.is_some() && variables.has_variable(name);
        let in_folder = |path: &str| path.contains('/') || cfg!(windows) && path.contains('\\');
        match (self.create_dirs, &file) {
            (Some(at), Some(path)) if in_folder(&path.to_string_lossy()) => {
                let why = "--create-dirs: zoomkat does not create folders; create the folder of the file first";
                Err(Fault::new(at, why))
            }
            _ => Ok(CallOutput { file, remote_name: is_open.then(|| name.to_owned()) }),
        }
    }
}

/// Returns the file name of `-O`. curl also splits at backslashes, on every system.
fn remote_name(url: &CommandUrl) -> &str {
    let path = url.path.split('?').next().unwrap_or_default();
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// Returns the output file, if there is one.
fn output_file(
    output: &OutputOptions,
    url: &CommandUrl,
    variables: &CallVariables,
) -> Result<Option<PathBuf>, Fault> {
    let name = match (&output.file, output.remote_name) {
        (Some(file), _) => {
            let path = &file.text;
            if path == "-" {
                return Ok(None);
            }
            let mut marks = path.split('#').skip(1);
            if url.had_range && marks.any(|mark| mark.starts_with(lexer::is_digit)) {
                let why = "-o: #1 means a part of the URL; write out the name";
                return Err(Fault::new(file.at, why));
            }
            path.as_str()
        }
        (None, Some(at)) => {
            let name = remote_name(url);
            // A name with a variable is checked when the variable has a value.
            if !variables.has_variable(name) {
                check_remote_name(name).map_err(|why| Fault::new(at, why))?;
            }
            name
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(match output.folder.as_deref() {
        Some(folder) if !folder.is_empty() => {
            format!("{}/{name}", folder.trim_end_matches('/')).into()
        }
        _ => name.into(),
    }))
}
