//! The directory of an OLE compound file ([MS-CFB]): which streams stand at its root.
//!
//! Enough to tell what wrote the file, no more. Every chain is bounded by the size of the file.

/// The first bytes of every compound file.
pub const SIGNATURE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Sectors of the directory read at most.
const MOST_SECTORS: usize = 4096;

const NONE: u32 = 0xffff_ffff;

/// The names of the streams and storages at the root of a compound file; empty when its directory is broken.
#[must_use]
pub fn root_names(bytes: &[u8]) -> Vec<String> {
    read(bytes).unwrap_or_default()
}

fn read(bytes: &[u8]) -> Option<Vec<String>> {
    let shift = u32::from(u16::from_le_bytes([*bytes.get(30)?, *bytes.get(31)?]));
    if !bytes.starts_with(SIGNATURE) || !(7..=16).contains(&shift) {
        return None;
    }
    let sector_size = 1_usize << shift;
    let sector = |n: u32| {
        let start = usize::try_from(n).ok()?.checked_add(1)?.checked_mul(sector_size)?;
        bytes.get(start..bytes.len().min(start.checked_add(sector_size)?))
    };
    let next = |n: u32| {
        let per_sector = sector_size / 4;
        let table = usize::try_from(n).ok()? / per_sector;
        // The first 109 sectors of the allocation table are listed in the header; directories do not lie beyond.
        let listed = long(bytes, 76 + 4 * table).filter(|_| table < 109)?;
        long(sector(listed)?, 4 * (usize::try_from(n).ok()? % per_sector))
    };
    let (mut directory, mut at, mut seen) = (Vec::new(), long(bytes, 48)?, 0);
    while let Some(entries) = sector(at).filter(|_| seen < MOST_SECTORS) {
        directory.extend_from_slice(entries);
        seen += 1;
        match next(at) {
            Some(following) if following != at => at = following,
            _ => break,
        }
    }
    let entry = |n: u32| {
        let start = usize::try_from(n).ok()?.checked_mul(128)?;
        directory.get(start..start.checked_add(128)?)
    };
    let mut names = Vec::new();
    let mut open = vec![long(entry(0)?, 76)?];
    let most = directory.len() / 128;
    while let Some(n) = open.pop() {
        let Some(one) = entry(n).filter(|_| names.len() < most) else { continue };
        names.push(name(one));
        open.extend([68, 72].into_iter().filter_map(|offset| long(one, offset)).filter(|sibling| *sibling != NONE));
    }
    names.sort_unstable();
    Some(names)
}

fn name(entry: &[u8]) -> String {
    let length = usize::from(u16::from_le_bytes([entry[64], entry[65]])).clamp(2, 64) - 2;
    let units: Vec<u16> = entry[..length].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    four.try_into().ok().map(u32::from_le_bytes)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A compound file with empty streams of these names at its root.
    pub(crate) fn sample(names: &[&str]) -> Vec<u8> {
        let mut file = vec![0_u8; 512];
        file[..8].copy_from_slice(SIGNATURE);
        file[30] = 9;
        file[48..52].copy_from_slice(&1_u32.to_le_bytes());
        file[76..512].fill(0xff);
        file[76..80].copy_from_slice(&0_u32.to_le_bytes());
        let sectors = names.len() / 4 + 1;
        let mut table = vec![0xff_u8; 512];
        for n in 1..sectors {
            table[4 * n..4 * n + 4].copy_from_slice(&u32::try_from(n + 1).unwrap().to_le_bytes());
        }
        file.extend(table);
        for (n, name) in std::iter::once(&"Root Entry").chain(names).enumerate() {
            let mut entry = vec![0_u8; 128];
            for (at, unit) in name.encode_utf16().enumerate() {
                entry[2 * at..2 * at + 2].copy_from_slice(&unit.to_le_bytes());
            }
            entry[64] = u8::try_from(2 * name.encode_utf16().count() + 2).unwrap();
            entry[68..80].fill(0xff);
            let child = if n == 0 { 76 } else { 72 };
            if n < names.len() {
                entry[child..child + 4].copy_from_slice(&u32::try_from(n + 1).unwrap().to_le_bytes());
            }
            file.extend(entry);
        }
        file.resize(1024 + sectors * 512, 0);
        file
    }

    #[test]
    fn names_are_found_across_sectors() {
        let names = ["a", "b", "c", "d", "Word Document", "e"];
        assert_eq!(root_names(&sample(&names)), ["Word Document", "a", "b", "c", "d", "e"]);
    }

    #[test]
    fn loops_end() {
        let mut file = sample(&["a"]);
        file[512 + 4..512 + 8].copy_from_slice(&1_u32.to_le_bytes());
        file[1024 + 128 + 72..1024 + 128 + 76].copy_from_slice(&1_u32.to_le_bytes());
        assert!(root_names(&file).len() <= 8);
    }

    proptest! {
        #[test]
        fn broken_files_do_no_harm(at in 0_usize..2000, byte: u8, cut in 0_usize..2000) {
            let mut file = sample(&["a", "b", "c", "d", "e"]);
            let at = at % file.len();
            file[at] = byte;
            file.truncate(cut.max(8));
            let _ = root_names(&file);
        }
    }
}
