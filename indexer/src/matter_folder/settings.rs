//! What a run was asked to do, kept with it in the history so that it can be repeated.

use std::collections::BTreeMap;

use redwell_model::DuplicateScope;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a run was asked to do. Passwords are never kept, only that there were some.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSettings {
    /// Files and folders, as absolute paths; none for a retry.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Whom everything came from, where it was said.
    #[serde(default)]
    pub custodian: Option<String>,
    /// The scope of duplicates, where it was said.
    #[serde(default)]
    pub duplicates: Option<DuplicateScope>,
    /// The list of digests of files to leave out, as an absolute path.
    #[serde(default)]
    pub exclude_hashes: Option<String>,
    /// Whether passwords were given.
    #[serde(default)]
    pub had_passwords: bool,
    /// How files were read: the options of the command line by their names, with `_` for `-`.
    #[serde(default)]
    pub reading: BTreeMap<String, Value>,
}

impl RunSettings {
    /// The words of the command line that ask for the same reading.
    #[must_use]
    pub fn reading_words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for (name, value) in &self.reading {
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Array(parts) => parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
                // An option that was not given, and switches that are off.
                Value::Null | Value::Bool(_) | Value::Object(_) => continue,
            };
            words.push(format!("--{}={value}", name.replace('_', "-")));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_become_the_words_they_came_from() {
        let kept = r#"{"paths":["/srv/a"],"reading":{"cpu_seconds":40,"jobs":null,"pdf_engine":"hayro","some_list":["a","b"]}}"#;
        let settings: RunSettings = serde_json::from_str(kept).unwrap();
        assert_eq!(settings.reading_words(), ["--cpu-seconds=40", "--pdf-engine=hayro", "--some-list=a,b"]);
        assert!(!settings.had_passwords);
    }
}
