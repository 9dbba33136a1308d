//! The kinds of file Redwell tells apart, by content first and by name only as a tie-breaker.
//!
//! Each has a short name (the `type:` field of a search), a label for people, and a media type.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident $name:literal $label:literal $media:literal [$($ext:literal)*];)*) => {
        /// What kind of file an item is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Format { $($(#[$doc])* #[serde(rename = $name)] $variant,)* }

        impl Format {
            /// Every format.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The short name used in the database, in JSON and in `type:`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The name shown to people.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            /// The media type a download is sent with.
            #[must_use]
            pub fn media_type(self) -> &'static str {
                match self { $(Self::$variant => $media),* }
            }

            /// The file-name extensions that belong to this format, lower case, without the dot.
            #[must_use]
            pub fn extensions(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($ext),*]),* }
            }
        }
    };
}

formats! {
    /// Portable Document Format.
    Pdf "pdf" "PDF" "application/pdf" ["pdf"];
    /// Word processing, Office Open XML.
    Docx "docx" "Word document" "application/vnd.openxmlformats-officedocument.wordprocessingml.document" ["docx" "docm" "dotx" "dotm"];
    /// Word processing, binary.
    Doc "doc" "Word 97 document" "application/msword" ["doc" "dot"];
    /// Spreadsheet, Office Open XML.
    Xlsx "xlsx" "Excel workbook" "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" ["xlsx" "xlsm" "xltx" "xltm"];
    /// Spreadsheet, Office binary in a ZIP.
    Xlsb "xlsb" "Excel binary workbook" "application/vnd.ms-excel.sheet.binary.macroenabled.12" ["xlsb"];
    /// Spreadsheet, binary.
    Xls "xls" "Excel 97 workbook" "application/vnd.ms-excel" ["xls" "xlt"];
    /// Slides, Office Open XML.
    Pptx "pptx" "PowerPoint presentation" "application/vnd.openxmlformats-officedocument.presentationml.presentation" ["pptx" "pptm" "ppsx" "potx"];
    /// Slides, binary.
    Ppt "ppt" "PowerPoint 97 presentation" "application/vnd.ms-powerpoint" ["ppt" "pps" "pot"];
    /// Word processing, OpenDocument.
    Odt "odt" "OpenDocument text" "application/vnd.oasis.opendocument.text" ["odt" "ott" "fodt"];
    /// Spreadsheet, OpenDocument.
    Ods "ods" "OpenDocument spreadsheet" "application/vnd.oasis.opendocument.spreadsheet" ["ods" "ots" "fods"];
    /// Slides, OpenDocument.
    Odp "odp" "OpenDocument presentation" "application/vnd.oasis.opendocument.presentation" ["odp" "otp" "fodp"];
    /// Word processing, the single XML file of Word 2003.
    WordXml "wordml" "Word 2003 XML document" "application/xml" [];
    /// An electronic book.
    Epub "epub" "EPUB book" "application/epub+zip" ["epub"];
    /// Rich Text Format.
    Rtf "rtf" "Rich text" "application/rtf" ["rtf"];
    /// A web page.
    Html "html" "Web page" "text/html" ["html" "htm" "xhtml"];
    /// Plain text.
    Text "txt" "Plain text" "text/plain" ["txt" "text" "log" "asc"];
    /// Comma- or otherwise separated values.
    Csv "csv" "CSV table" "text/csv" ["csv" "tsv" "tab"];
    /// Markdown.
    Markdown "md" "Markdown" "text/markdown" ["md" "markdown"];
    /// JSON, or one JSON value a line.
    Json "json" "JSON" "application/json" ["json" "jsonl" "ndjson" "geojson"];
    /// XML of no kind known otherwise.
    Xml "xml" "XML" "application/xml" ["xml" "xsd" "rdf" "svg"];
    /// One mail message.
    Eml "eml" "E-mail message" "message/rfc822" ["eml" "mht" "mhtml"];
    /// A mailbox of messages in one file.
    Mbox "mbox" "Mailbox" "application/mbox" ["mbox" "mbx"];
    /// One Outlook message.
    Msg "msg" "Outlook message" "application/vnd.ms-outlook" ["msg"];
    /// A file inside its signature, or encrypted for somebody's key (S/MIME).
    Cms "p7m" "Signed file (S/MIME)" "application/pkcs7-mime" ["p7m"];
    /// A calendar.
    Ics "ics" "Calendar" "text/calendar" ["ics" "vcs" "ical"];
    /// Address cards.
    Vcf "vcf" "Address card" "text/vcard" ["vcf" "vcard"];
    /// The packet Outlook sends beside a mail, `winmail.dat`.
    Tnef "tnef" "Outlook packet (TNEF)" "application/vnd.ms-tnef" ["tnef"];
    /// An Outlook store.
    Pst "pst" "Outlook store" "application/vnd.ms-outlook-pst" ["pst" "ost"];
    /// ZIP archive.
    Zip "zip" "ZIP archive" "application/zip" ["zip"];
    /// 7z archive.
    SevenZip "7z" "7z archive" "application/x-7z-compressed" ["7z"];
    /// RAR archive.
    Rar "rar" "RAR archive" "application/vnd.rar" ["rar"];
    /// Tape archive.
    Tar "tar" "TAR archive" "application/x-tar" ["tar"];
    /// One compressed stream.
    Gzip "gz" "Gzip file" "application/gzip" ["gz" "tgz" "svgz" "emz"];
    /// One compressed stream.
    Bzip2 "bz2" "Bzip2 file" "application/x-bzip2" ["bz2" "tbz2" "tbz"];
    /// One compressed stream.
    Xz "xz" "XZ file" "application/x-xz" ["xz" "txz"];
    /// One compressed stream.
    Zstd "zst" "Zstandard file" "application/zstd" ["zst" "tzst"];
    /// A picture.
    Image "image" "Picture" "application/octet-stream" ["png" "jpg" "jpeg" "gif" "tif" "tiff" "bmp" "webp" "emf" "wmf"];
    /// Any other OLE compound file.
    Ole "ole" "OLE compound file" "application/x-ole-storage" [];
    /// A program or a library.
    Program "program" "Program" "application/octet-stream" ["exe" "dll" "so"];
    /// Bytes nobody recognised.
    Unknown "unknown" "Unknown" "application/octet-stream" [];
}

impl Format {
    /// Whether an item of this format only holds other items.
    #[must_use]
    pub fn is_container(self) -> bool {
        matches!(
            self,
            Self::Mbox
                | Self::Pst
                | Self::Zip
                | Self::SevenZip
                | Self::Rar
                | Self::Tar
                | Self::Gzip
                | Self::Bzip2
                | Self::Xz
                | Self::Zstd
                | Self::Cms
        )
    }

    /// The format a file name's extension promises, if any.
    #[must_use]
    pub fn from_file_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let extension = extension.to_ascii_lowercase();
        Self::ALL.iter().copied().find(|format| format.extensions().contains(&extension.as_str()))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|f| f.as_str() == text).ok_or_else(|| format!("`{text}` is not a format"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_and_extensions_are_unique() {
        let mut names: Vec<_> = Format::ALL.iter().map(|f| f.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Format::ALL.len());
        for format in Format::ALL {
            for extension in format.extensions() {
                assert_eq!(Format::from_file_name(&format!("a.{extension}")), Some(*format));
            }
        }
    }
}
