//! Reading the registers of an agency for a period.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{Named, names, resolve};
use motcua_db::ReadEntry;
use motcua_kernel::{Actor, ActorKind, Error, FieldError, Result, Text, Uuid};

use super::http::IncomingRegister;
use super::{Lines, rows_for_sheet};
use crate::incoming::IncomingDocuments;
use crate::incoming::rules::{READ, not_yours};
use crate::incoming::store;

/// The longest period: a year, the leap day included.
const MOST_DAYS: i64 = 366;

/// The registers of an agency.
///
/// # Errors
/// `agency.unknown`, `register.period`, `register.too_long`; `incoming.not_yours` for those who neither keep nor direct the
/// agency's documents.
pub(super) async fn read(
    room: &IncomingDocuments,
    actor: Arc<Actor>,
    agency: String,
    (from, to): (NaiveDate, NaiveDate),
    request_id: String,
) -> Result<IncomingRegister> {
    actor.require_scope("documents:registers:read")?;
    actor.require_scope(READ)?;
    let before = to.succ_opt().filter(|_| from <= to && (to - from).num_days() < MOST_DAYS).ok_or_else(wrong_period)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let today = room.db.clock.business().day_in_vietnam();
    let (agency, lines) = room
        .db
        .read_snapshot("incoming_register", move |conn| {
            let tenant = reader.tenant;
            let found = resolve(conn, tenant, &agency, today)?;
            // What was split is asked for by the id of a part.
            let [id] = found.as_slice() else { return Err(several(&found).into()) };
            let may = match reader.kind {
                ActorKind::Service => true,
                ActorKind::Officer => store::keeps(conn, &reader, *id)?,
                ActorKind::Client | ActorKind::Citizen => false,
            };
            if !may {
                return Err(not_yours().into());
            }
            let lines = rows_for_sheet(conn, &own, tenant, *id, (from, before))?.ok_or_else(too_long)?;
            let named = names(conn, tenant, &[*id], today)?.remove(id);
            let named: Named = named.ok_or_else(|| Error::internal(format!("the agency {id} has no name")))?;
            Ok((named, lines))
        })
        .await?;
    let Lines { register, progress } = lines;
    let subjects: Vec<Uuid> = register.iter().map(|line| line.document_id).collect();
    if !subjects.is_empty() {
        room.db.audit_read(ReadEntry::of(&actor, "get_incoming_register", request_id, subjects)).await?;
    }
    Ok(IncomingRegister { agency, from, to, register, progress })
}

fn wrong_period() -> Error {
    let text = Text::new("Kỳ phải từ 1 ngày đến 1 năm.", "The period must have 1 day to 1 year.");
    Error::malformed("register.period", text.vi, text.en).with("parameter", "to")
}

fn several(found: &[Uuid]) -> Error {
    let error = Error::malformed(
        "agency.several",
        "Cơ quan này đã được chia tách hoặc chưa có cơ quan kế thừa; hãy nêu một cơ quan đang hoạt động.",
        "This agency was split or has no successor; name one that is open.",
    );
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    error.with("successors", found).with("parameter", "agency")
}

fn too_long() -> Error {
    let text = Text::new(
        "Sổ có hơn 5.000 dòng; hãy chọn kỳ ngắn hơn.",
        "The register has more than 5,000 rows; choose a shorter period.",
    );
    let mut error = Error::malformed("register.too_long", text.vi.clone(), text.en.clone()).with("parameter", "from");
    error.fields = vec![FieldError::new("", "period", text)];
    error
}
