//! Who may read a file.

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, Result, Uuid, Vault};

/// The scopes by which a service admits callers to its files.
///
/// Uploading takes `write`. Reading takes `write` for files the caller uploaded, so that who may send may check what
/// arrived, and `read` for files of objects the caller may see; `read` is the scope of those objects, because a file is
/// part of its object and no scope may open the one without the other.
#[derive(Debug, Clone, Copy)]
pub struct FileScopes {
    /// `documents:files:write`.
    pub write: &'static str,
    /// `documents:documents:read`.
    pub read: &'static str,
}

/// What a service says about its files: who beside the uploader may read one.
pub trait FileVisibility: Send + Sync + 'static {
    /// Whether the caller may see an object that the file belongs to; by the one predicate of that object.
    ///
    /// # Errors
    /// When the database fails.
    fn may_read(&self, conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool>;

    /// Refuses a file that nobody may open any more, its uploader neither, to a caller who might have.
    ///
    /// # Errors
    /// Why it is refused, or when the database fails.
    fn check(&self, _conn: &mut Conn, _actor: &Actor, _file: Uuid) -> TxResult<()> {
        Ok(())
    }
}

/// How an uploader is kept: `issuer|subject`. A citizen's subject may be an identity number, so a citizen is kept as a
/// keyed hash of it.
#[must_use]
pub fn uploader_of(actor: &Actor, vault: &Vault) -> String {
    let plain = format!("{}|{}", actor.issuer, actor.subject);
    match actor.kind {
        ActorKind::Citizen => format!("citizen|{}", vault.lookup("file_uploader", &plain)),
        ActorKind::Officer | ActorKind::Client | ActorKind::Service => plain,
    }
}

impl FileScopes {
    /// Refuses who can't read any file, and says whether the caller may read more than they uploaded.
    pub(crate) fn admit_reader(&self, actor: &Actor) -> Result<bool, Error> {
        let reads_objects = actor.scopes.contains(self.read);
        if !reads_objects {
            actor.require_scope(self.write)?;
        }
        Ok(reads_objects)
    }
}
