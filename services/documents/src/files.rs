//! Files of this service: the room of `motcua_files`, open to whoever may see a document or case file a file belongs to.

use motcua_db::{Conn, TxResult};
use motcua_files::FileVisibility;
use motcua_kernel::{Actor, Clock, Uuid};

use crate::outgoing::DocumentFiles;
use crate::{case_files, drafts, incoming};

motcua_files::file_routes! { write: "documents:files:write", read: "documents:documents:read" }

/// A file is open to whoever may see a document it belongs to, be it outgoing, incoming or a draft, or the case file it was
/// uploaded into; and to nobody when it was destroyed with its case files.
#[derive(Debug, Clone)]
pub struct FilesOfDocuments {
    /// Who belongs to the circle of a draft is a matter of the day.
    pub clock: Clock,
}

impl FileVisibility for FilesOfDocuments {
    fn may_read(&self, conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
        Ok(self.of_document(conn, actor, file)? || case_files::sees_file(conn, actor, file)?)
    }

    fn check(&self, conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<()> {
        case_files::refuse_destroyed(conn, actor.tenant, file)
    }
}

impl FilesOfDocuments {
    fn of_document(&self, conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
        Ok(DocumentFiles.may_read(conn, actor, file)?
            || incoming::sees_file(conn, actor, file)?
            || drafts::sees_file(conn, actor, self.clock.business(), file)?)
    }
}
