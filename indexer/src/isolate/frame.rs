//! The frames that parent and worker exchange over pipes.
//!
//! A frame is one tag byte, the length of its header (4 bytes, little-endian), the length of its body (8 bytes), the
//! header (JSON) and the body (raw bytes: file content, text, packed boxes). Neither side trusts the lengths the other
//! sends: a reader says how much it is willing to take.

use std::io::{self, Read, Write};

use jiff::Timestamp;
use redwell_model::{ExceptionKind, Format, Metadata, ProcessingException};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Limits;
use super::sandbox::Confinement;
use crate::extract::Options;
use crate::extract::recognition::{RecognisedPages, Word};

/// What a worker says first, followed by one byte of [`Confinement`]. Whatever a runtime printed before it is skipped.
const GREETING: &[u8; 8] = b"REDWELL\x03";

/// Most bytes skipped while waiting for the greeting.
const MOST_BEFORE_GREETING: usize = 64 << 10;

/// Most bytes of a header: metadata and exceptions of one file.
const MOST_HEADER_BYTES: u32 = 64 << 20;

/// What a frame carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// To the worker: [`Request`] and the bytes of the file.
    File = 1,
    /// From the worker: [`ChildHeader`] and the bytes of something found inside.
    Child = 2,
    /// From the worker: the canonical text.
    Text = 3,
    /// From the worker: the packed layout.
    Layout = 4,
    /// From the worker: [`Answer`]; the file is done.
    Done = 5,
    /// From the worker: [`PictureHeader`] and the pixels of a page to be recognised. To the recogniser: the same with
    /// [`RecognitionRequest`].
    Picture = 6,
    /// From the worker: a page is about to be drawn; the header is its number among those wanted.
    Drawing = 8,
    /// From the recogniser, and on to the worker: [`Recognised`].
    Words = 7,
    /// To the worker: [`StoredRequest`], for a file that is fetched piece by piece.
    Stored = 9,
    /// From the worker: [`Want`], a piece of the stored file.
    Want = 10,
    /// To the worker: the piece.
    Piece = 11,
    /// To the worker: [`Settings`] for the files that follow.
    Settings = 12,
}

/// The header of [`Tag::Stored`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StoredRequest {
    /// The name of the file.
    pub(super) name: String,
    /// The length of the file.
    pub(super) size_bytes: u64,
}

/// The header of [`Tag::Want`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Want {
    /// Where it begins.
    pub(super) at: u64,
    /// How many bytes, at most [`MOST_PIECE_BYTES`].
    pub(super) length: u64,
}

/// Most bytes of files given to a worker before its first answer: what a pipe holds, so that neither side waits for the other.
pub(super) const MOST_AHEAD_BYTES: u64 = 48 << 10;

/// Most bytes of a stored file handed over at a time.
pub(super) const MOST_PIECE_BYTES: u64 = 1 << 20;

/// The header of [`Tag::File`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Request {
    /// The name of the file.
    pub(super) name: String,
}

/// The header of [`Tag::Settings`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Settings {
    /// How to read a file.
    pub(super) options: Options,
    /// What it may cost.
    pub(super) limits: Limits,
}

/// The header of [`Tag::Child`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChildHeader {
    /// Its path inside the parent.
    pub(super) name: String,
    /// When the parent says it was last changed.
    pub(super) modified: Option<Timestamp>,
}

/// The header of [`Tag::Done`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Answer {
    /// What kind of file it is; `None` when reading it crashed.
    pub(super) format: Option<Format>,
    /// What the file says about itself.
    pub(super) metadata: Metadata,
    /// What went less than perfectly.
    pub(super) exceptions: Vec<ProcessingException>,
    /// Whether the layout has a box for every character.
    pub(super) has_boxes: bool,
    /// How much of the text was recognised in pictures.
    pub(super) recognised: Option<RecognisedPages>,
}

