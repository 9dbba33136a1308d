//! Messages made here, whole and broken.

use std::sync::LazyLock;

use super::*;
use crate::extract::mapi::streams::Stored;
use crate::extract::mapi::{Name, property};
use crate::extract::tests::{kinds, options, read_all};
use proptest::prelude::*;

fn text(properties: &mut Properties, tag: u16, text: &str) {
    properties.insert(tag, kind::STRING, vec![text.encode_utf16().flat_map(u16::to_le_bytes).collect()]);
}

fn number(properties: &mut Properties, tag: u16, number: u32) {
    properties.insert(tag, kind::LONG, vec![number.to_le_bytes().to_vec()]);
}

fn moment(properties: &mut Properties, tag: u16, seconds: u64) {
    let ticks = (seconds + 11_644_473_600) * 10_000_000;
    properties.insert(tag, kind::TIME, vec![ticks.to_le_bytes().to_vec()]);
}

fn person(kind: u32, name: &str, address: &str) -> Properties {
    let mut person = Properties::default();
    number(&mut person, tag::RECIPIENT_TYPE, kind);
    text(&mut person, tag::DISPLAY_NAME, name);
    text(&mut person, if address.contains('@') { tag::SMTP_ADDRESS } else { tag::EMAIL_ADDRESS }, address);
    person
}

fn mail() -> Stored {
    let mut mail = Stored::default();
    let own = &mut mail.properties;
    text(own, tag::MESSAGE_CLASS, "IPM.Note");
    text(own, tag::SUBJECT, "Re: Frösche");
    text(own, tag::FROM_NAME, "Jürgen");
    text(own, tag::FROM_ADDRESS, "/O=X/CN=J");
    text(own, tag::FROM_SMTP, "J@Example.COM");
    text(own, tag::BODY, "the body\r\n");
    text(own, tag::MESSAGE_ID, "<1@x>");
    text(own, tag::IN_REPLY_TO, "<0@x>");
    text(own, tag::REFERENCES, "<00@x> <0@x>");
    number(own, tag::IMPORTANCE, 2);
    moment(own, tag::CLIENT_SUBMIT_TIME, 1_000_000_000);
    moment(own, tag::DELIVERY_TIME, 1_000_000_060);
    mail.recipients = vec![person(1, "Anna", "/O=X/CN=A"), person(2, "c@x.y", "C@x.y"), person(3, "Bert", "b@x.y")];
    mail
}

fn with_attachments() -> Stored {
    let mut outer = mail();
    let mut file = Properties::default();
    text(&mut file, tag::ATTACH_LONG_NAME, "../notes.txt");
    file.insert(tag::ATTACH_DATA, kind::BINARY, vec![b"some notes".to_vec()]);
    let mut note = Properties::default();
    text(&mut note, tag::DISPLAY_NAME, "Re: Frösche");
    let mut elsewhere = Properties::default();
    text(&mut elsewhere, tag::ATTACH_LONG_NAME, "big.zip");
    text(&mut elsewhere, tag::ATTACH_LONG_PATH, "\\\\server\\big.zip");
    let mut inner = mail();
    text(&mut inner.properties, tag::SUBJECT, "inner");
    outer.attachments = vec![(file, None), (note, Some(Box::new(inner))), (elsewhere, None)];
    outer
}

fn file(message: &Stored, names: &Names) -> Vec<u8> {
    write_streams(streams::of_message(message.clone(), names))
}

/// A message with a file and a message attached.
pub(crate) fn sample() -> Vec<u8> {
    file(&with_attachments(), &Names::default())
}

const MAIL_TEXT: &str = "From: Jürgen <j@example.com>\nTo: Anna </o=x/cn=a>\nCc: c@x.y\nBcc: Bert <b@x.y>\nDate: Sun, 9 Sep 2001 01:46:40 +0000\nSubject: Re: Frösche\n\nthe body";

