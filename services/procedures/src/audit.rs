//! The entry every reading of personal data leaves.

use motcua_db::{Db, ReadEntry};
use motcua_kernel::{Actor, Result, Uuid};
use motcua_web::TraceContext;

/// Keeps who read whose data, before the answer goes out.
///
/// # Errors
/// When the entry can't be kept; then there is no answer either.
pub(crate) async fn personal_read(db: &Db, actor: &Actor, operation: &'static str, subjects: Vec<Uuid>) -> Result<()> {
    let request = TraceContext::current().map(|trace| trace.request_id).unwrap_or_default();
    db.audit_read(ReadEntry::of(actor, operation, request, subjects)).await
}
