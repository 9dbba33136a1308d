//! The fields, operators and functions a dialect has, as they are offered to people who write a query.

use super::Dialect;
use crate::field::{Field, OrderedField};

/// Something of the language itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What is written.
    pub insert: String,
    /// What it is called.
    pub label: String,
    /// What it is.
    pub kind: OfferKind,
    /// What it finds, in a few words.
    pub detail: &'static str,
}

/// What is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferKind {
    /// The name of a field.
    Field,
    /// An operator.
    Operator,
    /// A function.
    Function,
}

/// What is written, and what it finds.
type Row = (&'static str, &'static str);

const REDWELL_OPERATORS: &[Row] = &[
    ("AND", "both sides"),
    ("OR", "either side"),
    ("NOT", "leaves documents out"),
    ("ANDANY", "marked, but not needed"),
    ("w/5", "within 5 words, in any order"),
    ("pre/5", "at most 5 words before"),
    ("w/s", "in one sentence"),
    ("w/p", "in one paragraph"),
    ("NOT w/5", "with none of the other within 5 words"),
    ("+family", "with the rest of their families"),
    ("+thread", "with the rest of their conversations"),
    ("+duplicates", "with their duplicates"),
];

const DTSEARCH_OPERATORS: &[Row] = &[
    ("and", "both sides"),
    ("or", "either side"),
    ("and not", "leaves documents out"),
    ("andany", "marked, but not needed"),
    ("w/5", "within 5 words, in any order"),
    ("pre/5", "at most 5 words before"),
    ("not w/5", "with none of the other within 5 words"),
];

const LUCENE_OPERATORS: &[Row] = &[("AND", "both sides"), ("OR", "either side"), ("NOT", "leaves documents out")];

const WESTLAW_OPERATORS: &[Row] = &[
    ("and", "both sides"),
    ("or", "either side"),
    ("but not", "leaves documents out"),
    ("/5", "within 5 words, in any order"),
    ("+5", "at most 5 words before"),
    ("/s", "in one sentence"),
    ("/p", "in one paragraph"),
    ("not w/5", "with none of the other within 5 words"),
    ("+family", "with the rest of their families"),
];

const REDWELL_FUNCTIONS: &[Row] = &[
    ("first(10, ", "among the first words"),
    ("last(10, ", "among the last words"),
    ("hits(", "so many hits, as in hits(breach) >= 3"),
    ("stem(", "other forms of a word"),
    ("syn(", "words that mean the same"),
    ("phrase(", "parts that follow one another"),
    ("number(", "a number in a range, as in number(100..200)"),
    ("money(", "an amount, as in money(USD 1000000..)"),
    ("day(", "a day in the text, as in day(2001-05)"),
    ("regex(\"", "a regular expression over the text"),
    ("exists(", "a field with any value"),
    ("sample(100, ", "some of the documents, the same each time"),
    ("all()", "every document"),
];

const DTSEARCH_FUNCTIONS: &[Row] = &[
    ("date(", "a day in the text, as in date(may 1 2001 to aug 31 2001)"),
    ("mail(", "an address, as in mail(\"*@example.com\")"),
    ("creditcard(", "a number of a card"),
    ("xfirstword", "the beginning, as in breach w/10 xfirstword"),
    ("xlastword", "the end"),
];

const WESTLAW_FUNCTIONS: &[Row] =
    &[("atleast3(", "so many hits"), ("sample(100, ", "some of the documents, the same each time")];

/// What people recorded and keep, and what it finds.
const RECORDED: &[Row] = &[
    ("tag", "coded with a concept"),
    ("coded", "coded at all, or by whom and when"),
    ("annotated", "with an annotation"),
    ("note", "with a note in which this is found"),
    ("conflict", "about which reviewers decided differently"),
    ("batch", "in a batch"),
    ("saved", "what a saved search finds"),
    ("report", "what a hit report found"),
    ("list", "on a list of documents"),
    ("number", "with these control numbers"),
];