#[test]
fn a_signed_message_is_read() {
    let signed = |class: &str, content: Vec<u8>| {
        let mut outer = mail();
        text(&mut outer.properties, tag::MESSAGE_CLASS, class);
        let mut attached = Properties::default();
        text(&mut attached, tag::ATTACH_LONG_NAME, "smime.p7m");
        attached.insert(tag::ATTACH_DATA, kind::BINARY, vec![content]);
        outer.properties.remove(tag::BODY);
        outer.attachments = vec![(attached, None)];
        read_all("a.msg", &file(&outer, &Names::new()))
    };
    let entity = b"Content-Type: text/plain\r\n\r\nthe body\r\n";
    for (class, content) in [
        ("IPM.Note.SMIME", crate::extract::cms::tests::signed(entity)),
        ("IPM.Note.SMIME.MultipartSigned", entity.to_vec()),
    ] {
        let (found, children) = signed(class, content);
        assert_eq!((found.text.as_str(), kinds(&found), children.len()), (MAIL_TEXT, vec![], 0), "{class}");
    }
    let (found, children) = signed("IPM.Note.SMIME", crate::extract::cms::tests::enveloped());
    assert_eq!((kinds(&found), children.len()), (vec![ExceptionKind::Encrypted], 0));
    let (found, children) = signed("IPM.Note", crate::extract::cms::tests::signed(entity));
    assert_eq!((kinds(&found), children.len()), (vec![], 1));
}

#[test]
fn a_message_has_header_body_and_metadata() {
    let (found, children) = read_all("a.msg", &file(&mail(), &Names::new()));
    assert_eq!((found.format, found.text.as_str(), kinds(&found)), (Format::Msg, MAIL_TEXT, vec![]));
    assert!(children.is_empty());
    let said = found.metadata;
    assert_eq!(said.received.unwrap().to_string(), "2001-09-09T01:47:40Z");
    assert_eq!((said.message_id.as_deref(), said.in_reply_to.as_deref()), (Some("1@x"), Some("0@x")));
    assert_eq!(
        (said.references, said.importance.as_deref()),
        (vec!["00@x".to_owned(), "0@x".to_owned()], Some("high"))
    );
    assert_eq!((said.to.len(), said.cc.len(), said.bcc.len()), (1, 1, 1));
}

#[test]
fn the_header_it_travelled_with_fills_gaps() {
    let mut message = mail();
    let own = &mut message.properties;
    own.remove(tag::FROM_SMTP);
    text(
        own,
        tag::TRANSPORT_HEADERS,
        "From: Jürgen <j@x.y>\r\nTo: anna <anna@x.y>\r\nDate: Sat, 8 Sep 2001 21:46:40 -0400\r\nX-Mailer: Q\r\n\r\n",
    );
    let said = read_all("a.msg", &file(&message, &Names::new())).0.metadata;
    assert_eq!((said.from[0].email.as_str(), said.to[0].email.as_str()), ("j@x.y", "anna@x.y"));
    assert_eq!((said.sent_offset_minutes, said.producer.as_deref()), (Some(-240), Some("Q")));
}

#[test]
fn a_sender_known_inside_only_gets_the_address_he_has_as_a_recipient() {
    let mut message = mail();
    message.properties.remove(tag::FROM_SMTP);
    let mut same = person(2, "Jürgen", "/o=x/cn=j");
    text(&mut same, tag::SMTP_ADDRESS, "j@x.y");
    message.recipients.push(same);
    let said = read_all("a.msg", &file(&message, &Names::new())).0.metadata;
    assert_eq!(said.from[0].email, "j@x.y");
}

#[test]
fn attachments_are_children_and_attached_messages_read_like_messages() {
    let (found, children) = read_all("a.msg", &file(&with_attachments(), &Names::new()));
    assert_eq!(kinds(&found), vec![ExceptionKind::PartLost]);
    let names: Vec<_> = children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!((names, children[0].bytes.as_slice()), (vec![".._notes.txt", "Re_ Frösche.msg"], &b"some notes"[..]));
    let (inner, _) = read_all("b.msg", &children[1].bytes);
    assert_eq!((inner.text.clone(), kinds(&inner)), (MAIL_TEXT.replace("Re: Frösche", "inner"), vec![]));
}

