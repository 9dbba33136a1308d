//! Uploaded files: `DATA/uploads/SLUG/UPLOAD/relative/path`, whole or not at all, never replaced.
//!
//! An upload is a folder like any other source: its files keep their relative paths and the time they were last
//! changed, and stay, because a document is known by where it came from. Names are made safe by the same rule as names
//! inside containers. A file arrives under another name beside the uploads and is put in its place when it is whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use futures::{Stream, StreamExt as _};
use redwell_model::MatterSlug;
use tokio::io::AsyncWriteExt as _;

/// Longest name of a file or folder, and longest path, in bytes: what common file systems bear.
const NAME_BYTES: usize = 255;
const PATH_BYTES: usize = 2_000;

/// Where files are while they arrive, inside a matter's uploads.
const ARRIVING: &str = ".arriving";

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Its path cannot be one.
    #[error("`{path}` is no path a file can be kept under; shorten its names")]
    BadPath {
        /// As given.
        path: String,
    },
    /// Another file is there.
    #[error("another file is kept under `{path}` in this upload already; rename yours or begin a new upload")]
    NameTaken {
        /// As kept.
        path: String,
    },
    /// It is larger than allowed.
    #[error(
        "the file is larger than the {limit_mib} MiB this server takes; ask its administrator to read it in from a folder"
    )]
    TooLarge {
        /// The limit.
        limit_mib: u64,
    },
    /// There is no room for it.
    #[error("the disk of the server is full; nothing was kept of this file")]
    DiskFull,
    /// It did not arrive whole.
    #[error("the file did not arrive whole; nothing was kept of it, send it again")]
    BrokenOff,
    /// The system does not let it be kept.
    #[error("keeping an uploaded file")]
    Files(#[source] io::Error),
}

impl From<io::Error> for NotTaken {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Files(error),
        }
    }
}

/// A file as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its path in the upload, with `/` between folders.
    pub path: String,
    /// Its length.
    pub size_bytes: u64,
}

/// The folder of a matter's uploads, whether it exists or not.
#[must_use]
pub fn folder_of(data: &Path, slug: &MatterSlug) -> PathBuf {
    data.join("uploads").join(slug.as_str())
}

/// Begins an upload; gives its name.
///
/// # Errors
/// When a folder cannot be made.
pub fn begin(data: &Path, slug: &MatterSlug) -> io::Result<String> {
    let folder = folder_of(data, slug);
    fs::create_dir_all(&folder)?;
    let last = names(data, slug)?.iter().filter_map(|name| number(name)).max().unwrap_or_default();
    for number in last + 1.. {
        let name = format!("upload-{number:04}");
        match fs::create_dir(folder.join(&name)) {
            Ok(()) => return Ok(name),
            // Somebody else began one at the same moment.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("there are no numbers left"))
}

/// The names of a matter's uploads, sorted.
///
/// # Errors
/// When the folder exists and cannot be listed.
pub fn names(data: &Path, slug: &MatterSlug) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder_of(data, slug)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        found.extend(name.to_str().filter(|name| number(name).is_some()).map(str::to_owned));
    }
    found.sort();
    Ok(found)
}

