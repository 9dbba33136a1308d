//! What the PDF reader makes of small files, each showing one thing.

use proptest::prelude::*;
use redwell_model::{CharBox, CodePointRange, ExceptionKind};
use unicode_normalization::is_nfc;

use super::fixture::Fixture;
use super::*;
use crate::extract::Options;
use crate::extract::recognition::unavailable;

fn options(engine: PdfEngine) -> Options {
    Options { pdf_engine: engine, max_text_bytes: 1 << 20, ..Options::default() }
}

fn read_with(bytes: &[u8], options: &Options) -> Extracted {
    let extracted = extract(&Input { name: "a.pdf", bytes, options }, &mut unavailable, &mut |_| {});
    hold_invariants(&extracted);
    extracted
}

fn read(bytes: &[u8]) -> Extracted {
    read_with(bytes, &options(PdfEngine::Auto))
}

#[track_caller]
fn hold_invariants(extracted: &Extracted) {
    let length = extracted.text.chars().count();
    assert!(extracted.layout.boxes.is_empty() || extracted.layout.boxes.len() == length);
    let starts: Vec<u32> = extracted.layout.pages.iter().map(|page| page.start).collect();
    assert!(starts.is_sorted(), "{starts:?}");
    assert!(starts.iter().all(|start| *start as usize <= length));
    assert!(is_nfc(&extracted.text));
    assert!(extracted.text.chars().all(|c| c == '\n' || !c.is_control()));
    assert!(
        extracted.layout.boxes.iter().all(|area| [area.x0, area.y0, area.x1, area.y1].iter().all(|v| v.is_finite()))
    );
}

#[track_caller]
fn check(fixture: Fixture, expected: &str) -> Extracted {
    let extracted = read(&fixture.build());
    assert_eq!(extracted.text, expected);
    extracted
}

#[track_caller]
fn check_exception(extracted: &Extracted, kind: ExceptionKind, page: Option<u32>) {
    let found: Vec<_> = extracted.exceptions.iter().map(|e| (e.kind, e.page)).collect();
    assert_eq!(found, [(kind, page)]);
}

/// The common box of the first place where `word` stands.
#[track_caller]
fn area_of(extracted: &Extracted, word: &str) -> CharBox {
    let at = extracted.text.find(word).expect("the word is in the text");
    let start = extracted.text[..at].chars().count();
    extracted.layout.boxes[start..start + word.chars().count()].iter().copied().reduce(CharBox::union).unwrap()
}

#[track_caller]
fn check_area(area: CharBox, expected: [f32; 4]) {
    let found = [area.x0, area.y0, area.x1, area.y1];
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1.0), "{found:?}, not {expected:?}");
}

#[test]
fn plain_text_has_a_box_for_every_character() {
    let extracted = check(Fixture::new().page("BT /F1 10 Tf 72 720 Td (Hello world) Tj ET"), "Hello world");
    assert_eq!(extracted.exceptions, []);
    // Helvetica's H is 7.22 wide at 10 points; the nominal box reaches from 2.1 below to 7.3 above the baseline.
    check_area(area_of(&extracted, "H"), [72.0, 717.9, 79.2, 727.3]);
    assert!(extracted.layout.boxes[5].is_empty());
    let page = &extracted.layout.pages[0];
    assert_eq!((page.start, page.frame, page.rotate, page.quality), (0, [0.0, 0.0, 612.0, 792.0], 0, 1.0));
    assert_eq!(page.engine, "hayro");
    let quads = extracted.layout.quads(CodePointRange::new(0, 11));
    assert_eq!((quads.len(), quads[0].quads.len()), (1, 1));
}

