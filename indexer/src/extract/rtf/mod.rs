//! Rich Text Format, read by Redwell's own small reader (RTF 1.9.1).
//!
//! Text comes out in the order of the file, headers first and footers last. Notes, comments, text boxes, deletions
//! still tracked and hidden text follow their paragraph, marked as [`super::mark`] says. Pictures, field codes and
//! style tables are no text; embedded files are handed out. The reader never recurses, and what is malformed ends at worst the text, not the program.

mod font;
mod object;
mod token;
mod writer;

use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use self::token::{Token, Tokens};
use self::writer::Writer;
use super::embedded::Embedded;
use super::{Child, Extracted, Input};

/// Reads a Rich Text file.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Rtf);
    let start = input.bytes.iter().position(|b| *b == b'{').unwrap_or(0);
    let mut tokens = Tokens::of(&input.bytes[start..]);
    let mut writer = Writer::new(input.options.max_text_bytes);
    let mut depth = 0_i64;
    while let Some(token) = tokens.next() {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth -= 1,
            _ => {}
        }
        writer.take(token, &mut tokens);
        // What follows the last group is not part of the document.
        if depth <= 0 || writer.is_full() {
            break;
        }
    }
    if depth > 0 && !writer.is_full() {
        found.exceptions.push(ProcessingException::new(
            Stage::Extract,
            ExceptionKind::Damaged,
            "rtf",
            "the file is cut off; the text up to there was read",
        ));
    }
    let (text, metadata, objects) = writer.finish();
    found.set_text(&text, input.options);
    found.metadata = metadata;
    let mut embedded = Embedded::of(input, on_child);
    for (n, hex) in objects.iter().enumerate() {
        object::hand_out(hex, &format!("object{}.bin", n + 1), &mut embedded);
    }
    embedded.finish(&mut found.metadata, &mut found.exceptions);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::tests::{kinds, read_one};
    use proptest::prelude::*;

    fn check(rtf: &str, expected: &str) {
        let found = read_one("a.rtf", format!("{{\\rtf1\\ansi\\ansicpg1252 {rtf}}}").as_bytes());
        assert_eq!(found.text, expected, "{rtf}");
        assert_eq!(kinds(&found), vec![], "{rtf}");
    }

    #[test]
    fn written_numbers_are_taken_once() {
        check(
            r"{\rtf1{\*\listtable{\list\listtemplateid1{\listlevel\levelnfc0{\leveltext\'02\'00.;}{\levelnumbers\'01;}}\listid1}}{\*\listoverridetable{\listoverride\listid1\ls1}}{\listtext\pard\plain 4.2\tab}\ls1\ilvl1 Term\par{\pntext\pard (b)\tab}{\*\pn\pnlvlbody\pnlcltr{\pntxtb (}{\pntxta )}}Notice\par}",
            "4.2\tTerm\n(b)\tNotice",
        );
    }

    #[test]
    fn paragraphs_lines_and_special_characters() {
        check("one\\par two\\line three\\tab x\r\ny", "one\ntwo\nthree\txy");
        check("a\\~b\\_c\\-d \\{e\\}\\\\", "a\u{a0}b-cd {e}\\");
        check("\\ldblquote x\\rdblquote  \\emdash\\bullet", "“x” —•");
    }

    #[test]
    fn bytes_and_unicode() {
        check("caf\\'e9 \\'93q\\'94", "café “q”");
        check("\\uc1\\u8364?\\u-10179?\\u-8704?", "€😀");
        check("\\uc2 \\u228\\'61\\'62x{\\uc0 \\u246 y}", "äxöy");
        check("\\uc1\\u228", "ä");
        check(
            "{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Arial;}{\\f2\\fcharset128 MS;}}\\f1\\'c4\\'e0 {\\f2\\'93\\'fa}",
            "Да 日",
        );
        check("{\\fonttbl{\\f3\\fcharset2 Symbol;}}{\\f3 a}\\'b7", "α·");
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        check("{\\stylesheet{\\s0 Normal;}}{\\*\\generator X;}{\\pict 0011}{\\*\\unknown x}a", "a");
        check("{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt link}}", "link");
        check("a{\\bin3 }{}}b", "ab");
        check("{\\upr{old}{\\*\\ud new}}", "new");
        check("{\\list{\\listlevel{\\leveltext x}}}a", "a");
    }

    #[test]
    fn tables_become_rows() {
        check(
            "before\\par\\trowd\\cellx1\\cellx2\\pard\\intbl a\\cell b\\par c\\cell\\row\\trowd\\pard\\intbl d\\cell\\cell\\row\\pard after",
            "before\na\tb c\nd\nafter",
        );
    }

    #[test]
    fn notes_deletions_and_headers_are_kept() {
        check("text{\\footnote\\chftn the note} goes on\\par", "text† goes on\n[Footnote 1: the note]");
        check("text{\\footnote\\ftnalt \\chftn the note}\\par", "text†\n[Endnote 1: the note]");
        check("a {\\deleted b }c {\\v hidden}", "a ‸c ‸\n[Deleted: b]\n[Hidden: hidden]");
        check("{\\footer end\\par}{\\header top\\par}body", "[Header: top]\n\nbody\n\n[Footer: end]");
        check("a{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt box\\par}}}b\\par", "ab\n[Text box: box]");
    }

    #[test]
    fn changes_and_comments_name_who_made_them() {
        // 14 March 2023, 09:10.
        let moment = 10 | 9 << 6 | 14 << 11 | 3 << 16 | 123 << 20;
        check(
            &format!(
                "{{\\*\\revtbl{{Unknown;}}{{Jane Doe;}}}}we {{\\deleted\\revauthdel1\\revdttmdel{moment} not }}{{\\revised\\revauth1 do }}pay"
            ),
            "we ‸do pay\n[Deleted by Jane Doe, 2023-03-14: not]",
        );
        check(
            &format!(
                "a{{\\*\\atnid JD}}{{\\*\\atnauthor Jane}}\\chatn{{\\*\\annotation{{\\*\\atndate {moment}}}\\pard why?}}b"
            ),
            "ab\n[Comment by Jane, 2023-03-14: why?]",
        );
        let said = read_one("a.rtf", b"{\\rtf1{\\*\\revtbl{A;}}{\\revised x}{\\deleted y}{\\v z}}").metadata.other;
        let said: Vec<String> = said.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            said,
            [
                "hidden_text=true",
                "tracked_change_authors=A",
                "tracked_changes=2",
                "tracked_deletions=1",
                "tracked_insertions=1"
            ]
        );
    }

    #[test]
    fn it_says_who_wrote_it_and_when() {
        let rtf = b"{\\rtf1{\\info{\\title T\\'e9}{\\author A}{\\creatim\\yr2001\\mo2\\dy3\\hr4\\min5}}x}";
        let found = read_one("a.rtf", rtf).metadata;
        assert_eq!((found.title.as_deref(), found.authors), (Some("Té"), vec!["A".to_owned()]));
        assert_eq!(found.created.unwrap().to_string(), "2001-02-03T04:05:00Z");
    }

    #[test]
    fn a_cut_file_is_told() {
        let found = read_one("a.rtf", b"{\\rtf1 text {\\b more");
        assert_eq!((found.text.as_str(), kinds(&found)), ("text more", vec![ExceptionKind::Damaged]));
    }

    proptest! {
        #[test]
        fn broken_files_do_no_harm(words in prop::collection::vec(
            "[{}]|\\\\[a-z]{1,8}-?[0-9]{0,6} ?|\\\\'[0-9a-g]{2}|\\\\u-?[0-9]{1,6}|text|\\\\(cell|row|trowd|intbl|footnote|shptxt|bin9) ", 0..60,
        )) {
            read_one("a.rtf", format!("{{\\rtf1 {}", words.concat()).as_bytes());
        }
    }
}