fn number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("upload-")?;
    (digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// The folder of an upload, when there is one of this name.
#[must_use]
pub fn folder(data: &Path, slug: &MatterSlug, upload: &str) -> Option<PathBuf> {
    number(upload)?;
    let folder = folder_of(data, slug).join(upload);
    fs::symlink_metadata(&folder).is_ok_and(|metadata| metadata.is_dir()).then_some(folder)
}

/// Removes an upload with all its files.
///
/// # Errors
/// When something of it cannot be removed.
pub fn remove(upload: &Path) -> io::Result<()> {
    fs::remove_dir_all(upload)
}

/// The path a file is kept under in its upload, made of what its sender calls it.
///
/// # Errors
/// When it is too long.
pub fn safe_path(given: &str) -> Result<String, NotTaken> {
    let path = redwell_indexer::collect::presentable(given, 0);
    let fits = path.len() <= PATH_BYTES && path.split('/').all(|name| name.len() <= NAME_BYTES);
    if fits { Ok(path) } else { Err(NotTaken::BadPath { path: given.chars().take(200).collect() }) }
}

/// Every file of an upload, by path.
///
/// # Errors
/// When a folder cannot be listed.
pub fn files(upload: &Path) -> io::Result<Vec<Kept>> {
    let mut found = Vec::new();
    let mut waiting = vec![(upload.to_owned(), String::new())];
    while let Some((folder, before)) = waiting.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = format!("{before}{}", entry.file_name().to_string_lossy());
            let metadata = entry.metadata()?;
            if metadata.is_dir() {
                waiting.push((entry.path(), format!("{path}/")));
            } else if metadata.is_file() {
                found.push(Kept { path, size_bytes: metadata.len() });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Forgets files that were arriving when the server ended.
pub fn forget_halves(data: &Path) {
    let Ok(matters) = fs::read_dir(data.join("uploads")) else { return };
    for matter in matters.flatten() {
        // What cannot be removed now is tried again at the next start.
        drop(fs::remove_dir_all(matter.path().join(ARRIVING)));
    }
}

/// A file to be taken.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What its sender calls it, with folders.
    pub path: &'a str,
    /// When it was last changed, in milliseconds since 1970.
    pub modified_ms: Option<u64>,
    /// The largest size taken.
    pub limit_mib: u64,
}

/// Takes a file in. The same file sent twice is taken once.
///
/// # Errors
/// When it is not taken; nothing is left of it then.
pub async fn take<B: AsRef<[u8]>, E>(
    upload: &Path,
    wanted: Wanted<'_>,
    content: impl Stream<Item = Result<B, E>>,
    placing: &tokio::sync::Mutex<()>,
) -> Result<Kept, NotTaken> {
    let path = safe_path(wanted.path)?;
    let arriving = upload.parent().unwrap_or(upload).join(ARRIVING);
    fs::create_dir_all(&arriving)?;
    // Gone again when it is dropped before it is put in its place.
    let file = tempfile::Builder::new().prefix("part-").tempfile_in(&arriving)?;
    let mut out = tokio::fs::File::from_std(file.as_file().try_clone()?);
    let mut size_bytes = 0_u64;
    let mut content = std::pin::pin!(content);
    while let Some(block) = content.next().await {
        let block = block.map_err(|_| NotTaken::BrokenOff)?;
        let block = block.as_ref();
        size_bytes += block.len() as u64;
        if size_bytes > wanted.limit_mib << 20 {
            return Err(NotTaken::TooLarge { limit_mib: wanted.limit_mib });
        }
        out.write_all(block).await?;
    }
    out.flush().await?;
    out.sync_data().await?;
    if let Some(moment) = wanted.modified_ms {
        file.as_file().set_modified(SystemTime::UNIX_EPOCH + Duration::from_millis(moment))?;
    }
    let _turn = placing.lock().await;
    let target = upload.join(&path);
    let taken = || NotTaken::NameTaken { path: path.clone() };
    make_folders(upload, &path).map_err(|error| match error.kind() {
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => taken(),
        _ => error.into(),
    })?;
    match fs::symlink_metadata(&target) {
        Ok(metadata) => {
            let is_same = metadata.is_file() && metadata.len() == size_bytes && same_content(file.path(), &target)?;
            if is_same { Ok(Kept { path, size_bytes }) } else { Err(taken()) }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let kept = file.persist_noclobber(&target).map_err(|error| error.error)?;
            open_to_others(&kept)?;
            Ok(Kept { path, size_bytes })
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes the folders a file lies in, following no link.
fn make_folders(upload: &Path, path: &str) -> io::Result<()> {
    let mut folder = upload.to_owned();
    let Some((folders, _)) = path.rsplit_once('/') else { return Ok(()) };
    for name in folders.split('/') {
        folder.push(name);
        match fs::symlink_metadata(&folder) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(io::ErrorKind::NotADirectory.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir(&folder)?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Files that are made as temporary ones are for their owner's eyes only; others of ours are not.
fn open_to_others(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o640))
}

fn same_content(a: &Path, b: &Path) -> io::Result<bool> {
    use std::io::Read as _;
    let (mut a, mut b) = (io::BufReader::new(fs::File::open(a)?), io::BufReader::new(fs::File::open(b)?));
    let (mut left, mut right) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let read = a.read(&mut left)?;
        if read == 0 {
            return Ok(b.read(&mut right)? == 0);
        }
        if b.read_exact(&mut right[..read]).is_err() || left[..read] != right[..read] {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    async fn put(upload: &Path, path: &str, parts: &[Result<&'static str, ()>]) -> Result<Kept, NotTaken> {
        let wanted = Wanted { path, modified_ms: Some(1_700_000_000_000), limit_mib: 1 };
        take(upload, wanted, stream::iter(parts.to_vec()), &tokio::sync::Mutex::new(())).await
    }

    fn listed(upload: &Path) -> Vec<String> {
        files(upload).unwrap().into_iter().map(|kept| kept.path).collect()
    }

    #[tokio::test]
    async fn files_are_kept_whole_inside_and_never_replaced() {
        let data = tempfile::tempdir().unwrap();
        let slug = "acme".parse().unwrap();
        assert_eq!(begin(data.path(), &slug).unwrap(), "upload-0001");
        assert_eq!(begin(data.path(), &slug).unwrap(), "upload-0002");
        let upload = folder(data.path(), &slug, "upload-0001").unwrap();
        let kept = put(&upload, "Jane/../mail/./a.txt", &[Ok("on"), Ok("e")]).await.unwrap();
        assert_eq!(kept, Kept { path: "Jane/mail/a.txt".into(), size_bytes: 3 });
        let modified = fs::metadata(upload.join("Jane/mail/a.txt")).unwrap().modified().unwrap();
        assert_eq!(modified, SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
        for path in ["../../../../etc/passwd", "/etc/passwd", "C:\\etc\\passwd"] {
            put(&upload, path, &[Ok("x")]).await.unwrap();
        }
        let expected = ["C:/etc/passwd", "Jane/mail/a.txt", "etc/passwd"];
        assert_eq!(listed(&upload), expected);
        // The same again is fine; another file under its name is not; a folder is no file.
        put(&upload, "Jane/mail/a.txt", &[Ok("one")]).await.unwrap();
        for (path, part) in [("Jane/mail/a.txt", "two"), ("Jane/mail", "x"), ("etc/passwd/x", "x")] {
            let refused = put(&upload, path, &[Ok(part)]).await;
            assert!(matches!(refused, Err(NotTaken::NameTaken { .. })), "{path}: {refused:?}");
        }
        assert_eq!(listed(&upload), expected);
    }

    #[tokio::test]
    async fn nothing_is_left_of_what_was_not_taken() {
        let data = tempfile::tempdir().unwrap();
        let slug = "acme".parse().unwrap();
        let upload = folder(data.path(), &slug, &begin(data.path(), &slug).unwrap()).unwrap();
        assert!(matches!(put(&upload, "a", &[Ok("x"), Err(())]).await, Err(NotTaken::BrokenOff)));
        let long: &'static str = String::leak("x".repeat(600_000));
        assert!(matches!(put(&upload, "b", &[Ok(long), Ok(long)]).await, Err(NotTaken::TooLarge { .. })));
        assert!(matches!(put(&upload, &"x".repeat(256), &[Ok("x")]).await, Err(NotTaken::BadPath { .. })));
        let outside = data.path().join("outside");
        fs::create_dir(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, upload.join("link")).unwrap();
        assert!(matches!(put(&upload, "link/c", &[Ok("x")]).await, Err(NotTaken::NameTaken { .. })));
        assert!(listed(&upload).is_empty() && fs::read_dir(&outside).unwrap().next().is_none());
        let arriving = folder_of(data.path(), &slug).join(ARRIVING);
        assert!(fs::read_dir(&arriving).unwrap().next().is_none());
        forget_halves(data.path());
        assert!(!arriving.exists());
        for name in ["upload-1", "..", "upload-0001/..", ".arriving"] {
            assert_eq!(folder(data.path(), &slug, name), None, "{name}");
        }
    }
}
