//! Turtle to triples, arranged so that every question the reader asks is a look-up.
//!
//! Everything is kept in sorted maps: the order of the statements in the file, which RDF gives no meaning, cannot
//! reach the result. Blank nodes are renamed in order of appearance for the same reason.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oxrdf::{NamedOrBlankNode, Term, Triple};
use oxttl::TurtleParser;

use crate::taxonomy::Label;

/// Largest taxonomy file that is read, in bytes.
pub(crate) const MAX_BYTES: usize = 64 << 20;
/// Most triples that are read.
const MAX_TRIPLES: usize = 4_000_000;

/// Why a file could not be read as a taxonomy at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The text is not Turtle.
    #[error("line {line}, column {column} is not Turtle: {reason}")]
    Syntax {
        /// Line, from 1.
        line: u64,
        /// Column in code points, from 1.
        column: u64,
        /// What was found there.
        reason: String,
    },
    /// The file is another format of RDF, or none.
    #[error("this is {found}, not Turtle; save the taxonomy as Turtle (`.ttl`) and import it again")]
    OtherFormat {
        /// What it looks like.
        found: &'static str,
    },
    /// The file holds no concept.
    #[error("the file holds no `skos:Concept`; check that it is a SKOS taxonomy")]
    NoConcepts,
    /// The file is larger than any taxonomy people code with.
    #[error("the taxonomy is too large: {what} of at most {limit}; import the part that reviewers will use")]
    TooLarge {
        /// What there is too much of, with its number.
        what: String,
        /// How much is read.
        limit: usize,
    },
}

/// The object of a triple.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Object {
    /// An IRI, or `_:` and the number of a blank node.
    Node(String),
    /// A literal, with its language tag in lower case.
    Text(Label),
}

/// All triples of a file: by predicate, then subject.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    triples: BTreeMap<String, BTreeMap<String, BTreeSet<Object>>>,
}

impl Graph {
    /// Reads Turtle.
    pub(crate) fn read(turtle: &[u8]) -> Result<Self, ReadError> {
        if turtle.len() > MAX_BYTES {
            return Err(ReadError::TooLarge { what: format!("{} bytes", turtle.len()), limit: MAX_BYTES });
        }
        let turtle = turtle.strip_prefix(b"\xef\xbb\xbf").unwrap_or(turtle);
        if let Some(found) = other_format(turtle) {
            return Err(ReadError::OtherFormat { found });
        }
        let mut graph = Self::default();
        let mut blanks = HashMap::new();
        for (n, triple) in TurtleParser::new().for_slice(turtle).enumerate() {
            if n >= MAX_TRIPLES {
                return Err(ReadError::TooLarge { what: "too many statements".into(), limit: MAX_TRIPLES });
            }
            let triple = triple.map_err(|error| {
                let at = error.location().start;
                ReadError::Syntax { line: at.line + 1, column: at.column + 1, reason: explain(error.message()) }
            })?;
            graph.insert(triple, &mut blanks);
        }
        Ok(graph)
    }

    fn insert(&mut self, triple: Triple, blanks: &mut HashMap<String, usize>) {
        let mut blank = |name: &str| {
            let next = blanks.len();
            format!("_:b{}", blanks.entry(name.to_owned()).or_insert(next))
        };
        let subject = match triple.subject {
            NamedOrBlankNode::NamedNode(node) => node.into_string(),
            NamedOrBlankNode::BlankNode(node) => blank(node.as_str()),
        };
        let object = match triple.object {
            Term::NamedNode(node) => Object::Node(node.into_string()),
            Term::BlankNode(node) => Object::Node(blank(node.as_str())),
            Term::Literal(literal) => Object::Text(Label {
                language: literal.language().unwrap_or_default().to_lowercase(),
                text: literal.value().to_owned(),
            }),
        };
        let subjects = self.triples.entry(triple.predicate.into_string()).or_default();
        subjects.entry(subject).or_default().insert(object);
    }

    /// The nodes that a subject points at by a predicate.
    pub(crate) fn nodes<'g>(&'g self, subject: &str, predicate: &str) -> impl Iterator<Item = &'g str> {
        self.objects(subject, predicate).filter_map(|object| match object {
            Object::Node(node) => Some(node.as_str()),
            Object::Text(_) => None,
        })
    }

    /// The literals that a subject has by a predicate.
    pub(crate) fn texts<'g>(&'g self, subject: &str, predicate: &str) -> impl Iterator<Item = &'g Label> {
        self.objects(subject, predicate).filter_map(|object| match object {
            Object::Node(_) => None,
            Object::Text(text) => Some(text),
        })
    }

    /// Every pair of nodes joined by a predicate.
    pub(crate) fn pairs<'g>(&'g self, predicate: &str) -> impl Iterator<Item = (&'g str, &'g str)> {
        self.triples.get(predicate).into_iter().flatten().flat_map(|(subject, objects)| {
            objects.iter().filter_map(move |object| match object {
                Object::Node(node) => Some((subject.as_str(), node.as_str())),
                Object::Text(_) => None,
            })
        })
    }

    /// Every subject that has a predicate, with literals or nodes.
    pub(crate) fn subjects<'g>(&'g self, predicate: &str) -> impl Iterator<Item = &'g str> {
        self.triples.get(predicate).into_iter().flat_map(|subjects| subjects.keys().map(String::as_str))
    }

    /// Every predicate used.
    pub(crate) fn predicates(&self) -> impl Iterator<Item = &str> {
        self.triples.keys().map(String::as_str)
    }

    fn objects<'g>(&'g self, subject: &str, predicate: &str) -> impl Iterator<Item = &'g Object> {
        self.triples.get(predicate).and_then(|subjects| subjects.get(subject)).into_iter().flatten()
    }
}

/// What a file looks like when it is plainly something else.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Some("text in UTF-16");
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Some("a ZIP archive or a spreadsheet");
    }
    let start = bytes.trim_ascii_start();
    if start.starts_with(b"<?xml") || start.starts_with(b"<rdf:RDF") || start.starts_with(b"<!DOCTYPE") {
        return Some("XML");
    }
    if start.starts_with(b"{") || start.starts_with(b"[{") {
        return Some("JSON");
    }
    None
}

/// The parser's message, with advice where the cause is a common one.
fn explain(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let lower = message.to_lowercase();
    if lower.contains("no scheme found") {
        format!("{message}; a relative IRI needs an `@base <https://…/> .` line at the top of the file")
    } else if lower.contains("prefix") && lower.contains("not") {
        format!("{message}; declare it with an `@prefix` line at the top of the file")
    } else {
        message.to_owned()
    }
}
