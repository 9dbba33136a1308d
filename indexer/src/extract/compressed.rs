//! One compressed stream: gzip, bzip2, xz or Zstandard.
//!
//! A compressed TAR is one container: its members are handed on without the archive between. Anything else is the
//! one child, named as the stream says or like the file without its ending. Streams put one after the other are one
//! text, as the programs that make them have it. A stream that breaks off gives what came before.

use std::cell::Cell;
use std::io::{BufReader, Cursor, Read};

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use redwell_model::{ExceptionKind, Format};

use super::decode::decode;
use super::expansion::{Complaints, Metered, budget, is_spent, read_member};
use super::member_name::safe_name;
use super::source::{Container, Source};
use super::{Child, Extracted, tar_archive};

/// Endings of names of compressed archives, and what stands there without compression.
const SHORT_ENDINGS: [(&str, &str); 7] = [
    (".tgz", ".tar"),
    (".tbz2", ".tar"),
    (".tbz", ".tar"),
    (".txz", ".tar"),
    (".tzst", ".tar"),
    (".svgz", ".svg"),
    (".emz", ".emf"),
];

/// Reads a compressed stream.
#[must_use]
pub fn extract(
    container: &Container<'_>,
    source: &mut dyn Source,
    format: Format,
    on_child: &mut dyn FnMut(Child),
) -> Extracted {
    let mut found = Extracted::new(format);
    let mut complaints = Complaints::of(format.as_str());
    let left = Cell::new(budget(container));
    let mut name = name_without_ending(container.name, format);
    let mut modified = None;
    let source = BufReader::new(source);
    let reader: Box<dyn Read + '_> = match format {
        Format::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(source)),
        Format::Xz => Box::new(lzma_rust2::XzReader::new(source, true)),
        Format::Zstd => match zstd::stream::read::Decoder::with_buffer(source) {
            Ok(decoder) => Box::new(decoder),
            Err(error) => {
                complaints.push(ExceptionKind::Damaged, format!("the stream cannot be opened ({error})"));
                found.exceptions = complaints.into_exceptions();
                return found;
            }
        },
        _ => {
            let decoder = MultiGzDecoder::new(source);
            if let Some(header) = decoder.header() {
                let given = header.filename().map(|name| decode(name, None).text.into_owned());
                name = given
                    .map_or(name.clone(), |given| safe_name(given.rsplit(['/', '\\']).next().unwrap_or(""), &name));
                modified = Some(header.mtime()).filter(|seconds| *seconds > 0);
            }
            Box::new(decoder)
        }
    };
    let mut reader = Metered::new(reader, &left);
    let mut head = Vec::new();
    let early = (&mut reader).take(tar_archive::BLOCK_BYTES as u64).read_to_end(&mut head).err();
    if early.is_none() && tar_archive::is_header(&head) {
        tar_archive::members(Cursor::new(head).chain(reader), container, on_child, &mut complaints);
        found.exceptions = complaints.into_exceptions();
        return found;
    }
    let rest = early.is_none().then(|| read_member(&mut reader, 0));
    let is_too_large = rest.as_ref().is_some_and(|rest| rest.is_too_large);
    let error = early.or_else(|| rest.as_ref().and_then(|rest| rest.error.as_ref()).map(copy));
    let bytes = [head, rest.map(|rest| rest.bytes).unwrap_or_default()].concat();
    match error {
        Some(error) if is_spent(&error) => complaints.stopped("it expands too far for its size"),
        Some(error) if bytes.is_empty() => {
            let reason = format!("the compressed stream is damaged ({error}); ask for an intact copy");
            complaints.push(ExceptionKind::Damaged, reason);
        }
        Some(error) => {
            let reason = format!(
                "the compressed stream breaks off after {} bytes ({error}); what came before was kept",
                bytes.len()
            );
            complaints.push(ExceptionKind::PartLost, reason);
        }
        None if is_too_large => complaints.stopped("what it holds is too large to be taken out whole"),
        None => {}
    }
    if !bytes.is_empty() {
        let modified = modified.and_then(|seconds| Timestamp::from_second(i64::from(seconds)).ok());
        on_child(Child { name, bytes, modified });
    }
    found.exceptions = complaints.into_exceptions();
    found
}

fn copy(error: &std::io::Error) -> std::io::Error {
    std::io::Error::new(error.kind(), error.to_string())
}