#[test]
fn words_lines_and_paragraphs_follow_the_gaps() {
    check(Fixture::new().page("BT /F1 10 Tf 72 720 Td [(Hel) 20 (lo) -400 (world)] TJ ET"), "Hello world");
    let lines = "BT /F1 10 Tf 12 TL 72 720 Td (one) Tj T* (two) Tj T* (three) Tj 0 -30 Td (four) Tj T* (five) Tj ET";
    check(Fixture::new().page(lines), "one\ntwo\nthree\n\nfour\nfive");
    check(Fixture::new().page("BT /F1 10 Tf 72 720 Td (name) Tj 200 0 Td (amount) Tj ET"), "name amount");
    check(Fixture::new().page("BT /F1 10 Tf 72 720 Td (note) Tj /F1 6 Tf 4 Ts (12) Tj ET"), "note12");
    check(Fixture::new().page("BT /F1 10 Tf 4 Tc 72 720 Td (LEASE) Tj 0 Tc 0 -12 Td (text) Tj ET"), "LEASE\ntext");
    check(Fixture::new().page("BT /F1 10 Tf 4 Tc 72 720 Td (1 2 34) Tj 0 Tc 0 -12 Td (text) Tj ET"), "1 2 3 4\ntext");
}

#[test]
fn columns_follow_the_order_of_the_file() {
    let columns = "BT /F1 10 Tf 12 TL 72 720 Td (left one) Tj T* (left two) Tj ET \
                   BT /F1 10 Tf 12 TL 320 720 Td (right one) Tj T* (right two) Tj ET";
    check(Fixture::new().page(columns), "left one\nleft two\nright one\nright two");
}

#[test]
fn a_narrow_gutter_parts_columns() {
    let column = |x: u32, word: &str| {
        let lines: String = (1..=5).map(|n| format!("({word} {n}) Tj T* ")).collect();
        format!("BT /F1 10 Tf 12 TL {x} 720 Td {lines} ET ")
    };
    // "left 1" is 22 points wide, so the gutter is 11.
    let content = column(72, "left") + &column(105, "right");
    let expected = "left 1\nleft 2\nleft 3\nleft 4\nleft 5\nright 1\nright 2\nright 3\nright 4\nright 5";
    check(Fixture::new().page(&content), expected);
}

#[test]
fn boxes_stand_in_page_space_whatever_the_display() {
    let content = "BT /F1 10 Tf 100 200 Td (Hi) Tj ET";
    let turned = check(Fixture::new().page_with(content, "/Rotate 90", ""), "Hi");
    assert_eq!(turned.layout.pages[0].rotate, 90);
    check_area(area_of(&turned, "Hi"), [100.0, 197.9, 109.4, 207.3]);
    let cropped = check(Fixture::new().page_with(content, "/CropBox[50 60 700 400]", ""), "Hi");
    assert_eq!(cropped.layout.pages[0].frame, [50.0, 60.0, 612.0, 400.0]);
    check_area(area_of(&cropped, "Hi"), [100.0, 197.9, 109.4, 207.3]);
}

#[test]
fn turned_text_is_read_along_its_own_baseline() {
    let content = "BT /F1 10 Tf 0 1 -1 0 300 100 Tm (Upward text) Tj ET";
    let extracted = check(Fixture::new().page(content), "Upward text");
    check_area(area_of(&extracted, "Upward"), [292.7, 100.0, 302.1, 134.5]);
}

#[test]
fn forms_are_placed_by_both_matrices() {
    let mut fixture = Fixture::new();
    let form = fixture.stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 500 500]/Matrix[2 0 0 2 10 20]/Resources<</Font<</F1 3 0 R>>>>",
        "BT /F1 10 Tf 5 5 Td (Inside) Tj ET",
    );
    let content = "q 1 0 0 1 200 300 cm /X Do Q";
    let extracted = check(fixture.page_with(content, "", &format!("/XObject<</X {form} 0 R>>")), "Inside");
    check_area(area_of(&extracted, "I"), [220.0, 325.8, 225.6, 344.6]);
}

#[test]
fn ligatures_become_letters() {
    let mut fixture = Fixture::new();
    let font = fixture.object(
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[1/fi]>>>>",
    );
    let content = "BT /F1 10 Tf 72 720 Td (of\\001ce) Tj ET";
    let extracted = check(fixture.page_with(content, "", &format!("/Font<</F1 {font} 0 R>>")), "office");
    let (f, i) = (extracted.layout.boxes[2], extracted.layout.boxes[3]);
    assert!(f.x1 <= i.x0 + 0.01 && (f.x1 - f.x0 - (i.x1 - i.x0)).abs() < 0.01, "{f:?} {i:?}");
}

