//! Files of this service: the room of `motcua_files`, open to whoever may see a document a file belongs to.

use motcua_db::{Conn, TxResult};
use motcua_files::FileVisibility;
use motcua_kernel::{Actor, Uuid};

use crate::incoming;
use crate::outgoing::DocumentFiles;

motcua_files::file_routes! { write: "documents:files:write", read: "documents:documents:read" }

/// A file is open to whoever may see a document it belongs to, be it outgoing or incoming.
#[derive(Debug, Clone, Copy, Default)]
pub struct FilesOfDocuments;

impl FileVisibility for FilesOfDocuments {
    fn may_read(&self, conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
        Ok(DocumentFiles.may_read(conn, actor, file)? || incoming::sees_file(conn, actor, file)?)
    }
}
