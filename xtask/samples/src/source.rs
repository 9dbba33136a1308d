//! The texts: one file per document, `name.ext.md`, a few `key: value` lines, a line `---`, the body.
//!
//! The keys are free; each writer asks for those it knows. A key that nobody asked for is a spelling mistake and refused.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context, bail};

use crate::date::Moment;

/// One text with its settings.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Path of the document it makes, `/` between parts, relative to the content folder.
    pub(crate) path: String,
    settings: BTreeMap<String, String>,
    asked: Mutex<BTreeSet<String>>,
    pub(crate) body: String,
}

impl Source {
    /// Splits the settings from the body.
    ///
    /// # Errors
    /// When the text has no settings or one of its lines before `---` is not `key: value`.
    pub(crate) fn parse(path: &str, text: &str) -> anyhow::Result<Self> {
        let (head, body) = text.split_once("---\n").with_context(|| format!("`{path}` has no line `---`"))?;
        let mut settings = BTreeMap::new();
        for line in head.lines().filter(|line| !line.trim().is_empty()) {
            let (key, value) =
                line.split_once(':').with_context(|| format!("`{path}`: `{line}` is not `key: value`"))?;
            settings.insert(key.trim().to_owned(), value.trim().to_owned());
        }
        Ok(Self { path: path.to_owned(), settings, asked: Mutex::default(), body: body.to_owned() })
    }

    /// The value of a setting, if it was given.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.asked.lock().expect("no writer panics while it asks").insert(key.to_owned());
        self.settings.get(key).map(String::as_str)
    }

    /// The value of a setting, empty where it was not given.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.get(key).unwrap_or_default()
    }

    /// The value of a setting that the format cannot do without.
    pub(crate) fn required(&self, key: &str) -> anyhow::Result<&str> {
        self.get(key).with_context(|| format!("`{}` needs the setting `{key}`", self.path))
    }

    /// The document's date.
    pub(crate) fn date(&self) -> anyhow::Result<Moment> {
        Moment::parse(self.required("date")?).with_context(|| format!("reading the date of `{}`", self.path))
    }

    /// The values of a setting that takes a list, separated by `|`.
    pub(crate) fn list(&self, key: &str) -> Vec<&str> {
        self.text(key).split('|').map(str::trim).filter(|value| !value.is_empty()).collect()
    }

    pub(crate) fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    pub(crate) fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    pub(crate) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Refuses settings that no writer asked for.
    pub(crate) fn check_settings(&self) -> anyhow::Result<()> {
        let asked = self.asked.lock().expect("no writer panics while it asks");
        match self.settings.keys().find(|key| !asked.contains(*key)) {
            Some(key) => bail!("`{}` has the setting `{key}`, which its format does not use", self.path),
            None => Ok(()),
        }
    }
}

/// Reads every text below a folder, by the path of the document it makes.
pub(crate) fn read_all(folder: &Path) -> anyhow::Result<BTreeMap<String, Source>> {
    let mut sources = BTreeMap::new();
    read_into(folder, "", &mut sources)?;
    Ok(sources)
}

fn read_into(folder: &Path, prefix: &str, sources: &mut BTreeMap<String, Source>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("listing `{}`", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().into_string().ok().context("the names of the texts are UTF-8")?;
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            read_into(&entry.path(), &format!("{path}/"), sources)?;
        } else if let Some(path) = path.strip_suffix(".md") {
            let text = std::fs::read_to_string(entry.path()).with_context(|| format!("reading `{path}.md`"))?;
            sources.insert(path.to_owned(), Source::parse(path, &text)?);
        } else {
            bail!("`{path}` does not end in `.md`: every text does");
        }
    }
    Ok(())
}
