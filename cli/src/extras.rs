//! Shell completions and the man page.

use std::io::{self, Write as _};

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::report::{Code, Failure};

/// Print the completions of a shell.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples, each a line for the shell's startup file:
  bash        source <(zoomkat completions bash)                                  ~/.bashrc
  zsh         source <(zoomkat completions zsh)                                   ~/.zshrc
  fish        zoomkat completions fish | source                                   config.fish
  elvish      eval (zoomkat completions elvish | slurp)                           rc.elv
  powershell  zoomkat completions powershell | Out-String | Invoke-Expression     $PROFILE";

/// Print the man page.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  zoomkat man > /usr/local/share/man/man1/zoomkat.1")]
pub(crate) struct Man {}

pub(crate) fn completions(args: &Completions) -> Result<Code, Failure> {
    // `generate` panics on a write error, so it writes to memory.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut crate::Cli::command(), "zoomkat", &mut text);
    io::stdout().write_all(&text)?;
    Ok(Code::Success)
}

pub(crate) fn man(_: &Man) -> Result<Code, Failure> {
    io::stdout().write_all(&man_page()?)?;
    Ok(Code::Success)
}

/// Renders one page for all subcommands. Each is a section, and its own sections become subsections.
fn man_page() -> io::Result<Vec<u8>> {
    let mut command = crate::Cli::command();
    command.build();
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(command.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    writeln!(page, ".SH EXIT STATUS\n.nf")?;
    for line in crate::report::EXIT_CODES.lines().skip(1) {
        writeln!(page, "{line}")?;
    }
    writeln!(page, ".fi")?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        // The options of all subcommands are already documented above.
        let own = sub.clone().mut_args(|arg| {
            let hidden = arg.is_global_set() || matches!(arg.get_id().as_str(), "help" | "version");
            arg.hide(hidden)
        });
        let name = format!("zoomkat {}", sub.get_name());
        let man = clap_mangen::Man::new(own.bin_name(name.clone()));
        let mut section = Vec::new();
        man.render_synopsis_section(&mut section)?;
        man.render_description_section(&mut section)?;
        man.render_options_section(&mut section)?;
        man.render_extra_section(&mut section)?;
        writeln!(page, ".SH \"{}\"", name.to_uppercase())?;
        let section = String::from_utf8_lossy(&section).replace(".SH EXTRA", ".SH NOTES");
        for line in section.lines() {
            match line.strip_prefix(".SH ") {
                Some(title) => writeln!(page, ".SS \"{title}\"")?,
                None => writeln!(page, "{line}")?,
            }
        }
    }
    Ok(page)
}
