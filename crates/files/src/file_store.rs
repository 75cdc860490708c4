//! Content under its SHA-256, in a directory.
//!
//! New content is written under a temporary name, made durable, and renamed to its hash: a kill, a full disk or a client
//! that hangs up leaves at most a temporary file, never half a file under a hash. The rename replaces equal content by
//! itself, so the same content twice is stored once, and content that a disk had damaged is whole again.
//!
//! Behind it is an [`ObjectStore`], so that an S3 bucket can take the directory's place: nothing here but
//! [`FileStore::in_directory`] and the sweep knows a directory.

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

/// Where content is kept. Copies share it.
#[derive(Debug, Clone)]
pub struct FileStore {
    objects: Arc<dyn ObjectStore>,
    pub(crate) directory: PathBuf,
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
        Ok(Self { objects: Arc::new(objects.with_fsync(true)), directory: directory.to_owned() })
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
        self.objects.rename(&temporary, &place(&stored.sha256)?).await.map_err(failed)?;
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
        let options = GetOptions::new().with_range(Some(range.clone()));
        let found = self.objects.get_opts(&place(sha256)?, options).await.map_err(|error| match error {
            object_store::Error::NotFound { .. } => Error::internal(format!("the content of {sha256} is missing")),
            other => failed(other),
        })?;
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

fn too_large(limit: u64) -> Error {
    Error::new(
        Kind::TooLarge,
        "file.too_large",
        format!("Tệp vượt quá giới hạn {limit} byte."),
        format!("The file is larger than the limit of {limit} bytes."),
    )
    .with("limit", limit)
}
