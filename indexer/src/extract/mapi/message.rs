//! An Outlook object as a document: header block, fields, body; mail metadata; attachments as children.
//!
//! The body is the plain text where there is any, else the HTML rendered, else the rich text. Where the message keeps
//! the header it travelled with, that fills what the properties leave out: addresses, offsets, references. Attached
//! messages are handed on as files of their own; attachments that are only pointed to are told and not fetched.

use std::collections::BTreeMap;

use jiff::Timestamp;
use mail_parser::{Message, MessageParser};
use redwell_model::{Address, ExceptionKind, Format, Metadata, ProcessingException, Stage};

use super::class_field::{block as class_block, tag_in_set};
use super::{Attachment, Content, Name, Object, Properties, property, rtf_body, tag};
use crate::extract::decode::decode;
use crate::extract::mail_header::{self, AttachmentNames, clean};
use crate::extract::mark::Tally;
use crate::extract::member_name::safe_name;
use crate::extract::{Child, Extracted, Input, cms, eml, html, rtf, sniff};

/// Largest difference between two records of one moment that are taken to agree on it.
const SAME_MOMENT_SECONDS: i64 = 36 * 3600;

/// Makes a document of what was read, and hands its attachments to `on_child`.
#[must_use]
pub fn extract(object: &mut Object, format: Format, input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(format);
    settle_code_pages(object);
    let headers = object.properties.text(tag::TRANSPORT_HEADERS).unwrap_or_default();
    let message = MessageParser::default().parse_headers(headers.as_bytes());
    let travelled = message.as_ref().map(eml::metadata);
    found.metadata = metadata(object, travelled.as_ref());
    let class = object.properties.text(tag::MESSAGE_CLASS).unwrap_or_default();
    let date = date_line(&found.metadata, message.as_ref());
    let mut text = mail_header::block(&found.metadata, date.as_deref());
    // The fields are content: they stand below the blank line that ends the header.
    let signed = signed_content(object, &class, input, on_child, &mut found);
    let body = signed.unwrap_or_else(|| {
        let (body, evidence) = body(object, input);
        evidence.write(&mut found.metadata);
        body
    });
    for part in [class_block(object, &class), body] {
        if !part.trim().is_empty() {
            text.push('\n');
            text.push_str(&part);
        }
    }
    found.set_text(&text, input.options);
    hand_on_attachments(object, format, input, on_child, &mut found);
    found
}

/// The text of a message whose content Outlook keeps as one attachment, as it was signed or encrypted (`IPM.Note.SMIME`,
/// [MS-OXOSMIME] 2.1.3). What is attached to it is handed on instead of that attachment.
fn signed_content(
    object: &mut Object,
    class: &str,
    input: &Input<'_>,
    on_child: &mut dyn FnMut(Child),
    found: &mut Extracted,
) -> Option<String> {
    let is_signed = class.get(..14).is_some_and(|start| start.eq_ignore_ascii_case("IPM.Note.SMIME"));
    let [Attachment { content: Content::File(bytes), .. }] = object.attachments.as_slice() else { return None };
    let has_header = sniff::is_mail(bytes);
    if !is_signed || !(has_header || cms::holds_content(bytes)) {
        return None;
    }
    // An entity is read with its header; a signed file needs one.
    let header: &[u8] = if has_header { b"" } else { b"Content-Type: application/pkcs7-mime\r\n\r\n" };
    let text = eml::entity(&[header, bytes].concat(), input, on_child, found)?;
    object.attachments.clear();
    Some(text)
}

fn settle_code_pages(object: &mut Object) {
    object.properties.settle_code_page(None);
    let parent = object.properties.code_page();
    let inner = object.recipients.iter_mut().chain(object.attachments.iter_mut().map(|one| &mut one.properties));
    inner.for_each(|properties| properties.settle_code_page(parent));
}

fn date_line(metadata: &Metadata, message: Option<&Message<'_>>) -> Option<String> {
    let written = message.and_then(|message| message.header_raw(mail_parser::HeaderName::Date)).map(clean);
    let written = written.filter(|date| !date.is_empty() && metadata.sent_offset_minutes.is_some());
    written.or_else(|| metadata.sent.map(|sent| sent.strftime("%a, %-d %b %Y %H:%M:%S +0000").to_string()))
}

