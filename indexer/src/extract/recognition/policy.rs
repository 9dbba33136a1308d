//! Which pages are recognised, and whether the result is kept.

use kurbo::Affine;
use redwell_model::{ExceptionKind, Metadata};

use super::turn::{self, TURNS};
use super::{Picture, Policy, Recogniser, Recognition, Word, page};
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

/// Most turned pages named in a document's metadata.
const MOST_TURNS: usize = 1000;

/// The pages that had to be turned to be read.
#[derive(Debug, Default)]
pub(in crate::extract) struct Turns(Vec<String>);

impl Turns {
    /// Notes how a page was turned, if it was.
    pub(in crate::extract) fn note(&mut self, page: usize, degrees: Option<u16>) {
        if let Some(degrees) = degrees.filter(|_| self.0.len() < MOST_TURNS) {
            self.0.push(format!("{page} ({degrees}°)"));
        }
    }

    /// Writes them down as `turned_pages`.
    pub(in crate::extract) fn write(self, metadata: &mut Metadata) {
        if !self.0.is_empty() {
            metadata.other.insert("turned_pages".to_owned(), self.0.join(", "));
        }
    }
}

/// Recognition of the pages of one file.
pub(in crate::extract) struct Recognising<'r> {
    recognition: &'r Recognition,
    recogniser: &'r mut dyn Recogniser,
    pages: usize,
    /// The turn that helped last: pages of one scan mostly lie alike.
    last_turn: Option<u8>,
    /// How often turning was tried without success since it helped.
    in_vain: usize,
    /// How the page recognised last was turned, in degrees to the right.
    turned: Option<u16>,
}

/// So often in one file turning pages is tried in vain.
const MOST_IN_VAIN: usize = 10;

impl<'r> Recognising<'r> {
    pub(in crate::extract) fn new(recognition: &'r Recognition, recogniser: &'r mut dyn Recogniser) -> Self {
        Self { recognition, recogniser, pages: 0, last_turn: None, in_vain: 0, turned: None }
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

    /// How the page recognised last had to be turned to be read, in degrees to the right.
    pub(in crate::extract) fn take_turn(&mut self) -> Option<u16> {
        self.turned.take()
    }

    /// The words of a page the way up it is read best, the way from there back to its picture, and how it was turned.
    /// The first attempt that fails or exceeds a limit is the last.
    fn best_way_up(&mut self, picture: &Picture, upright: Vec<Word>) -> (Vec<Word>, Affine, Option<u16>) {
        if self.in_vain >= MOST_IN_VAIN || !turn::is_doubtful(picture, &upright) {
            return (upright, Affine::IDENTITY, None);
        }
        let last = self.last_turn;
        let others = TURNS.into_iter().filter(|turn| Some(*turn) != last);
        for quarters in last.into_iter().chain(others) {
            let (turned, back) = turn::turned(picture, quarters);
            let Ok(words) = self.recogniser.recognise(&turned) else { break };
            if turn::is_better(&words, &upright) {
                (self.last_turn, self.in_vain) = (Some(quarters), 0);
                return (words, back, Some(90 * u16::from(quarters)));
            }
        }
        self.in_vain += 1;
        (upright, Affine::IDENTITY, None)
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
        let (words, way_back, turned) = self.best_way_up(&picture, words);
        let to_page = to_page * way_back;
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
        self.turned = turned.filter(|_| is_kept);
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
    fn a_page_on_its_side_is_read_as_it_lies() {
        // A line of ink down the left edge: the page was turned to the left by a quarter, so that its top is there.
        let grey = (0..100 * 200).map(|n| if n % 100 < 5 { 0 } else { 255 }).collect();
        let page = Picture { width: 100, height: 200, dpi: 300, grey };
        let recognition = recognition(Policy::Auto);
        let mut asked = 0;
        let mut recogniser = |picture: &Picture| {
            asked += 1;
            let is_upright = picture.grey[..usize::try_from(picture.width).unwrap()].iter().all(|pixel| *pixel == 0);
            Ok(if is_upright { words("the minutes of the annual meeting") } else { words("|") })
        };
        let mut recognising = Recognising::new(&recognition, &mut recogniser);
        let mut read = || {
            let (text, source) = (PageText::default(), Source::Reader("hayro"));
            let found = PageFound { text, finding: Some(Finding::Picture), source };
            let found = recognising.improve(found, || Some((page.clone(), Affine::IDENTITY)));
            (found.text, recognising.take_turn())
        };
        let (text, turn) = read();
        assert_eq!((text.text.as_str(), turn), ("the minutes of the annual meeting", Some(90)));
        // Ten pixels from the left and from the top as it is read: ten from the left, and from the bottom, as it lies.
        let first = text.boxes[0];
        assert_eq!((first.x0, first.x1, first.y1, first.y0), (10.0, 19.0, 190.0, 187.0));
        read();
        assert_eq!(asked, 4);
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
