//! `redwell hits`: the hit report. For each term of a list, how many documents it hits, how many with their families,
//! how many that no other term hits, and how often. The counting is `analyse::hit_report`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use redwell_search::resolve::resolve;
use redwell_search::{Dialect, Query};

use super::report::json_line;
use super::{ExitStatus, Hooks, MatterArguments, query};
use crate::analyse::hit_report::{
    Counted, Earlier, HitReport, Order, Population, Reading, TermHits, from_numbers, read, report, tell, to_csv,
    to_numbers,
};
use crate::index::TantivyEngine;
use crate::matter_folder::MatterFolder;

/// Arguments of `redwell hits`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    /// The terms: one a line, where lines that begin with `#` are comments, or a CSV with a column `term`.
    #[arg(long, value_name = "FILE")]
    terms: PathBuf,
    /// How the terms are written.
    #[arg(long, default_value_t = Dialect::Redwell)]
    dialect: Dialect,
    /// A query, in the `redwell` dialect, that limits the documents searched.
    #[arg(long, value_name = "QUERY")]
    scope: Option<String>,
    /// A report made with `--json` before; documents it did not have are counted as new.
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// Count documents by month besides by year.
    #[arg(long)]
    by_month: bool,
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

pub(super) fn run(arguments: &Arguments, hooks: &Hooks<'_>, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let mut terms = read(&text_of(&arguments.terms)?, arguments.dialect);
    if terms.is_empty() {
        bail!("`{}` holds no terms; write one a line", arguments.terms.display());
    }
    let scope = arguments.scope.as_deref().map(|scope| query::parsed(Dialect::Redwell, scope)).transpose()?;
    let earlier = arguments.previous.as_deref().map(earlier).transpose()?;
    let folder = MatterFolder::open(&arguments.matter.data, &arguments.matter.matter)?;
    let engine = TantivyEngine::open(&folder)?;
    let scope_query = scope.as_ref().map(|parsed| &parsed.query);
    let queries = terms.iter().filter_map(|term| match &term.reading {
        Reading::Read { query, .. } => Some(query),
        Reading::Unreadable(_) => None,
    });
    let queries: Vec<&Query> = queries.chain(scope_query).collect();
    let surroundings = query::surroundings(&queries, &folder, &arguments.matter, hooks)?;
    tell(&mut terms, &|query| surroundings.told(query));
    let order = Order {
        terms: &terms,
        dialect: arguments.dialect,
        scope: scope_query,
        earlier: earlier.as_ref(),
        name: None,
        prefix: folder.prefix(),
        by_month: arguments.by_month,
    };
    let resolved = |wanted| resolve(wanted, &engine, surroundings.as_ref());
    let Counted { mut report, sets } = report(&order, &Population::read(&folder)?, &engine, &resolved, &|_| {})?;
    for (term, set) in report.terms.iter_mut().zip(&sets) {
        term.numbers = Some(to_numbers(set));
    }
    if let Some(path) = &arguments.xlsx {
        let Some(write) = hooks.write_hit_report else { bail!("this program does not write workbooks; use `--csv`") };
        write(&report, path)?;
    }
    if arguments.json {
        json_line(out, &report)?;
    } else if arguments.csv {
        out.write_all(to_csv(&report).as_bytes())?;
    } else if arguments.xlsx.is_none() {
        print(out, &report)?;
    }
    Ok(ExitStatus::findings_if(report.problems > 0))
}

fn text_of(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("reading the terms `{}`", path.display()))
}

/// The report of an earlier run.
fn earlier(path: &Path) -> anyhow::Result<Earlier> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading the report `{}`", path.display()))?;
    let none = || format!("`{}` is no hit report; give what `redwell hits --json` printed", path.display());
    let report: HitReport = serde_json::from_str(&text).with_context(none)?;
    let mut terms = Vec::with_capacity(report.terms.len());
    for term in report.terms {
        let documents = from_numbers(term.numbers.as_deref().unwrap_or_default()).with_context(none)?;
        terms.push((term.number, term.canonical, documents));
    }
    Ok(Earlier { name: None, terms })
}