fn metadata(object: &Object, travelled: Option<&Metadata>) -> Metadata {
    let own = &object.properties;
    let text = |tag| own.text(tag).map(|text| clean(&text)).filter(|text| !text.is_empty());
    let class = text(tag::MESSAGE_CLASS).unwrap_or_default();
    let is_mail =
        class.is_empty() || class.eq_ignore_ascii_case("ipm.note") || class.to_lowercase().starts_with("ipm.note.");
    let subject = subject(own);
    let mut other = BTreeMap::new();
    let mut keep = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            other.insert(key.to_owned(), value);
        }
    };
    keep("message_class", Some(class.clone()).filter(|_| !is_mail));
    keep("reply_to", text(tag::REPLY_TO_NAMES));
    keep("thread_topic", text(tag::CONVERSATION_TOPIC));
    keep("thread_index", own.binary(tag::CONVERSATION_INDEX).map(base64));
    keep("sensitivity", sensitivity(own).map(str::to_owned));
    keep("categories", Some(categories(object).join("; ")));
    for (key, number) in [("start", 0x820d), ("end", 0x820e)] {
        keep(key, tag_in_set(object, 2, number).and_then(|tag| own.time(tag)).map(|at| at.to_string()));
    }
    let from = sender(own, tag::FROM_NAME, tag::FROM_ADDRESS, tag::FROM_SMTP);
    let sender = sender(own, tag::SENDER_NAME, tag::SENDER_ADDRESS, tag::SENDER_SMTP);
    let travelled_from = travelled.map(|headers| headers.from.clone()).unwrap_or_default();
    let from = [from, sender.clone()].into_iter().find(|address| !is_empty(address)).unwrap_or_default();
    let from = with_internet_address(from, &travelled_from);
    let from = with_address_of_recipient(from, object);
    if !is_empty(&sender) && sender.email != from.email && sender.name != from.name {
        keep("sender", Some(sender.to_string()));
    }
    for (key, value) in travelled.iter().flat_map(|headers| &headers.other) {
        other.entry(key.clone()).or_insert_with(|| value.clone());
    }
    let sent = own.time(tag::CLIENT_SUBMIT_TIME).or_else(|| travelled.and_then(|headers| headers.sent));
    let offset = travelled.filter(|headers| is_same_moment(headers.sent, sent)).and_then(|h| h.sent_offset_minutes);
    let [to, cc, bcc] = recipients(object, travelled);
    let ids = |tag| own.text(tag).map(|text| identifiers(&text)).unwrap_or_default();
    let or_travelled = |own: Vec<String>, headers: Option<Vec<String>>| {
        if own.is_empty() { headers.unwrap_or_default() } else { own }
    };
    Metadata {
        title: subject.clone().or_else(|| text(tag::DISPLAY_NAME)),
        subject,
        from: if is_empty(&from) { travelled_from } else { vec![from] },
        to,
        cc,
        bcc,
        message_id: ids(tag::MESSAGE_ID).into_iter().next().or_else(|| travelled.and_then(|h| h.message_id.clone())),
        in_reply_to: ids(tag::IN_REPLY_TO)
            .into_iter()
            .next()
            .or_else(|| travelled.and_then(|headers| headers.in_reply_to.clone())),
        references: or_travelled(ids(tag::REFERENCES), travelled.map(|headers| headers.references.clone())),
        sent,
        sent_offset_minutes: offset,
        received: own.time(tag::DELIVERY_TIME).or_else(|| travelled.and_then(|headers| headers.received)),
        importance: importance(own).map(str::to_owned).or_else(|| travelled.and_then(|h| h.importance.clone())),
        created: own.time(tag::CREATED),
        modified: own.time(tag::MODIFIED),
        producer: travelled.and_then(|headers| headers.producer.clone()),
        other,
        ..Metadata::default()
    }
}

/// The subject. Stores put a mark and the length of the prefix in front.
fn subject(own: &Properties) -> Option<String> {
    let marked = own.text(tag::SUBJECT).map(|text| match text.strip_prefix('\u{1}') {
        Some(rest) => rest.chars().skip(1).collect(),
        None => text,
    });
    let joined = || {
        let prefix = own.text(tag::SUBJECT_PREFIX).unwrap_or_default();
        own.text(tag::NORMALIZED_SUBJECT).map(|text| format!("{prefix}{text}"))
    };
    marked.or_else(joined).map(|subject| clean(&subject)).filter(|subject| !subject.is_empty())
}

fn is_empty(address: &Address) -> bool {
    address.name.is_empty() && address.email.is_empty()
}

fn sender(own: &Properties, name: u16, address: u16, internet: u16) -> Address {
    let text = |tag| own.text(tag).map(|text| clean(&text)).unwrap_or_default();
    let email = own.text(internet).filter(|email| email.contains('@')).map(|email| clean(&email));
    shown(Address { name: text(name), email: email.unwrap_or_else(|| text(address)).to_lowercase() })
}

