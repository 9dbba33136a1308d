//! Fields of Word documents that show what stands nowhere in the file: numbers in the middle of a paragraph (`LISTNUM`;
//! ISO 29500-1, 17.16.5.32).
//!
//! The results of all other fields are kept in the file, and are read as the text they are.

use quick_xml::events::BytesStart;

use super::lists::Lists;
use crate::extract::markup::attribute;

/// Fields one in the other; deeper ones are not looked at.
const DEEPEST: usize = 20;

/// Longest code of a field that is kept, in bytes.
const LONGEST_CODE: usize = 1_000;

/// Level of a new list in the middle of a text, where the field does not say which.
const LEVEL_IN_TEXT: usize = 2;

/// The fields that are open where a story is being read.
#[derive(Debug, Default)]
pub(super) struct Fields {
    open: Vec<Field>,
    /// Fields opened beyond the deepest.
    beyond: usize,
    /// Of the paragraph: whether it has text, and numbers made by fields before any.
    has_text: bool,
    leading: usize,
}

#[derive(Debug, Default)]
struct Field {
    code: String,
    is_result: bool,
    has_result: bool,
    is_simple: bool,
}

/// What a `LISTNUM` field asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ListNumber {
    pub(super) list: Option<String>,
    pub(super) level: Option<usize>,
    pub(super) start: Option<u32>,
}

impl Fields {
    /// A paragraph begins.
    pub(super) fn begin_paragraph(&mut self) {
        (self.has_text, self.leading) = (false, 0);
    }

    /// Text is seen, inside a field or not.
    pub(super) fn note_text(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.has_text = true;
            self.open.iter_mut().for_each(|field| field.has_result |= field.is_result);
        }
    }

    /// A field that is one element around its result.
    pub(super) fn open_simple(&mut self, element: &BytesStart<'_>) {
        let code = attribute(element, "instr").unwrap_or_default();
        self.push(Field { code, is_result: true, is_simple: true, ..Field::default() });
    }

    fn push(&mut self, field: Field) {
        if self.open.len() < DEEPEST {
            self.open.push(field);
        } else {
            self.beyond += 1;
        }
    }

    /// The end of such a field.
    pub(super) fn close_simple(&mut self, lists: &mut Lists) -> Option<String> {
        self.close(true, lists)
    }

    /// A mark that begins, parts or ends a field; the number a field that ends here shows.
    pub(super) fn mark(&mut self, element: &BytesStart<'_>, lists: &mut Lists) -> Option<String> {
        match attribute(element, "fldCharType")?.as_str() {
            "begin" => self.push(Field::default()),
            "separate" => {
                if let Some(field) = self.open.last_mut().filter(|_| self.beyond == 0) {
                    field.is_result = true;
                }
            }
            "end" => return self.close(false, lists),
            _ => {}
        }
        None
    }

    fn close(&mut self, is_simple: bool, lists: &mut Lists) -> Option<String> {
        if self.beyond > 0 {
            self.beyond -= 1;
            return None;
        }
        self.open.last().filter(|field| field.is_simple == is_simple)?;
        let field = self.open.pop().filter(|field| !field.has_result)?;
        let asked = list_number(&field.code)?;
        // Inside the code of another field it is not seen.
        if self.open.iter().any(|field| !field.is_result) {
            return None;
        }
        let otherwise = if self.has_text { LEVEL_IN_TEXT } else { self.leading };
        self.leading += usize::from(!self.has_text);
        Some(lists.number_in_text(&asked, otherwise, self.has_text))
    }

    /// A piece of a field's code.
    pub(super) fn code(&mut self, text: &str) {
        if let Some(field) = self.open.last_mut().filter(|field| !field.is_result && self.beyond == 0)
            && field.code.len() + text.len() <= LONGEST_CODE
        {
            field.code.push_str(text);
        }
    }
}

/// What a field asks for, if it is one that numbers.
fn list_number(code: &str) -> Option<ListNumber> {
    let mut words = words(code).into_iter();
    words.next().filter(|name| name.eq_ignore_ascii_case("LISTNUM"))?;
    let mut asked = ListNumber::default();
    while let Some(word) = words.next() {
        match word.to_ascii_lowercase().as_str() {
            "\\l" => {
                let level = words.next().and_then(|level| level.parse::<usize>().ok());
                asked.level = level.and_then(|level| level.checked_sub(1)).filter(|level| *level < 9);
            }
            "\\s" => asked.start = words.next().and_then(|start| start.parse().ok()),
            "\\*" => drop(words.next()),
            switch if switch.starts_with('\\') => {}
            _ => asked.list = asked.list.or(Some(word)),
        }
    }
    Some(asked)
}

