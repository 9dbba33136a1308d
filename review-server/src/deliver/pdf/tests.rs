//! Annotated copies read back with an independent reading of the same rules.

use lopdf::{Document, Object, Stream, dictionary};
use proptest::prelude::*;

use super::*;

/// How a fixture is saved and keeps its annotations.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Table,
    Streams,
    IndirectAnnots,
}

/// A file of two pages for the tests of whole packages.
pub(in crate::deliver) fn two_pages() -> Vec<u8> {
    fixture(Kind::Table)
}

/// Two pages with a line of text each; the second is turned.
fn fixture(kind: Kind) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" });
    let mut kids = Vec::new();
    for rotate in [0, 90] {
        let content = Stream::new(dictionary! {}, b"BT /F1 12 Tf 100 700 Td (Notice of breach) Tj ET".to_vec());
        let content = document.add_object(content);
        let mut page = dictionary! {
            "Type" => "Page",
            "Parent" => pages,
            "MediaBox" => vec![0.into(), 0.into(), 612.into(), 792.into()],
            "Rotate" => rotate,
            "Contents" => content,
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        };
        if kind == Kind::IndirectAnnots {
            let link = document
                .add_object(dictionary! { "Type" => "Annot", "Subtype" => "Link", "Rect" => vec![0.into(); 4] });
            let list = document.add_object(Object::Array(vec![link.into()]));
            page.set("Annots", Object::Reference(list));
        }
        kids.push(Object::Reference(document.add_object(page)));
    }
    document.objects.insert(pages, dictionary! { "Type" => "Pages", "Count" => 2, "Kids" => kids }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    match kind {
        Kind::Streams => document.save_modern(&mut bytes).unwrap(),
        Kind::Table | Kind::IndirectAnnots => {
            document.reference_table.cross_reference_type = lopdf::xref::XrefType::CrossReferenceTable;
            document.save_to(&mut bytes).unwrap();
        }
    }
    bytes
}

fn highlight(id: &str, page: u32) -> PdfHighlight {
    PdfHighlight {
        id: id.to_owned(),
        page,
        shape: Shape::Passage,
        quads: vec![[100.0, 712.0, 215.0, 712.0, 100.0, 697.0, 215.0, 697.0]],
        colour: [0x9e, 0xd3, 0xf2],
        author: "Zoë Müller".to_owned(),
        contents: "Breach > Notice (early)\n\nShe said \\ “no”.".to_owned(),
        subject: "Notice".to_owned(),
        created_at: "2026-11-21T10:00:00Z".parse().unwrap(),
        modified_at: "2026-11-21T10:05:00Z".parse().unwrap(),
    }
}

#[test]
fn the_original_is_a_prefix_and_the_marks_read_back() {
    for kind in [Kind::Table, Kind::Streams, Kind::IndirectAnnots] {
        let original = fixture(kind);
        let region = PdfHighlight { shape: Shape::Region, ..highlight("r-1", 2) };
        let marks = [highlight("a-1", 1), highlight("a-2", 2), region];
        let annotated = annotate_pdf(&original, &marks).unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        assert!(annotated.starts_with(&original), "{kind:?}");
        assert_eq!(annotated, annotate_pdf(&original, &marks).unwrap(), "{kind:?}: the same every time");

        let document = Document::load_mem(&annotated).unwrap();
        let pages = document.get_pages();
        let on = |page: u32| document.get_page_annotations(pages[&page]).unwrap();
        let already = usize::from(kind == Kind::IndirectAnnots);
        assert_eq!((on(1).len(), on(2).len()), (already + 1, already + 2), "{kind:?}");
        let first = on(1)[already];
        assert_eq!(first.get(b"Subtype").unwrap().as_name().unwrap(), b"Highlight");
        let corners: Vec<f32> =
            first.get(b"QuadPoints").unwrap().as_array().unwrap().iter().map(|n| n.as_float().unwrap()).collect();
        assert_eq!(corners, highlight("a-1", 1).quads[0]);
        let text = |key: &[u8]| lopdf::decode_text_string(first.get(key).unwrap()).unwrap();
        assert_eq!((text(b"T").as_str(), text(b"M").as_str()), ("Zoë Müller", "D:20261121100500+00'00'"));
        assert_eq!(text(b"Contents"), highlight("a-1", 1).contents);
        assert_eq!(on(2)[already + 1].get(b"Subtype").unwrap().as_name().unwrap(), b"Square");
        for annotation in on(2).into_iter().skip(already) {
            let appearance =
                annotation.get(b"AP").unwrap().as_dict().unwrap().get(b"N").unwrap().as_reference().unwrap();
            let form = document.get_object(appearance).unwrap().as_stream().unwrap();
            assert_eq!(form.dict.get(b"BBox").unwrap(), annotation.get(b"Rect").unwrap());
            assert!(form.content.starts_with(b"/M gs\n"));
        }
    }
}

#[test]
fn an_annotated_copy_can_be_annotated_again() {
    let once = annotate_pdf(&fixture(Kind::Streams), &[highlight("a-1", 1)]).unwrap();
    let twice = annotate_pdf(&once, &[highlight("b-1", 1)]).unwrap();
    let document = Document::load_mem(&twice).unwrap();
    assert_eq!(document.get_page_annotations(document.get_pages()[&1]).unwrap().len(), 2);
    assert!(twice.starts_with(&once));
}

#[test]
fn what_cannot_be_annotated_is_refused_with_a_reason() {
    let original = fixture(Kind::Table);
    assert_eq!(annotate_pdf(&original, &[highlight("a", 9)]), Err(AnnotateError::NoSuchPage { page: 9 }));
    assert!(matches!(annotate_pdf(b"not a pdf", &[highlight("a", 1)]), Err(AnnotateError::Damaged { .. })));
    assert!(matches!(annotate_pdf(b"", &[highlight("a", 1)]), Err(AnnotateError::Damaged { .. })));
    let half = &original[..original.len() / 2];
    assert!(matches!(annotate_pdf(half, &[highlight("a", 1)]), Err(AnnotateError::Damaged { .. })));
    assert_eq!(annotate_pdf(&original, &[]).unwrap(), original);
}

#[test]
fn a_file_that_does_not_begin_with_its_header_is_extended_all_the_same() {
    let mut mailed = b"Content-Type: application/pdf\r\n\r\n".to_vec();
    mailed.extend(fixture(Kind::Table));
    let annotated = annotate_pdf(&mailed, &[highlight("a-1", 1)]).unwrap();
    assert!(annotated.starts_with(&mailed));
}

#[test]
fn coordinates_that_are_no_numbers_do_no_harm() {
    let odd =
        PdfHighlight { quads: vec![[f32::NAN, f32::INFINITY, -1e30, 0.1, 0.0, 0.0, 5.0, 5.0]], ..highlight("a", 1) };
    assert!(annotate_pdf(&fixture(Kind::Table), &[odd]).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_bytes_make_it_panic(changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..24), streams in any::<bool>()) {
        let mut bytes = fixture(if streams { Kind::Streams } else { Kind::IndirectAnnots });
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Ok(annotated) = annotate_pdf(&bytes, &[highlight("a", 1)]) {
            prop_assert!(annotated.starts_with(&bytes));
        }
    }
}
