//! Deliverables: a snapshot of the review in, the files a client receives out.
//!
//! Nothing here knows the database, the clock or chance. [`prepare`] is a function of a [`Snapshot`] and of the native
//! files it names: the same snapshot gives the same bytes, today or tomorrow, and the manifest inside lists the
//! SHA-256 of every file. PDF files are annotated in a worker process, because they come from outside.

mod arrange;
pub mod document_table;
pub mod hit_workbook;
mod manifest;
mod package;
pub mod pdf;
mod report;
mod snapshot;
mod workbook;
pub mod worker;

pub use package::{DeliverError, Package, Progress, prepare};
pub use snapshot::{Snapshot, SnapshotAnnotation, SnapshotDocument};
pub use worker::Annotator;
