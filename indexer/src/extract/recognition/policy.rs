//! Which pages are recognised, and whether the result is kept.

use kurbo::Affine;
use redwell_model::ExceptionKind;

use super::{Picture, Policy, Recogniser, Recognition, page};
use crate::extract::paged::findings::Finding;
use crate::extract::paged::joined::Source;
use crate::extract::paged::page_text::PageText;
use crate::extract::paged::quality;

/// What is known of a page.
#[derive(Debug)]
pub(in crate::extract) struct PageFound {
    /// Its text.
    pub(in crate::extract) text: PageText,
    /// What is wrong with it.
    pub(in crate::extract) finding: Option<Finding>,
    /// Where its text is from.
    pub(in crate::extract) source: Source,
}

/// Recognition of the pages of one file.
pub(in crate::extract) struct Recognising<'r> {
    recognition: &'r Recognition,
    recogniser: &'r mut dyn Recogniser,
    pages: usize,
}

impl<'r> Recognising<'r> {
    pub(in crate::extract) fn new(recognition: &'r Recognition, recogniser: &'r mut dyn Recogniser) -> Self {
        Self { recognition, recogniser, pages: 0 }
    }

    /// Whether a page with this finding is to be recognised.
    pub(in crate::extract) fn wants(&self, finding: Option<Finding>) -> bool {
        use Finding::{Crashed, Garbled, Picture, StampedPicture, Unreadable};
        let is_wanted = match finding {
            Some(Picture | StampedPicture | Unreadable | Garbled | Crashed) => true,
            None => self.recognition.policy == Policy::On,
            // What draws too much to be read draws too much to be drawn.
            Some(_) => false,
        };
        self.recognition.is_available() && is_wanted
    }

    /// The page with recognised text, where that is better. `draw` gives its picture and the way from there to page
    /// space.
    pub(in crate::extract) fn improve(
        &mut self,
        found: PageFound,
        draw: impl FnOnce() -> Option<(Picture, Affine)>,
    ) -> PageFound {
        if self.pages >= self.recognition.max_pages {
            return PageFound { finding: Some(Finding::NotRecognised(ExceptionKind::NeedsOcr)), ..found };
        }
        let number = self.pages;
        self.pages += 1;
        if !self.recognition.may_draw(number) {
            return PageFound { finding: Some(Finding::NotDrawn), ..found };
        }
        self.recogniser.before_drawing(number);
        let Some((picture, to_page)) = draw() else {
            return PageFound { finding: found.finding.or(Some(Finding::NotDrawn)), ..found };
        };
        let words = match self.recogniser.recognise(&picture) {
            Ok(words) => words,
            Err(kind) => return PageFound { finding: Some(Finding::NotRecognised(kind)), ..found },
        };
        // What a stamp says is known for certain; only the rest is taken from the picture.
        let is_stamped = found.finding == Some(Finding::StampedPicture);
        let mut text = if is_stamped { found.text.clone() } else { PageText::default() };
        let already = if is_stamped { text.boxes.clone() } else { Vec::new() };
        let confidence = page::append(&words, to_page, &already, &mut text);
        let text = text.finish();
        let is_kept = match found.finding {
            Some(Finding::Picture | Finding::StampedPicture) => true,
            Some(Finding::Unreadable | Finding::Crashed) => !text.text.is_empty(),
            _ => quality::is_better_recognised(&text.text, confidence, &found.text.text),
        };
        if is_kept { PageFound { text, finding: None, source: Source::Recognised(confidence) } } else { found }
    }
}

#[cfg(test)]
mod tests {
    use redwell_model::CharBox;

    use super::super::{Tool, Word};
    use super::*;
    use crate::extract::paged::page_text::Flow;

    fn page_of(text: &str) -> PageText {
        let mut page = PageText::default();
        for word in text.split(' ') {
            for letter in word.chars() {
                page.push(&[letter], CharBox { x0: 0.0, y0: 0.0, x1: 5.0, y1: 5.0 }, Flow::Right);
            }
            page.space();
        }
        page.finish()
    }

    fn words(text: &str) -> Vec<Word> {
        let word = |text: &str| Word {
            text: text.to_owned(),
            confidence: 0.8,
            left: 10,
            top: 10,
            width: 9,
            height: 9,
            place: [1, 1, 1],
        };
        text.split_whitespace().map(word).collect()
    }

    fn recognition(policy: Policy) -> Recognition {
        let tool = Some(Tool { name: "eyes 1".to_owned(), program: "/nowhere".into() });
        Recognition { policy, tool, max_pages: 2, ..Recognition::default() }
    }

    fn picture() -> Option<(Picture, Affine)> {
        Some((Picture { width: 20, height: 20, dpi: 300, grey: vec![255; 400] }, Affine::IDENTITY))
    }