/// An address whose name says no more than itself needs none.
fn shown(mut address: Address) -> Address {
    address.name = address.name.trim_matches('\'').to_owned();
    if address.name.eq_ignore_ascii_case(&address.email) {
        address.name.clear();
    }
    address
}

/// An address inside an organisation gets the one it travelled with, where that is surely the same person's.
fn with_internet_address(own: Address, travelled: &[Address]) -> Address {
    if own.email.contains('@') {
        return own;
    }
    let same: Vec<&Address> = travelled
        .iter()
        .filter(|other| {
            other.email.contains('@') && (travelled.len() == 1 || other.name.eq_ignore_ascii_case(&own.name))
        })
        .collect();
    match same.as_slice() {
        [one] => {
            let name = if own.name.is_empty() { one.name.clone() } else { own.name };
            shown(Address { name, email: one.email.clone() })
        }
        _ => own,
    }
}

/// The sender's internet address, where the same person is also a recipient and has one there.
fn with_address_of_recipient(own: Address, object: &Object) -> Address {
    if own.email.contains('@') || own.email.is_empty() {
        return own;
    }
    let same = |one: &&Properties| {
        one.text(tag::EMAIL_ADDRESS).is_some_and(|inside| clean(&inside).eq_ignore_ascii_case(&own.email))
    };
    let internet = object.recipients.iter().find(same).and_then(|one| one.text(tag::SMTP_ADDRESS));
    match internet.filter(|email| email.contains('@')) {
        Some(email) => shown(Address { email: clean(&email).to_lowercase(), ..own }),
        None => own,
    }
}

/// To, Cc and Bcc.
fn recipients(object: &Object, travelled: Option<&Metadata>) -> [Vec<Address>; 3] {
    let mut found = [Vec::new(), Vec::new(), Vec::new()];
    for one in &object.recipients {
        let place = match one.long(tag::RECIPIENT_TYPE).unwrap_or(1) & 0xf {
            1 => 0,
            2 => 1,
            3 => 2,
            // The sender himself, listed in meetings.
            _ => continue,
        };
        let address = sender(one, tag::DISPLAY_NAME, tag::EMAIL_ADDRESS, tag::SMTP_ADDRESS);
        if !is_empty(&address) {
            found[place].push(address);
        }
    }
    let written = travelled.map(|headers| [headers.to.clone(), headers.cc.clone(), headers.bcc.clone()]);
    let tags = [tag::DISPLAY_TO, tag::DISPLAY_CC, tag::DISPLAY_BCC];
    for (n, (list, tag)) in found.iter_mut().zip(tags).enumerate() {
        let headers = written.as_ref().map(|written| written[n].as_slice()).unwrap_or_default();
        if list.is_empty() {
            let names = object.properties.text(tag).unwrap_or_default();
            let names = names.split(';').map(clean).filter(|name| !name.is_empty());
            *list = if headers.is_empty() { names.map(named).collect() } else { headers.to_vec() };
        } else if headers.len() > 1 || list.len() == 1 {
            let own = std::mem::take(list);
            *list = own.into_iter().map(|address| with_internet_address(address, headers)).collect();
        }
    }
    found
}

fn named(name: String) -> Address {
    let address = if name.contains('@') && !name.contains(' ') {
        Address { name: String::new(), email: name.to_lowercase() }
    } else {
        Address { name, email: String::new() }
    };
    shown(address)
}

fn is_same_moment(one: Option<Timestamp>, other: Option<Timestamp>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one.as_second() - other.as_second()).abs() < SAME_MOMENT_SECONDS,
        _ => false,
    }
}

fn identifiers(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .map(|id| clean(id.trim_matches(['<', '>'])))
        .filter(|id| !id.is_empty())
        .collect()
}

/// Only what differs from the rule is worth telling; `normal` is told where the message says it.
fn importance(own: &Properties) -> Option<&'static str> {
    match (own.long(tag::IMPORTANCE), own.long(tag::PRIORITY)) {
        (Some(0), _) => Some("low"),
        (Some(2), _) => Some("high"),
        (None, Some(-1)) => Some("low"),
        (None, Some(1)) => Some("high"),
        (Some(1), _) | (None, Some(0)) => Some("normal"),
        _ => None,
    }
}

fn sensitivity(own: &Properties) -> Option<&'static str> {
    match own.long(tag::SENSITIVITY)? {
        1 => Some("personal"),
        2 => Some("private"),
        3 => Some("confidential"),
        _ => None,
    }
}

