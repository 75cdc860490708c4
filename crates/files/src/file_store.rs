//! Content under its SHA-256, in a directory.
//!
//! New content is written under a temporary name, made durable, and renamed to its hash: a kill, a full disk or a client
//! that hangs up leaves at most a temporary file, never half a file under a hash. The rename replaces equal content by
//! itself, so the same content twice is stored once, and content that a disk had damaged is whole again.
//!
//! Behind it is an [`ObjectStore`], so that an S3 bucket can take the directory's place: nothing here but
//! [`FileStore::in_directory`], the sweep and the removal of content knows a directory.

use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path as Directory, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt, TryStreamExt};
use motcua_kernel::{Error, Kind, Result, new_id};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};

use crate::failure::failed;

/// The folder of content that has no hash yet.
pub(crate) const TEMPORARY: &str = "uploads";
/// The folder of content under its hash.
const BY_HASH: &str = "sha256";
/// How much of an upload is held in memory. (S3 takes no parts below 5 MiB; its store will say so.)
const PART_BYTES: usize = 1 << 20;

/// The bytes of a file as they are read.
pub type Content = BoxStream<'static, Result<Bytes>>;

/// Content that is durable under its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the content, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Its length in bytes.
    pub size: u64,
}

/// What became of content that was to be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is not there any more.
    Gone,
    /// It stands in the folder that services share, and may be another's: it stays.
    Shared,
}

/// Where content is kept. Copies share it.
#[derive(Debug, Clone)]
pub struct FileStore {
    objects: Arc<dyn ObjectStore>,
    pub(crate) directory: PathBuf,
    /// The folder of a service that removes content; without one new content goes where all services' does.
    own: Option<&'static str>,
}

impl FileStore {
    /// Opens a directory, which is made when it is missing. Several services may share one.
    ///
    /// # Errors
    /// When the directory can't be made or entered.
    pub fn in_directory(directory: impl AsRef<Directory>) -> Result<Self> {
        let directory = directory.as_ref();
        let unusable = |cause: String| Error::unavailable(format!("{}: {cause}", directory.display()));
        std::fs::create_dir_all(directory).map_err(|error| unusable(error.to_string()))?;
        let objects = LocalFileSystem::new_with_prefix(directory).map_err(|error| unusable(error.to_string()))?;
        Ok(Self { objects: Arc::new(objects.with_fsync(true)), directory: directory.to_owned(), own: None })
    }

    /// The same store with a folder of its own for what one service stores from now on. Services may share a directory,
    /// and each knows its own rows only: what is nobody else's can be removed. What was stored before is still found.
    #[must_use]
    pub fn with_own_folder(mut self, service: &'static str) -> Self {
        self.own = Some(service);
        self
    }

    /// Where content stands or may stand, first where it is put.
    fn places(&self, sha256: &str) -> Result<Vec<Path>> {
        let shared = place(sha256)?;
        Ok(match self.own {
            Some(own) => vec![own_place(own, &shared), shared],
            None => vec![shared],
        })
    }

