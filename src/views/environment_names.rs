//! Names of environment variables for secrets.

/// Converts a name to the form of environment variables: `X-Api-Key` to `X_API_KEY`, `userToken` to `USER_TOKEN`. A
/// name that the system uses gets a prefix: `PWD` is the current folder of a shell, not a password. Only the start of a
/// long name is used.
pub(super) fn environment_name(name: &str) -> String {
    let mut out = String::new();
    let mut after_lower = false;
    for c in name.chars().take(LONGEST) {
        if c.is_ascii_uppercase() && after_lower {
            out.push('_');
        }
        after_lower = c.is_ascii_lowercase();
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_uppercase());
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    let out = out.trim_end_matches('_');
    if out.is_empty() || out.starts_with(|c: char| c.is_ascii_digit()) || is_used_by_system(out) {
        return format!("SECRET_{out}").trim_end_matches('_').to_owned();
    }
    out.to_owned()
}

/// The longest name that is converted whole.
const LONGEST: usize = 80;

/// Prefixes of names that shells, desktops and programs set.
const PREFIXES: [&str; 14] = [
    "BASH",
    "CARGO_",
    "COMP_",
    "CONDA_",
    "DBUS_",
    "GNOME_",
    "HIST",
    "KDE_",
    "LC_",
    "LD_",
    "READLINE_",
    "SSH_",
    "SYSTEMD_",
    "XDG_",
];

/// Whether a shell, the system or a program sets or reads a variable of this name.
fn is_used_by_system(name: &str) -> bool {
    #[rustfmt::skip]
    let is_known = matches!(
        name,
        // bash, and any shell.
        "CDPATH" | "COLUMNS" | "COPROC" | "DIRSTACK" | "ENV" | "EPOCHREALTIME" | "EPOCHSECONDS" | "EUID"
            | "FCEDIT" | "FIGNORE" | "FUNCNAME" | "FUNCNEST" | "GLOBIGNORE" | "GLOBSORT" | "GROUPS"
            | "HOME" | "HOSTFILE" | "HOSTNAME" | "HOSTTYPE" | "IFS" | "IGNOREEOF" | "INPUTRC"
            | "INSIDE_EMACS" | "LANG" | "LANGUAGE" | "LINENO" | "LINES" | "LOGNAME" | "MACHTYPE" | "MAIL"
            | "MAILCHECK" | "MAILPATH" | "MAPFILE" | "OLDPWD" | "OPTARG" | "OPTERR" | "OPTIND" | "OSTYPE"
            | "PATH" | "PIPESTATUS" | "POSIXLY_CORRECT" | "PPID" | "PROMPT_COMMAND" | "PROMPT_DIRTRIM"
            | "PS0" | "PS1" | "PS2" | "PS3" | "PS4" | "PWD" | "RANDOM" | "REPLY" | "SECONDS" | "SHELL"
            | "SHELLOPTS" | "SHLVL" | "SRANDOM" | "TERM" | "TIMEFORMAT" | "TMOUT" | "TMPDIR" | "TZ"
            | "UID" | "USER"
            // zsh.
            | "ARGC" | "ARGV0" | "CPUTYPE" | "EGID" | "ERRNO" | "FPATH" | "GID" | "HOST" | "KEYBOARD_HACK"
            | "KEYTIMEOUT" | "MANPATH" | "MODULE_PATH" | "NULLCMD" | "PROMPT" | "PROMPT2"
            | "PROMPT3" | "PROMPT4" | "PSVAR" | "READNULLCMD" | "RPROMPT" | "RPS1" | "SAVEHIST"
            | "SPROMPT" | "STATUS" | "TTY" | "TTYIDLE" | "USERNAME" | "VENDOR" | "WATCH" | "WORDCHARS"
            // Logins, desktops and terminals.
            | "COLORTERM" | "CREDENTIALS_DIRECTORY" | "DESKTOP_SESSION" | "DISPLAY" | "GPG_AGENT_INFO"
            | "GPG_TTY" | "INVOCATION_ID" | "ITERM_SESSION_ID" | "JOURNAL_STREAM"
            | "KONSOLE_DBUS_SESSION" | "SECURITYSESSIONID" | "SESSION_MANAGER" | "SHELL_SESSION_ID"
            | "STY" | "TERM_PROGRAM" | "TERM_SESSION_ID" | "TMUX" | "WAYLAND_DISPLAY" | "WINDOWID"
            | "WT_SESSION" | "XAUTHORITY" | "ZELLIJ_SESSION_NAME"
            // Windows.
            | "ALLUSERSPROFILE" | "APPDATA" | "CD" | "COMPUTERNAME" | "COMSPEC" | "DATE" | "ERRORLEVEL"
            | "HOMEDRIVE" | "HOMEPATH" | "LOCALAPPDATA" | "LOGONSERVER" | "OS" | "PATHEXT"
            | "PROGRAMDATA" | "PROGRAMFILES" | "PSMODULEPATH" | "PUBLIC" | "SESSIONNAME" | "SYSTEMDRIVE"
            | "SYSTEMROOT" | "TEMP" | "TIME" | "TMP" | "USERDOMAIN" | "USERPROFILE" | "WINDIR"
            // Read by curl, its libraries and other programs.
            | "ALL_PROXY" | "CURL_HOME" | "EDITOR" | "FTP_PROXY" | "GIT_ASKPASS" | "HTTPS_PROXY"
            | "HTTP_PROXY" | "NO_PROXY" | "PAGER" | "SSLKEYLOGFILE" | "SSL_CERT_DIR" | "SSL_CERT_FILE"
            | "SUDO_ASKPASS" | "VISUAL"
    );
    is_known || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}