    /// A page with this text and finding, of which recognition reads this; what it gives then, or nothing when it is
    /// not asked.
    fn read(
        policy: Policy,
        text: &str,
        finding: Option<Finding>,
        seen: Result<&str, ExceptionKind>,
    ) -> Option<(String, Option<Finding>, Source)> {
        let recognition = recognition(policy);
        let mut recogniser = |_: &Picture| seen.map(words);
        let mut recognising = Recognising::new(&recognition, &mut recogniser);
        if !recognising.wants(finding) {
            return None;
        }
        let found = PageFound { text: page_of(text), finding, source: Source::Reader("hayro") };
        let found = recognising.improve(found, picture);
        Some((found.text.text, found.finding, found.source))
    }

    #[test]
    fn pages_are_recognised_as_the_policy_says() {
        use Finding::{Crashed, Garbled, Picture, StampedPicture, TooMuch, Unreadable};
        let check = |finding, [off, auto, on]: [bool; 3]| {
            for (policy, expected) in [(Policy::Off, off), (Policy::Auto, auto), (Policy::On, on)] {
                assert_eq!(read(policy, "", finding, Ok("")).is_some(), expected, "{policy:?} {finding:?}");
            }
        };
        for finding in [Picture, StampedPicture, Unreadable, Garbled, Crashed] {
            check(Some(finding), [false, true, true]);
        }
        check(None, [false, false, true]);
        check(Some(TooMuch), [false, false, false]);
        let nobody = Recognition { tool: None, ..recognition(Policy::On) };
        assert!(!Recognising::new(&nobody, &mut |_: &super::Picture| Ok(Vec::new())).wants(Some(Picture)));
    }

    #[test]
    fn the_better_text_is_kept() {
        let check = |policy, text, finding, seen, expected: (&str, Option<Finding>, bool)| {
            let (text, finding, source) = read(policy, text, finding, Ok(seen)).expect("the page is recognised");
            assert_eq!((text.as_str(), finding, matches!(source, Source::Recognised(_))), expected, "{seen}");
        };
        let (auto, on) = (Policy::Auto, Policy::On);
        let garbage = "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd} a";
        check(auto, "", Some(Finding::Picture), "a scanned page", ("a scanned page", None, true));
        check(auto, "", Some(Finding::Picture), "", ("", None, true));
        check(auto, "", Some(Finding::Unreadable), "words", ("words", None, true));
        check(auto, "", Some(Finding::Unreadable), "", ("", Some(Finding::Unreadable), false));
        check(auto, "", Some(Finding::Crashed), "", ("", Some(Finding::Crashed), false));
        check(auto, garbage, Some(Finding::Garbled), "the real words", ("the real words", None, true));
        check(auto, garbage, Some(Finding::Garbled), "", (garbage, Some(Finding::Garbled), false));
        check(auto, "Case 7", Some(Finding::StampedPicture), "the body", ("Case 7\n\nthe body", None, true));
        check(on, "the text of the file", None, "tne text of tne flle", ("the text of the file", None, false));
        check(
            on,
            "a title",
            None,
            "a title and all that is on the picture",
            ("a title and all that is on the picture", None, true),
        );
    }

    #[test]
    fn a_failure_costs_its_page_only() {
        use ExceptionKind::{Crashed, MemoryLimit, NeedsOcr, TimeLimit};
        for kind in [Crashed, MemoryLimit, TimeLimit] {
            let (text, finding, source) = read(Policy::On, "kept", None, Err(kind)).unwrap();
            assert_eq!((text.as_str(), finding), ("kept", Some(Finding::NotRecognised(kind))));
            assert_eq!(source, Source::Reader("hayro"));
        }
        let recognition = recognition(Policy::Auto);
        let mut seen = [Ok(words("one")), Err(TimeLimit), Ok(words("three"))].into_iter();
        let mut recogniser = move |_: &Picture| seen.next().unwrap();
        let mut recognising = Recognising::new(&recognition, &mut recogniser);
        let mut next = |draw: fn() -> Option<(Picture, Affine)>| {
            let source = Source::Reader("hayro");
            let found = PageFound { text: PageText::default(), finding: Some(Finding::Picture), source };
            let found = recognising.improve(found, draw);
            (found.text.text, found.finding)
        };
        assert_eq!(next(picture), ("one".to_owned(), None));
        assert_eq!(next(picture), (String::new(), Some(Finding::NotRecognised(TimeLimit))));
        // Two pages are the most here.
        assert_eq!(next(picture), (String::new(), Some(Finding::NotRecognised(NeedsOcr))));
    }

    #[test]
    fn a_page_that_cannot_be_drawn_is_told() {
        let recognition = recognition(Policy::On);
        let mut recogniser = |_: &Picture| Ok(Vec::new());
        let mut recognising = Recognising::new(&recognition, &mut recogniser);
        for (finding, expected) in [(None, Finding::NotDrawn), (Some(Finding::Picture), Finding::Picture)] {
            let found = PageFound { text: page_of("kept"), finding, source: Source::Reader("hayro") };
            let found = recognising.improve(found, || None);
            assert_eq!((found.text.text.as_str(), found.finding), ("kept", Some(expected)));
        }
    }
}
