//! Mails made for a benchmark: small, the same ones each time, sent over ten years by a few hundred people and collected from some.

use std::path::{Path, PathBuf};

use super::texts::{Random, sentences};

/// Whom they were collected from: a folder each.
const CUSTODIANS: u64 = 20;

/// Who sends them.
const SENDERS: u64 = 400;

/// Mails in one folder.
const FOLDER: usize = 1_000;

/// Writes so many mails; gives the folders of the custodians.
pub(super) fn write(folder: &Path, count: usize) -> std::io::Result<Vec<PathBuf>> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let custodians: Vec<PathBuf> =
        (1..=CUSTODIANS).map(|number| folder.join(format!("custodian-{number:02}"))).collect();
    for number in 0..count {
        let custodian = &custodians[usize::try_from(random.below(CUSTODIANS)).unwrap_or_default()];
        let place = custodian.join(format!("{:03}", number / FOLDER));
        std::fs::create_dir_all(&place)?;
        std::fs::write(place.join(format!("{number:06}.eml")), mail(&mut random, number))?;
    }
    Ok(custodians)
}

fn mail(random: &mut Random, number: usize) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (from, to) = (random.below(SENDERS), random.below(SENDERS));
    let month = MONTHS[usize::try_from(random.below(12)).unwrap_or_default()];
    let (day, year, hour) = (1 + random.below(28), 2015 + random.below(10), 7 + random.below(12));
    let (subject, length) = (sentences(random, 4), 40 + random.below(80));
    let body = sentences(random, length);
    format!(
        "From: Sender {from} <sender{from}@example.com>\r\nTo: Sender {to} <sender{to}@example.com>\r\n\
         Date: {day} {month} {year} {hour:02}:15:00 +0000\r\nSubject: {}\r\nMessage-ID: <{number}@example.com>\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{}",
        subject.trim_end(),
        body.replace('\n', "\r\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_the_same_each_time_and_have_headers_and_a_body() {
        let first = mail(&mut Random(7), 3);
        assert_eq!(first, mail(&mut Random(7), 3));
        let (headers, body) = first.split_once("\r\n\r\n").unwrap();
        assert_eq!(headers.lines().count(), 6, "{headers}");
        assert!(body.split_whitespace().count() >= 40, "{body}");
    }
}
