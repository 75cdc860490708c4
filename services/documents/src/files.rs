//! Files of this service: the room of `motcua_files`, open to whoever may see the document a file belongs to.

use motcua_db::{Conn, TxResult};
use motcua_files::FileVisibility;
use motcua_kernel::{Actor, Clock, Uuid};

use crate::{drafts, outgoing};

motcua_files::file_routes! { write: "documents:files:write", read: "documents:documents:read" }

/// Who may read a file of this service: whoever may see the document it belongs to, or the draft.
#[derive(Debug, Clone)]
pub struct OwnFiles {
    /// Who belongs to the circle of a draft is a matter of the day.
    pub clock: Clock,
}

impl FileVisibility for OwnFiles {
    fn may_read(&self, conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
        Ok(outgoing::DocumentFiles.may_read(conn, actor, file)?
            || drafts::sees_file(conn, actor, self.clock.business(), file)?)
    }
}
