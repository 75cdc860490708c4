//! Files of this service: the room of `motcua_files`, open to whoever may see a document or case file a file belongs to.

use motcua_db::{Conn, TxResult};
use motcua_files::FileVisibility;
use motcua_kernel::{Actor, Uuid};

use crate::outgoing::DocumentFiles;
use crate::{case_files, incoming};

motcua_files::file_routes! { write: "documents:files:write", read: "documents:documents:read" }

/// A file is open to whoever may see a document it belongs to, be it outgoing or incoming, or the case file it was
/// uploaded into; and to nobody when it was destroyed with its case files.
#[derive(Debug, Clone, Copy, Default)]
pub struct FilesOfDocuments;

impl FileVisibility for FilesOfDocuments {
    fn may_read(&self, conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
        Ok(of_document(conn, actor, file)? || case_files::sees_file(conn, actor, file)?)
    }

    fn check(&self, conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<()> {
        // A document in a register keeps its file whatever becomes of a case file.
        if of_document(conn, actor, file)? { Ok(()) } else { case_files::refuse_destroyed(conn, actor.tenant, file) }
    }
}

fn of_document(conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
    Ok(DocumentFiles.may_read(conn, actor, file)? || incoming::sees_file(conn, actor, file)?)
}
