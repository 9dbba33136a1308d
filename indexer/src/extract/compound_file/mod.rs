//! OLE compound files ([MS-CFB]): a small file system in a file, under the Word, Excel and
//! `PowerPoint` files of 1997 and Outlook messages.
//!
//! Directory and allocation tables are read once; streams are copied out when asked for. What a damaged or hostile
//! file claims is never believed beyond the bytes there are: chains end at the first sector seen twice or missing,
//! and no stream is longer than the file. It knows nothing of what the streams hold.

#[cfg(test)]
pub(crate) mod tests;
mod write;

#[cfg(test)]
pub(crate) use write::file_of;
pub use write::{write_storage, write_storage_with, write_streams};

/// The first bytes of every compound file.
pub const SIGNATURE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Entries of the directory read at most.
const MOST_ENTRIES: usize = 200_000;

/// Storages inside one another at most.
const DEEPEST: usize = 32;

const NONE: u32 = 0xffff_ffff;

/// The largest regular sector number; what is above marks ends and gaps.
const LAST_SECTOR: u32 = 0xffff_fffa;

/// An open compound file.
#[derive(Debug)]
pub struct CompoundFile<'b> {
    bytes: &'b [u8],
    sector_size: usize,
    mini_sector_size: usize,
    mini_cutoff: u64,
    /// What follows each sector.
    table: Vec<u32>,
    mini_table: Vec<u32>,
    /// The stream that small streams are kept in.
    mini_stream: Vec<u8>,
    entries: Vec<Entry>,
}

/// Names one entry of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryId(usize);

/// A stream or a storage.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name in its storage.
    pub name: String,
    /// Whether it holds other entries rather than bytes.
    pub is_storage: bool,
    /// The class of what a storage holds, as written; zeros where none is named.
    pub class: [u8; 16],
    /// The moment it was last changed in units of 100 ns since 1601; 0 where unknown.
    pub modified: u64,
    size: u64,
    start: u32,
    left: u32,
    right: u32,
    child: u32,
}

/// The names of the streams and storages at the root of a compound file; empty when its directory is broken.
#[must_use]
pub fn root_names(bytes: &[u8]) -> Vec<String> {
    let Some(file) = CompoundFile::open(bytes) else { return Vec::new() };
    let mut names: Vec<_> = file.children(file.root()).into_iter().map(|id| file.entry(id).name.clone()).collect();
    names.sort_unstable();
    names
}

impl<'b> CompoundFile<'b> {
    /// Opens a file; `None` where not even the root of its directory can be found.
    #[must_use]
    pub fn open(bytes: &'b [u8]) -> Option<Self> {
        let (shift, mini_shift) = (short(bytes, 30)?, short(bytes, 32)?);
        if !bytes.starts_with(SIGNATURE) || !(7..=16).contains(&shift) {
            return None;
        }
        let mut file = Self {
            bytes,
            sector_size: 1 << shift,
            mini_sector_size: 1 << mini_shift.clamp(2, 12),
            mini_cutoff: u64::from(long(bytes, 56)?),
            table: Vec::new(),
            mini_table: Vec::new(),
            mini_stream: Vec::new(),
            entries: Vec::new(),
        };
        file.table = file.allocation_table()?;
        let most = MOST_ENTRIES.saturating_mul(128);
        let directory = file.chain(long(bytes, 48)?, most);
        let is_wide = file.sector_size >= 4096;
        file.entries = directory.chunks_exact(128).map(|entry| Entry::read(entry, is_wide)).collect();
        let root = file.entries.first_mut()?;
        root.is_storage = true;
        let (start, size) = (root.start, root.size);
        file.mini_table = longs(&file.chain(long(bytes, 60)?, bytes.len()));
        file.mini_stream = file.chain(start, usize::try_from(size).unwrap_or(usize::MAX).min(bytes.len()));
        Some(file)
    }

    /// The storage that holds everything.
    #[must_use]
    pub fn root(&self) -> EntryId {
        EntryId(0)
    }

    /// What is known of an entry.
    #[must_use]
    pub fn entry(&self, id: EntryId) -> &Entry {
        &self.entries[id.0]
    }

    /// What a storage holds, in the order of the directory.
    #[must_use]
    pub fn children(&self, storage: EntryId) -> Vec<EntryId> {
        let Some(first) = self.entries.get(storage.0).filter(|entry| entry.is_storage).map(|entry| entry.child) else {
            return Vec::new();
        };
        let mut seen = vec![false; self.entries.len()];
        let (mut open, mut found) = (vec![first], Vec::new());
        while let Some(n) = open.pop() {
            let Ok(n) = usize::try_from(n) else { continue };
            let Some(entry) = self.entries.get(n).filter(|entry| !seen[n] && !entry.name.is_empty()) else { continue };
            seen[n] = true;
            found.push(EntryId(n));
            open.extend([entry.left, entry.right].into_iter().filter(|sibling| *sibling != NONE));
        }
        found.sort_unstable();
        found
    }

