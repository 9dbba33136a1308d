//! Which elements a page's own style rules keep from the eye: `display: none` and `visibility: hidden`.
//!
//! Only rules whose effect is certain hide anything: those that name an element, classes or an id and apply on every
//! screen. A rule that may show what another hides wins, because text marked as hidden had better be hidden. Nothing
//! is fetched, no other property is read, and states such as `:hover` do not exist.

use std::collections::BTreeMap;

use html5ever::tokenizer::Tag;

use super::attribute;

/// Most bytes of style rules read from one page.
const MOST_BYTES: usize = 4 << 20;

/// Most rules kept under one class, id or element.
const MOST_RULES: usize = 50;

/// Most classes of an element that are looked up.
const MOST_CLASSES: usize = 50;

/// Most groups of rules one in the other.
const DEEPEST_GROUP: usize = 100;

/// What an element's own style and the rules of its page say about it; `None` where they say nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// Whether it takes no part in the page at all.
    pub(super) gone: Option<bool>,
    /// Whether its place stays empty, which its children may undo.
    pub(super) invisible: Option<bool>,
}

/// The rules of a page that say whether something is seen.
#[derive(Debug, Default)]
pub(super) struct StyleRules {
    by_key: BTreeMap<String, Vec<Rule>>,
    read_bytes: usize,
    rules: u32,
}

#[derive(Debug)]
struct Rule {
    subject: Subject,
    strength: Strength,
    said: Declarations,
}

/// What an element must be for a rule to apply: the last part of a selector.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Subject {
    name: String,
    id: String,
    classes: Vec<String>,
}

/// How strong a selector is: ids, classes, elements, and among equals the later rule.
type Strength = (u32, u32, u32, u32);

/// An element's own style is stronger than any rule.
const OWN: Strength = (u32::MAX, 0, 0, 0);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Declarations {
    gone: Option<Said>,
    invisible: Option<Said>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Said {
    hides: bool,
    important: bool,
}

/// Whether a group of rules applies where someone reads the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Applies {
    Yes,
    Perhaps,
    No,
}

impl StyleRules {
    /// Adds the content of a `<style>` element with this attribute `media`.
    pub(super) fn add(&mut self, css: &str, media: &str) {
        self.read_bytes = self.read_bytes.saturating_add(css.len());
        if self.read_bytes > MOST_BYTES {
            return;
        }
        let css = uncommented(css);
        let mut groups = vec![applies(media)];
        let mut rest = css.as_str();
        while let Some(at) = rest.find(['{', '}', ';']) {
            let (head, mark) = (rest[..at].trim(), rest.as_bytes()[at]);
            rest = &rest[at + 1..];
            let around = groups.last().copied().unwrap_or(Applies::Yes);
            match mark {
                b'}' if groups.len() > 1 => drop(groups.pop()),
                b'{' => match group(head) {
                    Some(inner) if groups.len() < DEEPEST_GROUP => groups.push(inner.max(around)),
                    Some(_) => rest = block(rest).1,
                    None => {
                        let (inside, after) = block(rest);
                        rest = after;
                        if !head.starts_with('@') && around != Applies::No {
                            self.add_rule(head, declarations(inside), around);
                        }
                    }
                },
                _ => {}
            }
        }
    }

    fn add_rule(&mut self, selectors: &str, said: Declarations, around: Applies) {
        if said == Declarations::default() {
            return;
        }
        self.rules += 1;
        for selector in selectors.split(',') {
            let Some((subject, mut strength, is_certain)) = subject(selector) else { continue };
            strength.3 = self.rules;
            let is_certain = is_certain && around == Applies::Yes;
            let kept = |said: Option<Said>| said.filter(|said| is_certain || !said.hides);
            let said = Declarations { gone: kept(said.gone), invisible: kept(said.invisible) };
            let key = match &subject {
                Subject { id, .. } if !id.is_empty() => format!("#{id}"),
                Subject { classes, .. } if !classes.is_empty() => format!(".{}", classes[0]),
                Subject { name, .. } => name.clone(),
            };
            let rules = self.by_key.entry(key).or_default();
            if said != Declarations::default() && rules.len() < MOST_RULES {
                rules.push(Rule { subject, strength, said });
            }
        }
    }

    /// What is said about an element.
    pub(super) fn look(&self, tag: &Tag) -> Look {
        let own = attribute(tag, "style");
        let mut found = Cascade::default();
        if !own.is_empty() {
            found.add(OWN, declarations(own));
        }
        if !self.by_key.is_empty() {
            let classes = attribute(tag, "class").split_ascii_whitespace().take(MOST_CLASSES);
            let keys = classes.map(|class| format!(".{class}"));
            let id = Some(attribute(tag, "id")).filter(|id| !id.is_empty()).map(|id| format!("#{id}"));
            for key in keys.chain(id).chain([tag.name.to_string(), String::new()]) {
                for rule in self.by_key.get(&key).into_iter().flatten().filter(|rule| rule.subject.is(tag)) {
                    found.add(rule.strength, rule.said);
                }
            }
        }
        let hides = |winner: Option<(bool, Strength, bool)>| winner.map(|(_, _, hides)| hides);
        Look { gone: hides(found.gone), invisible: hides(found.invisible) }
    }
}

