//! Messages written here, whole and broken.

use crate::extract::cms;
use crate::extract::tests::{kinds, read_all};
use proptest::prelude::*;
use redwell_model::ExceptionKind;

fn check(message: &str, text: &str, children: &[(&str, &str)]) {
    let (found, read) = read_all("a.eml", message.replace('\n', "\r\n").as_bytes());
    let read: Vec<_> =
        read.into_iter().map(|c| (c.name, String::from_utf8(c.bytes).unwrap().replace('\r', ""))).collect();
    let children: Vec<_> = children.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    assert_eq!((found.text.as_str(), read, kinds(&found)), (text, children, vec![]), "{message}");
}

#[test]
fn headers_stand_over_the_body_and_in_the_metadata() {
    let message = b"From: =?utf-8?q?J=C3=BCrgen?= <J@Example.COM>\r\nTo: a@b.c, \"B, C\" <d@e.f>\r\nDate: Wed, 17 May 2000 19:18:39 -0400\r\nSubject: Re: =?iso-8859-1?Q?Fr=F6sche?=\r\nMessage-ID: <1@x>\r\nIn-Reply-To: <0@x>\r\nReferences: <00@x> <0@x>\r\n\r\nbody\r\n";
    let found = read_all("a.eml", message).0;
    assert_eq!(
        found.text,
        "From: Jürgen <j@example.com>\nTo: a@b.c, B, C <d@e.f>\nDate: Wed, 17 May 2000 19:18:39 -0400\nSubject: Re: Frösche\n\nbody"
    );
    let said = found.metadata;
    assert_eq!(said.sent.unwrap().to_string(), "2000-05-17T23:18:39Z");
    assert_eq!((said.sent_offset_minutes, said.message_id.as_deref()), (Some(-240), Some("1@x")));
    assert_eq!(said.in_reply_to.as_deref(), Some("0@x"));
    assert_eq!(said.references, ["00@x", "0@x"]);
    assert_eq!((said.from.len(), said.to.len(), said.subject.as_deref()), (1, 2, Some("Re: Frösche")));
}

/// A mail whose content is this file.
fn wrapped(file: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    let content = base64::engine::general_purpose::STANDARD.encode(file);
    format!("From: a@b.c\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data;\r\n name=\"smime.p7m\"\r\nSubject: x\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=smime.p7m\r\n\r\n{content}\r\n").into_bytes()
}

#[test]
fn a_mail_inside_its_signature_is_read() {
    let entity = b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/html\r\n\r\n<p>hello\r\n--q\r\nContent-Type: text/plain; name=a.txt\r\n\r\nnotes\r\n--q--\r\n";
    let (found, children) = read_all("a.eml", &wrapped(&cms::tests::signed(entity)));
    assert_eq!((found.text.as_str(), kinds(&found)), ("From: a@b.c\nSubject: x\n\nhello", vec![]));
    assert_eq!((children.len(), children[0].name.as_str()), (1, "a.txt"));
    assert_eq!(found.metadata.other["signed"], "true");
    let twice = [b"Content-Type: application/x-pkcs7-mime\r\n\r\n", cms::tests::signed(entity).as_slice()].concat();
    assert_eq!(read_all("a.eml", &wrapped(&cms::tests::signed(&twice))).0.text, found.text);
}

#[test]
fn an_encrypted_mail_is_told() {
    let (found, children) = read_all("a.eml", &wrapped(&cms::tests::enveloped()));
    assert_eq!((found.text.as_str(), kinds(&found)), ("From: a@b.c\nSubject: x", vec![ExceptionKind::Encrypted]));
    assert!(children.is_empty());
    let (found, children) = read_all("a.eml", &wrapped(b"no such file"));
    assert_eq!((kinds(&found), children.len()), (vec![], 1));
}

#[test]
fn the_last_hop_tells_when_it_was_received() {
    let message = b"Received: from b by c; Thu, 18 May 2000 01:00:00 +0200 (CEST)\r\nReceived: from a by b; Wed, 17 May 2000 22:00:00 +0000\r\nX-Priority: 1 (Highest)\r\nBcc: x@y.z\r\nSubject: x\r\n\r\nbody\r\n";
    let said = read_all("a.eml", message).0.metadata;
    assert_eq!(said.received.unwrap().to_string(), "2000-05-17T23:00:00Z");
    assert_eq!((said.importance.as_deref(), said.bcc[0].email.as_str()), (Some("high"), "x@y.z"));
}

#[test]
fn importance_is_read_from_any_of_its_fields() {
    let check = |field: &str, expected: Option<&str>| {
        let message = format!("Subject: x\r\nTo: a@b.c\r\n{field}\r\n\r\nbody");
        assert_eq!(read_all("a.eml", message.as_bytes()).0.metadata.importance.as_deref(), expected, "{field}");
    };
    check("Importance: Low", Some("low"));
    check("X-Priority: 3", Some("normal"));
    check("Priority: urgent", Some("high"));
    check("X-Priority: 5\r\nImportance: high", Some("high"));
    check("Cc: a@b.c", None);
}

