//! `PowerPoint` 97 presentations made here, whole and broken.

use crate::extract::compound_file::file_of;
use crate::extract::tests::{kinds, options, read_all, read_one};
use crate::extract::{Input, Options};
use proptest::prelude::*;
use redwell_model::{ExceptionKind, Format};

fn atom(kind: u16, instance: u16, content: &[u8]) -> Vec<u8> {
    head(kind, instance << 4, content)
}

fn container(kind: u16, instance: u16, parts: &[Vec<u8>]) -> Vec<u8> {
    head(kind, instance << 4 | 15, &parts.concat())
}

fn head(kind: u16, first: u16, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    [&first.to_le_bytes()[..], &kind.to_le_bytes(), &length.to_le_bytes(), content].concat()
}

fn longs(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// The streams of a presentation: a document of two slides, the second hidden, the first with notes and a comment.
pub(crate) fn streams() -> (Vec<u8>, Vec<u8>) {
    let listed = |reference, id| atom(0x03f3, 0, &longs(&[reference, 0, 0, id, 0]));
    let document = container(
        0x03e8,
        0,
        &[
            container(0x0ff0, 0, &[listed(2, 256), atom(0x0fa0, 0, &utf16("Titel ü")), listed(3, 257)]),
            container(0x0ff0, 1, &[listed(5, 400)]),
            container(0x0ff0, 2, &[listed(4, 300)]),
            container(0x0fd9, 3, &[atom(0x0fda, 0, &[0; 4]), atom(0x0fba, 2, &utf16("Acme"))]),
        ],
    );
    let slide_atom = |notes| atom(0x03ef, 0, &longs(&[0, 0, 0, 0, notes, 0]));
    let text_box = |parts: &[Vec<u8>]| container(0xf00d, 0, parts);
    let comment = container(
        0x2ee0,
        0,
        &[
            atom(0x0fba, 0, &utf16("Ann")),
            atom(0x0fba, 1, &utf16("why?")),
            atom(0x2ee1, 0, &[1, 0, 0, 0, 0xe4, 7, 1, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ],
    );
    let first = container(
        0x03ee,
        0,
        &[
            slide_atom(300),
            text_box(&[atom(0x0f9e, 0, &longs(&[0]))]),
            text_box(&[atom(0x0fa8, 0, b"one\rtwo\x0bthree")]),
            text_box(&[atom(0x0fa8, 0, b"*"), atom(0x0fd8, 0, &[0; 4])]),
            head(
                0xf00b,
                2 << 4 | 3,
                &[&[0x81, 1, 4, 0, 0, 8, 0xc0, 0x80, 12, 0, 0, 0][..], &utf16("DRAFT\0")].concat(),
            ),
            comment,
        ],
    );
    let show = [&[0; 10][..], &[4, 0, 0, 0, 0, 0]].concat();
    let second = container(0x03ee, 0, &[slide_atom(0), atom(0x03f9, 0, &show), text_box(&[atom(0x0fa8, 0, b"last")])]);
    let notes = container(0x03f0, 0, &[text_box(&[atom(0x0fa8, 0, b"say hello")])]);
    let shape = |parts: &[Vec<u8>]| container(0xf004, 0, parts);
    let asks = shape(&[container(0xf011, 0, &[atom(0x0bc3, 0, &[0; 8])]), text_box(&[atom(0x0fa8, 0, b"Click here")])]);
    let master = container(0x03f8, 0, &[asks, shape(&[text_box(&[atom(0x0fa8, 0, b"Confidential")])])]);
    let (mut stream, mut places) = (atom(0x0fa8, 0, b"an old version"), Vec::new());
    for part in [document, first, second, notes, master] {
        places.push(u32::try_from(stream.len()).unwrap());
        stream.extend(part);
    }
    let directory = u32::try_from(stream.len()).unwrap();
    stream.extend(atom(0x1772, 0, &[longs(&[1 | 5 << 20]), longs(&places)].concat()));
    let edit = u32::try_from(stream.len()).unwrap();
    stream.extend(atom(0x0ff5, 0, &longs(&[0, 0, 0, directory, 1, 5, 0])));
    let user = atom(0x0ff6, 0, &longs(&[20, 0xe391_c05f, edit, 0]));
    (stream, user)
}

/// A presentation of these streams.
pub(crate) fn file(stream: &[u8], user: &[u8]) -> Vec<u8> {
    file_of(&[("PowerPoint Document", stream), ("Current User", user)])
}

#[test]
fn slides_are_pages_in_the_order_shown() {
    let (stream, user) = streams();
    let found = read_one("a.ppt", &file(&stream, &user));
    let expected = "Titel ü\none\ntwo\nthree\n[Drawn text: DRAFT]\n[Speaker notes: say hello]\n[Comment by Ann, 2020-01-02: why?]\n[Footer: Acme]\n[Slide master: Confidential]\n\n[Hidden slide]\nlast";
    assert_eq!((found.format, found.text.as_str(), kinds(&found)), (Format::Ppt, expected, vec![]));
    assert_eq!((found.layout.pages.len(), found.metadata.page_count), (2, Some(2)));
    let said = ["hidden_slides", "speaker_notes", "comments"].map(|kind| found.metadata.other[kind].as_str());
    assert_eq!(said, ["1", "1", "1"]);
    // Without the stream that points at the last edit it is searched for.
    assert_eq!(read_one("a.ppt", &file(&stream, b"")).text, expected);
}

#[test]
fn locked_and_broken_files_are_told() {
    let (stream, user) = streams();
    let mut locked = user.clone();
    locked[12..16].copy_from_slice(&0xf3d1_c4df_u32.to_le_bytes());
    assert_eq!(kinds(&read_one("a.ppt", &file(&stream, &locked))), vec![ExceptionKind::Encrypted]);
    let found = read_one("a.ppt", &file(&stream[..stream.len() - 40], b""));
    assert_eq!(kinds(&found), vec![ExceptionKind::Damaged]);
    assert!(found.text.contains("say hello"));
    assert_eq!(kinds(&read_one("a.ppt", &file(b"", b""))), vec![ExceptionKind::Damaged]);
}

/// The streams of the same presentation locked with the password `secret`, and a key of so many bytes.
pub(crate) fn locked(bytes: usize) -> (Vec<u8>, Vec<u8>) {
    const SESSION: u32 = 9;
    let (info, key) = crate::extract::office_lock::rc4::tests::lock("secret", bytes);
    let (mut stream, user) = streams();
    let (edit, directory) = (stream.len() - 36, stream.len() - 36 - 8 - 24);
    for number in 1..=5_usize {
        let entry = directory + 8 + 4 * number;
        let at = u32::from_le_bytes(stream[entry..entry + 4].try_into().unwrap()) as usize;
        let length = u32::from_le_bytes(stream[at + 4..at + 8].try_into().unwrap()) as usize;
        key.decrypt_block(u32::try_from(number).unwrap(), &mut stream[at..at + 8 + length]);
    }
    let session = u32::try_from(edit).unwrap();
    stream.truncate(edit);
    stream.extend(atom(0x2f14, 0, &info));
    // The directory of the session, then an edit that names it, and the directory of the rest through the edit before.
    let earlier = u32::try_from(stream.len()).unwrap();
    stream.extend(atom(0x0ff5, 0, &longs(&[0, 0, 0, u32::try_from(directory).unwrap(), 1, 5, 0])));
    let own = u32::try_from(stream.len()).unwrap();
    stream.extend(atom(0x1772, 0, &longs(&[SESSION | 1 << 20, session])));
    let last = u32::try_from(stream.len()).unwrap();
    stream.extend(atom(0x0ff5, 0, &longs(&[0, 0, earlier, own, 1, 9, 0, SESSION])));
    let user = atom(0x0ff6, 0, &longs(&[20, 0xf3d1_c4df, last, u32::from_le_bytes(user[20..24].try_into().unwrap())]));
    (stream, user)
}

#[test]
fn a_password_opens_a_locked_presentation() {
    let (stream, user) = streams();
    let expected = read_one("a.ppt", &file(&stream, &user)).text;
    for bytes in [0, 16] {
        let (stream, user) = locked(bytes);
        let bytes = file(&stream, &user);
        assert_eq!(kinds(&read_one("a.ppt", &bytes)), vec![ExceptionKind::Encrypted]);
        let options = Options { passwords: vec!["secret".to_owned()], ..options() };
        let found = crate::extract::extract(&Input { name: "a.ppt", bytes: &bytes, options: &options }, &mut |_| ());
        assert_eq!((found.text.as_str(), kinds(&found)), (expected.as_str(), vec![]));
        assert_eq!(found.metadata.other["encrypted"], "true");
    }
}

#[test]
fn loops_and_absurd_lengths_end() {
    let (mut stream, user) = streams();
    let edit = stream.len() - 28;
    // An edit that comes before itself, and a directory of a million entries.
    stream[edit + 8..edit + 12].copy_from_slice(&user[16..20]);
    let directory = edit - 8 - 20;
    stream[directory..directory + 4].fill(0xff);
    let found = read_one("a.ppt", &file(&stream, &user));
    assert_eq!(kinds(&found), vec![ExceptionKind::Damaged]);
    let deep = [15, 0, 0xf0, 3, 0xff, 0xff, 0xff, 0x7f].repeat(50_000);
    read_one("a.ppt", &file(&deep, b""));
}

#[test]
fn objects_are_children() {
    let (mut stream, user) = streams();
    let object = file_of(&[("\u{1}Ole10Native", &crate::extract::embedded::tests::package_of("plan.txt", b"buy"))]);
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &object).unwrap();
    let length = u32::try_from(object.len()).unwrap().to_le_bytes();
    let at = u32::try_from(stream.len()).unwrap();
    stream.extend(atom(0x1011, 1, &[&length[..], &packed.finish().unwrap()].concat()));
    let directory = u32::try_from(stream.len()).unwrap();
    stream.extend(atom(0x1772, 0, &longs(&[9 | 1 << 20, at])));
    let earlier = u32::from_le_bytes(user[16..20].try_into().unwrap());
    let edit = u32::try_from(stream.len()).unwrap();
    stream.extend(atom(0x0ff5, 0, &longs(&[0, 0, earlier, directory, 1, 9, 0])));
    let user = atom(0x0ff6, 0, &longs(&[20, 0xe391_c05f, edit, 0]));
    let (found, children) = read_all("a.ppt", &file(&stream, &user));
    let children: Vec<_> = children.iter().map(|child| (child.name.as_str(), child.bytes.as_slice())).collect();
    assert_eq!((children, found.layout.pages.len()), (vec![("plan.txt", &b"buy"[..])], 2));
}

proptest! {
    #[test]
    fn broken_files_do_no_harm(changes in prop::collection::vec((0_usize..2000, any::<u8>()), 1..8), cut in 0_usize..2000) {
        let (mut stream, user) = streams();
        for (at, byte) in changes {
            let at = at % stream.len();
            stream[at] = byte;
        }
        stream.truncate(cut.max(8));
        let found = read_one("a.ppt", &file(&stream, &user));
        prop_assert!(found.text.len() < 1 << 20);
    }

    #[test]
    fn broken_locks_do_no_harm(bytes in prop::sample::select(vec![0_usize, 16]), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), cut in any::<prop::sample::Index>()) {
        let (mut stream, user) = locked(bytes);
        for (at, byte) in changes {
            let at = at.index(stream.len());
            stream[at] = byte;
        }
        let options = Options { passwords: vec!["secret".to_owned()], ..options() };
        let read = |stream: &[u8]| {
            let bytes = file(stream, &user);
            crate::extract::extract(&Input { name: "a.ppt", bytes: &bytes, options: &options }, &mut |_| ()).text
        };
        prop_assert!(read(&stream).len() < 1 << 20);
        stream.truncate(cut.index(stream.len()));
        prop_assert!(read(&stream).len() < 1 << 20);
    }
}
