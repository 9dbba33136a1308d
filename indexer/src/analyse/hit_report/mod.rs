//! The hit report: what each term of a list finds, alone, with families, and against the others.
//!
//! The command line and the server both make it here, so their numbers cannot differ. It takes queries, an engine and the
//! documents of the matter, and gives counts and the sets behind them; reading lists is `terms`, and what is handed
//! out as a table is `table`. A term that cannot be read or is too broad is a row that says so, not the end of the report.
//! With the same terms over the same documents it is the same report, whatever the number of threads.

mod compare;
mod count;
mod numbers;
mod population;
mod table;
mod terms;

use redwell_search::Dialect;
use redwell_search::translate::Verdict;
use serde::{Deserialize, Serialize};

pub use compare::{Difference, compare};
pub use count::{Counted, Earlier, Order, ReportError, report};
pub use numbers::{BadNumbers, from_numbers, to_numbers};
pub use population::Population;
pub use table::to_csv;
pub use terms::{Reading, Term, read, tell};

/// What each term of a list finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitReport {
    /// How the terms were written.
    pub dialect: Dialect,
    /// The query that limits what is searched, in canonical form.
    #[serde(default)]
    pub scope: Option<String>,
    /// Documents searched.
    pub searched: u64,
    /// The terms in the order given.
    pub terms: Vec<TermHits>,
    /// Documents that at least one term finds.
    pub documents: u64,
    /// Those and the rest of their families.
    pub documents_with_family: u64,
    /// The passages of all terms, added up.
    pub hits: u64,
    /// Documents found now and not by any term of the earlier report; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_documents: Option<u64>,
    /// Terms that could not be counted.
    pub problems: u64,
    /// The documents of all terms by custodian.
    pub by_custodian: Vec<Share>,
    /// The same by year.
    pub by_year: Vec<Share>,
    /// The same by month, where asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_month: Vec<Share>,
    /// Searches that give these numbers again.
    pub queries: Queries,
}

/// What one term finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermHits {
    /// Its number in the report, from 1.
    pub number: u32,
    /// Its line in the list, from 1.
    pub line: u32,
    /// What the list calls it.
    #[serde(default)]
    pub name: Option<String>,
    /// The term as given.
    pub term: String,
    /// The term as read; empty when it could not be.
    pub canonical: String,
    /// How well it could be read.
    pub verdict: Verdict,
    /// What there is to say about how it was read.
    pub messages: Vec<String>,
    /// Why it could not be counted; its numbers are 0 then.
    #[serde(default)]
    pub error: Option<String>,
    /// Documents it finds.
    pub documents: u64,
    /// Those and the rest of their families.
    pub documents_with_family: u64,
    /// Documents it finds and no other term does.
    pub unique_documents: u64,
    /// How many passages it has in them.
    pub hits: u64,
    /// Documents it finds now and did not find in the earlier report; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_documents: Option<u64>,
    /// Its documents by custodian; one collected from several counts for each.
    pub by_custodian: Vec<Share>,
    /// Its documents by year, undated ones last under an empty value.
    pub by_year: Vec<Share>,
    /// Its documents by month, where asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_month: Vec<Share>,
    /// Searches that give these numbers again.
    pub queries: Queries,
    /// The numeric parts of the control numbers of its documents, as in `1-5,9`, where asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<String>,
}

/// The part of some documents that has one value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The value; empty for documents that have none.
    pub value: String,
    /// How many of the documents have it.
    pub documents: u64,
}

/// Searches in canonical form that give the numbers of a row again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queries {
    /// Its documents; its hits are the passages of this one.
    pub documents: String,
    /// Its documents with their families.
    pub documents_with_family: String,
    /// Documents of this term alone; empty where that has no meaning.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unique_documents: String,
    /// Documents that are new; empty without an earlier report.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub new_documents: String,
}