    /// Whether content is there.
    pub(crate) fn has(&self, sha256: &str) -> Result<bool> {
        for place in self.places(sha256)? {
            let there = self.directory.join(place.as_ref()).try_exists();
            if there.map_err(|error| Error::unavailable(format!("looking for content: {error}")))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Removes content that is this service's own.
    pub(crate) fn remove(&self, sha256: &str) -> Result<Removal> {
        let shared = place(sha256)?;
        if let Some(own) = self.own {
            match std::fs::remove_file(self.directory.join(own_place(own, &shared).as_ref())) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(Error::unavailable(format!("removing content: {error}"))),
            }
        }
        Ok(if self.has(sha256)? { Removal::Shared } else { Removal::Gone })
    }

    /// Stores content of at most `limit` bytes, piece by piece as it arrives; it is durable when this returns.
    ///
    /// # Errors
    /// `file.too_large`, `storage.full`, what the stream says; nothing is kept then.
    pub async fn put<S>(&self, content: S, limit: u64) -> Result<Stored>
    where
        S: Stream<Item = Result<Bytes>> + Unpin,
    {
        let temporary = Path::from_iter([TEMPORARY, &new_id().to_string()]);
        let mut upload = self.objects.put_multipart(&temporary).await.map_err(failed)?;
        let stored = match write_parts(upload.as_mut(), content, limit).await {
            Ok(stored) => stored,
            Err(error) => {
                if let Err(left) = upload.abort().await {
                    tracing::warn!(error = %left, "a temporary file stays until the sweep");
                }
                return Err(error);
            }
        };
        upload.complete().await.map_err(failed)?;
        let shared = place(&stored.sha256)?;
        let place = self.own.map_or_else(|| shared.clone(), |own| own_place(own, &shared));
        self.objects.rename(&temporary, &place).await.map_err(failed)?;
        metrics::counter!("files_stored_bytes_total").increment(stored.size);
        Ok(stored)
    }

    /// The bytes of a range of content; the range lies within the content.
    ///
    /// # Errors
    /// When the content is not there or shorter than it was, which the operator must hear of.
    pub async fn open(&self, sha256: &str, range: Range<u64>) -> Result<Content> {
        if range.is_empty() {
            return Ok(stream::empty().boxed());
        }
        let mut found = None;
        for place in self.places(sha256)? {
            let options = GetOptions::new().with_range(Some(range.clone()));
            match self.objects.get_opts(&place, options).await {
                Ok(there) => found = Some(there),
                Err(object_store::Error::NotFound { .. }) => continue,
                Err(other) => return Err(failed(other)),
            }
            break;
        }
        let found = found.ok_or_else(|| Error::internal(format!("the content of {sha256} is missing")))?;
        if found.range != range {
            return Err(Error::internal(format!("the content of {sha256} has {} bytes only", found.meta.size)));
        }
        Ok(found.into_stream().map_err(failed).boxed())
    }
}

async fn write_parts<S>(upload: &mut dyn MultipartUpload, mut content: S, limit: u64) -> Result<Stored>
where
    S: Stream<Item = Result<Bytes>> + Unpin,
{
    let (mut hash, mut size) = (Sha256::new(), 0_u64);
    let (mut part, mut part_bytes) = (Vec::new(), 0);
    while let Some(piece) = content.try_next().await? {
        size += piece.len() as u64;
        if size > limit {
            return Err(too_large(limit));
        }
        hash.update(&piece);
        part_bytes += piece.len();
        part.push(piece);
        if part_bytes >= PART_BYTES {
            // One part at a time: a slow disk slows the sender instead of filling the memory.
            upload.put_part(PutPayload::from_iter(std::mem::take(&mut part))).await.map_err(failed)?;
            part_bytes = 0;
        }
    }
    if part_bytes > 0 {
        upload.put_part(PutPayload::from_iter(part)).await.map_err(failed)?;
    }
    Ok(Stored { sha256: hex::encode(hash.finalize()), size })
}

/// `sha256/ab/cd…`: two levels, so that no folder grows beyond what people can list.
fn place(sha256: &str) -> Result<Path> {
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    match sha256.split_at_checked(2) {
        Some((first, rest)) if is_hash => Ok(Path::from_iter([BY_HASH, first, rest])),
        _ => Err(Error::internal("a SHA-256 is 64 lower-case hexadecimal digits")),
    }
}

/// `documents/sha256/ab/cd…`.
fn own_place(service: &str, shared: &Path) -> Path {
    Path::from(service).parts().chain(shared.parts()).collect()
}

fn too_large(limit: u64) -> Error {
    Error::new(
        Kind::TooLarge,
        "file.too_large",
        format!("Tệp vượt quá giới hạn {limit} byte."),
        format!("The file is larger than the limit of {limit} bytes."),
    )
    .with("limit", limit)
}