/// What wins among everything said about one element: importance, strength, and whether it hides.
#[derive(Debug, Default)]
struct Cascade {
    gone: Option<(bool, Strength, bool)>,
    invisible: Option<(bool, Strength, bool)>,
}

impl Cascade {
    fn add(&mut self, strength: Strength, said: Declarations) {
        for (winner, said) in [(&mut self.gone, said.gone), (&mut self.invisible, said.invisible)] {
            if let Some(said) = said
                && winner.is_none_or(|(important, beaten, _)| (important, beaten) <= (said.important, strength))
            {
                *winner = Some((said.important, strength, said.hides));
            }
        }
    }
}

impl Subject {
    fn is(&self, tag: &Tag) -> bool {
        let has = |class: &String| attribute(tag, "class").split_ascii_whitespace().any(|one| one == class);
        (self.name.is_empty() || *self.name == *tag.name)
            && (self.id.is_empty() || self.id == attribute(tag, "id"))
            && self.classes.iter().all(has)
    }
}

/// What a list of declarations says about being seen; the last of equals counts.
fn declarations(text: &str) -> Declarations {
    let mut found = Declarations::default();
    for (name, value) in text.split(';').filter_map(|declaration| declaration.split_once(':')) {
        let name = name.trim();
        let is_display = name.eq_ignore_ascii_case("display");
        if !is_display && !name.eq_ignore_ascii_case("visibility") {
            continue;
        }
        let value = value.trim().to_ascii_lowercase();
        let (value, important) = match value.split_once('!') {
            Some((value, mark)) => (value.trim(), mark.trim() == "important"),
            None => (value.as_str(), false),
        };
        let (said, hides) = match (is_display, value) {
            (true, _) => (&mut found.gone, value == "none"),
            (false, "hidden" | "collapse") => (&mut found.invisible, true),
            (false, "visible") => (&mut found.invisible, false),
            _ => continue,
        };
        if said.is_none_or(|before| important || !before.important) {
            *said = Some(Said { hides, important });
        }
    }
    found
}

/// The last part of a selector, its strength, and whether everything it asks for is known of an element. `None` for
/// what is not an element as it stands on the page: a state, or what is put before or after it.
fn subject(selector: &str) -> Option<(Subject, Strength, bool)> {
    const STATES: [&str; 10] =
        [":hover", ":focus", ":active", ":checked", ":target", ":before", ":after", ":first-l", ":empty", ":disabled"];
    let selector = selector.trim();
    let lower = selector.to_ascii_lowercase();
    if selector.is_empty() || selector.contains('\\') || STATES.iter().any(|state| lower.contains(state)) {
        return None;
    }
    let is_part = |c: char| c.is_ascii_whitespace() || matches!(c, '>' | '+' | '~');
    // Brackets may hold anything, so that nothing said about parts is true of them.
    let plain = selector.find(['[', '(', ':']).map_or(selector, |at| &selector[..at]);
    let mut strength = (0, 0, 0, 0);
    let mut subject = Subject::default();
    for part in plain.split(is_part).filter(|part| !part.is_empty()) {
        subject = Subject::default();
        let mut left = part.trim_start_matches('*');
        while !left.is_empty() {
            let inner = left.char_indices().skip(1).find(|(_, c)| matches!(c, '.' | '#'));
            let (one, after) = left.split_at(inner.map_or(left.len(), |(at, _)| at));
            left = after;
            if let Some(class) = one.strip_prefix('.') {
                strength.1 += 1;
                subject.classes.push(class.to_owned());
            } else if let Some(id) = one.strip_prefix('#') {
                strength.0 += 1;
                id.clone_into(&mut subject.id);
            } else {
                strength.2 += 1;
                subject.name = one.to_ascii_lowercase();
            }
        }
    }
    if plain.len() < selector.len() {
        // What follows the bracket is not looked at: it may be any element, and strong.
        let is_last = !selector[plain.len()..].contains(is_part);
        let subject = if is_last { subject } else { Subject::default() };
        return Some((subject, (strength.0, strength.1 + 9, strength.2, 0), false));
    }
    Some((subject, strength, !plain.contains(is_part)))
}

/// Whether what stands in front of a block opens a group of rules, and where those apply.
fn group(head: &str) -> Option<Applies> {
    let (rule, condition) = head.strip_prefix('@')?.split_once([' ', '(', '\n', '\t']).unwrap_or((&head[1..], ""));
    match rule.to_ascii_lowercase().as_str() {
        "media" => Some(applies(condition)),
        "layer" | "scope" => Some(Applies::Yes),
        "supports" | "container" | "document" | "-moz-document" => Some(Applies::Perhaps),
        _ => None,
    }
}

