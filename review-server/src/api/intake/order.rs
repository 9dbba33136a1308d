//! What a lead asks to have read in, checked and understood.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use redwell_indexer::matter_folder::Run;
use redwell_model::MatterSlug;
use redwell_model::control_number::Prefix;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::ApiError;
use crate::intake::order::{Command, Order};
use crate::intake::uploads;

/// Documents to be read in.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntakeOrder {
    /// Where they are.
    pub sources: Vec<IntakePlace>,
    /// Whom they come from; unless given, the name of each folder on the server. Needed for uploads.
    #[serde(default)]
    #[schema(nullable = false)]
    pub custodian: Option<String>,
    /// Among which items duplicates are suppressed: `global`, `custodian` or `none`; chosen with the first run.
    #[serde(default)]
    #[schema(nullable = false)]
    pub duplicates: Option<String>,
    /// The letters before the hyphen of control numbers; chosen with the first run.
    #[serde(default)]
    #[schema(nullable = false)]
    pub prefix: Option<String>,
    /// A list of MD5, SHA-1 or SHA-256 digests of files to leave out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub exclude_hashes: Option<IntakePlace>,
    /// Passwords tried on every file that is locked; kept nowhere.
    #[serde(default)]
    #[schema(required = false)]
    pub passwords: Vec<String>,
    /// How files are read.
    #[serde(default)]
    #[schema(required = false)]
    pub reading: ReadingOptions,
}

/// A place documents are read from: an upload, a file of an upload, or a path in an allowed folder of the server.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntakePlace {
    /// An upload by its name.
    #[serde(default)]
    #[schema(nullable = false)]
    pub upload: Option<String>,
    /// A path: in the upload, or on the server.
    #[serde(default)]
    #[schema(nullable = false)]
    pub path: Option<String>,
}

/// What had exceptions, to be tried again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryOrder {
    /// Passwords tried on every file that is locked; kept nowhere.
    #[serde(default)]
    #[schema(required = false)]
    pub passwords: Vec<String>,
    /// How files are read.
    #[serde(default)]
    #[schema(required = false)]
    pub reading: ReadingOptions,
}

/// A run to be started again: as it was, but for what is said here.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RepeatOrder {
    /// Passwords, which are kept nowhere and so must be given again.
    #[schema(required = false)]
    pub passwords: Vec<String>,
    /// Those of its files and folders that are read again; all unless given.
    #[schema(nullable = false)]
    pub paths: Option<Vec<String>>,
    /// Whom what is read comes from; empty for the name of each folder on the server.
    #[schema(nullable = false)]
    pub custodian: Option<String>,
    /// Whether its list of digests is left away, so that files on it are read.
    #[schema(required = false)]
    pub without_exclusions: bool,
    /// How files are read, in the place of how they were; what is left out is as usual.
    #[schema(nullable = false)]
    pub reading: Option<ReadingOptions>,
}

/// How files are read: the options of `redwell ingest` of the same names. What is left out is as usual.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReadingOptions {
    /// How many files are read at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 256)]
    pub jobs: Option<u16>,
    /// Processor time one file may take, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 86_400)]
    pub cpu_seconds: Option<u32>,
    /// Time by the clock one file may take, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 86_400)]
    pub wall_seconds: Option<u32>,
    /// Memory one reading process may take, in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 256)]
    pub memory_mib: Option<u32>,
    /// Text taken from one file, in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 1024)]
    pub text_mib: Option<u32>,
    /// How deep files may lie in one another and still be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 64)]
    pub depth: Option<u32>,
    /// Items taken out of one container.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub entries: Option<u32>,
    /// How many times its own size a container may expand to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub expansion: Option<u32>,
    /// What one source may expand to at any depth, in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub expanded_mib: Option<u32>,
    /// When the text of pictures is recognised (OCR): `off`, `auto` (on pages without usable text) or `on`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ocr: Option<Ocr>,
    /// The languages looked for in pictures, as tesseract names them, joined by `+`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ocr_languages: Option<String>,
    /// Time by the clock that recognising one page may take, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 86_400)]
    pub ocr_seconds: Option<u32>,
    /// Pages of one file whose text is recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 1_000_000)]
    pub ocr_pages: Option<u32>,
}

