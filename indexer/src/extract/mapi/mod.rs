//! What Outlook keeps of a message, an appointment or a contact: properties ([MS-OXPROPS]), whatever file they came in.
//!
//! MSG files, TNEF and stores each read their own bytes into an [`Object`]; here it becomes text, metadata and children,
//! the same for all three. Nothing here knows how any of the files is laid out.

pub mod class_field;
pub mod code_page;
pub mod message;
pub mod names;
pub mod property;
pub mod rtf_body;
pub mod streams;

pub use property::{Name, Names, Properties, tag};

/// A message or another thing Outlook keeps, with what hangs on it.
#[derive(Debug, Clone, Default)]
pub struct Object {
    /// Its own properties.
    pub properties: Properties,
    /// Which numbers its named properties have.
    pub names: Names,
    /// Whom it went to.
    pub recipients: Vec<Properties>,
    /// What is attached to it.
    pub attachments: Vec<Attachment>,
}

/// One attachment.
#[derive(Debug, Clone, Default)]
pub struct Attachment {
    /// What is said of it.
    pub properties: Properties,
    /// Its content.
    pub content: Content,
}

/// The content of an attachment.
#[derive(Debug, Clone, Default)]
pub enum Content {
    /// None could be found.
    #[default]
    Missing,
    /// A file.
    File(Vec<u8>),
    /// A message as a file of the kind its parent is.
    Message(Vec<u8>, &'static str),
}
