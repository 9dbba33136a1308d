//! The last part of `bench search`: what people wait for at the page, asked of a server over HTTP: a page of results, facets, the
//! timeline, and coding all documents at once.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::http::Client;
use crate::process::program;
use crate::{demo, report, tree};

const NAME: &str = "bench";
/// Known to everybody: the server is reached from this machine only and ends with the benchmark.
const PASSWORD: &str = "bench-redwell-bench";

/// What documents are coded as: a concept of `taxonomies/legal-review.ttl`.
const CONCEPT: &str = "https://taxonomies.redwell.example/legal-review/responsive";

/// How often each question is measured after the first time.
const TIMES: usize = 20;

/// Words whose pages and facets are asked for.
const WORDS: usize = 20;

/// How long a bulk action may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// Serves the matter, asks, prints the figures, and gives a line for each promise.
pub(super) fn run(binary: &Path, data: &Path, matter: &str) -> anyhow::Result<String> {
    let words = words(binary, data, matter)?;
    prepare(binary, data, matter)?;
    let (address, server) = demo::serve(binary, data)?;
    let bench = Bench { client: Client::sign_in(&address, NAME, PASSWORD)?, matter, server: server.id() };
    let documents = bench.ask("search", "{\"query\":\"\"}")?.0;
    report::say(&format!("{documents} documents                            first ms   p50 ms   p95 ms   CPU ms"));
    let (common, rare) = (&words[0], &words[words.len() - 1]);
    for query in ["", common, rare, &format!("{common} w/10 {}", words[1])] {
        let shown = if query.is_empty() { "every document" } else { query };
        let question = format!("{{\"query\":\"{query}\"}}");
        for (what, route, body) in [
            ("page", "search", question.clone()),
            ("facets, all fields", "facets", format!("{{\"of\":{question}}}")),
            ("timeline", "timeline", question.clone()),
            ("timeline by day", "timeline", format!("{{\"query\":\"{query}\",\"unit\":\"day\"}}")),
        ] {
            bench.row(&format!("{what}, {shown}"), route, &body)?;
        }
    }
    let mut together = Vec::new();
    for word in &words {
        let question = format!("{{\"query\":\"{word}\"}}");
        let page = bench.ask("search", &question)?.1;
        let facets = bench.ask("facets", &format!("{{\"of\":{question}}}"))?.1;
        together.push(page + facets);
    }
    let coding = bench.code_everything()?;
    report::say(&coding);
    let own = own_mib(server.id())?;
    let both = percentile(&mut together, 95);
    let mut promises = String::new();
    for (what, found, most, unit) in [
        ("first page and all facets through the server, p95", both, 100.0, "ms"),
        ("memory of serving, not mapped files", own, 300.0, "MiB"),
    ] {
        let met = if found <= most { "met   " } else { "MISSED" };
        // Writing to a string cannot fail.
        let _ = writeln!(promises, "{met}  {what}: {found:.2} {unit} (at most {most} {unit})");
    }
    Ok(promises)
}

/// The most frequent words of letters, from the most frequent on.
fn words(binary: &Path, data: &Path, matter: &str) -> anyhow::Result<Vec<String>> {
    let arguments = ["terms", "--by-documents", "--limit", "400", "--matter", matter, "--data"];
    let list = program(binary.as_os_str(), &arguments).word(data).quiet().context("`redwell terms` failed")?;
    let words = list.lines().filter_map(|line| line.split_whitespace().nth(2));
    let is_plain = |word: &&str| {
        word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase()) && !["and", "not", "term"].contains(word)
    };
    let plain: Vec<String> = words.filter(is_plain).map(str::to_owned).take(WORDS).collect();
    if plain.len() < 2 {
        bail!("the matter has too few words");
    }
    Ok(plain)
}

/// Somebody who may code, and something to code with.
fn prepare(binary: &Path, data: &Path, matter: &str) -> anyhow::Result<()> {
    let redwell = |words: &[&str]| program(binary.as_os_str(), words).with("REDWELL_PASSWORD", PASSWORD);
    redwell(&["user", "add", NAME, "--administrator", "--data"]).word(data).run()?;
    redwell(&["user", "role", NAME, "lead", "--matter", matter, "--data"]).word(data).run()?;
    let taxonomy = tree::root().join("taxonomies/legal-review.ttl");
    let import = redwell(&["taxonomy", "import", "--matter", matter, "--data"]).word(data).word(taxonomy);
    import.quiet().map(drop).context("`redwell taxonomy import` failed")
}