#[test]
fn hidden_text_is_found() {
    check(Fixture::new().page("BT 3 Tr /F1 10 Tf 72 720 Td (invisible) Tj ET"), "invisible");
    check(Fixture::new().page("BT 1 g /F1 10 Tf 72 720 Td (white) Tj ET"), "white");
    check(Fixture::new().page("BT /F1 10 Tf 72 9000 Td (off the page) Tj ET"), "off the page");
    check(Fixture::new().page("0 0 9 9 re W n BT /F1 10 Tf 72 720 Td (clipped) Tj ET"), "clipped");
}

#[test]
fn layers_switched_off_are_read_and_marked() {
    #[track_caller]
    fn check_layer(state: &str, expected: &str) {
        let mut fixture = Fixture::new();
        let layer = fixture.object("<</Type/OCG/Name(Draft)>>");
        let layers = format!("/OCProperties<</OCGs[{layer} 0 R]/D<</{state}[{layer} 0 R]>>>>");
        let content = "BT /F1 10 Tf 72 720 Td (shown) Tj ET \
             /OC /L BDC BT /F1 10 Tf 72 708 Td (on a layer) Tj 0 -12 Td (of two lines) Tj ET EMC \
             BT /F1 10 Tf 72 684 Td (after) Tj ET";
        let fixture = fixture.catalogue(&layers).page_with(content, "", &format!("/Properties<</L {layer} 0 R>>"));
        let extracted = check(fixture, expected);
        let second = area_of(&extracted, "lines");
        assert!(second.y0 < 696.0 && second.y1 > 700.0, "{second:?}");
    }
    check_layer("ON", "shown\non a layer\nof two lines\nafter");
    check_layer("OFF", "shown\n\nafter\n\n[Hidden layer: on a layer\nof two lines]");
}

#[test]
fn a_form_on_a_layer_switched_off_is_marked() {
    let mut fixture = Fixture::new();
    let layer = fixture.object("<</Type/OCG/Name(Draft)>>");
    let form = fixture.stream(
        &format!("/Type/XObject/Subtype/Form/BBox[0 0 612 792]/OC {layer} 0 R/Resources<</Font<</F1 3 0 R>>>>"),
        "BT /F1 10 Tf 72 708 Td (stamp) Tj ET",
    );
    let fixture = fixture.catalogue(&format!("/OCProperties<</OCGs[{layer} 0 R]/D<</OFF[{layer} 0 R]>>>>")).page_with(
        "/X Do BT /F1 10 Tf 72 720 Td (shown) Tj ET",
        "",
        &format!("/XObject<</X {form} 0 R>>"),
    );
    check(fixture, "shown\n\n[Hidden layer: stamp]");
}

#[test]
fn text_drawn_twice_is_read_once() {
    check(Fixture::new().page("BT 2 Tr /F1 10 Tf 72 720 Td (outlined) Tj ET"), "outlined");
    let bold = "BT /F1 10 Tf 72 720 Td (bold words) Tj 0.3 0 Td (bold words) Tj ET";
    check(Fixture::new().page(bold), "bold words");
}

#[test]
fn actual_text_replaces_what_is_drawn() {
    let content = "BT /F1 10 Tf 72 720 Td (the ) Tj /Span <</ActualText (contract)>> BDC (x#z) Tj EMC ( ends) Tj ET";
    let extracted = check(Fixture::new().page(content), "the contract ends");
    let (word, drawn) = (area_of(&extracted, "contract"), area_of(&extracted, "ends"));
    assert!(word.x1 < drawn.x0 && word.x0 > 80.0, "{word:?} {drawn:?}");
    let hyphen = "BT /F1 10 Tf 72 720 Td (re) Tj /Span <</ActualText <FEFF00AD>>> BDC (-) Tj EMC 0 -12 Td (view) Tj ET";
    let parted = check(Fixture::new().page(hyphen), "review");
    let (before, after) = (area_of(&parted, "re"), area_of(&parted, "view"));
    assert!(before.y0 > after.y1 - 4.0, "{before:?} {after:?}");
}