    /// The entry of this name in a storage, whatever the case of its letters.
    #[must_use]
    pub fn child(&self, storage: EntryId, name: &str) -> Option<EntryId> {
        self.children(storage).into_iter().find(|id| self.entry(*id).name.eq_ignore_ascii_case(name))
    }

    /// The content of a stream, as far as it can be had; `None` for storages.
    #[must_use]
    pub fn content(&self, id: EntryId) -> Option<Vec<u8>> {
        let entry = self.entries.get(id.0).filter(|entry| !entry.is_storage)?;
        let size = usize::try_from(entry.size).unwrap_or(usize::MAX).min(self.bytes.len());
        Some(if entry.size < self.mini_cutoff {
            self.mini_chain(entry.start, size)
        } else {
            self.chain(entry.start, size)
        })
    }

    /// The content of the stream of this name in a storage.
    #[must_use]
    pub fn stream(&self, storage: EntryId, name: &str) -> Option<Vec<u8>> {
        self.content(self.child(storage, name)?)
    }

    fn sector(&self, n: u32) -> Option<&'b [u8]> {
        let start = usize::try_from(n).ok()?.checked_add(1)?.checked_mul(self.sector_size)?;
        let end = self.bytes.len().min(start.checked_add(self.sector_size)?);
        self.bytes.get(start..end).filter(|sector| !sector.is_empty())
    }

    /// What follows each sector: the table's own sectors are listed in the header and, beyond 109, in a chain.
    fn allocation_table(&self) -> Option<Vec<u32>> {
        let most = self.bytes.len() / self.sector_size + 1;
        let mut listed: Vec<u32> = (0..109).map_while(|n| long(self.bytes, 76 + 4 * n)).collect();
        let (mut at, mut lists) = (long(self.bytes, 68)?, 0);
        while let Some(sector) = self.sector(at).filter(|_| at <= LAST_SECTOR && lists < most) {
            let numbers = longs(sector);
            let Some((next, sectors)) = numbers.split_last() else { break };
            listed.extend(sectors);
            at = *next;
            lists += 1;
        }
        let mut table = Vec::new();
        for n in listed.into_iter().filter(|n| *n <= LAST_SECTOR).take(most) {
            match self.sector(n) {
                Some(sector) => table.extend(longs(sector)),
                // A lost sector of the table must not move the entries after it.
                None => table.resize(table.len() + self.sector_size / 4, NONE),
            }
            if table.len() > most + self.sector_size {
                break;
            }
        }
        Some(table)
    }

    /// The sectors of a chain one after the other, up to `most` bytes.
    fn chain(&self, start: u32, most: usize) -> Vec<u8> {
        let mut found = Vec::new();
        let (mut at, mut left) = (start, self.bytes.len() / self.sector_size + 1);
        while let Some(sector) = self.sector(at).filter(|_| at <= LAST_SECTOR && left > 0 && found.len() < most) {
            found.extend_from_slice(&sector[..sector.len().min(most - found.len())]);
            left -= 1;
            match usize::try_from(at).ok().and_then(|at| self.table.get(at)) {
                Some(next) if *next != at => at = *next,
                _ => break,
            }
        }
        found
    }

    fn mini_chain(&self, start: u32, most: usize) -> Vec<u8> {
        let mut found = Vec::new();
        let (mut at, mut left) = (start, self.mini_stream.len() / self.mini_sector_size + 1);
        while left > 0 && found.len() < most {
            let Some(from) = usize::try_from(at).ok().and_then(|at| at.checked_mul(self.mini_sector_size)) else {
                break;
            };
            let end = self.mini_stream.len().min(from.saturating_add(self.mini_sector_size));
            let Some(sector) = self.mini_stream.get(from..end).filter(|sector| !sector.is_empty()) else { break };
            found.extend_from_slice(&sector[..sector.len().min(most - found.len())]);
            left -= 1;
            match usize::try_from(at).ok().and_then(|at| self.mini_table.get(at)) {
                Some(next) if *next != at => at = *next,
                _ => break,
            }
        }
        found
    }
}

impl Entry {
    fn read(entry: &[u8], is_wide: bool) -> Self {
        let length = usize::from(short(entry, 64).unwrap_or(0)).clamp(2, 64) - 2;
        let units: Vec<u16> =
            entry[..length].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let link = |at| long(entry, at).unwrap_or(NONE);
        let low = u64::from(link(120));
        let mut class = [0; 16];
        class.copy_from_slice(&entry[80..96]);
        Self {
            name: String::from_utf16_lossy(&units),
            is_storage: matches!(entry[66], 1 | 5),
            class,
            modified: u64::from(link(108)) | u64::from(link(112)) << 32,
            // Only files with large sectors use the upper half; others leave rubbish there.
            size: if is_wide { low | u64::from(link(124)) << 32 } else { low },
            start: link(116),
            left: link(68),
            right: link(72),
            child: link(76),
        }
    }
}

fn longs(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect()
}

/// Two bytes as a number, lowest first.
#[must_use]
pub fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    two.try_into().ok().map(u16::from_le_bytes)
}

/// Four bytes as a number, lowest first.
#[must_use]
pub fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    four.try_into().ok().map(u32::from_le_bytes)
}
