//! The rows of files.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Migrations, TxResult};
use motcua_kernel::{Actor, Error, Result, SystemTime, Text, Uuid, Vault, new_id};

use crate::file_store::Stored;
use crate::visibility::uploader_of;

/// The table of files.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: || {
        const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
        SQLITE
    },
    postgres: || {
        const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
        POSTGRES
    },
};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    files (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        sha256 -> Text,
        size -> BigInt,
        media_type -> Text,
        /// Sealed: file names name people.
        name -> Binary,
        uploader -> Text,
        scan_state -> Text,
        created_at -> Instant,
        /// When its content was destroyed.
        destroyed_at -> Nullable<Instant>,
    }
}

/// Whether malware was looked for. There is no scanner yet, so there is one state.
pub(crate) const NOT_SCANNED: &str = "not_scanned";

/// A file as other rooms see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// Its id.
    pub id: Uuid,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Its length in bytes.
    pub size: u64,
    /// What the uploader said it is; not to be believed.
    pub media_type: String,
    /// Who uploaded it: [`uploader_of`].
    pub uploader: String,
    /// Whether malware was looked for: `not_scanned` while no scanner is configured.
    pub scan_state: String,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When it was destroyed: what is known of it stays, its content is gone.
    pub destroyed_at: Option<DateTime<Utc>>,
    sealed_name: Vec<u8>,
}

impl FileRecord {
    /// The name it was uploaded under, which is personal data.
    ///
    /// # Errors
    /// When the key it was sealed with is gone.
    pub fn name(&self, vault: &Vault) -> Result<String> {
        String::from_utf8(vault.open(&name_context(self.id), &self.sealed_name)?).map_err(Error::internal)
    }
}

/// A file that is about to be kept.
pub(crate) struct NewFile<'a> {
    pub stored: &'a Stored,
    pub media_type: &'a str,
    pub name: &'a str,
}

pub(crate) fn insert(
    tx: &mut Conn,
    vault: &Vault,
    actor: &Actor,
    new: &NewFile<'_>,
    now: SystemTime,
) -> TxResult<FileRecord> {
    let id = new_id();
    let record = FileRecord {
        id,
        sha256: new.stored.sha256.clone(),
        size: new.stored.size,
        media_type: new.media_type.to_owned(),
        uploader: uploader_of(actor, vault),
        scan_state: NOT_SCANNED.to_owned(),
        created_at: now.0,
        destroyed_at: None,
        sealed_name: vault.seal(&name_context(id), new.name.as_bytes())?,
    };
    diesel::insert_into(files::table)
        .values((
            files::tenant_id.eq(Id(actor.tenant)),
            files::id.eq(Id(id)),
            files::sha256.eq(&record.sha256),
            files::size.eq(i64::try_from(record.size).map_err(Error::internal)?),
            files::media_type.eq(&record.media_type),
            files::name.eq(&record.sealed_name),
            files::uploader.eq(&record.uploader),
            files::scan_state.eq(&record.scan_state),
            files::created_at.eq(At(record.created_at)),
        ))
        .execute(tx)?;
    Ok(record)
}

/// A file by its id, whoever asks: the caller of this function answers for permission.
///
/// # Errors
/// When the database fails.
pub fn load(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<FileRecord>> {
    type Columns = (String, i64, String, Vec<u8>, String, String, At, Option<At>);
    let row: Option<Columns> = files::table
        .select((
            files::sha256,
            files::size,
            files::media_type,
            files::name,
            files::uploader,
            files::scan_state,
            files::created_at,
            files::destroyed_at,
        ))
        .filter(files::tenant_id.eq(Id(tenant)).and(files::id.eq(Id(id))))
        .first(conn)
        .optional()?;
    let Some((sha256, size, media_type, sealed_name, uploader, scan_state, created_at, destroyed_at)) = row else {
        return Ok(None);
    };
    let size = u64::try_from(size).map_err(Error::internal)?;
    let (created_at, destroyed_at) = (created_at.0, destroyed_at.map(|at| at.0));
    Ok(Some(FileRecord { id, sha256, size, media_type, uploader, scan_state, created_at, destroyed_at, sealed_name }))
}

/// The file that a request names at `pointer`, which must be one the caller uploaded: nobody attaches another's file, nor
/// one that was destroyed.
///
/// # Errors
/// `file.unknown` at the pointer when there is none, or it is somebody else's.
pub fn require_uploaded_by(
    conn: &mut Conn,
    vault: &Vault,
    actor: &Actor,
    id: Uuid,
    pointer: &str,
) -> TxResult<FileRecord> {
    let own = |file: &FileRecord| file.uploader == uploader_of(actor, vault) && file.destroyed_at.is_none();
    let found = load(conn, actor.tenant, id)?.filter(own);
    Ok(found.ok_or_else(|| {
        let text = Text::new("Không có tệp này trong các tệp bạn đã tải lên.", "No file you uploaded has this id.");
        Error::invalid_field(pointer, "file.unknown", text)
    })?)
}

fn name_context(id: Uuid) -> String {
    format!("files.name:{id}")
}