#[test]
fn comments_and_undrawn_fields_follow_the_page() {
    let mut fixture = Fixture::new();
    let note = fixture.object("<</Type/Annot/Subtype/Text/Rect[10 20 30 40]/T(A. Lawyer)/Contents(not\nagreed)>>");
    let parent = fixture.object("<</FT/Tx/T(lease)/V(12 May)>>");
    let field =
        fixture.object(&format!("<</Type/Annot/Subtype/Widget/Rect[50 60 90 70]/T(date)/Parent {parent} 0 R>>"));
    let link = fixture.object("<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Contents(a link)>>");
    let content = "BT /F1 10 Tf 72 720 Td (The end.) Tj ET";
    let extracted = check(
        fixture.page_with(content, &format!("/Annots[{note} 0 R {field} 0 R {link} 0 R]"), ""),
        "The end.\n\n[Comment by A. Lawyer: not agreed]\n[Form field lease.date: 12 May]",
    );
    check_area(area_of(&extracted, "agreed"), [10.0, 20.0, 30.0, 40.0]);
}

#[test]
fn pages_of_pictures_are_reported() {
    let picture = |fixture: &mut Fixture| {
        let image = fixture
            .stream("/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", "x");
        format!("/XObject<</I {image} 0 R>>")
    };
    let content = "q 612 0 0 792 0 0 cm /I Do Q";
    let mut fixture = Fixture::new();
    let resources = picture(&mut fixture);
    let extracted = check(fixture.page_with(content, "", &resources), "");
    check_exception(&extracted, ExceptionKind::NeedsOcr, Some(1));
    assert_eq!(extracted.layout.pages.len(), 1);

    let mut fixture = Fixture::new();
    let resources = picture(&mut fixture);
    let stamp = format!("{content} BT /F1 10 Tf 72 770 Td (Case 1 Document 2) Tj ET");
    let extracted = check(fixture.page_with(&stamp, "", &resources), "Case 1 Document 2");
    check_exception(&extracted, ExceptionKind::NeedsOcr, Some(1));

    let mut fixture = Fixture::new();
    let resources = picture(&mut fixture);
    let slide = format!("{content} BT /F1 30 Tf 200 400 Td (A title) Tj ET");
    assert_eq!(check(fixture.page_with(&slide, "", &resources), "A title").exceptions, []);

    let mut fixture = Fixture::new();
    let resources = picture(&mut fixture);
    let extracted = check(
        fixture
            .page("BT /F1 10 Tf 72 720 Td (one) Tj ET")
            .page_with(content, "", &resources)
            .page("")
            .page("BT /F1 10 Tf 72 720 Td (four) Tj ET"),
        "one\n\n\nfour",
    );
    check_exception(&extracted, ExceptionKind::NeedsOcr, Some(2));
    assert_eq!(extracted.layout.pages.iter().map(|page| page.start).collect::<Vec<_>>(), [0, 4, 5, 6]);
    assert_eq!(extracted.layout.page_of(6), Some(4));
}

#[test]
fn characters_drawn_below_each_other_are_read_downwards() {
    let mut fixture = Fixture::new();
    let map = fixture
        .stream("", "1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <41> <5a> <4e00> endbfrange");
    let font = fixture.object(&format!("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode {map} 0 R>>"));
    let column = |x: u32, letters: [char; 4]| {
        let shown: String = letters.iter().map(|letter| format!("({letter}) Tj T* ")).collect();
        format!("BT /F1 10 Tf 10 TL {x} 700 Td {shown} ET ")
    };
    let content = column(300, ['A', 'B', 'C', 'D']) + &column(288, ['E', 'F', 'G', 'H']);
    let fixture = fixture.page_with(&content, "", &format!("/Font<</F1 {font} 0 R>>"));
    check(fixture, "\u{4e00}\u{4e01}\u{4e02}\u{4e03}\n\u{4e04}\u{4e05}\u{4e06}\u{4e07}");
}

