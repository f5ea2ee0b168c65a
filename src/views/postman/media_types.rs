//! Postman's media types of file names.

use crate::message::body;

/// The extensions whose media type differs from `message::body::guess_type`.
const POSTMAN_TYPES: [(&str, &str); 30] = [
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

/// Returns the media type that Postman infers from a file name. The default is `application/octet-stream`.
pub(super) fn guess_type(file_name: &str) -> String {
    let last = file_name.rsplit('/').next().unwrap_or_default();
    let extension = last.rsplit_once('.').filter(|(name, _)| !name.is_empty());
    let extension = extension.map_or("", |(_, extension)| extension);
    match POSTMAN_TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension)) {
        Some((_, media_type)) => (*media_type).to_owned(),
        None => body::guess_type(file_name),
    }
}