/// What a dialect is made of: fields, then functions, then operators.
#[must_use]
pub fn offers(dialect: Dialect) -> Vec<Offer> {
    let fields = Field::ALL.into_iter().map(|field| (field.as_str(), what(field)));
    let ordered = OrderedField::ALL.into_iter().map(|field| (field.as_str(), what_is_ordered(field)));
    let recorded = match dialect {
        Dialect::Redwell => RECORDED,
        Dialect::Lucene | Dialect::Westlaw => &RECORDED[..1],
        Dialect::DtSearch => &[],
    };
    let (operators, functions): (&[Row], &[Row]) = match dialect {
        Dialect::Redwell => (REDWELL_OPERATORS, REDWELL_FUNCTIONS),
        Dialect::DtSearch => (DTSEARCH_OPERATORS, DTSEARCH_FUNCTIONS),
        Dialect::Lucene => (LUCENE_OPERATORS, &[]),
        Dialect::Westlaw => (WESTLAW_OPERATORS, WESTLAW_FUNCTIONS),
    };
    let field = |(name, detail): Row| Offer {
        insert: match dialect {
            Dialect::Redwell | Dialect::Lucene => format!("{name}:"),
            Dialect::DtSearch => format!("{name} contains "),
            Dialect::Westlaw => format!("{name}("),
        },
        label: name.to_owned(),
        kind: OfferKind::Field,
        detail,
    };
    let function = |(written, detail): &Row| Offer {
        insert: (*written).to_owned(),
        label: written.trim_end_matches(['"', ' ', ',']).trim_end_matches("()").to_owned(),
        kind: OfferKind::Function,
        detail,
    };
    let operator = |(written, detail): &Row| Offer {
        insert: format!("{written} "),
        label: (*written).to_owned(),
        kind: OfferKind::Operator,
        detail,
    };
    let fields = fields.chain(ordered).chain(recorded.iter().copied()).map(field);
    fields.chain(functions.iter().map(function)).chain(operators.iter().map(operator)).collect()
}

fn what(field: Field) -> &'static str {
    match field {
        Field::From => "who sent a mail",
        Field::To => "whom a mail was sent to",
        Field::Cc => "whom a mail was copied to",
        Field::Bcc => "whom a mail was copied to unseen",
        Field::Subject => "a mail's subject",
        Field::Title => "what the document is listed as",
        Field::Author => "its authors",
        Field::Custodian => "everyone it was collected from",
        Field::Type => "the kind of file, such as pdf",
        Field::Path => "its path as collected",
        Field::Language => "the language of its text, such as en",
        Field::Filename => "the name of the file",
        Field::Extension => "what the file's name ends in",
        Field::MessageId => "a mail's own identifier",
        Field::InReplyTo => "the identifier of the mail it answers",
        Field::References => "the identifiers of the mails before it",
        Field::Importance => "how urgent its sender called a mail",
        Field::Producer => "the program that made the file",
        Field::Md5 | Field::Sha1 | Field::Sha256 => "a digest of the original",
        Field::Property => "whatever else the file says about itself",
    }
}

fn what_is_ordered(field: OrderedField) -> &'static str {
    match field {
        OrderedField::Date => "its date, as in date:2001-05..2001-08",
        OrderedField::Sent => "when a mail was sent",
        OrderedField::Received => "when it was received",
        OrderedField::Created => "when the file says it was created",
        OrderedField::Modified => "when the file says it was last changed",
        OrderedField::Size => "bytes of the original, as in size:>1mb",
        OrderedField::Pages => "how many pages it has",
        OrderedField::Words => "how many words it has",
        OrderedField::Attachments => "how many attachments it has",
        OrderedField::Exceptions => "how many processing exceptions it has",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    /// What completes an offer to a query, so that reading shows whether the dialect has it.
    fn completed(offer: &Offer, dialect: Dialect) -> String {
        let Offer { insert, kind, .. } = offer;
        match kind {
            OfferKind::Operator if insert.starts_with("+f") || insert.starts_with("+t") || insert.starts_with("+d") => {
                format!("a {insert}")
            }
            OfferKind::Operator => format!("a {insert}b"),
            OfferKind::Field => {
                let known = |name: &str| match name {
                    "date" | "sent" | "received" | "created" | "modified" => "2001",
                    "number" => "ACME-0000001",
                    "coded" => "yes",
                    _ => "7",
                };
                let close = if dialect == Dialect::Westlaw { ")" } else { "" };
                format!("{insert}{}{close}", known(&offer.label))
            }
            OfferKind::Function => match offer.label.as_str() {
                "xfirstword" | "xlastword" => format!("a w/5 {insert}"),
                "all" => insert.clone(),
                "hits(" => format!("{insert}a) > 1"),
                "regex(" => format!("{insert}a\")"),
                "exists(" => format!("{insert}subject)"),
                "money(" | "number(" => format!("{insert}5)"),
                "day(" => format!("{insert}2001)"),
                "date(" => format!("{insert}may 1 2001)"),
                "mail(" => format!("{insert}\"*@example.com\")"),
                "creditcard(" => format!("{insert}*)"),
                "phrase(" => format!("{insert}a, b)"),
                _ => format!("{insert}a)"),
            },
        }
    }

    #[test]
    fn whatever_is_offered_can_be_written() {
        for dialect in Dialect::ALL {
            for offer in offers(dialect) {
                let text = completed(&offer, dialect);
                let read = parse(dialect, &text);
                assert!(read.is_ok(), "{dialect} {text}: {read:?}");
            }
        }
    }
}
