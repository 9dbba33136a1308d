//! A list of digests of files nobody wants to review, such as the parts of an operating system.

use std::collections::HashSet;
use std::io::{self, BufRead};

use redwell_model::Digests;
use redwell_model::digest::from_hexadecimal;

/// Digests of files to leave out, of any of the three kinds.
#[derive(Debug, Default, Clone)]
pub struct HashList {
    md5: HashSet<[u8; 16]>,
    sha1: HashSet<[u8; 20]>,
    sha256: HashSet<[u8; 32]>,
}

impl HashList {
    /// Reads a list: every run of exactly 32, 40 or 64 hexadecimal digits on a line is an MD5, SHA-1 or SHA-256. So plain
    /// lists, the output of `sha256sum` and the NSRL's tables can all be given as they are.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn read(mut from: impl BufRead) -> io::Result<Self> {
        let mut list = Self::default();
        let mut line = Vec::new();
        while from.read_until(b'\n', &mut line)? > 0 {
            line.split(|byte| !byte.is_ascii_alphanumeric()).for_each(|word| list.add(word));
            line.clear();
        }
        Ok(list)
    }

    /// How many digests it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.md5.len() + self.sha1.len() + self.sha256.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it names a file with these digests.
    #[must_use]
    pub fn names(&self, digests: &Digests) -> bool {
        self.sha256.contains(digests.sha256.as_bytes())
            || from_hexadecimal(digests.sha1.as_bytes()).is_some_and(|sha1| self.sha1.contains(&sha1))
            || from_hexadecimal(digests.md5.as_bytes()).is_some_and(|md5| self.md5.contains(&md5))
    }

    fn add(&mut self, word: &[u8]) {
        match word.len() {
            32 => self.md5.extend(from_hexadecimal(word)),
            40 => self.sha1.extend(from_hexadecimal(word)),
            64 => self.sha256.extend(from_hexadecimal(word)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::digests::digests;

    #[test]
    fn takes_lists_as_people_have_them() {
        let abc = digests(b"abc");
        let check = |text: &str, count: usize, names: bool| {
            let list = HashList::read(text.as_bytes()).unwrap();
            assert_eq!((list.len(), list.names(&abc), list.is_empty()), (count, names, count == 0), "{text}");
        };
        check("", 0, false);
        check("no digest\n", 0, false);
        check("900150983CD24FB0D6963F7D28E17F72\r\n", 1, true);
        check("a9993e364706816aba3e25717850c26c9cd0d89d  abc.txt", 1, true);
        check("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 1, true);
        check(
            "\"A9993E364706816ABA3E25717850C26C9CD0D89D\",\"900150983CD24FB0D6963F7D28E17F72\",\"352441C2\",\"abc\",3",
            2,
            true,
        );
        check("00000000000000000000000000000000\nzz0150983cd24fb0d6963f7d28e17f72", 1, false);
    }
}
