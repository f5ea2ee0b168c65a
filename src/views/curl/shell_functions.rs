//! The functions of bash that encode a variable for its place in a command. A command that uses one defines it first,
//! so that it needs no other programs.

use std::borrow::Cow;

pub(super) const JSON_ESCAPE: &str = r#"# Escapes a text for a JSON string.
json_escape() {
	local text=${1//\\/\\\\} i c u
	text=${text//\"/\\\"} text=${text//$'\b'/\\b} text=${text//$'\t'/\\t}
	text=${text//$'\n'/\\n} text=${text//$'\f'/\\f} text=${text//$'\r'/\\r}
	for ((i = 1; i < 32; i++)); do
		printf -v c '\\%03o' $i
		printf -v c "$c"
		printf -v u '\\u%04x' $i
		text=${text//"$c"/"$u"}
	done
	printf %s "$text"
}
"#;

pub(super) const URL_ENCODE: &str = r#"# Percent-encodes a text, except for the characters in $2.
url_encode() {
	local LC_ALL=C i c
	for ((i = 0; i < ${#1}; i++)); do
		c=${1:i:1}
		case $c$2 in
			[a-zA-Z0-9._~-]* | *"$c"*"$c"*) printf %s "$c" ;;
			*) printf -v c %d "'$c" && printf %%%02X $((c & 255)) ;;
		esac
	done
}
"#;

/// Replaces the functions in a text with blanks, so that every other character keeps its place.
pub(super) fn without_functions(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for function in [JSON_ESCAPE, URL_ENCODE] {
        // They start with a #, which is found faster than a long text.
        let found =
            text.match_indices('#').map(|(at, _)| at).find(|at| text[*at..].starts_with(function));
        if let Some(at) = found {
            let lines = function.split_inclusive('\n');
            let blank: String = lines.map(|line| " ".repeat(line.len() - 1) + "\n").collect();
            text.to_mut().replace_range(at..at + function.len(), &blank);
        }
    }
    text
}