/// When the text of pictures is recognised.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Ocr {
    /// Never.
    Off,
    /// On pages without usable text.
    Auto,
    /// On every page; kept where it is better.
    On,
}

/// Longest custodian's name, in characters.
const CUSTODIAN_CHARS: usize = 200;

impl IntakeOrder {
    /// The order, with every place found and allowed. Looks at the disk.
    ///
    /// # Errors
    /// When a place is not one of the matter's, or something in it cannot be.
    pub(super) fn understood(self, app: &App, slug: &MatterSlug) -> Result<Order, ApiError> {
        if self.sources.is_empty() {
            return Err(ApiError::unprocessable("nothing_to_read", "choose files or folders to be read in"));
        }
        let custodian = custodian_of(self.custodian, self.sources.iter().any(|place| place.upload.is_some()))?;
        let paths = self.sources.iter().map(|place| found(app, slug, place)).collect::<Result<_, _>>()?;
        let mut reading = self.reading.understood()?;
        if self.sources.iter().all(|place| place.upload.is_some()) {
            // What was uploaded is never changed, so its bytes need not be there twice.
            reading.insert("natives".to_owned(), "link".into());
        }
        let prefix = self.prefix.map(|prefix| prefix.parse::<Prefix>()).transpose();
        let bad = |error: String| ApiError::unprocessable("bad_settings", error);
        Ok(Order {
            command: Command::Ingest,
            paths,
            custodian,
            duplicates: self.duplicates.map(|scope| scope.parse()).transpose().map_err(bad)?,
            prefix: prefix.map_err(|error| bad(error.to_string()))?,
            exclude_hashes: self.exclude_hashes.map(|place| found(app, slug, &place)).transpose()?,
            passwords: self.passwords,
            reading,
        })
    }
}

/// The name of a custodian, where one is given; uploads need one.
fn custodian_of(name: Option<String>, of_uploads: bool) -> Result<Option<String>, ApiError> {
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    if name.as_ref().is_some_and(|name| name.chars().count() > CUSTODIAN_CHARS || name.contains('\n')) {
        let message = "a custodian's name is one line of at most 200 characters";
        return Err(ApiError::unprocessable("bad_custodian", message));
    }
    if name.is_none() && of_uploads {
        return Err(ApiError::unprocessable("bad_custodian", "say whom the uploaded files come from"));
    }
    Ok(name)
}

/// The path of a place, when it is an upload of this matter or lies in an allowed folder.
fn found(app: &App, slug: &MatterSlug, place: &IntakePlace) -> Result<PathBuf, ApiError> {
    let IntakePlace { upload, path } = place;
    match (upload, path) {
        (Some(upload), inside) => {
            let folder = uploads::folder(app.data(), slug, upload).ok_or(ApiError::NotFound)?;
            let folder = folder.canonicalize()?;
            let Some(inside) = inside else { return Ok(folder) };
            let file = folder.join(inside).canonicalize().map_err(|_| ApiError::NotFound)?;
            if file.starts_with(&folder) { Ok(file) } else { Err(ApiError::NotFound) }
        }
        (None, Some(path)) => app.config().places.within(slug, app.data(), Path::new(path)).ok_or(ApiError::NotFound),
        (None, None) => Err(ApiError::unprocessable("nothing_to_read", "a place names an upload or a path")),
    }
}

