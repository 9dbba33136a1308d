//! `redwell hits`: the hit report. For each term of a list, how many documents it hits, how many with their families,
//! how many that no other term hits, and how often.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use rayon::prelude::*;
use redwell_model::Ordinal;
use redwell_search::engine::{DocumentSet, SearchEngine as _};
use redwell_search::{Dialect, Query};
use serde::Serialize;

use super::report::{csv_row, json_line};
use super::{ExitStatus, Hooks, MatterArguments, query};
use crate::index::TantivyEngine;
use crate::matter_folder::MatterFolder;

/// Arguments of `redwell hits`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    /// The terms, one a line; lines that begin with `#` are comments.
    #[arg(long, value_name = "FILE")]
    terms: PathBuf,
    /// How the terms are written.
    #[arg(long, default_value_t = Dialect::Redwell)]
    dialect: Dialect,
    /// Print the report as one JSON object.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print the report as a CSV table.
    #[arg(long)]
    csv: bool,
    /// Write the report as a workbook.
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
}

/// The hit report of a list of terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HitReport {
    /// The terms in the order given.
    pub terms: Vec<TermHits>,
    /// Documents that at least one term hits.
    pub documents: u64,
    /// Those and the rest of their families.
    pub documents_with_family: u64,
}

/// What one term hits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermHits {
    /// The term as given.
    pub term: String,
    /// The term as read.
    pub canonical: String,
    /// Documents it hits.
    pub documents: u64,
    /// Those and the rest of their families.
    pub documents_with_family: u64,
    /// Documents it hits and no other term does.
    pub unique_documents: u64,
    /// How many passages of all documents it marks.
    pub hits: u64,
}

pub(super) fn run(arguments: &Arguments, hooks: &Hooks<'_>, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let terms = read_terms(&arguments.terms)?;
    let folder = MatterFolder::open(&arguments.matter.data, &arguments.matter.matter)?;
    let engine = TantivyEngine::open(&folder)?;
    let mut queries = Vec::with_capacity(terms.len());
    for (line, term) in terms {
        let parsed = query::parsed(arguments.dialect, &term).with_context(|| format!("line {line} of the terms"))?;
        let query = query::resolved(parsed.query, (&folder, &engine), &arguments.matter, hooks)?;
        queries.push((term, parsed.canonical, query));
    }
    let report = hit_report(&folder, &queries)?;
    if let Some(path) = &arguments.xlsx {
        let Some(write) = hooks.write_hit_report else { bail!("this program does not write workbooks; use `--csv`") };
        write(&report, path)?;
    }
    if arguments.json {
        json_line(out, &report)?;
    } else if arguments.csv {
        print_csv(out, &report)?;
    } else if arguments.xlsx.is_none() {
        print(out, &report)?;
    }
    Ok(ExitStatus::Done)
}

/// Counts what each of these queries hits: the term as given, as read, and the query with its coding resolved.
///
/// # Errors
/// When a query is too broad, or the matter or its index cannot be read.
pub fn hit_report(folder: &MatterFolder, queries: &[(String, String, Query)]) -> anyhow::Result<HitReport> {
    let engine = TantivyEngine::open(folder)?;
    let families = Families::read(folder)?;
    let mut sets = Vec::with_capacity(queries.len());
    for (_, _, query) in queries {
        sets.push(engine.documents(query, None)?);
    }
    let (mut once, mut more) = (DocumentSet::new(), DocumentSet::new());
    for set in &sets {
        more |= &once & set;
        once |= set;
    }
    let unique = &once - &more;
    let mut terms = Vec::with_capacity(queries.len());
    for ((term, canonical, query), set) in queries.iter().zip(&sets) {
        let ordinals: Vec<Ordinal> = set.iter().collect();
        let counted =
            ordinals.par_iter().map(|ordinal| engine.hit_ranges(query, *ordinal).map(|hits| hits.len() as u64));
        terms.push(TermHits {
            term: term.clone(),
            canonical: canonical.clone(),
            documents: set.len(),
            documents_with_family: families.members(set),
            unique_documents: set.intersection_len(&unique),
            hits: counted.sum::<Result<u64, _>>()?,
        });
    }
    Ok(HitReport { terms, documents: once.len(), documents_with_family: families.members(&once) })
}

