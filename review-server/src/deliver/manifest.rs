//! The manifest: what is in a package, and the digests by which a recipient verifies it.
//!
//! Field order is fixed by the types below; see `docs/deliverables.md`.

use jiff::Timestamp;
use redwell_model::{ControlNumber, MatterSlug, Sha256};
use serde::Serialize;

/// The version of the manifest's form; raised when a field changes its meaning.
const FORM: u32 = 1;

/// The whole manifest.
#[derive(Debug, Serialize)]
pub(super) struct Manifest<'s> {
    kind: &'static str,
    form: u32,
    pub(super) title: &'s str,
    pub(super) matter: Matter<'s>,
    pub(super) query: &'s str,
    pub(super) canonical_query: &'s str,
    pub(super) snapshot_at: Timestamp,
    pub(super) prepared_by: &'s str,
    made_with: MadeWith,
    pub(super) counts: Counts,
    pub(super) taxonomies: Vec<TaxonomyUsed<'s>>,
    pub(super) documents: Vec<Document>,
    pub(super) files: Vec<File>,
}

/// The matter it belongs to.
#[derive(Debug, Serialize)]
pub(super) struct Matter<'s> {
    pub(super) slug: &'s MatterSlug,
    pub(super) name: &'s str,
    pub(super) client: &'s str,
}

#[derive(Debug, Serialize)]
struct MadeWith {
    name: &'static str,
    version: &'static str,
}

/// How much is in it.
#[derive(Debug, Serialize)]
pub(super) struct Counts {
    /// Documents the query found.
    pub(super) documents: usize,
    /// Those with annotations.
    pub(super) annotated_documents: usize,
    pub(super) annotations: usize,
    /// Files in the package, this manifest not counted.
    pub(super) files: usize,
}

/// A taxonomy the concepts come from.
#[derive(Debug, Serialize)]
pub(super) struct TaxonomyUsed<'s> {
    pub(super) iri: &'s str,
    pub(super) title: &'s str,
    pub(super) concepts: usize,
}

/// A document whose file is in the package.
#[derive(Debug, Serialize)]
pub(super) struct Document {
    pub(super) control_number: ControlNumber,
    pub(super) file: String,
    /// The digest of the original file.
    pub(super) original_sha256: Sha256,
    pub(super) original_bytes: u64,
    pub(super) annotations: usize,
    /// Whether the file carries the annotations; then the original is its first `original_bytes` bytes.
    pub(super) annotated: bool,
    /// Why it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

/// A file of the package.
#[derive(Debug, Clone, Serialize)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) sha256: Sha256,
}

impl Default for MadeWith {
    fn default() -> Self {
        Self { name: "Redwell", version: env!("CARGO_PKG_VERSION") }
    }
}

impl<'s> Manifest<'s> {
    /// The manifest of a snapshot whose files are not made yet.
    pub(super) fn of(arranged: &super::arrange::Arranged<'s>) -> Self {
        let snapshot = arranged.snapshot;
        Self {
            kind: "findings",
            form: FORM,
            title: &snapshot.title,
            matter: Matter { slug: &snapshot.matter_slug, name: &snapshot.matter_name, client: &snapshot.client },
            query: &snapshot.query,
            canonical_query: &snapshot.canonical,
            snapshot_at: snapshot.created_at,
            prepared_by: &snapshot.prepared_by,
            made_with: MadeWith::default(),
            counts: Counts {
                documents: arranged.documents.len(),
                annotated_documents: arranged.annotated_documents(),
                annotations: arranged.findings.len(),
                files: 0,
            },
            taxonomies: snapshot
                .taxonomies
                .iter()
                .map(|taxonomy| TaxonomyUsed {
                    iri: &taxonomy.iri,
                    title: &taxonomy.title,
                    concepts: taxonomy.concepts.len(),
                })
                .collect(),
            documents: Vec::new(),
            files: Vec::new(),
        }
    }

    /// The manifest as indented JSON.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).expect("texts, numbers and lists always serialise");
        json.push(b'\n');
        json
    }
}
