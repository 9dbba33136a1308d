//! The least an index of plain texts can cost: tantivy alone, one field with positions, no isolation, no digests, nothing
//! kept but the index. `raw_tantivy FOLDER INDEX` reads every file below a folder; a yardstick for `ingest`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use tantivy::schema::{Schema, TEXT};
use tantivy::{Index, TantivyDocument};

/// Bytes the writer gathers before it writes a segment: four times what `ingest` allows itself.
const WRITER_BYTES: usize = 256 << 20;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [folder, place] = arguments.as_slice() else { bail!("usage: raw_tantivy FOLDER INDEX") };
    let mut schema = Schema::builder();
    let text = schema.add_text_field("text", TEXT);
    std::fs::create_dir_all(place)?;
    let index = Index::create_in_dir(place, schema.build())?;
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(threads, WRITER_BYTES)?;
    add(folder, &mut |content| {
        let mut document = TantivyDocument::default();
        document.add_text(text, content);
        writer.add_document(document).map(drop).map_err(Into::into)
    })?;
    writer.commit()?;
    Ok(())
}

fn add(folder: &Path, with: &mut dyn FnMut(&str) -> anyhow::Result<()>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("listing `{}`", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            add(&entry.path(), with)?;
        } else {
            with(&String::from_utf8_lossy(&std::fs::read(entry.path())?))?;
        }
    }
    Ok(())
}
