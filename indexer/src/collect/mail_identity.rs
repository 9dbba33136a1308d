//! When two mails are the same mail.
//!
//! The same message lies in the mailboxes of its sender and of everyone it went to, and never with the same bytes:
//! each server adds its own header lines. So mails are compared by what people wrote: who wrote to whom, when, the
//! subject, the body and the attachments. Sent time is the moment the header names, before any time zone is applied.

use redwell_model::{Address, Metadata, Sha256};

/// Changes when the recipe does: mails compared by different recipes are never the same.
const RECIPE: &str = "redwell-mail-1";

/// What a mail is compared by; nothing for one that does not say when and by whom it was sent, which is compared by
/// its bytes.
///
/// The SHA-256 of these lines: the recipe's name; the addresses of From, To, Cc and Bcc, each list sorted; the sent moment
/// in seconds since 1970; the subject in lower case with single spaces; the body without white space; the SHA-256 of each
/// attachment in order. A blind copy is told from the others, because only it says who else received the mail.
pub(crate) fn mail_identity<'a>(
    metadata: &Metadata,
    text: &str,
    attachments: impl Iterator<Item = &'a Sha256>,
) -> Option<Sha256> {
    let sent = metadata.sent?;
    if metadata.from.is_empty() {
        return None;
    }
    let mut lines = vec![RECIPE.to_owned()];
    lines.extend([&metadata.from, &metadata.to, &metadata.cc, &metadata.bcc].map(|people| addresses(people)));
    lines.push(sent.as_second().to_string());
    lines.push(words(metadata.subject.as_deref().unwrap_or_default()).join(" "));
    // The text begins with the mail's own header lines, up to the first blank one.
    let body = text.split_once("\n\n").map_or("", |(_, body)| body);
    lines.push(body.split_whitespace().collect());
    lines.extend(attachments.map(ToString::to_string));
    Some(Sha256::of(lines.join("\n").as_bytes()))
}

fn addresses(people: &[Address]) -> String {
    let one = |person: &Address| match person.email.as_str() {
        "" => words(&person.name).join(" "),
        email => email.to_lowercase(),
    };
    let mut all: Vec<String> = people.iter().map(one).collect();
    all.sort_unstable();
    all.dedup();
    all.join(";")
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, email: &str) -> Address {
        Address { name: name.to_owned(), email: email.to_owned() }
    }

    fn mail() -> Metadata {
        Metadata {
            subject: Some("Re: Offer".to_owned()),
            from: vec![person("Jane Doe", "jane@halden.example")],
            to: vec![person("Lee", "lee@norling.example"), person("", "kim@norling.example")],
            sent: Some("2023-03-14T08:12:00Z".parse().unwrap()),
            ..Metadata::default()
        }
    }

    const TEXT: &str = "From: Jane\nSubject: Re: Offer\n\nThe offer is\nattached.\n";

    fn identity(metadata: &Metadata, text: &str, attachments: &[&str]) -> Option<Sha256> {
        let digests: Vec<Sha256> = attachments.iter().map(|content| Sha256::of(content.as_bytes())).collect();
        mail_identity(metadata, text, digests.iter())
    }

    #[test]
    fn what_servers_change_does_not_count() {
        let same = |change: fn(&mut Metadata), text: &str| {
            let mut other = mail();
            change(&mut other);
            assert_eq!(identity(&other, text, &["a"]), identity(&mail(), TEXT, &["a"]), "{other:?}");
        };
        same(|mail| mail.to.reverse(), TEXT);
        same(|mail| mail.from[0].name = "DOE, Jane".to_owned(), TEXT);
        same(|mail| mail.to[0].email = "Lee@Norling.example".to_owned(), TEXT);
        same(|mail| mail.subject = Some("RE:  Offer ".to_owned()), TEXT);
        same(|mail| mail.message_id = Some("1@relay".to_owned()), TEXT);
        same(|mail| mail.sent_offset_minutes = Some(60), TEXT);
        same(|_| (), "From: DOE, Jane\nTo: Lee\n\nThe offer   is attached.");
    }

    #[test]
    fn what_people_wrote_counts() {
        let differs = |change: fn(&mut Metadata), text: &str, attachments: &[&str]| {
            let mut other = mail();
            change(&mut other);
            assert_ne!(identity(&other, text, attachments), identity(&mail(), TEXT, &["a"]), "{other:?}");
        };
        differs(|mail| mail.bcc = vec![person("", "boss@halden.example")], TEXT, &["a"]);
        differs(|mail| mail.cc = mail.to.clone(), TEXT, &["a"]);
        differs(|mail| mail.subject = Some("Offer".to_owned()), TEXT, &["a"]);
        differs(|mail| mail.sent = Some("2023-03-14T08:12:01Z".parse().unwrap()), TEXT, &["a"]);
        differs(|_| (), "From: Jane\n\nThe offer is not attached.", &["a"]);
        differs(|_| (), TEXT, &["b"]);
        differs(|_| (), TEXT, &[]);
        differs(|_| (), TEXT, &["a", "a"]);
    }

    #[test]
    fn a_mail_that_does_not_say_when_or_by_whom_is_compared_by_its_bytes() {
        assert_eq!(identity(&Metadata { sent: None, ..mail() }, TEXT, &[]), None);
        assert_eq!(identity(&Metadata { from: Vec::new(), ..mail() }, TEXT, &[]), None);
    }
}
