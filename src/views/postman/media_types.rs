//! The media types that Postman has for the names of files.

use crate::message::body;

/// Where Postman has another type for an ending than a Chilkat program has.
const OTHERS: [(&str, &str); 30] = [
    ("aac", "audio/x-aac"),
    ("aif", "audio/x-aiff"),
    ("aiff", "audio/x-aiff"),
    ("c", "text/x-c"),
    ("cer", "application/pkix-cert"),
    ("cpp", "text/x-c"),
    ("dtd", "application/xml-dtd"),
    ("flac", "audio/x-flac"),
    ("h", "text/x-c"),
    ("ico", "image/vnd.microsoft.icon"),
    ("js", "application/javascript"),
    ("jsx", "text/jsx"),
    ("m3u8", "application/vnd.apple.mpegurl"),
    ("m4a", "audio/mp4"),
    ("map", "application/json"),
    ("mid", "audio/midi"),
    ("midi", "audio/midi"),
    ("otf", "font/otf"),
    ("rar", "application/vnd.rar"),
    ("toml", "application/toml"),
    ("ts", "video/mp2t"),
    ("wav", "audio/wave"),
    ("woff", "font/woff"),
    ("wsdl", "application/wsdl+xml"),
    ("xml", "application/xml"),
    ("xsd", "application/xml"),
    ("xsl", "application/xml"),
    ("xslt", "application/xslt+xml"),
    ("yaml", "text/yaml"),
    ("yml", "text/yaml"),
];

/// The type that a file name suggests to Postman; `application/octet-stream` where it suggests none.
pub(super) fn guess_type(file_name: &str) -> String {
    let last = file_name.rsplit('/').next().unwrap_or_default();
    let ending = last.rsplit_once('.').filter(|(name, _)| !name.is_empty());
    let ending = ending.map_or("", |(_, ending)| ending);
    match OTHERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(ending)) {
        Some((_, of)) => (*of).to_owned(),
        None => body::guess_type(file_name),
    }
}