/// The order a run of the history was started with, changed as asked.
///
/// # Errors
/// When it is not known, or one of its places may not be read from (any more), or a change cannot be.
pub(super) fn repeated(app: &App, slug: &MatterSlug, run: Run, asked: RepeatOrder) -> Result<Order, ApiError> {
    let Some(settings) = run.settings else {
        let why = "this run was made by an earlier version, which did not note its settings; start a new one";
        return Err(ApiError::conflict("settings_unknown", why));
    };
    let RepeatOrder { passwords, paths, custodian, without_exclusions, reading } = asked;
    let reading = match reading {
        Some(reading) => {
            // What the page does not offer stays as it was.
            let mut all = settings.reading;
            all.retain(|name, value| !ReadingOptions::understands(name, value));
            all.extend(reading.understood()?);
            all
        }
        None => settings.reading,
    };
    if run.command != "ingest" {
        return Ok(Order::retry(passwords, reading));
    }
    let own = uploads::folder_of(app.data(), slug).canonicalize().ok();
    let uploaded =
        |path: &Path| path.canonicalize().ok().filter(|path| own.as_ref().is_some_and(|own| path.starts_with(own)));
    let allowed = |path: &String| {
        let given = Path::new(path);
        uploaded(given).or_else(|| app.config().places.within(slug, app.data(), given)).ok_or(ApiError::NotFound)
    };
    let paths = match paths {
        Some(paths) if paths.is_empty() => {
            return Err(ApiError::unprocessable("nothing_to_read", "choose at least one of the run's places"));
        }
        Some(paths) if !paths.iter().all(|path| settings.paths.contains(path)) => return Err(ApiError::NotFound),
        Some(paths) => paths,
        None => settings.paths,
    };
    let paths: Vec<PathBuf> = paths.iter().map(allowed).collect::<Result<_, _>>()?;
    let custodian = match custodian {
        Some(name) => custodian_of(Some(name), paths.iter().any(|path| uploaded(path).is_some()))?,
        None => settings.custodian,
    };
    let exclude_hashes = settings.exclude_hashes.filter(|_| !without_exclusions);
    Ok(Order {
        command: Command::Ingest,
        paths,
        custodian,
        duplicates: settings.duplicates,
        prefix: None,
        exclude_hashes: exclude_hashes.as_ref().map(allowed).transpose()?,
        passwords,
        reading,
    })
}

impl ReadingOptions {
    /// Those of a run's options that can be chosen here.
    #[must_use]
    pub fn of(reading: &BTreeMap<String, Value>) -> Self {
        let understood = reading.iter().filter(|(name, value)| Self::understands(name, value));
        let understood = understood.map(|(name, value)| (name.clone(), value.clone())).collect();
        serde_json::from_value(Value::Object(understood)).unwrap_or_default()
    }

    /// Whether this is one of the options, with a value it takes.
    fn understands(name: &str, value: &Value) -> bool {
        serde_json::from_value::<Self>(serde_json::json!({ name: value })).is_ok()
    }

    /// The options by their names on the command line, with `_` for `-`.
    ///
    /// # Errors
    /// When one lies outside what the command takes.
    pub(super) fn understood(&self) -> Result<BTreeMap<String, Value>, ApiError> {
        let outside = |number: Option<u32>, least: u32, most: u32| number.is_some_and(|n| !(least..=most).contains(&n));
        let checks = [
            ("jobs", self.jobs.map(u32::from), 1, 256),
            ("cpu_seconds", self.cpu_seconds, 1, 86_400),
            ("wall_seconds", self.wall_seconds, 1, 86_400),
            ("memory_mib", self.memory_mib, 256, 1_048_576),
            ("text_mib", self.text_mib, 1, 1024),
            ("depth", self.depth, 1, 64),
            ("entries", self.entries, 1, 100_000_000),
            ("expansion", self.expansion, 1, 100_000),
            ("expanded_mib", self.expanded_mib, 1, 16_777_216),
            ("ocr_seconds", self.ocr_seconds, 1, 86_400),
            ("ocr_pages", self.ocr_pages, 1, 1_000_000),
        ];
        for (name, number, least, most) in checks {
            if outside(number, least, most) {
                let message = format!("`{name}` lies between {least} and {most}");
                return Err(ApiError::unprocessable("bad_settings", message));
            }
        }
        let is_language = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if self.ocr_languages.as_ref().is_some_and(|names| !names.split('+').all(is_language)) {
            let message = "languages are named as tesseract names them, joined by `+`, such as `eng+deu`";
            return Err(ApiError::unprocessable("bad_settings", message));
        }
        let value = serde_json::to_value(self).and_then(serde_json::from_value);
        Ok(value.expect("options are numbers and texts under names"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_a_run_come_back_as_far_as_they_can_be_chosen() {
        let kept =
            r#"{"cpu_seconds":40,"jobs":null,"natives":"link","ocr":"on","ocr_languages":"deu","pdf_engine":"hayro"}"#;
        let kept: BTreeMap<String, Value> = serde_json::from_str(kept).unwrap();
        let chosen = ReadingOptions::of(&kept).understood().unwrap();
        let names: Vec<&str> = chosen.keys().map(String::as_str).collect();
        assert_eq!(names, ["cpu_seconds", "ocr", "ocr_languages"]);
        assert_eq!(chosen["cpu_seconds"], 40);
    }
}
