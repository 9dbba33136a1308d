//! ZIP files, for archives and for the office formats built on them. No encryption, no ZIP64, one fixed time stamp.

use crate::deflate;

/// A member: its name inside the archive and its bytes.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// Stored as is; the first member of an `OpenDocument` file has to be.
    pub(crate) stored: bool,
}

impl Member {
    pub(crate) fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), bytes: bytes.into(), stored: false }
    }
}

/// 1 October 2024, 09:00 in the format of `MS-DOS`: the day the files were collected.
const COLLECTED: [u8; 4] = [0x00, 0x48, 0x41, 0x59];
/// Names are UTF-8.
const FLAGS: u16 = 0x0800;

/// Builds a ZIP file of the members in the order given.
pub(crate) fn zip(members: &[Member]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    for member in members {
        let (method, packed): (u16, Vec<u8>) =
            if member.stored { (0, member.bytes.clone()) } else { (8, deflate::deflate(&member.bytes)) };
        let mut entry = Vec::new();
        entry.extend(20_u16.to_le_bytes());
        entry.extend(FLAGS.to_le_bytes());
        entry.extend(method.to_le_bytes());
        entry.extend(COLLECTED);
        entry.extend(deflate::crc32(&member.bytes).to_le_bytes());
        entry.extend(four_bytes(packed.len()));
        entry.extend(four_bytes(member.bytes.len()));
        entry.extend(two_bytes(member.name.len()));
        entry.extend(0_u16.to_le_bytes());

        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&entry);
        directory.extend([0; 10]);
        directory.extend(four_bytes(file.len()));
        directory.extend(member.name.as_bytes());

        file.extend(b"PK\x03\x04");
        file.extend(&entry);
        file.extend(member.name.as_bytes());
        file.extend(packed);
    }
    let start = file.len();
    let size = directory.len();
    file.extend(directory);
    file.extend(b"PK\x05\x06\x00\x00\x00\x00");
    file.extend(two_bytes(members.len()));
    file.extend(two_bytes(members.len()));
    file.extend(four_bytes(size));
    file.extend(four_bytes(start));
    file.extend([0, 0]);
    file
}

fn four_bytes(value: usize) -> [u8; 4] {
    u32::try_from(value).expect("the samples are far smaller than 4 GiB").to_le_bytes()
}

fn two_bytes(value: usize) -> [u8; 2] {
    u16::try_from(value).expect("the samples have short names and few members").to_le_bytes()
}