#[test]
fn what_cannot_be_understood_is_kept_as_written() {
    let said = read_all("a.eml", b"From: \r\nDate: the day after\r\nSubject: x\r\nTo: a@b.c\r\n\r\nbody").0.metadata;
    assert_eq!((said.sent, said.other["date"].as_str()), (None, "the day after"));
}

#[test]
fn a_year_without_a_century_stays_as_written() {
    let sent = |date: &str| {
        let message = format!("Subject: x\r\nFrom: a@b.c\r\nDate: {date}\r\n\r\nbody");
        read_all("a.eml", message.as_bytes()).0.metadata.sent.map(|at| at.to_string())
    };
    assert_eq!(sent("Sun, 30 Nov 0002 00:00:00 -0800 (PST)").as_deref(), Some("0002-11-30T08:00:00Z"));
    assert_eq!(sent("30 Nov 02 00:00:00 -0800").as_deref(), Some("2002-11-30T08:00:00Z"));
}

#[test]
fn quotes_round_an_address_are_taken_off() {
    let said = read_all("a.eml", b"Subject: x\r\nTo: <'A@b.c'>\r\n\r\nbody").0.metadata;
    assert_eq!(said.to[0].email, "a@b.c");
}

#[test]
fn a_saved_page_is_its_text_without_its_pictures() {
    check(
        "From: <Saved by Blink>\nSnapshot-Content-Location: http://x/\nSubject: x\nContent-Type: multipart/related; boundary=b; type=\"text/html\"\n\n--b\nContent-Type: text/html\nContent-Location: http://x/\n\n<p>page\n--b\nContent-Type: text/css\nContent-Location: http://x/a.css\n\np {}\n--b\nContent-Type: image/png\nContent-Location: http://x/a.png\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b\nContent-Type: text/html\nContent-Location: http://x/frame\n\n<p>frame\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b--\n",
        "From: saved by blink\nSubject: x\n\npage\n\nframe",
        &[("a.pdf", "hello")],
    );
}

#[test]
fn plain_text_is_preferred_and_html_rendered() {
    let both = "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>rich\n--b--\n";
    check(both, "Subject: x\n\nplain", &[]);
    check("Subject: x\nContent-Type: text/html\n\n<b>rich</b><br>text\n", "Subject: x\n\nrich\ntext", &[]);
}

#[test]
fn a_stub_gives_way_to_the_page() {
    let page = "word ".repeat(100);
    let both = format!(
        "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nSee HTML\n--b\nContent-Type: text/html\n\n<p>{page}\n--b--\n"
    );
    check(&both, &format!("Subject: x\n\n{}", page.trim()), &[]);
}

#[test]
fn attachments_are_children_in_order_with_safe_names() {
    check(
        "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: application/octet-stream; name=\"../a.txt\"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b\nContent-Type: message/rfc822\n\nSubject: inner\n\ndeep\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=../a.txt\n\nagain\n--b--\n",
        "Subject: x\n\nsee",
        &[(".._a.txt", "hello"), ("inner.eml", "Subject: inner\n\ndeep"), (".._a (2).txt", "again")],
    );
}

#[test]
fn pictures_in_the_body_are_children() {
    check(
        "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: image/png; name=a.png\nContent-Disposition: inline; filename=a.png\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b\nContent-Type: image/gif\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b--\n",
        "Subject: x\n\nsee",
        &[("a.png", "hello"), ("attachment-2.gif", "hello")],
    );
}

#[test]
fn a_missing_charset_is_guessed() {
    let found = read_all("a.eml", b"Subject: x\r\nFrom: a@b.c\r\n\r\nviele Gr\xfc\xdfe aus M\xfcnchen").0;
    assert_eq!(found.text, "From: a@b.c\nSubject: x\n\nviele Grüße aus München");
    let wide: Vec<u8> = "Subject: x\r\nFrom: a@b.c\r\n\r\nbody".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_all("a.eml", &wide).0.text, "From: a@b.c\nSubject: x\n\nbody");
}

#[test]
fn text_of_a_broken_message_is_shown() {
    check("Subject: x\nContent-Type: multipart/mixed; boundary=ab\n\nbody\n", "Subject: x\n\nbody", &[]);
}

#[test]
fn endless_nesting_is_stopped() {
    let message = format!("Subject: x\n{}", "Content-Type: message/rfc822\n\n".repeat(50_000));
    assert_eq!(kinds(&read_all("a.eml", message.as_bytes()).0), vec![ExceptionKind::ContainerLimit]);
}

proptest! {
    #[test]
    fn broken_messages_do_no_harm(lines in prop::collection::vec(
        "Subject: x|From: .{0,8}|Date: [a-z0-9: ]{0,20}|Content-Type: (multipart/mixed; boundary=b|message/rfc822|text/html)|Content-Transfer-Encoding: (base64|quoted-printable)|--b|--b--|=[0-9A-F]|PGI+|", 0..40,
    )) {
        read_all("a.eml", lines.join("\r\n").as_bytes());
    }
}