/// The name of what a file of this name holds.
fn name_without_ending(name: &str, format: Format) -> String {
    let lower = name.to_ascii_lowercase();
    let stem = |ending: &str| &name[..name.len() - ending.len()];
    let short = SHORT_ENDINGS.iter().find(|(ending, _)| lower.ends_with(ending) && lower.len() > ending.len());
    let inner = match short {
        Some((ending, plain)) => format!("{}{plain}", stem(ending)),
        None => {
            let ending = format.extensions().iter().find(|ending| lower.ends_with(&format!(".{ending}")));
            ending.map_or_else(|| format!("{name} (content)"), |ending| stem(ending).trim_end_matches('.').to_owned())
        }
    };
    safe_name(inner.rsplit(['/', '\\']).next().unwrap_or_default(), "content")
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write as _;
    use std::sync::LazyLock;

    use super::*;
    use crate::extract::Input;
    use crate::extract::tar_archive::tests::tar_of;
    use crate::extract::tests::{kinds, options, read_all};
    use proptest::prelude::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    fn bzip2(bytes: &[u8]) -> Vec<u8> {
        let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    fn xz(bytes: &[u8]) -> Vec<u8> {
        let options = lzma_rust2::XzOptions::with_preset(0);
        let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    /// Bytes in every compression: the ending, the format, and the file.
    pub(crate) fn all_ways(bytes: &[u8]) -> [(&'static str, Format, Vec<u8>); 4] {
        [
            ("gz", Format::Gzip, gzip(bytes)),
            ("bz2", Format::Bzip2, bzip2(bytes)),
            ("xz", Format::Xz, xz(bytes)),
            ("zst", Format::Zstd, zstd::encode_all(bytes, 1).unwrap()),
        ]
    }

    fn check(name: &str, bytes: &[u8], format: Format, expected: &[(&str, &[u8])], expected_kinds: &[ExceptionKind]) {
        let (found, children) = read_all(name, bytes);
        let read: Vec<(&str, &[u8])> = children.iter().map(|c| (c.name.as_str(), c.bytes.as_slice())).collect();
        assert_eq!((found.format, read, kinds(&found)), (format, expected.to_vec(), expected_kinds.to_vec()), "{name}");
    }

    #[test]
    fn one_stream_holds_one_file() {
        for (ending, format, bytes) in all_ways(b"some text") {
            check(&format!("a.txt.{ending}"), &bytes, format, &[("a.txt", b"some text")], &[]);
            check("a", &bytes, format, &[("a (content)", b"some text")], &[]);
        }
    }

    #[test]
    fn a_compressed_tar_is_one_container() {
        let tar = tar_of(&[("d/a.txt", b"1"), ("b.txt", b"2")]);
        for (ending, format, bytes) in all_ways(&tar) {
            check(&format!("a.tar.{ending}"), &bytes, format, &[("d/a.txt", b"1"), ("b.txt", b"2")], &[]);
        }
        check("a.tgz", &gzip(b"no archive"), Format::Gzip, &[("a.tar", b"no archive")], &[]);
    }

    #[test]
    fn streams_in_a_row_are_one() {
        let twice: Vec<_> = all_ways(b"one ")
            .into_iter()
            .zip(all_ways(b"two"))
            .map(|((e, f, a), (.., b))| (e, f, [a, b].concat()))
            .collect();
        for (ending, format, bytes) in twice {
            check(&format!("a.{ending}"), &bytes, format, &[("a", b"one two")], &[]);
        }
    }

    #[test]
    fn the_name_inside_is_used_and_made_safe() {
        let mut writer = flate2::GzBuilder::new()
            .filename("../../etc/notes.txt")
            .mtime(1_000_000_000)
            .write(Vec::new(), flate2::Compression::fast());
        writer.write_all(b"x").unwrap();
        let (_, children) = read_all("a.gz", &writer.finish().unwrap());
        assert_eq!(children[0].name, "notes.txt");
        assert_eq!(children[0].modified.unwrap().to_string(), "2001-09-09T01:46:40Z");
    }

    #[test]
    fn what_breaks_off_is_kept_as_far_as_it_goes() {
        let text: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        for (ending, _, bytes) in all_ways(&text) {
            let (found, children) = read_all(&format!("a.{ending}"), &bytes[..bytes.len() / 2]);
            let kept = children.first().map_or(0, |child| child.bytes.len());
            let expected = if kept == 0 { ExceptionKind::Damaged } else { ExceptionKind::PartLost };
            assert_eq!(kinds(&found), vec![expected], "{ending}");
            assert!(children.iter().all(|child| text.starts_with(&child.bytes)), "{ending}");
        }
    }

    #[test]
    fn bombs_are_stopped() {
        let options = crate::extract::Options { max_expansion: 1, ..options() };
        let zeros = vec![0_u8; 65 << 20];
        let bytes = zstd::encode_all(zeros.as_slice(), 1).unwrap();
        let found = crate::extract::extract(&Input { name: "a.zst", bytes: &bytes, options: &options }, &mut |_| ());
        assert_eq!(kinds(&found), vec![ExceptionKind::ContainerLimit]);
        let tar = zstd::encode_all(tar_of(&[("a", &zeros), ("b", b"x")]).as_slice(), 1).unwrap();
        let mut names = Vec::new();
        let input = Input { name: "a.zst", bytes: &tar, options: &options };
        let found = crate::extract::extract(&input, &mut |child| names.push(child.name));
        assert_eq!((kinds(&found), names.len()), (vec![ExceptionKind::ContainerLimit], 0));
    }

    proptest! {
        #[test]
        fn broken_streams_do_no_harm(way in 0_usize..4, at in 0_usize..200, byte: u8, cut in 0_usize..300) {
            // Making a stream takes longer than reading it.
            static WHOLE: LazyLock<[(&str, Format, Vec<u8>); 4]> =
                LazyLock::new(|| all_ways(&tar_of(&[("a.txt", b"first")])));
            let (_, format, mut bytes) = WHOLE[way].clone();
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut.max(1));
            let options = options();
            let (container, mut source) = Container::of(&Input { name: "a", bytes: &bytes, options: &options });
            let _ = extract(&container, &mut source, format, &mut |_| ());
        }
    }
}
