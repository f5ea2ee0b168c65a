//! Decoding of the escapes that servers use.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A decoded character, and the number of characters of the text that encode it.
pub(crate) type Reading = (char, usize);

/// The length of the longest escape that is decoded, including leading zeros.
pub(crate) const MAX_ESCAPE_LEN: usize = 48;

/// Whether an escape can start with this character.
pub(crate) fn is_start(c: char) -> bool {
    matches!(c, '\\' | '&' | '%' | '=')
}

/// Adds all readings of the escape at the start of `text`, and returns the unambiguous one, if any.
///
/// It decodes JSON (RFC 8259 section 7), JavaScript, Rust, C (`\x3c`, `\74`), CSS and LDAP (`\3c`), HTML with and
/// without the semicolon, percent-encoding of UTF-8 and of Latin-1 (RFC 3986), `%u003C`, and quoted-printable
/// (RFC 2045).
pub(crate) fn read(text: &[char], all: &mut Vec<Reading>) -> Option<Reading> {
    match text {
        ['\\', next, ..] => read_backslash(text, *next, all),
        ['&', '#', ..] => add(read_numbered(text), all),
        ['&', ..] => read_named(text, all),
        ['%', 'u' | 'U', ..] => add(utf16(text, |text| hex(text, 2, 4)), all),
        ['%', ..] => bytes(text, |text| hex_byte(text, &['%']), all),
        ['=', ..] => {
            // This is ambiguous: `a=3D` occurs in queries.
            bytes(text, |text| hex_byte(text, &['=']), all);
            None
        }
        _ => None,
    }
}

/// Whether `text` may be the beginning of an escape.
pub(crate) fn is_cut(text: &[char]) -> bool {
    let is_inner = |c: &char| c.is_ascii_alphanumeric() || is_start(*c) || matches!(c, '#' | '{');
    text.len() < MAX_ESCAPE_LEN
        && text.first().is_some_and(|c| is_start(*c))
        && text.iter().all(is_inner)
}

fn add(reading: Option<Reading>, all: &mut Vec<Reading>) -> Option<Reading> {
    all.extend(reading);
    reading
}

fn read_backslash(text: &[char], next: char, all: &mut Vec<Reading>) -> Option<Reading> {
    let certain = match next {
        'b' => add(Some(('\u{8}', 2)), all),
        'f' => add(Some(('\u{c}', 2)), all),
        'n' => add(Some(('\n', 2)), all),
        'r' => add(Some(('\r', 2)), all),
        't' => add(Some(('\t', 2)), all),
        'v' => add(Some(('\u{b}', 2)), all),
        'u' | 'x' if text.get(2) == Some(&'{') => add(read_braced(text), all),
        'u' => add(utf16(text, |text| hex(text, 2, 4)), all),
        'U' => add(hex(text, 2, 8).and_then(character), all),
        'x' => bytes(text, |text| hex_byte(text, &['\\', 'x']), all),
        _ if next.is_ascii_punctuation() || next == ' ' => add(Some((next, 2)), all),
        _ => None,
    };
    if certain.is_none() && next.is_ascii() {
        all.push((next, 2));
    }
    if next.is_ascii_hexdigit() {
        bytes(text, |text| hex_byte(text, &['\\']), all);
        bytes(text, octal_byte, all);
        all.extend((2..=3).filter_map(|max| digits(text, 1, max, 8)).filter_map(character));
        // In CSS a space may end the digits.
        let css = digits(text, 1, 6, 16).and_then(character);
        all.extend(css.map(|(c, len)| (c, len + usize::from(text.get(len) == Some(&' ')))));
    }
    certain
}

/// Decodes `\u{3c}` of Rust and JavaScript, and `\x{3c}` of Perl.
fn read_braced(text: &[char]) -> Option<Reading> {
    let (c, len) = digits(text, 3, 8, 16).and_then(character)?;
    (text.get(len) == Some(&'}')).then_some((c, len + 1))
}

/// Decodes `&#60;` or `&#x3c;`, with leading zeros, and with or without the semicolon.
fn read_numbered(text: &[char]) -> Option<Reading> {
    let one = |text: &[char]| {
        let (code, len) = match text {
            ['&', '#', 'x' | 'X', ..] => digits(text, 3, MAX_ESCAPE_LEN / 2, 16),
            ['&', '#', ..] => digits(text, 2, MAX_ESCAPE_LEN / 2, 10),
            _ => None,
        }?;
        Some((code, len + usize::from(text.get(len) == Some(&';'))))
    };
    // Some servers write a reference for each half of a surrogate pair.
    utf16(text, one)
}