#[test]
fn text_without_meaning_is_reported() {
    let mut fixture = Fixture::new();
    let map = fixture
        .stream("", "1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <41> <5a> <e100> endbfrange");
    let font = fixture.object(&format!("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode {map} 0 R>>"));
    let content = "BT /F1 10 Tf 72 720 Td (ABCDEFGHIJ) Tj ET";
    let extracted = read(&fixture.page_with(content, "", &format!("/Font<</F1 {font} 0 R>>")).build());
    if extracted.layout.pages[0].engine == "hayro" {
        check_exception(&extracted, ExceptionKind::GarbledText, Some(1));
        assert!(extracted.layout.pages[0].quality < 0.1);
    }
}

#[test]
fn a_locked_file_is_reported() {
    let text = "00".repeat(32);
    let mut fixture = Fixture::new().page("BT /F1 10 Tf 72 720 Td (secret) Tj ET");
    let lock = fixture.object(&format!("<</Filter/Standard/V 1/R 2/Length 40/P -4/O<{text}>/U<{text}>>>"));
    let fixture = fixture.trailer(&format!("/Encrypt {lock} 0 R/ID[<00><00>]"));
    check_exception(&check(fixture, ""), ExceptionKind::Encrypted, None);
}

#[test]
fn damaged_files_give_what_they_can() {
    let whole = Fixture::new().page("BT /F1 10 Tf 72 720 Td (kept) Tj ET").build();
    let tree = whole.windows(4).rposition(|part| part == b"xref").unwrap();
    assert_eq!(read(&whole[..tree - 60]).text, "kept");
    for bytes in [&b""[..], b"%PDF-1.4", b"not a pdf", &whole[..20]] {
        let extracted = read(bytes);
        assert_eq!(extracted.text, "");
        check_exception(&extracted, ExceptionKind::Damaged, None);
    }
}

#[test]
fn loops_end() {
    let loop_in_tree = Fixture::new().page("BT /F1 10 Tf 72 720 Td (once) Tj ET").build_with_kids("2 0 R");
    assert_eq!(read(&loop_in_tree).text, "once");

    let mut fixture = Fixture::new();
    let form = fixture.objects_so_far() + 1;
    fixture
        .stream(&format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {form} 0 R>>>>"), "/X Do");
    let content = "/X Do BT /F1 10 Tf 72 720 Td (after) Tj ET";
    check(fixture.page_with(content, "", &format!("/XObject<</X {form} 0 R>>")), "after");
}

#[test]
fn a_bomb_costs_its_page_only() {
    let mut fixture = Fixture::new();
    let mut form = fixture.stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 3 0 R>>>>",
        "BT /F1 10 Tf (aaaaaaaaaa) Tj ET",
    );
    for _ in 0..20 {
        let resources = format!("/Resources<</XObject<</X {form} 0 R>>>>");
        form = fixture.stream(&format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]{resources}"), "/X Do /X Do");
    }
    let fixture = fixture
        .page_with("/X Do", "", &format!("/XObject<</X {form} 0 R>>"))
        .page("BT /F1 10 Tf 72 720 Td (untouched) Tj ET");
    let extracted = check(fixture, "\nuntouched");
    check_exception(&extracted, ExceptionKind::OutputLimit, Some(1));
}

#[test]
fn a_page_tree_that_promises_more_is_reported() {
    let bytes = Fixture::new().page("BT /F1 10 Tf 72 720 Td (one) Tj ET").build();
    let text = String::from_utf8(bytes).unwrap().replace("/Count 1", "/Count 3");
    check_exception(&read(text.as_bytes()), ExceptionKind::PartLost, None);
}