fn print(out: &mut dyn Write, report: &HitReport) -> anyhow::Result<()> {
    let with_new = report.new_documents.is_some();
    let new = |count: Option<u64>| count.map(|count| format!("{count:>10}")).unwrap_or_default();
    let head = if with_new { format!("{:>10}", "new") } else { String::new() };
    writeln!(out, "{:>10}{:>13}{:>10}{:>10}{head}  term", "documents", "with family", "unique", "hits")?;
    for row in &report.terms {
        let TermHits { term, documents, documents_with_family, unique_documents, hits, error, .. } = row;
        if let Some(error) = error {
            let width = if with_new { 53 } else { 43 };
            writeln!(out, "{:>width$}  {term}: {error}", "not counted")?;
            continue;
        }
        let new = new(row.new_documents);
        writeln!(out, "{documents:>10}{documents_with_family:>13}{unique_documents:>10}{hits:>10}{new}  {term}")?;
    }
    let HitReport { documents, documents_with_family, hits, .. } = report;
    let new = new(report.new_documents);
    Ok(writeln!(out, "{documents:>10}{documents_with_family:>13}{:>10}{hits:>10}{new}  any of them", "")?)
}

#[cfg(test)]
mod tests {
    use redwell_search::engine::SearchEngine as _;

    use super::*;
    use crate::collect::tests::Sample;
    use crate::isolate::fake_reader::pack;

    /// Runs the command over a small matter; what it printed.
    fn printed(sample: &Sample, terms: &str, more: &[&str]) -> String {
        use clap::Parser;
        #[derive(Parser)]
        struct Alone {
            #[command(flatten)]
            arguments: Arguments,
        }
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("terms.txt");
        std::fs::write(&file, terms).unwrap();
        let folder = sample.matter();
        let data = folder.path().ancestors().nth(2).unwrap().to_str().unwrap().to_owned();
        let slug = folder.path().file_name().unwrap().to_str().unwrap().to_owned();
        let words = ["hits", "--data", &data, "--matter", &slug, "--terms", file.to_str().unwrap()];
        let alone = Alone::parse_from(words.iter().chain(more));
        let mut out = Vec::new();
        run(&alone.arguments, &Hooks::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn sample() -> Sample {
        let mail = pack("MAIL", &[("offer.txt", b"price and price again"), ("terms.txt", b"thirty days")]);
        let sample =
            Sample::new(&[("anna/m.eml", &mail), ("anna/a.txt", b"the price"), ("anna/z.txt", b"no more days")]);
        sample.ingest(&["anna"], 2);
        sample
    }

    #[test]
    fn each_term_is_counted_alone_with_family_and_against_the_others() {
        let sample = sample();
        let json = printed(&sample, "# agreed\nprice\ndays\n\nprice OR days\nnothing\n(", &["--json"]);
        let report: HitReport = serde_json::from_str(&json).unwrap();
        let row = |hits: &TermHits| (hits.documents, hits.documents_with_family, hits.unique_documents, hits.hits);
        assert_eq!(
            report.terms.iter().map(row).collect::<Vec<_>>(),
            [(2, 4, 0, 3), (2, 4, 0, 2), (4, 5, 0, 5), (0, 0, 0, 0), (0, 0, 0, 0)]
        );
        assert_eq!((report.documents, report.documents_with_family, report.problems), (4, 5, 1));
        let folder = sample.matter();
        let engine = TantivyEngine::open(&folder).unwrap();
        for term in report.terms.iter().filter(|term| term.error.is_none()) {
            let parsed = query::parsed(Dialect::Redwell, &term.queries.unique_documents).unwrap();
            assert_eq!(engine.count(&parsed.query, None).unwrap(), term.unique_documents, "{}", term.canonical);
        }
    }

    #[test]
    fn a_scope_and_an_earlier_report_are_heeded() {
        let sample = sample();
        let scratch = tempfile::tempdir().unwrap();
        let before = scratch.path().join("before.json");
        std::fs::write(&before, printed(&sample, "again\nprice", &["--json", "--scope", "again"])).unwrap();
        let json = printed(&sample, "price\ndays", &["--json", "--previous", before.to_str().unwrap()]);
        let report: HitReport = serde_json::from_str(&json).unwrap();
        let new: Vec<_> = report.terms.iter().map(|term| term.new_documents).collect();
        assert_eq!((new, report.new_documents), (vec![Some(1), Some(2)], Some(3)));
        let table = printed(&sample, "price\ndays", &["--csv"]);
        assert!(table.starts_with("number,name,term,canonical,documents,"), "{table}");
        assert_eq!(table.lines().count(), 4);
    }
}