#[test]
fn bodies_in_other_forms_are_read() {
    let check = |tag: u16, kind: u16, value: &[u8]| {
        let mut message = Stored::default();
        text(&mut message.properties, tag::SUBJECT, "x");
        message.properties.insert(tag, kind, vec![value.to_vec()]);
        assert_eq!(read_all("a.msg", &file(&message, &Names::new())).0.text, "Subject: x\n\nrich text");
    };
    check(tag::HTML, kind::BINARY, b"<p>rich <b>text</b></p>");
    check(tag::RTF_COMPRESSED, kind::BINARY, b"\x23\0\0\0\x14\0\0\0MELA\0\0\0\0{\\rtf1 rich {\\b text}}");
}

#[test]
fn rich_text_that_carries_a_page_is_read_once() {
    let rich: &[u8] = b"{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 Hello{\\*\\htmltag84 &nbsp;}\\htmlrtf \\'a0\\htmlrtf0 world\\htmlrtf\\par}\\htmlrtf0 {\\*\\htmltag72 </p>}}";
    let mut packed = vec![0; 4];
    packed.extend(u32::try_from(rich.len()).unwrap().to_le_bytes());
    packed.extend(b"MELA\0\0\0\0");
    packed.extend(rich);
    let mut message = Stored::default();
    message.properties.insert(tag::RTF_COMPRESSED, kind::BINARY, vec![packed]);
    let text = read_all("a.msg", &file(&message, &Names::new())).0.text;
    assert_eq!(text.replace('\u{a0}', " "), "Hello world");
}

#[test]
fn appointments_show_their_fields() {
    let set = |n: u8| [n, 0x20, 6, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
    let mut message = Stored::default();
    let own = &mut message.properties;
    text(own, tag::MESSAGE_CLASS, "IPM.Appointment");
    text(own, tag::SUBJECT, "Board");
    text(own, 0x8001, "Room 5");
    moment(own, 0x8002, 1_000_000_000);
    own.insert(0x8003, kind::STRING, vec![b"A\0".to_vec(), b"B\0".to_vec()]);
    let names = Names::from([
        (Name::Number(set(2), 0x8208), 0x8001),
        (Name::Number(set(2), 0x820d), 0x8002),
        (Name::Text(property::WORDS_SET, "Keywords".to_owned()), 0x8003),
    ]);
    let found = read_all("a.msg", &file(&message, &names)).0;
    assert_eq!(found.text, "Subject: Board\n\nStart: 2001-09-09 01:46 UTC\nLocation: Room 5");
    assert_eq!(found.metadata.other["categories"], "A; B");
    assert_eq!(found.metadata.other["message_class"], "IPM.Appointment");
}

#[test]
fn what_is_no_message_is_damaged() {
    let bytes = write_streams(vec![(PROPERTIES.to_owned(), Vec::new())]);
    assert_eq!(kinds(&read_all("a.msg", &bytes).0), vec![ExceptionKind::Damaged]);
    assert_eq!(
        kinds(&extract(&Input { name: "a", bytes: b"x", options: &options() }, &mut |_| ())),
        vec![ExceptionKind::Damaged]
    );
}

proptest! {
    #[test]
    fn broken_messages_do_no_harm(changes in prop::collection::vec((0_usize..40_000, any::<u8>()), 1..8), cut in 0_usize..40_000) {
        static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| file(&with_attachments(), &Names::new()));
        let mut bytes = WHOLE.clone();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        bytes.truncate(cut.max(600));
        let _ = extract(&Input { name: "a.msg", bytes: &bytes, options: &options() }, &mut |_| ());
    }
}
