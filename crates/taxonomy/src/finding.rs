//! Findings: what is wrong or doubtful in a taxonomy, one sentence each.
//!
//! A finding is data, not an error: the vocabulary is read all the same, and whoever imports it decides.

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The data contradict SKOS: one of its integrity conditions is broken.
    Error,
    /// The data are allowed, but people will stumble over them.
    Warning,
    /// Worth knowing.
    Info,
}

/// One thing to know about a taxonomy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The number of the integrity condition in the SKOS Reference (`S13`), or a short name of our own (`cycle`).
    pub rule: String,
    /// The IRI it is about; empty for the whole taxonomy.
    pub subject: String,
    /// What is the matter, and what to do.
    pub message: String,
}

/// Findings of one rule that are listed; the rest are counted.
const LISTED_PER_RULE: usize = 100;

/// Collects findings and puts them in a stable order.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn error(&mut self, rule: &str, subject: &str, message: impl Into<String>) {
        self.add(Severity::Error, rule, subject, message.into());
    }

    pub(crate) fn warning(&mut self, rule: &str, subject: &str, message: impl Into<String>) {
        self.add(Severity::Warning, rule, subject, message.into());
    }

    pub(crate) fn info(&mut self, rule: &str, subject: &str, message: impl Into<String>) {
        self.add(Severity::Info, rule, subject, message.into());
    }

    fn add(&mut self, severity: Severity, rule: &str, subject: &str, message: String) {
        self.0.push(Finding { severity, rule: rule.to_owned(), subject: subject.to_owned(), message });
    }

    /// Sorted by severity, rule, subject; the tail of a rule that fired very often is replaced by its count.
    pub(crate) fn finish(self) -> Vec<Finding> {
        let mut all = self.0;
        all.sort();
        all.dedup();
        let mut kept = Vec::new();
        for of_rule in all.chunk_by(|a, b| a.severity == b.severity && a.rule == b.rule) {
            let listed = of_rule.len().min(LISTED_PER_RULE);
            kept.extend_from_slice(&of_rule[..listed]);
            if of_rule.len() > listed {
                kept.push(Finding {
                    severity: of_rule[0].severity,
                    rule: of_rule[0].rule.clone(),
                    subject: String::new(),
                    message: format!("the same holds for {} more", of_rule.len() - listed),
                });
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_fires_often_is_cut_and_counted() {
        let mut findings = Findings::default();
        for n in 0..150 {
            findings.info("no-definition", &format!("https://example.org/{n:03}"), "has no definition");
        }
        findings.error("S13", "https://example.org/x", "clash");
        let all = findings.finish();
        assert_eq!(all.len(), 102);
        assert_eq!(all[0].rule, "S13");
        assert_eq!(all[101].message, "the same holds for 50 more");
    }
}
