//! The IRIs that SKOS and its companions give their terms.

pub(crate) const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
pub(crate) const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
pub(crate) const VALUE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value";
pub(crate) const RDFS_LABEL: &str = "http://www.w3.org/2000/01/rdf-schema#label";
pub(crate) const RDFS_COMMENT: &str = "http://www.w3.org/2000/01/rdf-schema#comment";
pub(crate) const SUB_CLASS_OF: &str = "http://www.w3.org/2000/01/rdf-schema#subClassOf";
pub(crate) const DEPRECATED: &str = "http://www.w3.org/2002/07/owl#deprecated";
pub(crate) const ONTOLOGY: &str = "http://www.w3.org/2002/07/owl#Ontology";
pub(crate) const DCT_TITLE: &str = "http://purl.org/dc/terms/title";
pub(crate) const DC_TITLE: &str = "http://purl.org/dc/elements/1.1/title";
pub(crate) const DCT_DESCRIPTION: &str = "http://purl.org/dc/terms/description";
pub(crate) const DC_DESCRIPTION: &str = "http://purl.org/dc/elements/1.1/description";
pub(crate) const REPLACED_BY: &str = "http://purl.org/dc/terms/isReplacedBy";
pub(crate) const XL_LITERAL_FORM: &str = "http://www.w3.org/2008/05/skos-xl#literalForm";
pub(crate) const XL_PREF_LABEL: &str = "http://www.w3.org/2008/05/skos-xl#prefLabel";
pub(crate) const XL_ALT_LABEL: &str = "http://www.w3.org/2008/05/skos-xl#altLabel";
pub(crate) const XL_HIDDEN_LABEL: &str = "http://www.w3.org/2008/05/skos-xl#hiddenLabel";

/// Declares the SKOS terms: a constant each, and the list of all of them.
macro_rules! skos {
    ($($name:ident = $local:literal,)*) => {
        $(pub(crate) const $name: &str = concat!("http://www.w3.org/2004/02/skos/core#", $local);)*
        /// Every term of the SKOS namespace.
        pub(crate) const SKOS_TERMS: &[&str] = &[$($name),*];
    };
}

skos! {
    CONCEPT = "Concept",
    CONCEPT_SCHEME = "ConceptScheme",
    COLLECTION = "Collection",
    ORDERED_COLLECTION = "OrderedCollection",
    IN_SCHEME = "inScheme",
    HAS_TOP_CONCEPT = "hasTopConcept",
    TOP_CONCEPT_OF = "topConceptOf",
    PREF_LABEL = "prefLabel",
    ALT_LABEL = "altLabel",
    HIDDEN_LABEL = "hiddenLabel",
    NOTATION = "notation",
    NOTE = "note",
    SCOPE_NOTE = "scopeNote",
    DEFINITION = "definition",
    EXAMPLE = "example",
    HISTORY_NOTE = "historyNote",
    EDITORIAL_NOTE = "editorialNote",
    CHANGE_NOTE = "changeNote",
    SEMANTIC_RELATION = "semanticRelation",
    BROADER = "broader",
    NARROWER = "narrower",
    BROADER_TRANSITIVE = "broaderTransitive",
    NARROWER_TRANSITIVE = "narrowerTransitive",
    RELATED = "related",
    MEMBER = "member",
    MEMBER_LIST = "memberList",
    MAPPING_RELATION = "mappingRelation",
    CLOSE_MATCH = "closeMatch",
    EXACT_MATCH = "exactMatch",
    BROAD_MATCH = "broadMatch",
    NARROW_MATCH = "narrowMatch",
    RELATED_MATCH = "relatedMatch",
}

/// The relations that make their subject and object concepts (S19, S20 and the sub-properties of S39 to S45).
pub(crate) const SEMANTIC_RELATIONS: &[&str] = &[
    SEMANTIC_RELATION,
    BROADER,
    NARROWER,
    BROADER_TRANSITIVE,
    NARROWER_TRANSITIVE,
    RELATED,
    MAPPING_RELATION,
    CLOSE_MATCH,
    EXACT_MATCH,
    BROAD_MATCH,
    NARROW_MATCH,
    RELATED_MATCH,
];

/// What stands behind the last `#`, `/` or `:` of an IRI.
pub(crate) fn local_name(iri: &str) -> &str {
    let trimmed = iri.trim_end_matches(['#', '/']);
    trimmed.rsplit(['#', '/', ':']).next().filter(|name| !name.is_empty()).unwrap_or(iri)
}