/// The header of [`Tag::Picture`] from a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PictureHeader {
    /// Pixels in a row.
    pub(super) width: u32,
    /// Rows.
    pub(super) height: u32,
    /// Pixels an inch.
    pub(super) dpi: u32,
}

/// The header of [`Tag::Picture`] to a recogniser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct RecognitionRequest {
    /// The picture.
    pub(super) picture: PictureHeader,
    /// The languages looked for.
    pub(super) languages: String,
    /// What it may cost.
    pub(super) limits: Limits,
}

/// The header of [`Tag::Words`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Recognised {
    /// The words found, in reading order.
    Words(Vec<Word>),
    /// What became of the attempt instead.
    Failed(ExceptionKind),
}

/// A frame as it arrived.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) tag: Tag,
    header: Vec<u8>,
    pub(super) body: Vec<u8>,
}

impl Frame {
    /// A frame without a body, made here.
    pub(super) fn of<T: Serialize>(tag: Tag, header: &T) -> io::Result<Self> {
        let header = serde_json::to_vec(header).map_err(|_| broken("a header that does not write"))?;
        Ok(Self { tag, header, body: Vec::new() })
    }

    /// The header as what it must be.
    pub(super) fn header<T: DeserializeOwned>(&self) -> io::Result<T> {
        serde_json::from_slice(&self.header).map_err(|_| broken("a header that does not read"))
    }
}

/// Writes one frame, and flushes unless another must follow or is likely to: each flush wakes the other side.
pub(super) fn write<T: Serialize>(out: &mut impl Write, tag: Tag, header: &T, body: &[u8]) -> io::Result<()> {
    let header = serde_json::to_vec(header).map_err(|_| broken("a header that does not write"))?;
    write_raw(out, tag, header, body)
}

/// Passes a frame on as it came, without looking into it.
pub(super) fn pass_on(out: &mut impl Write, frame: Frame) -> io::Result<()> {
    write_raw(out, frame.tag, frame.header, &frame.body)
}

fn write_raw(out: &mut impl Write, tag: Tag, header: Vec<u8>, body: &[u8]) -> io::Result<()> {
    let header_length = u32::try_from(header.len()).map_err(|_| broken("a header too long"))?;
    let mut start = Vec::with_capacity(13 + header.len());
    start.push(tag as u8);
    start.extend(header_length.to_le_bytes());
    start.extend((body.len() as u64).to_le_bytes());
    start.extend(header);
    out.write_all(&start)?;
    out.write_all(body)?;
    // A text and a layout are nothing without the answer they belong to, settings nothing without a file. Files and answers are
    // flushed by who knows whether others follow.
    let waits = matches!(tag, Tag::Text | Tag::Layout | Tag::Settings | Tag::File | Tag::Stored | Tag::Done);
    if waits { Ok(()) } else { out.flush() }
}

