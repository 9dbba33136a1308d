//! The texts of a matter as one file that every engine reads, each in a process of its own.

use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind, Read as _, Write as _};
use std::path::Path;

use anyhow::Context as _;

/// The texts in the file, in order. Each stands there after its length in bytes: four bytes, the highest first.
pub(crate) struct Texts(BufReader<File>);

impl Texts {
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path).with_context(|| format!("opening `{}`; `index` writes it", path.display()))?;
        Ok(Self(BufReader::with_capacity(1 << 20, file)))
    }
}

impl Iterator for Texts {
    type Item = anyhow::Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut length = [0; 4];
        match self.0.read_exact(&mut length) {
            Err(why) if why.kind() == ErrorKind::UnexpectedEof => return None,
            Err(why) => return Some(Err(why.into())),
            Ok(()) => {}
        }
        let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
        Some(self.0.read_exact(&mut bytes).map_err(Into::into).and_then(|()| Ok(String::from_utf8(bytes)?)))
    }
}

/// Writes the file.
pub(crate) fn write<'t>(path: &Path, texts: impl Iterator<Item = &'t str>) -> anyhow::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    for text in texts {
        file.write_all(&u32::try_from(text.len())?.to_be_bytes())?;
        file.write_all(text.as_bytes())?;
    }
    file.flush()?;
    Ok(())
}
