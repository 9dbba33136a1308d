//! Names of things inside archives and messages, made safe to show and to keep.
//!
//! A name comes from whoever made the file. The result is a relative path with `/` between folders: never empty,
//! never absolute, no `.` or `..`, no drive letters, no control or direction-changing characters,
//! none that a file system forbids, parts of at most
//! 200 bytes. Two names may become the same; telling them apart is the caller's business.

/// Longest part of a path, in bytes: file systems take 255.
const LONGEST_PART: usize = 200;

/// Most folders kept; the innermost are.
const MOST_PARTS: usize = 64;

/// A path inside an archive made safe; `fallback` where nothing is left.
#[must_use]
pub fn safe_path(path: &str, fallback: &str) -> String {
    let mut parts: Vec<String> = path
        .split(['/', '\\'])
        .filter(|part| !is_drive(part))
        .map(safe_part)
        .filter(|part| !part.is_empty() && part != "." && part != "..")
        .collect();
    if parts.len() > MOST_PARTS {
        parts.drain(..parts.len() - MOST_PARTS);
    }
    if parts.is_empty() { fallback.to_owned() } else { parts.join("/") }
}

/// A file name made safe: one part, slashes become `_`.
#[must_use]
pub fn safe_name(name: &str, fallback: &str) -> String {
    let name = safe_part(&name.replace(['/', '\\'], "_"));
    if name.is_empty() || name.chars().all(|c| c == '.') { fallback.to_owned() } else { name }
}

fn safe_part(part: &str) -> String {
    let mut clean: String = part.chars().map(|c| if is_unsafe(c) { '_' } else { c }).collect();
    if clean.len() > LONGEST_PART {
        // The extension says what it is: keep it.
        let extension = clean.rfind('.').map(|dot| clean.split_off(dot)).filter(|e| e.len() <= 20).unwrap_or_default();
        clean.truncate(clean.floor_char_boundary(LONGEST_PART - extension.len()));
        clean.push_str(&extension);
    }
    clean.trim_matches([' ', '\u{a0}']).to_owned()
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || ":*?\"<>|".contains(c)
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_drive(part: &str) -> bool {
    matches!(part.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(path: &str, expected: &str) {
        assert_eq!(safe_path(path, "unnamed"), expected, "{path:?}");
    }

    #[test]
    fn paths_stay_inside() {
        check("a/b.txt", "a/b.txt");
        check("../../etc/passwd", "etc/passwd");
        check("/etc/passwd", "etc/passwd");
        check("C:\\Users\\x\\..\\y.doc", "Users/x/y.doc");
        check("a/./b//c", "a/b/c");
        check("RE: what?.eml", "RE_ what_.eml");
        check("a\n\u{202e}fdp.exe", "a__fdp.exe");
        check("..", "unnamed");
        check("", "unnamed");
    }

    #[test]
    fn file_names_are_one_part() {
        assert_eq!(safe_name("../a b.pdf", "attachment"), ".._a b.pdf");
        assert_eq!(safe_name(" ", "attachment"), "attachment");
        assert_eq!(safe_name("..", "attachment"), "attachment");
        let long = format!("{}.docx", "é".repeat(300));
        let name = safe_name(&long, "x");
        assert!(name.len() <= LONGEST_PART && name.ends_with("é.docx"));
    }

    proptest! {
        #[test]
        fn always_a_safe_relative_path(path in "(\\PC|[./\\\\:\u{0}\n]|[a-z]){0,40}") {
            let safe = safe_path(&path, "unnamed");
            prop_assert!(!safe.is_empty() && !safe.starts_with('/') && !safe.contains('\\'));
            prop_assert!(safe.split('/').all(|part| !part.is_empty() && part != "." && part != ".."));
        }
    }
}
