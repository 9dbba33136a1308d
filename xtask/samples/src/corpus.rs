//! From texts to the tree of sample files: picks the writer by the extension, finds attachments and members, plants the
//! oddities (copies, a cut-off file) and makes the tree agree with the texts to the last file.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail, ensure};

use crate::archive::Member;
use crate::source::{self, Source};
use crate::{archive, mail, markup, office, pdf, plain, scan, sheet, survey};

/// What was written.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) files: usize,
    pub(crate) bytes: usize,
}

/// Texts below this folder are only used inside others: attachments, members, the survey's answers.
const PARTS: &str = "parts/";

/// Writes the whole tree; removes files that no text makes any more, but never the `README.md` at its top.
pub(crate) fn write(content: &Path, target: &Path) -> anyhow::Result<Written> {
    let files = render_all(content)?;
    for path in present(target, "")? {
        if !files.contains_key(&path) && path != "README.md" {
            std::fs::remove_file(target.join(&path))
                .with_context(|| format!("removing `{path}`, which no text makes"))?;
        }
    }
    for (path, bytes) in &files {
        let place = target.join(path);
        std::fs::create_dir_all(place.parent().context("every sample lies in a folder")?)?;
        std::fs::write(&place, bytes).with_context(|| format!("writing `{}`", place.display()))?;
    }
    Ok(Written { files: files.len(), bytes: files.values().map(Vec::len).sum() })
}

/// The bytes of every sample file by its path.
fn render_all(content: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let corpus = Corpus { sources: source::read_all(content)? };
    let mut files = BTreeMap::new();
    for (path, source) in &corpus.sources {
        if !path.starts_with(PARTS) {
            files.insert(path.clone(), corpus.render(source, 0)?);
            source.check_settings()?;
        }
    }
    Ok(files)
}

/// Paths of the files below a folder; none where the folder is not there yet.
fn present(folder: &Path, prefix: &str) -> anyhow::Result<Vec<String>> {
    let mut paths = Vec::new();
    if !folder.exists() {
        return Ok(paths);
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            paths.extend(present(&entry.path(), &format!("{path}/"))?);
        } else {
            paths.push(path);
        }
    }
    Ok(paths)
}

struct Corpus {
    sources: BTreeMap<String, Source>,
}

impl Corpus {
    /// A text by the path another one names it: beside it, below `parts/`, or below the same matter.
    fn find(&self, from: &Source, path: &str) -> anyhow::Result<&Source> {
        let matter: Vec<&str> = from.path.split('/').take(2).collect();
        let places =
            [format!("{}/{path}", from.folder()), format!("{PARTS}{path}"), format!("{}/{path}", matter.join("/"))];
        let found = places.iter().find_map(|place| self.sources.get(place));
        found.with_context(|| format!("`{}` names `{path}`, which is not among the texts", from.path))
    }

    fn render(&self, source: &Source, depth: usize) -> anyhow::Result<Vec<u8>> {
        ensure!(depth < 5, "`{}` contains itself", source.path);
        if let Some(path) = source.get("copy") {
            return self.render(self.find(source, path)?, depth + 1);
        }
        let mut named = |path: &str| -> anyhow::Result<mail::Attachment> {
            let (path, name) = path.split_once(" as ").unwrap_or((path, ""));
            let found = self.find(source, path)?;
            let name = if name.is_empty() { found.file_name() } else { name };
            Ok((name.to_owned(), self.render(found, depth + 1)?))
        };
        let mut bytes = match (source.extension(), source.get("layout")) {
            ("pdf", Some("scan")) => scan::render(source)?,
            ("pdf", _) => pdf::render(source)?,
            ("docx", _) => office::docx::render(source)?,
            ("odt", _) => office::odt::render(source)?,
            ("rtf", _) => office::rtf::render(source)?,
            ("pptx", _) => office::pptx::render(source)?,
            ("html", _) => markup::render(source)?,
            ("eml", _) => mail::message(source, &mut named)?,
            ("mbox", _) => mail::mailbox(source, &mut named)?,
            ("zip", _) => self.archive(source, &mut named)?,
            ("xlsx", _) => {
                let mut sheets = sheet::sheets(source)?;
                if let Some(answers) = source.get("survey") {
                    sheets.insert(
                        0,
                        sheet::Sheet {
                            name: "Responses".into(),
                            hidden: false,
                            rows: survey::rows(self.find(source, answers)?)?,
                        },
                    );
                }
                sheet::render(source, &sheets)?
            }
            ("csv", _) if source.get("survey").is_some() => {
                survey::csv(&survey::rows(self.find(source, source.required("survey")?)?)?)
            }
            ("txt" | "csv" | "md" | "json" | "xml", _) => plain::render(source)?,
            (other, _) => bail!("`{}`: no writer for `.{other}`", source.path),
        };
        if let Some(percent) = source.get("cut") {
            let percent: usize = percent.parse().context("`cut` is the percentage that is left")?;
            bytes.truncate(bytes.len() * percent / 100);
        }
        Ok(bytes)
    }

    fn archive(
        &self,
        source: &Source,
        named: &mut dyn FnMut(&str) -> anyhow::Result<mail::Attachment>,
    ) -> anyhow::Result<Vec<u8>> {
        let lines = source.body.lines().filter(|line| !line.trim().is_empty());
        let members = lines.map(|line| named(line.trim()).map(|(name, bytes)| Member::new(&name, bytes)));
        Ok(archive::zip(&members.collect::<anyhow::Result<Vec<_>>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    #[test]
    fn the_committed_samples_are_what_the_texts_make() {
        let folder = tempfile::tempdir().unwrap();
        write(&package().join("content"), folder.path()).unwrap();
        let committed = package().join("../../corpora-sample");
        let mut expected = present(folder.path(), "").unwrap();
        let mut found = present(&committed, "").unwrap();
        expected.push("README.md".into());
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "run `cargo xtask samples` and commit what it writes");
        for path in expected.iter().filter(|path| *path != "README.md") {
            let same = std::fs::read(folder.path().join(path)).unwrap() == std::fs::read(committed.join(path)).unwrap();
            assert!(same, "`{path}` is not what its text makes: run `cargo xtask samples` and commit what it writes");
        }
    }

    #[test]
    fn the_samples_stay_small() {
        let files = render_all(&package().join("content")).unwrap();
        let bytes: usize = files.values().map(Vec::len).sum();
        assert!(bytes < 15_000_000, "{bytes} bytes");
    }
}
