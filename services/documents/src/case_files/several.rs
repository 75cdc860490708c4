//! Several case files that one request names: to be handed in, to be destroyed.

use std::collections::{BTreeMap, BTreeSet};

use motcua_agencies::authority_in;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Authority, Error, FieldError, Result, Role, Text, Uuid};

use super::loans;
use super::store::{self, CaseFileRow};
use crate::text_fields::required;

/// As many as one request may name.
const MOST: usize = 500;

/// What is wrong with a list before anything is looked up.
pub(super) fn list_fault(case_files: &[Uuid]) -> Option<FieldError> {
    if case_files.is_empty() {
        return Some(required("/case_files"));
    }
    let text = || Text::new("Nhiều nhất 500 hồ sơ.", "At most 500 case files.");
    (case_files.len() > MOST).then(|| FieldError::new("/case_files", "too_many", text()))
}

/// The right of a clerk or leader of an agency. Who has nothing to do with the agency finds nothing.
///
/// # Errors
/// `not_found`, or the refusal.
pub(super) fn keeper_of(
    conn: &mut Conn,
    actor: &Actor,
    agency: Uuid,
    refusal: impl FnOnce() -> Error,
) -> TxResult<Authority> {
    if authority_in(conn, actor, agency, &Role::ALL)?.is_none() {
        return Err(Error::not_found().into());
    }
    let held = authority_in(conn, actor, agency, &[Role::Clerk, Role::Leader, Role::Approver])?;
    Ok(held.ok_or_else(refusal)?)
}

/// The case files a request names, in its order. From here on they are held: nobody lends them, hands them in or destroys
/// them before the transaction ends.
///
/// # Errors
/// Every fault of every one at once: named twice, not the agency's as `is_theirs` says, or what `fault` finds;
/// `case_file.lent`, `precondition.stale`.
pub(super) fn named(
    tx: &mut Conn,
    tenant: Uuid,
    case_files: &[Uuid],
    is_theirs: impl Fn(&CaseFileRow) -> bool,
    fault: impl Fn(&CaseFileRow, &str) -> Result<Option<FieldError>>,
) -> TxResult<Vec<CaseFileRow>> {
    let found = store::rows_of(tx, tenant, case_files)?.into_iter().filter(|row| is_theirs(row));
    let mut found: BTreeMap<Uuid, CaseFileRow> = found.map(|row| (row.id.0, row)).collect();
    store::hold_all(tx, found.values())?;
    let (mut rows, mut faults, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (at, case_file) in case_files.iter().enumerate() {
        let pointer = format!("/case_files/{at}");
        if !seen.insert(*case_file) {
            let text = Text::new("Hồ sơ được nêu hai lần.", "This case file is named twice.");
            faults.push(FieldError::new(pointer, "repeated", text));
            continue;
        }
        let Some(row) = found.remove(case_file) else {
            let text = Text::new("Cơ quan không giữ hồ sơ này.", "The agency does not keep this case file.");
            faults.push(FieldError::new(pointer, "case_file.unknown", text));
            continue;
        };
        faults.extend(fault(&row, &pointer)?);
        rows.push(row);
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    loans::refuse_lent(tx, tenant, case_files)?;
    Ok(rows)
}
