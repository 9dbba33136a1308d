//! Taxonomies: the client's controlled vocabulary, in SKOS.
//!
//! Bytes in, a [`Taxonomy`] and a list of [`Finding`]s out; nothing here opens a file or follows a link. Real
//! vocabularies break the rules of SKOS in many small ways, so what is wrong with the *data* never stops the reading:
//! it is reported, rule by rule. Only a text that is not Turtle at all is an error.
//!
//! ```
//! let turtle = br#"@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix : <https://example.org/> .
//!     :issues a skos:ConceptScheme .
//!     :breach a skos:Concept ; skos:prefLabel "Breach"@en ; skos:topConceptOf :issues .
//!     :notice a skos:Concept ; skos:prefLabel "Notice of breach"@en ; skos:broader :breach ; skos:inScheme :issues ."#;
//! let import = redwell_taxonomy::read(turtle, &redwell_taxonomy::Options::default())?;
//! let notice = import.taxonomy.matches("notice of breach")[0];
//! assert_eq!(import.taxonomy.levels(notice), ["Breach", "Notice of breach"]);
//! # Ok::<(), redwell_taxonomy::ReadError>(())
//! ```

#![warn(clippy::disallowed_methods)]

mod check;
mod entail;
mod finding;
mod graph;
mod order;
mod read;
mod taxonomy;
mod term;
mod write;

pub use finding::{Finding, Severity};
pub use graph::ReadError;
pub use read::{Import, Options, read};
pub use taxonomy::{Concept, Label, Note, NoteKind, Taxonomy};
pub use write::to_turtle;