fn read_named(text: &[char], all: &mut Vec<Reading>) -> Option<Reading> {
    let name = text[1..].iter().take(MAX_NAME_LEN).take_while(|c| c.is_ascii_alphanumeric());
    let name: String = name.collect();
    for end in 2..=name.len() {
        if let Some(c) = NAMES.get(&name[..end]) {
            if text.get(end + 1) == Some(&';') {
                return add(Some((*c, end + 2)), all);
            }
            all.push((*c, end + 1));
        }
    }
    None
}

/// Decodes a character of one or more escaped bytes, in UTF-8 or Latin-1. `unit` decodes one byte.
fn bytes(
    text: &[char],
    unit: impl Fn(&[char]) -> Option<(u8, usize)>,
    all: &mut Vec<Reading>,
) -> Option<Reading> {
    let (first, len) = unit(text)?;
    all.push((char::from(first), len));
    let count = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Some((char::from(first), len)),
    };
    let (mut read, mut end) = (vec![first], len);
    while let Some((byte, len)) = (read.len() < count).then(|| unit(&text[end..])).flatten() {
        read.push(byte);
        end += len;
    }
    let decoded = std::str::from_utf8(&read).ok().and_then(|text| text.chars().next());
    add(decoded.map(|c| (c, end)), all).or(Some((char::from(first), len)))
}

fn hex_byte(text: &[char], intro: &[char]) -> Option<(u8, usize)> {
    let (code, len) = hex(text.strip_prefix(intro)?, 0, 2)?;
    Some((u8::try_from(code).ok()?, intro.len() + len))
}

fn octal_byte(text: &[char]) -> Option<(u8, usize)> {
    let (code, len) = digits(text.strip_prefix(&['\\'])?, 0, 3, 8).filter(|(_, len)| *len == 3)?;
    Some((u8::try_from(code).ok()?, 1 + len))
}

/// Decodes a character of one or two UTF-16 units. `unit` decodes one.
fn utf16(text: &[char], unit: impl Fn(&[char]) -> Option<(u32, usize)>) -> Option<Reading> {
    let (first, len) = unit(text)?;
    if !(0xd800..0xdc00).contains(&first) {
        return character((first, len));
    }
    let rest = &text[len..];
    let (second, more) = unit(rest).filter(|_| rest.first() == text.first())?;
    let pair = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let c = char::decode_utf16(pair).next()?.ok()?;
    Some((c, len + more))
}

fn character((code, len): (u32, usize)) -> Option<Reading> {
    char::from_u32(code).map(|c| (c, len))
}

/// Parses exactly `count` hexadecimal digits from `start` on. Returns the value and the end.
fn hex(text: &[char], start: usize, count: usize) -> Option<(u32, usize)> {
    digits(text, start, count, 16).filter(|(_, end)| *end == start + count)
}

/// Parses up to `max` digits from `start` on. Returns the value and the end.
fn digits(text: &[char], start: usize, max: usize, radix: u32) -> Option<(u32, usize)> {
    let found = text.get(start..)?.iter().take(max).map_while(|c| c.to_digit(radix));
    let (mut code, mut end) = (0u32, start);
    for digit in found {
        code = code.saturating_mul(radix).saturating_add(digit);
        end += 1;
    }
    (end > start).then_some((code, end))
}

const MAX_NAME_LEN: usize = 16;

/// The names of HTML's character references, without `&` and semicolon.
static NAMES: LazyLock<HashMap<&str, char>> = LazyLock::new(|| {
    let pairs = NAMED.split(' ').filter_map(|pair| {
        let c = pair.chars().next_back()?;
        Some((&pair[..pair.len() - c.len_utf8()], c))
    });
    pairs.collect()
});