/// The family of every document.
struct Families(Vec<(Ordinal, Ordinal)>);

impl Families {
    fn read(folder: &MatterFolder) -> anyhow::Result<Self> {
        let sql = "select ordinal, family from documents order by ordinal";
        let rows = folder.read(|db| db.prepare(sql)?.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect())?;
        Ok(Self(rows))
    }

    /// How many documents are in the families of these.
    fn members(&self, set: &DocumentSet) -> u64 {
        let hit: DocumentSet = self.0.iter().filter(|(own, _)| set.contains(*own)).map(|(_, family)| *family).collect();
        self.0.iter().filter(|(_, family)| hit.contains(*family)).count() as u64
    }
}

fn read_terms(path: &Path) -> anyhow::Result<Vec<(usize, String)>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading the terms `{}`", path.display()))?;
    let lines = (1..).zip(text.trim_start_matches('\u{feff}').lines());
    let terms: Vec<_> = lines
        .map(|(number, line)| (number, line.trim().to_owned()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .collect();
    if terms.is_empty() {
        bail!("`{}` holds no terms; write one a line", path.display());
    }
    Ok(terms)
}

fn print(out: &mut dyn Write, report: &HitReport) -> anyhow::Result<()> {
    writeln!(out, "{:>10}{:>13}{:>10}{:>10}  term", "documents", "with family", "unique", "hits")?;
    for TermHits { term, documents, documents_with_family, unique_documents, hits, .. } in &report.terms {
        writeln!(out, "{documents:>10}{documents_with_family:>13}{unique_documents:>10}{hits:>10}  {term}")?;
    }
    Ok(writeln!(out, "{:>10}{:>13}{:>20}  any of them", report.documents, report.documents_with_family, "")?)
}

fn print_csv(out: &mut dyn Write, report: &HitReport) -> anyhow::Result<()> {
    csv_row(out, &["term", "documents", "documents_with_family", "unique_documents", "hits", "canonical"])?;
    for term in &report.terms {
        let numbers = [term.documents, term.documents_with_family, term.unique_documents, term.hits];
        let [documents, family, unique, hits] = numbers.map(|number| number.to_string());
        csv_row(out, &[&term.term, &documents, &family, &unique, &hits, &term.canonical])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::tests::Sample;
    use crate::isolate::fake_reader::pack;

    #[test]
    fn each_term_is_counted_alone_with_family_and_against_the_others() {
        let mail = pack("MAIL", &[("offer.txt", b"price and price again"), ("terms.txt", b"thirty days")]);
        let sample =
            Sample::new(&[("anna/m.eml", &mail), ("anna/a.txt", b"the price"), ("anna/z.txt", b"no more days")]);
        sample.ingest(&["anna"], 2);
        let terms = ["price", "days", "price OR days", "nothing"];
        let queries = terms.map(|term| {
            let parsed = query::parsed(Dialect::Redwell, term).unwrap();
            (term.to_owned(), parsed.canonical, parsed.query)
        });
        let report = hit_report(&sample.matter(), &queries).unwrap();
        let row = |hits: &TermHits| (hits.documents, hits.documents_with_family, hits.unique_documents, hits.hits);
        assert_eq!(
            report.terms.iter().map(row).collect::<Vec<_>>(),
            [(2, 4, 0, 3), (2, 4, 0, 2), (4, 5, 0, 5), (0, 0, 0, 0)]
        );
        assert_eq!((report.documents, report.documents_with_family), (4, 5));
        let alone = hit_report(&sample.matter(), &queries[..2]).unwrap();
        assert_eq!(alone.terms.iter().map(|hits| hits.unique_documents).collect::<Vec<_>>(), [2, 2]);
    }

    #[test]
    fn terms_stand_one_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("terms.txt");
        std::fs::write(&file, "\u{feff}# agreed list\n\n price \r\n\"late delivery\"\n").unwrap();
        assert_eq!(read_terms(&file).unwrap(), [(3, "price".to_owned()), (4, "\"late delivery\"".to_owned())]);
        std::fs::write(&file, "# nothing\n").unwrap();
        assert!(read_terms(&file).unwrap_err().to_string().contains("holds no terms"));
    }
}
