//! Files of this service: the room of `motcua_files`, open to whoever may see a document a file belongs to.

use motcua_db::{Conn, TxResult};
use motcua_files::FileVisibility;
use motcua_kernel::{Actor, Clock, Uuid};

use crate::outgoing::DocumentFiles;
use crate::{drafts, incoming};

motcua_files::file_routes! { write: "documents:files:write", read: "documents:documents:read" }

/// A file is open to whoever may see what it belongs to, be it an outgoing document, an incoming one or a draft.
#[derive(Debug, Clone)]
pub struct FilesOfDocuments {
    /// Who belongs to the circle of a draft is a matter of the day.
    pub clock: Clock,
}

impl FileVisibility for FilesOfDocuments {
    fn may_read(&self, conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
        Ok(DocumentFiles.may_read(conn, actor, file)?
            || incoming::sees_file(conn, actor, file)?
            || drafts::sees_file(conn, actor, self.clock.business(), file)?)
    }
}
