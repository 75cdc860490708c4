//! Who may give which code (mã định danh điện tử). Dossiers and documents are sent to codes, so whoever holds a code gets
//! what is meant for it: a code is given by those above, and only out of what is theirs.

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_agencies::{AgencyRecord, DatedCode, agency_codes, names, successions_of};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Authority, Error, Uuid};

use super::access::{administers, administers_root};

/// Refuses codes and kinds that are not the caller's to give, and says what right they took beside the right to the
/// agency itself.
///
/// A new code lies below the code of the agency above and never was another agency's. Everything else (a code of another
/// branch, one that passes from agency to agency, one of an agency whose work went on elsewhere) is decided at the root.
///
/// # Errors
/// `agency.code_not_yours`, or `agency.decided_above` when an agency would change its own kind or codes.
pub(super) fn require_right_to_codes(
    tx: &mut Conn,
    actor: &Actor,
    known: Option<&AgencyRecord>,
    record: &AgencyRecord,
    today: NaiveDate,
) -> TxResult<Option<Authority>> {
    let recoded = known.is_none_or(|known| known.codes != record.codes);
    let rekinded = known.is_some_and(|known| known.kind != record.kind);
    if !recoded && !rekinded {
        return Ok(None);
    }
    // A new agency is not in the tree yet, and one that moves is still where it was.
    let placed = known.map(|known| known.id).or(record.parent_id);
    if let Some(placed) = placed
        && let Some(at_the_root) = administers_root(tx, actor, placed, today)?
    {
        return Ok(Some(at_the_root));
    }
    let mut taken = None;
    if let Some(known) = known {
        let above = known.parent_id.map(|parent| administers(tx, actor, parent)).transpose()?.flatten();
        taken = Some(above.ok_or_else(decided_above)?);
        let succeeded = successions_of(tx, actor.tenant, known.id)?.iter().any(|told| told.from_agency_id == known.id);
        if recoded && succeeded {
            return Err(not_yours(record.codes.first()).into());
        }
    }
    for code in &record.codes {
        let held_before = known.is_some_and(|known| known.codes.iter().any(|held| covers(held, code)));
        if !held_before && !is_free_below(tx, actor.tenant, record, code, today)? {
            return Err(not_yours(Some(code)).into());
        }
    }
    Ok(taken)
}

/// Whether a code on its days is nothing but what was held already.
fn covers(held: &DatedCode, code: &DatedCode) -> bool {
    let ends_later = match (held.valid_to, code.valid_to) {
        (None, _) => true,
        (Some(held), Some(code)) => code <= held,
        (Some(_), None) => false,
    };
    held.code == code.code && held.valid_from <= code.valid_from && ends_later
}

/// Whether a code lies below that of the agency above, and has been nobody else's.
fn is_free_below(
    tx: &mut Conn,
    tenant: Uuid,
    record: &AgencyRecord,
    code: &DatedCode,
    today: NaiveDate,
) -> TxResult<bool> {
    let Some(parent) = record.parent_id else { return Ok(false) };
    let above = names(tx, tenant, &[parent], today.max(code.valid_from))?.remove(&parent).map(|named| named.code);
    let rest = above.filter(|above| !above.is_empty()).and_then(|above| code.code.strip_prefix(&above));
    if !rest.is_some_and(|rest| rest.starts_with('.')) {
        return Ok(false);
    }
    let others: Option<Id> = agency_codes::table
        .select(agency_codes::agency_id)
        .filter(agency_codes::tenant_id.eq(Id(tenant)).and(agency_codes::code.eq(&code.code)))
        .filter(agency_codes::agency_id.ne(Id(record.id)))
        .first(tx)
        .optional()?;
    Ok(others.is_none())
}

fn not_yours(code: Option<&DatedCode>) -> Error {
    let error = Error::forbidden(
        "agency.code_not_yours",
        "Mã mới phải nằm dưới mã của cơ quan cấp trên và chưa từng thuộc cơ quan khác; mã khác do quản trị cấp tỉnh đặt.",
        "A new code lies below that of the agency above and never was another's; others are given at the top.",
    );
    match code {
        Some(code) => error.with("refused_code", code.code.clone()),
        None => error,
    }
}

fn decided_above() -> Error {
    Error::forbidden(
        "agency.decided_above",
        "Loại và mã của cơ quan do quản trị của cơ quan cấp trên quyết định.",
        "The kind and the codes of an agency are decided by administrators of the agency above it.",
    )
}
