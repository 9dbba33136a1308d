//! The language of a text.
//!
//! One language a document, told from a sample of its beginning, middle and end. A text too short to tell has none:
//! a wrong language is worse than no language in a facet.

use std::borrow::Cow;

use whichlang::Lang;

/// Letters needed before a guess is worth anything.
const FEWEST_LETTERS: usize = 40;

/// Bytes of each of the three samples.
const SAMPLE_BYTES: usize = 112;

/// The language a text is mostly written in, as an ISO 639-1 code.
#[must_use]
pub fn language(text: &str) -> Option<&'static str> {
    let sample = sample(text);
    if sample.chars().filter(|c| c.is_alphabetic()).count() < FEWEST_LETTERS {
        return None;
    }
    Some(match whichlang::detect_language(&sample) {
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Eng => "en",
        Lang::Fra => "fr",
        Lang::Hin => "hi",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Por => "pt",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
    })
}

/// Words of the text's beginning, middle and end: a title page or a signature block alone may speak another language.
fn sample(text: &str) -> Cow<'_, str> {
    let starts = [0, (text.len() / 2).saturating_sub(SAMPLE_BYTES / 2), text.len().saturating_sub(SAMPLE_BYTES)];
    if text.len() <= 3 * SAMPLE_BYTES {
        return Cow::Borrowed(text);
    }
    let part = |start: usize| &text[text.floor_char_boundary(start)..text.floor_char_boundary(start + SAMPLE_BYTES)];
    Cow::Owned(starts.map(part).join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(language(text), expected, "{text}");
    }

    #[test]
    fn tells_a_language_or_nothing() {
        check("The supplier shall deliver the goods to the buyer within thirty days of the order.", Some("en"));
        check("Der Lieferant liefert die Ware innerhalb von dreißig Tagen nach der Bestellung.", Some("de"));
        check("El proveedor entregará la mercancía en un plazo de treinta días desde el pedido.", Some("es"));
        check("Invoice 4711", None);
        check("12 345 678 90 -- 12 345 678 90 -- 12 345 678 90 -- 12 345 678 90", None);
        check("", None);
        check(&"é".repeat(10_000), language(&"é".repeat(6_000)));
        let english = "The supplier shall deliver the goods to the buyer. ";
        let mixed = format!("{}{}", english.repeat(300), "Der Lieferant liefert. ".repeat(30));
        check(&mixed, Some("en"));
    }
}
