//! Files of dossiers: attachments and results.

use motcua_db::{Conn, TxResult};
use motcua_files::FileVisibility;
use motcua_kernel::{Actor, Uuid};

use crate::{consultations, dossiers};

motcua_files::file_routes!(write: "procedures:files:write", read: "procedures:dossiers:read");

/// Whoever may see a dossier may read its files; those of opinions only agencies.
pub(crate) struct DossierFiles;

impl FileVisibility for DossierFiles {
    fn may_read(&self, conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
        Ok(dossiers::store::may_read_file(conn, actor, file)? || consultations::may_read_file(conn, actor, file)?)
    }
}
