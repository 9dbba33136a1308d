//! What a run is asked to do, and the words of the command line that ask for it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use redwell_indexer::matter_folder::RunSettings;
use redwell_model::control_number::Prefix;
use redwell_model::{DuplicateScope, MatterSlug};
use serde_json::Value;

/// Which command reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Files and folders.
    Ingest,
    /// What had exceptions.
    Retry,
}

/// What a run is asked to do. Places were checked before.
#[derive(Clone)]
pub struct Order {
    /// Which command reads.
    pub command: Command,
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// Whom they come from.
    pub custodian: Option<String>,
    /// Among which items duplicates are suppressed.
    pub duplicates: Option<DuplicateScope>,
    /// The letters before the hyphen of control numbers, for the first run.
    pub prefix: Option<Prefix>,
    /// A list of digests of files to leave out.
    pub exclude_hashes: Option<PathBuf>,
    /// Passwords to try; given over a pipe and kept nowhere.
    pub passwords: Vec<String>,
    /// Options of reading by their names on the command line, with `_` for `-`.
    pub reading: BTreeMap<String, Value>,
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Order").field("command", &self.command).field("paths", &self.paths).finish_non_exhaustive()
    }
}

impl Command {
    /// Its name on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Retry => "retry",
        }
    }
}

impl Order {
    /// An order to try again what had exceptions.
    #[must_use]
    pub fn retry(passwords: Vec<String>, reading: BTreeMap<String, Value>) -> Self {
        Self {
            command: Command::Retry,
            paths: Vec::new(),
            custodian: None,
            duplicates: None,
            prefix: None,
            exclude_hashes: None,
            passwords,
            reading,
        }
    }

    /// The words after the program's name.
    #[must_use]
    pub fn words(&self, data: &Path, slug: &MatterSlug) -> Vec<OsString> {
        let option = |name: &str, value: &std::ffi::OsStr| {
            let mut word = OsString::from(format!("--{name}="));
            word.push(value);
            word
        };
        let mut words: Vec<OsString> = vec![self.command.as_str().into()];
        words.push(option("data", data.as_os_str()));
        words.push(option("matter", slug.as_str().as_ref()));
        words.extend(["--progress=json", "--control=stdin"].map(OsString::from));
        let texts = [
            ("custodian", self.custodian.clone()),
            ("duplicates", self.duplicates.map(|scope| scope.as_str().to_owned())),
            ("prefix", self.prefix.as_ref().map(ToString::to_string)),
            ("passwords", (!self.passwords.is_empty()).then(|| "-".to_owned())),
        ];
        for (name, value) in texts {
            words.extend(value.map(|value| option(name, value.as_ref())));
        }
        words.extend(self.exclude_hashes.as_ref().map(|path| option("exclude-hashes", path.as_os_str())));
        let settings = RunSettings { reading: self.reading.clone(), ..RunSettings::default() };
        words.extend(settings.reading_words().into_iter().map(OsString::from));
        if self.command == Command::Ingest {
            words.push("--".into());
            words.extend(self.paths.iter().map(|path| path.clone().into_os_string()));
        }
        words
    }

    /// What the program reads first on its standard input.
    #[must_use]
    pub fn first_input(&self) -> String {
        if self.passwords.is_empty() {
            return String::new();
        }
        let lines: Vec<&str> = self.passwords.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
        format!("{}\n\n", lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_becomes_words_without_secrets() {
        let mut order = Order::retry(vec!["open sesame".into()], BTreeMap::new());
        order.reading.insert("cpu_seconds".into(), 40.into());
        let words = |order: &Order| {
            let words = order.words(Path::new("/data"), &"acme".parse().unwrap());
            words.into_iter().map(|word| word.into_string().unwrap()).collect::<Vec<_>>()
        };
        let common = ["--data=/data", "--matter=acme", "--progress=json", "--control=stdin"];
        assert_eq!(words(&order), [&["retry"][..], &common, &["--passwords=-", "--cpu-seconds=40"]].concat());
        assert_eq!(order.first_input(), "open sesame\n\n");
        let order = Order {
            command: Command::Ingest,
            paths: vec!["/srv/--odd".into()],
            custodian: Some("--Jane".into()),
            exclude_hashes: Some("/srv/list".into()),
            passwords: Vec::new(),
            reading: BTreeMap::new(),
            ..order
        };
        let rest = ["--custodian=--Jane", "--exclude-hashes=/srv/list", "--", "/srv/--odd"];
        assert_eq!(words(&order), [&["ingest"][..], &common, &rest].concat());
        assert_eq!(order.first_input(), "");
    }
}
