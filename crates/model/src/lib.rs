//! The vocabulary of Redwell: the words every other crate speaks.
//!
//! Values and pure functions only. Nothing here reads a file, a clock or a database, and nothing here knows
//! HTTP, SQL or a search engine. The words are those of the field: a *matter* holds *documents*, each with one
//! *control number*; people record *coding decisions* and *annotations* on them.

#![warn(clippy::disallowed_methods)]

pub mod anchor;
pub mod audit;
pub mod control_number;
pub mod digest;
pub mod exception;
pub mod format;
pub mod item;
pub mod layout;
pub mod matter;
pub mod metadata;
pub mod role;
pub mod text_range;

pub use anchor::Anchor;
pub use control_number::{ControlNumber, Ordinal};
pub use digest::{Digests, Sha256};
pub use exception::{ExceptionKind, ProcessingException, Stage};
pub use format::Format;
pub use item::{Accounting, DuplicateScope, ItemOutcome};
pub use layout::{CharBox, Layout, Page, PageQuads, Quad};
pub use matter::MatterSlug;
pub use metadata::{Address, Metadata, When};
pub use role::{Right, Role};
pub use text_range::{CodePointRange, TextRuler};
