//! Writing compound files: a storage inside one, such as an embedded document, becomes a file of its own.
//!
//! The simplest layout that readers accept: version 3, one unbroken chain a stream, siblings linked like a list. Same
//! storage, same bytes.

use std::collections::BTreeMap;

use super::{CompoundFile, DEEPEST, EntryId, NONE, SIGNATURE};

const SECTOR: usize = 512;
const MINI_SECTOR: usize = 64;

/// Streams shorter than this are kept in the stream of small streams.
const MINI_CUTOFF: usize = 4096;

const END: u32 = 0xffff_fffe;
const TABLE: u32 = 0xffff_fffd;
const LIST: u32 = 0xffff_fffc;

/// What is written: a tree flattened into entries, parents before children.
struct Item {
    name: String,
    class: [u8; 16],
    /// `None` for storages.
    content: Option<Vec<u8>>,
    children: Vec<usize>,
}

/// A storage with all it holds as a compound file; `None` where that would take more than `most` bytes.
#[must_use]
pub fn write_storage(file: &CompoundFile<'_>, storage: EntryId, most: usize) -> Option<Vec<u8>> {
    write_storage_with(file, storage, most, None)
}

/// The same, with another content for one of its streams.
#[must_use]
pub fn write_storage_with(
    file: &CompoundFile<'_>,
    storage: EntryId,
    most: usize,
    mut replaced: Option<(EntryId, Vec<u8>)>,
) -> Option<Vec<u8>> {
    let class = file.entry(storage).class;
    let mut items = vec![Item { name: "Root Entry".to_owned(), class, content: None, children: Vec::new() }];
    let (mut open, mut bytes) = (vec![(storage, 0_usize, 0_usize)], 0_usize);
    while let Some((storage, parent, depth)) = open.pop() {
        for id in file.children(storage) {
            let entry = file.entry(id);
            let content = match replaced.take_if(|(stream, _)| *stream == id) {
                Some((_, content)) => Some(content),
                None => file.content(id),
            };
            bytes += content.as_ref().map_or(0, Vec::len) + SECTOR;
            if bytes > most {
                return None;
            }
            if content.is_none() && depth < DEEPEST {
                open.push((id, items.len(), depth + 1));
            }
            let place = items.len();
            items[parent].children.push(place);
            items.push(Item { name: entry.name.clone(), class: entry.class, content, children: Vec::new() });
        }
    }
    Some(write(&items))
}

fn write(items: &[Item]) -> Vec<u8> {
    let mut whole = Chains::of(SECTOR);
    let mut small = Chains::of(MINI_SECTOR);
    let mut places = vec![(END, 0_u32); items.len()];
    for (item, place) in items.iter().zip(&mut places) {
        if let Some(content) = &item.content {
            let chains = if content.len() < MINI_CUTOFF { &mut small } else { &mut whole };
            *place = (chains.append(content), number(content.len()));
        }
    }
    places[0] = (whole.append(&small.bytes), number(small.bytes.len()));
    let mini_table: Vec<u8> = small.next.iter().flat_map(|next| next.to_le_bytes()).collect();
    let mini_start = whole.append(&mini_table);
    let mini_sectors = number(mini_table.len().div_ceil(SECTOR));
    let directory_start = whole.append(&directory(items, &places));
    let Chains { bytes: mut sectors, next: mut table, .. } = whole;
    // The table has to hold itself, and the list of its own sectors beyond the 109 of the header.
    let data = table.len();
    let (mut tables, mut lists) = (0_usize, 0_usize);
    loop {
        let needed = (data + tables + lists).div_ceil(SECTOR / 4);
        let listed = needed.saturating_sub(109).div_ceil(SECTOR / 4 - 1);
        if (needed, listed) == (tables, lists) {
            break;
        }
        (tables, lists) = (needed, listed);
    }
    table.extend(std::iter::repeat_n(TABLE, tables));
    table.extend(std::iter::repeat_n(LIST, lists));
    table.resize(tables * (SECTOR / 4), NONE);
    sectors.extend(table.iter().flat_map(|next| next.to_le_bytes()));
    let own: Vec<u32> = (data..data + tables).map(number).collect();
    let mut beyond = own.get(109..).unwrap_or_default();
    for n in 0..lists {
        let (these, rest) = beyond.split_at(beyond.len().min(SECTOR / 4 - 1));
        let mut list = these.to_vec();
        list.resize(SECTOR / 4 - 1, NONE);
        list.push(if n + 1 < lists { number(data + tables + n + 1) } else { END });
        sectors.extend(list.iter().flat_map(|sector| sector.to_le_bytes()));
        beyond = rest;
    }
    let first_list = if lists > 0 { number(data + tables) } else { END };
    let mut file = SIGNATURE.to_vec();
    file.resize(24, 0);
    for half in [0x3e_u16, 3, 0xfffe, 9, 6, 0, 0, 0] {
        file.extend(half.to_le_bytes());
    }
    let tables = number(tables);
    for long in
        [0, tables, directory_start, 0, number(MINI_CUTOFF), mini_start, mini_sectors, first_list, number(lists)]
    {
        file.extend(long.to_le_bytes());
    }
    for n in 0..109 {
        file.extend(own.get(n).copied().unwrap_or(NONE).to_le_bytes());
    }
    file.extend(sectors);
    file
}

