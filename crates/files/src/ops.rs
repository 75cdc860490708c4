//! Uploading and reading files.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use motcua_db::{Conn, Db, ReadEntry, TxResult};
use motcua_kernel::text::is_one_line;
use motcua_kernel::{Actor, Answer, Error, Kind, Result, Uuid};
use motcua_web::{Pieces, Upload};

use crate::destruction;
use crate::file_store::FileStore;
use crate::http::File;
use crate::signature::{self, HEAD_BYTES};
use crate::store::{self, FileRecord, NewFile};
use crate::visibility::{FileScopes, FileVisibility, uploader_of};

const UNKNOWN_TYPE: &str = "application/octet-stream";
const LONGEST_TYPE: usize = 127;

/// The room of files of one service.
#[derive(Clone)]
pub struct Files {
    pub(crate) db: Db,
    pub(crate) store: FileStore,
    scopes: FileScopes,
    visibility: Arc<dyn FileVisibility>,
    limit: u64,
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

impl Files {
    /// The largest attachment: 50 MiB.
    pub const LIMIT: u64 = 50 << 20;

    /// The room over a service's database and store, with the scopes of its routes and its word on who may read.
    #[must_use]
    pub fn new(db: Db, store: FileStore, scopes: FileScopes, visibility: Arc<dyn FileVisibility>) -> Self {
        Self { db, store, scopes, visibility, limit: Self::LIMIT }
    }

    /// The same room with another limit, for another kind of file.
    #[must_use]
    pub fn with_limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// Where the content is.
    #[must_use]
    pub fn store(&self) -> &FileStore {
        &self.store
    }
}

pub(crate) async fn upload(room: &Files, mut upload: Upload) -> Result<Answer> {
    upload.actor.require_scope(room.scopes.write)?;
    let mut pieces = upload.pieces(room.limit)?;
    let declared = upload.content_type.clone().filter(|text| text.len() <= LONGEST_TYPE);
    let media_type = declared.unwrap_or_else(|| UNKNOWN_TYPE.to_owned());
    let name = upload.file_name.clone().unwrap_or_default();
    let begun = beginning(&mut pieces).await?;
    let right = require_name(&name).and_then(|()| signature::require_declared(&media_type, &name, &begun));
    if let Err(refusal) = right {
        // To its end: whoever still sends would not hear the refusal.
        while pieces.try_next().await?.is_some() {}
        return Err(refusal);
    }
    let content = stream::iter([Ok(begun)]).chain(pieces);
    let stored = room.store.put(content, room.limit).await?;
    let key = upload.idempotency(&stored.sha256);
    let actor = Arc::clone(&upload.actor);
    let (db, content) = (room.db.clone(), room.store.clone());
    room.db
        .write_once("file_upload", upload.actor.tenant, key, move |tx| {
            destruction::require_there(tx, &content, &stored.sha256)?;
            let new = NewFile { stored: &stored, media_type: &media_type, name: &name };
            let record = store::insert(tx, &db.vault, &actor, &new, db.clock.system())?;
            let view = File::of(&record, &db.vault)?;
            Ok(Answer::created(format!("/v1/files/{}", record.id), &view)?.personal())
        })
        .await
}

/// Refuses a name that turns the direction of what stands behind it, so that `fdp.exe` reads as a PDF, or that nobody can
/// see.
fn require_name(name: &str) -> Result<()> {
    if name.is_empty() || is_one_line(name) {
        return Ok(());
    }
    Err(Error::new(
        Kind::Invalid,
        "file.name_invalid",
        "Tên tệp có ký tự điều khiển hay đổi chiều, hoặc không có chữ nhìn thấy được.",
        "The name of the file has control characters or changes of direction, or nothing to see.",
    ))
}

/// The first pieces of the content, together: enough of it to see what it is, or all.
async fn beginning(pieces: &mut Pieces) -> Result<Bytes> {
    let mut begun = BytesMut::new();
    while begun.len() < HEAD_BYTES {
        let Some(piece) = pieces.try_next().await? else { break };
        begun.extend_from_slice(&piece);
    }
    Ok(begun.freeze())
}

/// A file the caller may read, noted in the read audit: names and contents of files are personal data.
pub(crate) async fn read(
    room: &Files,
    actor: &Arc<Actor>,
    id: Uuid,
    operation: &'static str,
    request_id: String,
) -> Result<FileRecord> {
    let reads_objects = room.scopes.admit_reader(actor)?;
    let asked = ReadEntry::of(actor, operation, request_id, vec![id]);
    let (reader, actor) = (room.clone(), Arc::clone(actor));
    let found = room.db.read("file_read", move |conn| reader.visible(conn, &actor, id, reads_objects)).await?;
    room.db.audit_read(asked).await?;
    Ok(found)
}

impl Files {
    /// A file the caller may read, for what a service says of it beside its bytes; noted in the read audit.
    ///
    /// # Errors
    /// `scope.missing`, `not_found`.
    pub async fn find(
        &self,
        actor: &Arc<Actor>,
        id: Uuid,
        operation: &'static str,
        request_id: String,
    ) -> Result<FileRecord> {
        read(self, actor, id, operation, request_id).await
    }

    fn visible(&self, conn: &mut Conn, actor: &Actor, id: Uuid, reads_objects: bool) -> TxResult<FileRecord> {
        let file = store::load(conn, actor.tenant, id)?.ok_or_else(Error::not_found)?;
        let uploaded = file.uploader == uploader_of(actor, &self.db.vault);
        if uploaded || (reads_objects && self.visibility.may_read(conn, actor, id)?) {
            self.visibility.check(conn, actor, id)?;
            return if file.destroyed_at.is_none() { Ok(file) } else { Err(Error::not_found().into()) };
        }
        Err(Error::not_found().into())
    }
}
