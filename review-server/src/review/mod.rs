//! The rules of review, without SQL and without HTTP: what decisions add up to, what names mean, where passages are.

pub mod acceptance;
pub mod annotation;
pub mod batch_split;
pub mod batches;
pub mod bulk;
pub mod coding;
pub mod names;
pub mod opinions;
pub mod passage;
pub mod standing;
pub mod state;
pub mod time_zone;
pub mod vocabulary;
pub mod written;

pub use state::ReviewState;
pub use vocabulary::Vocabulary;