#[test]
fn long_text_is_cut_and_reported() {
    let fixture = (0..5).fold(Fixture::new(), |f, _| f.page("BT /F1 10 Tf 72 720 Td (0123456789) Tj ET"));
    let extracted = read_with(&fixture.build(), &Options { max_text_bytes: 25, ..options(PdfEngine::Auto) });
    assert_eq!(extracted.text, "0123456789\n0123456789\n012");
    check_exception(&extracted, ExceptionKind::OutputLimit, None);
}

#[test]
fn metadata_is_read() {
    let mut fixture = Fixture::new().page("");
    let info = fixture.object(
        "<</Title(Lease of land)/Author(A. Notary)/Subject(Plot 7)/CreationDate(D:20210304050607+05'30')/Producer(P)>>",
    );
    let metadata = check(fixture.trailer(&format!("/Info {info} 0 R")), "").metadata;
    assert_eq!(metadata.title.as_deref(), Some("Lease of land"));
    assert_eq!(metadata.authors, ["A. Notary"]);
    assert_eq!(metadata.created.map(|at| at.to_string()).as_deref(), Some("2021-03-03T23:36:07Z"));
    assert_eq!(metadata.producer.as_deref(), Some("P"));
    assert_eq!(metadata.other.get("subject").map(String::as_str), Some("Plot 7"));
    assert_eq!(metadata.page_count, Some(1));
}

#[test]
fn the_second_reader_gives_text_without_boxes() {
    let bytes = Fixture::new()
        .page("BT /F1 10 Tf 72 720 Td (first page) Tj ET")
        .page("BT /F1 10 Tf 72 720 Td (second page) Tj ET")
        .build();
    let extracted = read_with(&bytes, &options(PdfEngine::PdfExtract));
    assert_eq!(extracted.text, "first page\nsecond page");
    assert_eq!(extracted.layout.boxes, []);
    assert!(extracted.layout.pages.iter().all(|page| page.engine == "pdf-extract"));
    assert_eq!(extracted.layout.pages[1].start, 11);
}

#[test]
fn forms_that_never_end_are_kept_from_the_second_reader() {
    let mut fixture = Fixture::new();
    let form = fixture.objects_so_far() + 1;
    fixture
        .stream(&format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {form} 0 R>>>>"), "/X Do");
    let bytes = fixture.page_with("/X Do", "", &format!("/XObject<</X {form} 0 R>>")).build();
    check_exception(&read_with(&bytes, &options(PdfEngine::PdfExtract)), ExceptionKind::PartLost, Some(1));
}

/// A file with a little of everything, to be damaged.
pub(crate) fn rich() -> Vec<u8> {
    let mut fixture = Fixture::new();
    let form = fixture.stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 500 500]/Resources<</Font<</F1 3 0 R>>>>",
        "BT /F1 10 Tf 5 5 Td (Inside) Tj ET",
    );
    fixture
        .page("BT /F1 10 Tf 12 TL 72 720 Td (one) Tj T* [(two) -300 (three)] TJ ET")
        .page_with(
            "/X Do /Span <</ActualText (b)>> BDC BT /F1 9 Tf (a) Tj ET EMC",
            "/Rotate 90",
            &format!("/XObject<</X {form} 0 R>>"),
        )
        .build()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    // Only the first reader: the second may hang on a damaged file, which is the worker's business.
    #[test]
    fn damage_never_breaks_the_invariants(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in any::<prop::sample::Index>()) {
        let mut bytes = rich();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        read_with(&bytes, &options(PdfEngine::Hayro));
        bytes.truncate(cut.index(bytes.len()));
        read_with(&bytes, &options(PdfEngine::Hayro));
    }

    #[test]
    fn noise_is_never_fatal(noise in prop::collection::vec(any::<u8>(), 0..400)) {
        read_with(&noise, &options(PdfEngine::Auto));
        let mut content = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Contents 4 0 R>>endobj 4 0 obj<<>>stream\nBT ".to_vec();
        content.extend(&noise);
        content.extend(b"\nendstream endobj trailer<</Root 1 0 R>>");
        read_with(&content, &options(PdfEngine::Hayro));
    }
}