struct Bench<'m> {
    client: Client,
    matter: &'m str,
    /// The number of its process.
    server: u32,
}

impl Bench<'_> {
    /// Asks a route of the matter; the number it gives as total, if any, and how long it took.
    fn ask(&self, route: &str, body: &str) -> anyhow::Result<(u64, Duration)> {
        let reply = self.client.ask("POST", &format!("matters/{}/{route}", self.matter), body)?;
        Ok((reply.number("total").unwrap_or_default(), reply.took))
    }

    fn row(&self, what: &str, route: &str, body: &str) -> anyhow::Result<()> {
        let first = self.ask(route, body)?.1.as_secs_f64() * 1e3;
        let before = cpu_seconds(self.server)?;
        let mut times = (0..TIMES).map(|_| Ok(self.ask(route, body)?.1)).collect::<anyhow::Result<Vec<_>>>()?;
        let [p50, p95] = [50, 95].map(|percent| percentile(&mut times, percent));
        #[expect(clippy::cast_precision_loss, reason = "figures for people")]
        let cpu = (cpu_seconds(self.server)? - before) * 1e3 / TIMES as f64;
        report::say(&format!("{what:44}{first:>10.1}{p50:>9.1}{p95:>9.1}{cpu:>9.1}"));
        Ok(())
    }

    /// Codes every document, then takes it back; searches meanwhile.
    fn code_everything(&self) -> anyhow::Result<String> {
        let mut figures = String::new();
        let bulk = format!("matters/{}/bulk", self.matter);
        let body = format!(
            "{{\"selection\":{{\"all_of\":{{\"query\":\"\"}}}},\"set\":[\"{CONCEPT}\"],\"request_id\":\"bench-1\"}}"
        );
        let began = Instant::now();
        let begun = self.client.ask("POST", &bulk, &body)?;
        let action = begun.number("id")?;
        let _ = write!(figures, "{}", self.watch("coding every document", &bulk, action, began)?);
        let began = Instant::now();
        let undo = self.client.ask("POST", &format!("{bulk}/{action}/undo"), "")?;
        let _ = write!(figures, "\n{}", self.watch("taking it back", &bulk, undo.number("id")?, began)?);
        Ok(figures)
    }

    fn watch(&self, what: &str, bulk: &str, action: u64, began: Instant) -> anyhow::Result<String> {
        let mut meanwhile = Vec::new();
        let documents = loop {
            let state = self.client.ask("GET", &format!("{bulk}/{action}"), "")?;
            if !state.is("is_running")? {
                break state.number("changed")?;
            }
            if began.elapsed() > PATIENCE {
                bail!("{what} does not come to an end");
            }
            meanwhile.push(self.ask("search", "{\"query\":\"\"}")?.1);
            std::thread::sleep(Duration::from_millis(100));
        };
        let seconds = began.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "figures for people")]
        let speed = documents as f64 / seconds;
        let p95 = percentile(&mut meanwhile, 95);
        Ok(format!(
            "{what}: {documents} in {seconds:.1} s, {speed:.0} documents/s; pages of results meanwhile: p95 {p95:.1} ms"
        ))
    }
}

/// Milliseconds that so many in a hundred do not exceed; 0 of none.
fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    let rank = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(rank).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

/// Processor time of a process so far; on a machine that others use, it says more than the clock.
fn cpu_seconds(process: u32) -> anyhow::Result<f64> {
    /// Linux counts it in hundredths, whatever the machine's own clock.
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, after_name) = stat.rsplit_once(')').context("the system does not tell processor time")?;
    let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / TICKS_A_SECOND)
}

/// Memory of a process that is not mapped from files.
#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn own_mib(process: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line =
        status.lines().find(|line| line.starts_with("RssAnon")).context("the system does not tell its memory")?;
    let kib: u64 = line.split_whitespace().nth(1).context("a number")?.parse()?;
    Ok(kib as f64 / 1024.0)
}
