//! Formats whose body goes out nearly as it is: TXT, CSV, Markdown; with the encoding and line ends the text asks for.

use anyhow::{Context, bail};

use crate::source::Source;

/// Renders the body as plain text.
pub(crate) fn render(source: &Source) -> anyhow::Result<Vec<u8>> {
    let body = match source.get("newline") {
        Some("crlf") => source.body.replace('\n', "\r\n"),
        _ => source.body.clone(),
    };
    encode(&body, source.get("encoding").unwrap_or("utf-8")).with_context(|| format!("encoding `{}`", source.path))
}

/// Encodes a text; refuses what the encoding lacks rather than writing question marks.
pub(crate) fn encode(text: &str, encoding: &str) -> anyhow::Result<Vec<u8>> {
    let single = |character: char| -> anyhow::Result<u8> {
        let code = match (character, encoding) {
            ('€', "windows-1252") => 0x80,
            ('„', "windows-1252") => 0x84,
            ('’', "windows-1252") => 0x92,
            ('“', "windows-1252") => 0x93,
            ('”', "windows-1252") => 0x94,
            ('–', "windows-1252") => 0x96,
            _ => u32::from(character),
        };
        u8::try_from(code).with_context(|| format!("{encoding} lacks `{character}`"))
    };
    match encoding {
        "utf-8" => Ok(text.as_bytes().to_vec()),
        "utf-8-bom" => Ok([b"\xef\xbb\xbf", text.as_bytes()].concat()),
        "utf-16" => Ok([0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()),
        "windows-1252" | "iso-8859-1" => text.chars().map(single).collect(),
        other => bail!("the encoding `{other}` is not known here"),
    }
}
