//! Case files (hồ sơ): the documents of one piece of work kept together, from the yearly list to the archive.
//!
//! Decree 30/2020/NĐ-CP, Articles 28 to 31; Law on Archives 33/2024/QH15; codes of Circular 05/2025/TT-BNV. "File" is
//! what is uploaded; what the decree calls hồ sơ is a *case file* here.
//!
//! - [`plans`]: the **file plan** (danh mục hồ sơ) that the head of an agency issues for a year.
//! - [`files`]: a case file: `open` → `closed` → `handed_over` → (`accepted` | `returned`), and `destroyed` when its
//!   retention has ended. Reopening, keeping back and giving to another officer are steps of it.
//! - [`contents`]: documents in a case file, each a link and no copy; at closing the list of them is made, kept, and its
//!   digest signed into the journal.
//! - [`hand_overs`]: handing in to the archive (nộp lưu), and the reminder 30 days before its limit.
//! - [`loans`]: borrowing (sử dụng bản lưu).
//! - [`metadata`]: all fields of the decree's annex, for another system.
//! - [`search`]: finding them by their words.
//! - [`destructions`]: proposal, decision by another person, protocol. Metadata stays.
//!
//! Who sees a case file is said once, in [`store`]: who keeps it, those who keep and direct the agency's documents, the
//! clerks and leaders of the archive it was handed to, and a borrower until the day it is to be given back. Seeing a case
//! file is seeing its list: a document in it is opened by its own predicate, and where that says no the list shows number
//! and day alone. What was only uploaded into a case file has no other predicate than that of the case file, without
//! borrowers.
//!
//! Titles may name people: they are sealed, their reading is audited, and no event carries one.

pub mod archive_codes;
pub mod contents;
pub mod decision;
pub mod destructions;
pub mod facts;
pub mod files;
pub mod hand_overs;
pub mod lists;
pub mod loans;
pub mod metadata;
pub mod people;
pub mod plans;
pub mod retention;
pub mod search;
mod several;
mod store;
mod succession;

use std::sync::Arc;

use motcua_db::{Conn, Db, ReadEntry, TxResult};
use motcua_journal::Journal;
use motcua_kernel::{Actor, Answer, Error, Idempotency, Result, Role, Uuid};
use motcua_web::TraceContext;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::incoming::IncomingDocuments;

pub use contents::DocumentKind;
pub use destructions::remover;
pub use hand_overs::reminder;
pub use store::{destructions_visible_among, loans_visible_among, plans_visible_among, visible_among};
pub use succession::move_rows;

/// The scope by which case files are read.
const READ: &str = "documents:case-files:read";
/// The scope by which they are kept.
const WRITE: &str = "documents:case-files:write";
/// Roles that keep and direct the case files of an agency, and of those below it.
const KEEPERS: [Role; 4] = [Role::Clerk, Role::Leader, Role::Approver, Role::Administrator];
/// Roles that direct them.
const HEADS: [Role; 2] = [Role::Leader, Role::Approver];

/// The room of case files.
#[derive(Debug, Clone)]
pub struct CaseFiles {
    db: Db,
    journal: Journal,
    arrivals: IncomingDocuments,
}

impl CaseFiles {
    /// The room over the service's database and journal. Incoming documents are read as their own room reads them.
    #[must_use]
    pub fn new(db: Db, journal: Journal, arrivals: IncomingDocuments) -> Self {
        Self { db, journal, arrivals }
    }

    /// Does something once under the request's key, in one transaction; the reading of what the answer shows is noted under
    /// the name of the operation.
    async fn once<F>(
        &self,
        actor: &Arc<Actor>,
        (name, operation): (&'static str, &'static str),
        key: Option<Idempotency>,
        act: F,
    ) -> Result<Answer>
    where
        F: Fn(&mut Conn, &Self, &Actor) -> TxResult<Answer> + Send + Sync + 'static,
    {
        let (own, caller) = (self.clone(), Arc::clone(actor));
        let answer = self.db.write_once(name, actor.tenant, key, move |tx| act(tx, &own, &caller)).await?;
        self.audited(actor, operation, answer).await
    }

    /// Lets the answer of a creation go to who sees what was made: when it is given again, that may have changed.
    ///
    /// # Errors
    /// `not_found`.
    async fn to_who_sees<F>(&self, actor: &Arc<Actor>, answer: Answer, sees: F) -> Result<Answer>
    where
        F: Fn(&mut Conn, &Actor, Uuid) -> TxResult<bool> + Send + Sync + 'static,
    {
        let (id, caller) = (made(&answer)?, Arc::clone(actor));
        let seen = self.db.read("case_file_answer", move |conn| sees(conn, &caller, id)).await?;
        if seen { Ok(answer) } else { Err(Error::not_found()) }
    }

    /// Notes the reading of what an answer shows, also when it is given again.
    async fn audited(&self, actor: &Actor, operation: &'static str, answer: Answer) -> Result<Answer> {
        self.note_reading(actor, operation, vec![made(&answer)?]).await?;
        Ok(answer)
    }

    async fn note_reading(&self, actor: &Actor, operation: &'static str, shown: Vec<Uuid>) -> Result<()> {
        if shown.is_empty() {
            return Ok(());
        }
        let request_id = TraceContext::current().unwrap_or_default().request_id;
        self.db.audit_read(ReadEntry::of(actor, operation, request_id, shown)).await
    }
}

/// Registers the operations of the whole room.
pub fn routes(config: &mut ServiceConfig) {
    config.service(archive_codes::list_archive_codes);
    plans::http::routes(config);
    search::http::routes(config);
    files::http::routes(config);
    contents::http::routes(config);
    metadata::http::routes(config);
    hand_overs::http::routes(config);
    loans::http::routes(config);
    destructions::http::routes(config);
}

/// A case file, by id and code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CaseFileReference {
    /// The case file.
    pub id: Uuid,
    /// Its code.
    #[schema(example = "H50.12.2026.01.TCCB")]
    pub code: String,
}

/// The case files a document is in, of those the caller may see: for the rooms of documents, which show it.
///
/// # Errors
/// When the database fails.
pub(crate) fn holding(
    conn: &mut Conn,
    actor: &Actor,
    kind: DocumentKind,
    document: Uuid,
) -> TxResult<Vec<CaseFileReference>> {
    let found = store::holding(conn, actor, kind.as_str(), document)?;
    Ok(found.into_iter().map(|(id, code)| CaseFileReference { id, code }).collect())
}

/// Whether a file was uploaded into a case file the caller may see.
///
/// # Errors
/// When the database fails.
pub fn sees_file(conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
    store::sees_file(conn, actor, file)
}

/// Refuses a file that was destroyed with its case files, naming the protocol.
///
/// # Errors
/// `file.destroyed`.
pub fn refuse_destroyed(conn: &mut Conn, tenant: Uuid, file: Uuid) -> TxResult<()> {
    let Some((destruction, decision)) = store::destroyed_with(conn, tenant, file)? else { return Ok(()) };
    let error = Error::new(
        motcua_kernel::Kind::NotFound,
        "file.destroyed",
        format!("Tài liệu đã tiêu hủy theo quyết định {decision}; siêu dữ liệu được giữ lại."),
        format!("It was destroyed by the decision {decision}; what is known of it is kept."),
    );
    Err(error.with("destruction_id", destruction.to_string()).with("decision", decision).into())
}

/// What an answer is about.
fn made(answer: &Answer) -> Result<Uuid> {
    let id = answer.body.get("id").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::internal("a case file was answered without an id"))
}