/// Reads one frame whose body has at most so many bytes; `None` when the other side ended between frames.
pub(super) fn read(from: &mut impl Read, most_body_bytes: u64) -> io::Result<Option<Frame>> {
    let mut start = [0; 13];
    if from.read(&mut start[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut start[1..])?;
    let tag = match start[0] {
        1 => Tag::File,
        2 => Tag::Child,
        3 => Tag::Text,
        4 => Tag::Layout,
        5 => Tag::Done,
        6 => Tag::Picture,
        7 => Tag::Words,
        8 => Tag::Drawing,
        9 => Tag::Stored,
        10 => Tag::Want,
        11 => Tag::Piece,
        12 => Tag::Settings,
        _ => return Err(broken("a frame of no known kind")),
    };
    let [_, h0, h1, h2, h3, b0, b1, b2, b3, b4, b5, b6, b7] = start;
    let header_length = u32::from_le_bytes([h0, h1, h2, h3]);
    let body_length = u64::from_le_bytes([b0, b1, b2, b3, b4, b5, b6, b7]);
    if header_length > MOST_HEADER_BYTES || body_length > most_body_bytes {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a frame longer than allowed"));
    }
    let header = take(from, u64::from(header_length))?;
    let body = take(from, body_length)?;
    Ok(Some(Frame { tag, header, body }))
}

/// Greets the parent and says what this worker is kept from.
pub(super) fn greet(out: &mut impl Write, confinement: Confinement) -> io::Result<()> {
    out.write_all(GREETING)?;
    out.write_all(&[confinement.to_byte()])?;
    out.flush()
}

/// Reads up to and including the greeting; gives what the worker says it is kept from.
pub(super) fn await_greeting(from: &mut impl Read) -> io::Result<Confinement> {
    let mut last = [0; GREETING.len()];
    for _ in 0..MOST_BEFORE_GREETING {
        last.rotate_left(1);
        from.read_exact(&mut last[GREETING.len() - 1..])?;
        if last == *GREETING {
            let mut confinement = [0];
            from.read_exact(&mut confinement)?;
            return Ok(Confinement::from_byte(confinement[0]));
        }
    }
    Err(broken("no greeting"))
}

/// Reads frames as a worker may send them, to the end or the first that is refused, each header as every kind of header.
pub(crate) fn read_any(mut bytes: &[u8]) {
    while let Ok(Some(frame)) = read(&mut bytes, 1 << 20) {
        let _ = (
            frame.header::<ChildHeader>(),
            frame.header::<Answer>(),
            frame.header::<Request>(),
            frame.header::<Settings>(),
            frame.header::<Want>(),
        );
        let _ = (frame.header::<PictureHeader>(), frame.header::<RecognitionRequest>(), frame.header::<Recognised>());
    }
}

/// Reads exactly so many bytes, asking for memory only as they arrive.
fn take(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(1 << 24)).unwrap_or_default());
    if from.take(length).read_to_end(&mut bytes)? as u64 == length {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

fn broken(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn round_trips(name in "\\PC{0,40}", bodies in vec(vec(any::<u8>(), 0..300), 1..4)) {
            let mut wire = Vec::new();
            let header = ChildHeader { name, modified: Some(Timestamp::UNIX_EPOCH) };
            for body in &bodies {
                write(&mut wire, Tag::Child, &header, body).unwrap();
            }
            let mut from = wire.as_slice();
            for body in &bodies {
                let frame = read(&mut from, 300).unwrap().unwrap();
                prop_assert_eq!(frame.tag, Tag::Child);
                prop_assert_eq!(frame.header::<ChildHeader>().unwrap(), header.clone());
                prop_assert_eq!(&frame.body, body);
            }
            prop_assert_eq!(read(&mut from, 300).unwrap(), None);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..60)) {
            let _ = read(&mut bytes.as_slice(), 1 << 20);
        }

        #[test]
        fn a_frame_cut_short_is_refused(body in vec(any::<u8>(), 1..50), cut in 1_usize..14) {
            let mut wire = Vec::new();
            write(&mut wire, Tag::Text, &(), &body).unwrap();
            wire.truncate(wire.len() - cut.min(wire.len() - 1));
            prop_assert!(read(&mut wire.as_slice(), 100).is_err());
        }
    }

    #[test]
    fn lengths_are_not_trusted() {
        let mut wire = Vec::new();
        write(&mut wire, Tag::Text, &(), &[0; 100]).unwrap();
        assert_eq!(read(&mut wire.as_slice(), 99).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        // A frame that claims four gigabytes and sends none costs no memory.
        let claims = [3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];
        assert_eq!(read(&mut claims.as_slice(), u64::MAX).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_comes_before_the_greeting_is_skipped() {
        let mut wire = b"\nrunning 1 test\nREDWELL\x01".to_vec();
        greet(&mut wire, Confinement::FULL).unwrap();
        wire.extend(b"rest");
        let mut from = wire.as_slice();
        assert_eq!(await_greeting(&mut from).unwrap(), Confinement::FULL);
        assert_eq!(from, b"rest");
    }
}