/// Whether rules for such media apply on the screen of a desk.
fn applies(media: &str) -> Applies {
    let one = |media: &str| match media.trim().to_ascii_lowercase().as_str() {
        "" | "all" | "screen" | "only screen" => Applies::Yes,
        "print" | "only print" | "speech" | "aural" | "handheld" | "tv" => Applies::No,
        narrow if narrow.contains("max-width") || narrow.contains("max-device-width") => Applies::No,
        _ => Applies::Perhaps,
    };
    media.split(',').map(one).min().unwrap_or(Applies::Yes)
}

/// The inside of a block that was just opened, and what follows it.
fn block(text: &str) -> (&str, &str) {
    let mut depth = 1_usize;
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'{' | b'}')) {
        if byte == b'{' {
            depth += 1;
        } else {
            depth -= 1;
        }
        if depth == 0 {
            return (&text[..at], &text[at + 1..]);
        }
    }
    (text, "")
}

/// Style rules without comments, the marks that hid them from old browsers, and quoted text.
fn uncommented(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find(['/', '<', '-', '"', '\'']) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let first = &after[..1];
        rest = match first {
            "/" if after.starts_with("/*") => after[2..].split_once("*/").map_or("", |(_, rest)| rest),
            "<" if after.starts_with("<!--") => &after[4..],
            "-" if after.starts_with("-->") => &after[3..],
            "\"" | "'" => after[1..].find([after.as_bytes()[0].into(), '\n']).map_or("", |at| &after[at + 2..]),
            _ => {
                out.push_str(first);
                &after[1..]
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    /// What of a page's paragraphs is hidden, given its rules.
    fn check(css: &str, paragraph: &str, expected: &str) {
        let page = format!("<html><style>{css}</style><body><p>a</p>{paragraph}");
        let text = crate::extract::html::render(&page, 10_000).text;
        assert_eq!(text.trim(), format!("a\n\n{expected}"), "{css} {paragraph}");
    }

    const HIDDEN: &str = "[Hidden: b]";

    #[test]
    fn simple_rules_hide() {
        check(".x{display:none}", "<p class='w x'>b", HIDDEN);
        check("#i { visibility : HIDDEN }", "<p id=i>b", HIDDEN);
        check("P.x , div{color:red;display:none !important}", "<p class=x>b", HIDDEN);
        check("<!-- /* .x{} */ .x{display:none} -->", "<p class=x>b", HIDDEN);
        check("@media screen{.x{display:none}}", "<p class=x>b", HIDDEN);
        check("@font-face{src:url('}')} @import 'a;b'; .x{display:none}", "<p class=x>b", HIDDEN);
        check("ul.x{display:none}", "<p class=x>b", "b");
        check(".x.y{display:none}", "<p class=x>b", "b");
    }

    #[test]
    fn the_stronger_rule_wins() {
        check(".x{display:none}", "<p class=x style='display:block'>b", "b");
        check(".x{display:none!important}", "<p class=x style='display:block'>b", HIDDEN);
        check(".x{display:none} p.x{display:block}", "<p class=x>b", "b");
        check("p.x{display:block} .x{display:none}", "<p class=x>b", "b");
        check(".x{display:block} .x{display:none}", "<p class=x>b", HIDDEN);
    }

    #[test]
    fn what_is_not_certain_hides_nothing() {
        check("div .x{display:none}", "<p class=x>b", "b");
        check("p:nth-child(2){display:none}", "<p>b", "b");
        check("@media print{.x{display:none}}", "<p class=x>b", "b");
        check("@media (max-width: 480px){.x{display:none}}", "<p class=x>b", "b");
        check("@supports (display:grid){.x{display:none}}", "<p class=x>b", "b");
        check("@keyframes k{from{visibility:hidden}}", "<p>b", "b");
        check(".x{display:none} body .x{display:block}", "<p class=x>b", "b");
        check(".x{display:none} @media (min-width: 9px){.x{display:block}}", "<p class=x>b", "b");
        check(".x{display:none} .x:hover{display:block}", "<p class=x>b", HIDDEN);
        check(".x{display:none} @media (max-width: 9px){.x{display:block}}", "<p class=x>b", HIDDEN);
    }

    #[test]
    fn broken_rules_do_no_harm() {
        for css in
            ["{", "}", "}}}.x{", "@media", "@{", ".x{display", "#", ".", "*", "a..b{display:none}", "/*", "'", "@é{}"]
        {
            check(css, "<p>b", "b");
        }
        check(&"@media screen{".repeat(100_000), "<p>b", "b");
        check(&"{".repeat(100_000), "<p>b", "b");
    }
}
