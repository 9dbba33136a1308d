//! The ZIP package under OOXML and OpenDocument files: its parts by name, within a budget of expanded bytes.
//!
//! Damage is met part by part: what can be read is read. A package without a readable directory is searched for
//! members by their local headers.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use flate2::read::DeflateDecoder;
use redwell_model::{ExceptionKind, ProcessingException, Stage};
use zip::ZipArchive;

use super::Input;
use super::decode::decode;

/// A part larger than this is not text anybody wrote.
const LARGEST_PART: u64 = 512 << 20;

/// Members looked for in a package without directory.
const MOST_SALVAGED: usize = 10_000;

/// A package opened for reading.
#[derive(Debug)]
pub struct Package<'b> {
    bytes: &'b [u8],
    archive: Option<ZipArchive<Cursor<&'b [u8]>>>,
    /// Where a member's data starts and how it is compressed, for a package without directory.
    salvaged: BTreeMap<String, (usize, u16)>,
    budget: u64,
    /// What could not be read, once a part.
    pub exceptions: Vec<ProcessingException>,
}

impl<'b> Package<'b> {
    /// Opens a package.
    #[must_use]
    pub fn open(input: &Input<'b>) -> Self {
        let budget = (input.bytes.len() as u64).saturating_mul(input.options.max_expansion).max(64 << 20);
        let archive = ZipArchive::new(Cursor::new(input.bytes)).ok();
        let mut exceptions = Vec::new();
        let mut salvaged = BTreeMap::new();
        if archive.is_none() {
            salvaged = salvage(input.bytes);
            let reason = "the file is cut off or damaged; what could be found in it was read";
            exceptions.push(ProcessingException::new(Stage::Extract, ExceptionKind::Damaged, "zip", reason));
        }
        Self { bytes: input.bytes, archive, salvaged, budget, exceptions }
    }

    /// The names of all parts, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = match &self.archive {
            Some(archive) => archive.file_names().map(str::to_owned).collect(),
            None => self.salvaged.keys().cloned().collect(),
        };
        names.sort_unstable();
        names
    }

    /// Whether there is such a part.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        match &self.archive {
            Some(archive) => archive.index_for_name(name).is_some(),
            None => self.salvaged.contains_key(name),
        }
    }

    /// Whether it holds program code.
    #[must_use]
    pub fn has_macros(&self) -> bool {
        let is_code =
            |name: &str| name.ends_with("vbaProject.bin") || name.starts_with("Basic/") || name.starts_with("Scripts/");
        self.names().iter().any(|name| is_code(name) && !name.ends_with('/'))
    }

    /// Whether the parts together stay within the budget, by what the directory says of their sizes.
    #[must_use]
    pub fn fits_budget(&self) -> bool {
        let declared = self.archive.as_ref().and_then(ZipArchive::decompressed_size);
        declared.is_none_or(|size| size <= u128::from(self.budget))
    }

    /// A part as text; `None` where there is none. What is damaged is read as far as it goes, and noted.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let bytes = self.bytes(name)?;
        let label = super::html::declared_encoding(&bytes);
        Some(decode(&bytes, label.as_deref()).text.into_owned())
    }

    /// A part's bytes; `None` where there is none. What is damaged is read as far as it goes, and noted.
    pub fn bytes(&mut self, name: &str) -> Option<Vec<u8>> {
        let limit = self.budget.min(LARGEST_PART);
        let mut bytes = Vec::new();
        let result = match &mut self.archive {
            Some(archive) => {
                let index = archive.index_for_name(name)?;
                match archive.by_index(index) {
                    Ok(file) => file.take(limit + 1).read_to_end(&mut bytes).map(drop).map_err(|e| e.to_string()),
                    Err(error) => Err(error.to_string()),
                }
            }
            None => {
                let &(start, method) = self.salvaged.get(name)?;
                let rest = self.bytes.get(start..)?;
                let result = match method {
                    8 => DeflateDecoder::new(rest).take(limit + 1).read_to_end(&mut bytes),
                    _ => rest.take(limit + 1).read_to_end(&mut bytes),
                };
                result.map(drop).map_err(|e| e.to_string())
            }
        };
        if let Err(error) = result {
            let (kind, why) = if error.contains("assword") {
                (ExceptionKind::Encrypted, "is locked with a password")
            } else {
                (ExceptionKind::Damaged, "is damaged and was read as far as it goes")
            };
            self.exceptions.push(ProcessingException::new(
                Stage::Extract,
                kind,
                "zip",
                format!("the part `{name}` {why} ({error})"),
            ));
        }
        if bytes.len() as u64 > limit {
            bytes.truncate(usize::try_from(limit).unwrap_or(0));
            self.exceptions.push(ProcessingException::new(
                Stage::Extract,
                ExceptionKind::ContainerLimit,
                "zip",
                format!("the part `{name}` expands too far for the file's size and was cut off"),
            ));
        }
        self.budget = self.budget.saturating_sub(bytes.len() as u64);
        Some(bytes)
    }
}

/// Finds members by their local headers: name, where the data starts, compression method.
fn salvage(bytes: &[u8]) -> BTreeMap<String, (usize, u16)> {
    let mut members = BTreeMap::new();
    let mut from = 0;
    while let Some(at) = bytes[from..].windows(4).position(|window| window == b"PK\x03\x04").map(|at| from + at) {
        from = at + 4;
        let short = |offset: usize| Some(u16::from_le_bytes([*bytes.get(at + offset)?, *bytes.get(at + offset + 1)?]));
        let (Some(method), Some(name), Some(extra)) = (short(8), short(26), short(28)) else { break };
        let start = at + 30 + usize::from(name);
        if let Some(name) = bytes.get(at + 30..start).and_then(|name| std::str::from_utf8(name).ok()) {
            members.entry(name.to_owned()).or_insert((start + usize::from(extra), method));
        }
        if members.len() >= MOST_SALVAGED {
            break;
        }
    }
    members
}