/// The words of a field's code; quotes hold several together.
fn words(code: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    for c in code.chars() {
        match c {
            '"' | '“' | '”' => is_quoted = !is_quoted,
            c if c.is_whitespace() && !is_quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::docx::tests::document;
    use crate::extract::tests::read_one;
    use proptest::prelude::*;

    #[test]
    fn codes_are_taken_apart() {
        let check = |code: &str, expected: Option<(Option<&str>, Option<usize>, Option<u32>)>| {
            let asked = expected.map(|(list, level, start)| ListNumber { list: list.map(str::to_owned), level, start });
            assert_eq!(list_number(code), asked, "{code}");
        };
        check(" LISTNUM ", Some((None, None, None)));
        check(" listnum  LegalDefault \\l 2 \\s 3 ", Some((Some("LegalDefault"), Some(1), Some(3))));
        check("LISTNUM \"My list\" \\* MERGEFORMAT \\l 1", Some((Some("My list"), Some(0), None)));
        check("LISTNUM \\l 0 \\s x", Some((None, None, None)));
        check("PAGE \\l 1", None);
        check("", None);
    }

    /// A field as Word writes it.
    fn field(code: &str) -> String {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {code} </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    }

    fn run(text: &str) -> String {
        format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
    }

    const NUMBERING: &str = r#"<w:numbering xmlns:w="w">
        <w:abstractNum w:abstractNumId="3"><w:name w:val="Clauses"/>
          <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
          <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl></w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="3"/></w:num></w:numbering>"#;

    #[track_caller]
    fn check(paragraphs: &[String], expected: &str) {
        let body: String = paragraphs.iter().map(|inner| format!("<w:p>{inner}</w:p>")).collect();
        assert_eq!(read_one("a.docx", &document(&body, &[("word/numbering.xml", NUMBERING)])).text, expected);
    }

    #[test]
    fn sections_numbered_by_fields_are_seen() {
        check(
            &[
                field("LISTNUM LegalDefault \\l 1") + &run(" Term"),
                field("LISTNUM LegalDefault \\l 2") + &run(" Notice"),
                field("LISTNUM LegalDefault \\l 2 \\s 3") + &run(" Renewal"),
                field("LISTNUM LegalDefault \\l 3") + &run(" End"),
                field("LISTNUM LegalDefault \\l 1") + &run(" Law"),
                field("LISTNUM LegalDefault \\l 2") + &run(" Place"),
            ],
            "1. Term\n1.1. Notice\n1.3. Renewal\n1.3.1. End\n2. Law\n2.1. Place",
        );
        let levels = |name: &str| -> String { (1..=9).map(|n| field(&format!("LISTNUM {name} \\l {n}"))).collect() };
        check(&[levels("NumberDefault")], "1)a)i)(1)(a)(i)1.a.i.");
        check(&[levels("OutlineDefault")], "I.A.1.a)(1)(a)(i)(a)(i)");
    }

    #[test]
    fn lists_inside_a_sentence_count_on() {
        check(
            &[run("Do ")
                + &field("LISTNUM NumberDefault \\l 3 \\s 1")
                + &run(" this, ")
                + &field("LISTNUM")
                + &run(" that, ")
                + &field("LISTNUM")
                + &run(" more.")],
            "Do i) this, ii) that, iii) more.",
        );
        check(&[field("LISTNUM") + &field("LISTNUM") + &run(" x"), run("y ") + &field("LISTNUM")], "1)a) x\ny b)");
    }

    #[test]
    fn lists_of_the_document_are_followed() {
        let item = "<w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>";
        check(
            &[
                format!("{item}{}{}{}", run("Sample: "), field("LISTNUM"), run(" one; "))
                    + &field("LISTNUM")
                    + &run(" two"),
                format!("{item}{}", run("Next ")) + &field("LISTNUM \"Clauses\" \\l 2"),
                field("LISTNUM Clauses \\l 1"),
            ],
            "1.\tSample: (a) one; (b) two\n2.\tNext (a)\n3.",
        );
    }

    #[test]
    fn what_is_not_seen_does_not_count() {
        let deleted = field("LISTNUM LegalDefault \\l 1").replace("instrText", "delInstrText");
        let nested = format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>IF </w:instrText></w:r>{}<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
            field("LISTNUM LegalDefault \\l 1"),
            run("result "),
        );
        let kept = "<w:fldSimple w:instr=\"LISTNUM LegalDefault\"><w:r><w:t>kept </w:t></w:r></w:fldSimple>";
        let simple = "<w:fldSimple w:instr=\"LISTNUM LegalDefault \\l 1\"/>";
        let hidden = field("LISTNUM LegalDefault \\l 1").replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>");
        check(&[format!("{deleted}{nested}{kept}{hidden}{simple}{}", run(" x"))], "result kept 1. x");
    }

    proptest! {
        #[test]
        fn any_code_does_no_harm(codes in prop::collection::vec("(LISTNUM|IF|\"| |\\\\[ls*]|[0-9]{1,12}|LegalDefault|é){0,8}", 0..12), open in 0_usize..4) {
            let mut body: String = codes.iter().map(|code| field(&code.replace('"', "&quot;"))).collect();
            body.push_str(&"<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>".repeat(open * 10));
            body.push_str(&field("LISTNUM"));
            read_one("a.docx", &document(&format!("<w:p>{body}</w:p>"), &[("word/numbering.xml", NUMBERING)]));
        }
    }
}