/// Each name with its character: the names of HTML 4, and those of the HTML standard for characters up to
/// U+017F.
const NAMED: &str = "\
    Tab\u{9} NewLine\u{a} excl! QUOT\" quot\" num# dollar$ percnt% AMP& amp& apos' lpar( rpar) ast* midast* plus+ \
    comma, period. sol/ colon: semi; LT< lt< equals= GT> gt> quest? commat@ lbrack[ lsqb[ bsol\\ rbrack] rsqb] Hat^ \
    UnderBar_ lowbar_ DiacriticalGrave` grave` lbrace{ lcub{ VerticalLine| verbar| vert| rbrace} rcub} \
    NonBreakingSpace\u{a0} nbsp\u{a0} iexcl¡ cent¢ pound£ curren¤ yen¥ brvbar¦ sect§ Dot¨ DoubleDot¨ die¨ uml¨ \
    COPY© copy© ordfª laquo« not¬ shy\u{ad} REG® circledR® reg® macr¯ strns¯ deg° PlusMinus± plusmn± pm± sup2² \
    sup3³ DiacriticalAcute´ acute´ microµ para¶ CenterDot· centerdot· middot· Cedilla¸ cedil¸ sup1¹ ordmº raquo» \
    frac14¼ frac12½ half½ frac34¾ iquest¿ AgraveÀ AacuteÁ AcircÂ AtildeÃ AumlÄ AringÅ angstÅ AEligÆ CcedilÇ EgraveÈ \
    EacuteÉ EcircÊ EumlË IgraveÌ IacuteÍ IcircÎ IumlÏ ETHÐ NtildeÑ OgraveÒ OacuteÓ OcircÔ OtildeÕ OumlÖ times× \
    OslashØ UgraveÙ UacuteÚ UcircÛ UumlÜ YacuteÝ THORNÞ szligß agraveà aacuteá acircâ atildeã aumlä aringå aeligæ \
    ccedilç egraveè eacuteé ecircê eumlë igraveì iacuteí icircî iumlï ethð ntildeñ ograveò oacuteó ocircô otildeõ \
    oumlö div÷ divide÷ oslashø ugraveù uacuteú ucircû uumlü yacuteý thornþ yumlÿ AmacrĀ amacrā AbreveĂ abreveă \
    AogonĄ aogoną CacuteĆ cacuteć CcircĈ ccircĉ CdotĊ cdotċ CcaronČ ccaronč DcaronĎ dcaronď DstrokĐ dstrokđ EmacrĒ \
    emacrē EdotĖ edotė EogonĘ eogonę EcaronĚ ecaroně GcircĜ gcircĝ GbreveĞ gbreveğ GdotĠ gdotġ GcedilĢ HcircĤ \
    hcircĥ HstrokĦ hstrokħ ItildeĨ itildeĩ ImacrĪ imacrī IogonĮ iogonį Idotİ imathı inodotı IJligĲ ijligĳ JcircĴ \
    jcircĵ KcedilĶ kcedilķ kgreenĸ LacuteĹ lacuteĺ LcedilĻ lcedilļ LcaronĽ lcaronľ LmidotĿ lmidotŀ LstrokŁ lstrokł \
    NacuteŃ nacuteń NcedilŅ ncedilņ NcaronŇ ncaronň naposŉ ENGŊ engŋ OmacrŌ omacrō OdblacŐ odblacő OEligŒ oeligœ \
    RacuteŔ racuteŕ RcedilŖ rcedilŗ RcaronŘ rcaronř SacuteŚ sacuteś ScircŜ scircŝ ScedilŞ scedilş ScaronŠ scaronš \
    TcedilŢ tcedilţ TcaronŤ tcaronť TstrokŦ tstrokŧ UtildeŨ utildeũ UmacrŪ umacrū UbreveŬ ubreveŭ UringŮ uringů \
    UdblacŰ udblacű UogonŲ uogonų WcircŴ wcircŵ YcircŶ ycircŷ YumlŸ ZacuteŹ zacuteź ZdotŻ zdotż ZcaronŽ zcaronž \
    fnofƒ circˆ tilde˜ AlphaΑ BetaΒ GammaΓ DeltaΔ EpsilonΕ ZetaΖ EtaΗ ThetaΘ IotaΙ KappaΚ LambdaΛ MuΜ NuΝ XiΞ \
    OmicronΟ PiΠ RhoΡ SigmaΣ TauΤ UpsilonΥ PhiΦ ChiΧ PsiΨ OmegaΩ alphaα betaβ gammaγ deltaδ epsilonε zetaζ etaη \
    thetaθ iotaι kappaκ lambdaλ muμ nuν xiξ omicronο piπ rhoρ sigmafς sigmaσ tauτ upsilonυ phiφ chiχ psiψ omegaω \
    thetasymϑ upsihϒ pivϖ ensp\u{2002} emsp\u{2003} thinsp\u{2009} zwnj\u{200c} zwj\u{200d} lrm\u{200e} rlm\u{200f} \
    ndash– mdash— lsquo‘ rsquo’ sbquo‚ ldquo“ rdquo” bdquo„ dagger† Dagger‡ bull• hellip… permil‰ prime′ Prime″ \
    lsaquo‹ rsaquo› oline‾ frasl⁄ euro€ imageℑ weierp℘ realℜ trade™ alefsymℵ larr← uarr↑ rarr→ darr↓ harr↔ crarr↵ \
    lArr⇐ uArr⇑ rArr⇒ dArr⇓ hArr⇔ forall∀ part∂ exist∃ empty∅ nabla∇ isin∈ notin∉ ni∋ prod∏ sum∑ minus− lowast∗ \
    radic√ prop∝ infin∞ ang∠ and∧ or∨ cap∩ cup∪ int∫ there4∴ sim∼ cong≅ asymp≈ ne≠ equiv≡ le≤ ge≥ sub⊂ sup⊃ nsub⊄ \
    sube⊆ supe⊇ oplus⊕ otimes⊗ perp⊥ sdot⋅ lceil⌈ rceil⌉ lfloor⌊ rfloor⌋ lang⟨ rang⟩ loz◊ spades♠ clubs♣ hearts♥ \
    diams♦";

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> (Vec<Reading>, Option<Reading>) {
        let (text, mut all) = (text.chars().collect::<Vec<_>>(), Vec::new());
        let certain = read(&text, &mut all);
        (all, certain)
    }

    #[test]
    fn escapes_are_decoded_in_any_notation() {
        for text in [
            "\\u003c",
            "\\u003C",
            "\\u{3c}",
            "\\u{00003C}",
            "\\U0000003c",
            "\\x3c",
            "\\x3C",
            "\\x{3c}",
            "&lt;",
            "&LT;",
            "&#60;",
            "&#060;",
            "&#0000000060;",
            "&#x3c;",
            "&#X3C;",
            "&#x00003c;",
            "%3c",
            "%3C",
            "%u003c",
            "%U003C",
        ] {
            assert_eq!(all(text).1, Some(('<', text.len())), "{text}");
        }
        for text in
            ["\\74", "\\074", "\\3c", "\\3c ", "\\00003c", "&lt", "&#60", "&#x3c", "=3C", "=3c"]
        {
            assert!(all(text).0.contains(&('<', text.len())), "{text}: {:?}", all(text));
        }
        for (text, c) in [
            ("%C3%A9", 'é'),
            ("%e9", 'é'),
            ("\\xc3\\xa9", 'é'),
            ("&eacute;", 'é'),
            ("&#233;", 'é'),
            ("\\ud83d\\ude00", '😀'),
            ("%uD83D%uDE00", '😀'),
            ("&#55357;&#56832;", '😀'),
            ("%F0%9F%98%80", '😀'),
            ("\\n", '\n'),
            ("\\/", '/'),
            ("\\\\", '\\'),
        ] {
            assert_eq!(all(text).1, Some((c, text.chars().count())), "{text}");
        }
        for text in ["\\303\\251", "=C3=A9"] {
            assert!(all(text).0.contains(&('é', text.len())), "{text}");
        }
    }

    #[test]
    fn an_incomplete_or_invalid_escape_is_not_decoded() {
        for text in [
            "\\",
            "\\u",
            "\\u00",
            "\\ud83d",
            "\\ud83d\\u",
            "\\u{",
            "\\u{}",
            "\\u{110000}",
            "\\u{é}",
            "\\x",
            "\\é",
            "&",
            "&;",
            "&#",
            "&#x",
            "&#;",
            "&#xd800;",
            "&lorem;",
            "%",
            "%é",
            "%3",
            "%u12",
            "=",
            "=3",
        ] {
            assert_eq!(all(text).1, None, "{text}");
        }
        for text in ["\\", "\\u00", "&", "&#x3", "&quo", "%", "%C3%", "=C"] {
            assert!(is_cut(&text.chars().collect::<Vec<_>>()), "{text}");
        }
        for text in ["", "a", "& b", "%25 ", "&lt;"] {
            assert!(!is_cut(&text.chars().collect::<Vec<_>>()), "{text}");
        }
    }

    #[test]
    #[cfg(feature = "chilkat")]
    fn the_names_of_characters_are_those_of_html() {
        assert!(NAMES.len() > 400);
        for (name, c) in NAMES.iter() {
            let text = format!("&{name};");
            assert_eq!(html_escape::decode_html_entities(&text), c.to_string(), "{text}");
            assert_eq!(all(&text).1, Some((*c, text.len())), "{text}");
        }
    }
}