/// The colours or words a person filed it under.
fn categories(object: &Object) -> Vec<String> {
    let tag = object.names.get(&Name::Text(property::WORDS_SET, "Keywords".to_owned()));
    tag.map(|tag| object.properties.texts(*tag).iter().map(|word| clean(word)).collect()).unwrap_or_default()
}

fn body(object: &Object, input: &Input<'_>) -> (String, Tally) {
    let own = &object.properties;
    if let Some(text) = own.text(tag::BODY).filter(|text| !text.trim().is_empty()) {
        return (text, Tally::default());
    }
    let limit = input.options.max_text_bytes;
    let page = own.text(tag::HTML).or_else(|| own.binary(tag::HTML).map(|bytes| page_text(own, bytes)));
    if let Some(page) = page.map(|page| html::render(&page, limit)).filter(|page| !page.text.trim().is_empty()) {
        return (page.text, page.evidence);
    }
    // Sixteen times the text is more formatting than any program writes.
    let rich =
        own.binary(tag::RTF_COMPRESSED).and_then(|bytes| rtf_body::decompressed(bytes, limit.saturating_mul(16)));
    if let Some(rich) = rich {
        let text = rtf::extract(&Input { name: "body.rtf", bytes: &rich, options: input.options }, &mut |_| ()).text;
        if !text.trim().is_empty() {
            return (text, Tally::default());
        }
    }
    (own.text(tag::REPORT_TEXT).unwrap_or_default(), Tally::default())
}

fn page_text(own: &Properties, bytes: &[u8]) -> String {
    let label = own.long(tag::INTERNET_CODE_PAGE).and_then(super::code_page::label).or_else(|| own.code_page());
    let declared = html::declared_encoding(bytes);
    decode(bytes, label.or(declared.as_deref())).text.into_owned()
}

fn hand_on_attachments(
    object: &mut Object,
    format: Format,
    input: &Input<'_>,
    on_child: &mut dyn FnMut(Child),
    found: &mut Extracted,
) {
    let mut names = AttachmentNames::default();
    let mut tell = |kind, reason| {
        found.exceptions.push(ProcessingException::new(Stage::Expand, kind, format.as_str(), reason));
    };
    for (n, attachment) in std::mem::take(&mut object.attachments).into_iter().enumerate() {
        if n >= input.options.max_entries {
            let reason = format!("the message has more than {n} attachments; the others are only in the original");
            return tell(ExceptionKind::ContainerLimit, reason);
        }
        let own = &attachment.properties;
        let extension = match &attachment.content {
            Content::Message(_, extension) => Some(*extension),
            _ => None,
        };
        let name = name(own, extension, n + 1);
        let bytes = match attachment.content {
            Content::File(bytes) | Content::Message(bytes, _) => bytes,
            Content::Missing => {
                let reason = match own.text(tag::ATTACH_LONG_PATH).or_else(|| own.text(tag::ATTACH_PATH)) {
                    Some(path) => {
                        let path = clean(&path);
                        format!(
                            "attachment `{name}` lies elsewhere (`{path}`) and was not fetched; ask the custodian for it"
                        )
                    }
                    None => format!("attachment `{name}` has no content in the file"),
                };
                tell(ExceptionKind::PartLost, reason);
                continue;
            }
        };
        let modified = own.time(tag::MODIFIED);
        on_child(Child { name: names.unique(&name), bytes, modified });
    }
}

fn name(own: &Properties, extension: Option<&str>, number: usize) -> String {
    let said = [tag::ATTACH_LONG_NAME, tag::ATTACH_SHORT_NAME, tag::DISPLAY_NAME].into_iter();
    let said = said.filter(|tag| extension.is_none() || *tag != tag::ATTACH_SHORT_NAME).find_map(|tag| own.text(tag));
    let fallback = format!("attachment-{number}.{}", extension.unwrap_or("bin"));
    let name = safe_name(&clean(&said.unwrap_or_default()), &fallback);
    match extension {
        Some(extension) if !name.to_lowercase().ends_with(&format!(".{extension}")) => format!("{name}.{extension}"),
        None if !name.contains('.') => {
            let extension = own.text(tag::ATTACH_EXTENSION).map(|dotted| safe_name(&dotted, "")).unwrap_or_default();
            format!("{name}{}", Some(extension).filter(|dotted| dotted.starts_with('.')).unwrap_or_default())
        }
        _ => name,
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_usize, |bits, b| bits << 8 | usize::from(*b)) << (8 * (3 - three.len()));
        for n in 0..4 {
            let digit = DIGITS[bits >> (18 - 6 * n) & 63];
            text.push(if n <= three.len() { char::from(digit) } else { '=' });
        }
    }
    text
}