fn directory(items: &[Item], places: &[(u32, u32)]) -> Vec<u8> {
    let mut siblings = vec![NONE; items.len()];
    let mut first = vec![NONE; items.len()];
    for (item, first) in items.iter().zip(&mut first) {
        let mut children = item.children.clone();
        // The order of [MS-CFB] 2.6.4: short names first.
        children.sort_by_key(|child| {
            let name = items[*child].name.to_uppercase();
            (name.encode_utf16().count(), name)
        });
        *first = children.first().map_or(NONE, |child| number(*child));
        for pair in children.windows(2) {
            siblings[pair[0]] = number(pair[1]);
        }
    }
    let mut directory = Vec::with_capacity(items.len() * 128);
    for (n, item) in items.iter().enumerate() {
        let mut units: Vec<u16> = item.name.encode_utf16().take(31).collect();
        let length = u16::try_from(2 * units.len() + 2).unwrap_or(64);
        units.resize(32, 0);
        directory.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        directory.extend(length.to_le_bytes());
        let kind = if n == 0 {
            5
        } else if item.content.is_some() {
            2
        } else {
            1
        };
        directory.extend([kind, 1]);
        for link in [NONE, siblings[n], first[n]] {
            directory.extend(link.to_le_bytes());
        }
        directory.extend(item.class);
        directory.extend([0; 20]);
        let (start, size) = places[n];
        directory.extend(start.to_le_bytes());
        directory.extend(u64::from(size).to_le_bytes());
    }
    directory
}

/// Sectors of one size, and what follows each.
struct Chains {
    sector: usize,
    bytes: Vec<u8>,
    next: Vec<u32>,
}

impl Chains {
    fn of(sector: usize) -> Self {
        Self { sector, bytes: Vec::new(), next: Vec::new() }
    }

    /// Adds bytes in whole sectors; where they start.
    fn append(&mut self, bytes: &[u8]) -> u32 {
        if bytes.is_empty() {
            return END;
        }
        let start = number(self.next.len());
        let count = bytes.len().div_ceil(self.sector);
        self.next.extend((1..count).map(|n| start + number(n)));
        self.next.push(END);
        self.bytes.extend_from_slice(bytes);
        self.bytes.resize(self.next.len() * self.sector, 0);
        start
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).expect("what is written is limited far below 2³² bytes")
}

/// A compound file of these streams, named by their paths with `/` between storages.
#[must_use]
pub fn write_streams(streams: Vec<(String, Vec<u8>)>) -> Vec<u8> {
    let item = |name: &str, content| Item { name: name.to_owned(), class: [0; 16], content, children: Vec::new() };
    let mut items = vec![item("Root Entry", None)];
    let mut known: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for (path, content) in streams {
        let (mut parent, mut content) = (0, Some(content));
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let is_stream = parts.peek().is_none();
            parent = *known.entry((parent, part.to_owned())).or_insert_with(|| {
                items.push(item(part, content.take_if(|_| is_stream)));
                let place = items.len() - 1;
                items[parent].children.push(place);
                place
            });
        }
    }
    write(&items)
}

/// A compound file of these streams, for tests.
#[cfg(test)]
pub(crate) fn file_of(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let streams: Vec<_> = streams.iter().map(|(path, content)| ((*path).to_owned(), content.to_vec())).collect();
    write_streams(streams)
}
