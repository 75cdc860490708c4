//! The file plan (danh mục hồ sơ): which case files an agency will open in a year, how long each is kept and who keeps it.
//!
//! Decree 30/2020/NĐ-CP, Articles 28 to 31: the head of the agency issues it at the beginning of the year and it is sent to
//! the units. `draft` → `issued`; a draft is written anew as a whole, an issued plan is only added to, and what was added
//! says so.

mod check;
pub mod http;
mod lines;
mod ops;
mod read;
mod sheet;
mod store;
mod succession;

use motcua_agencies::authority_in;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Authority, Error, Result, Text, Uuid};

use super::retention::Retention;
use super::{CaseFiles, HEADS, KEEPERS};

pub(super) use succession::move_plans;

/// A plan that is being written.
const DRAFT: &str = "draft";
/// A plan that holds.
const ISSUED: &str = "issued";

/// What a plan says of a case file to be opened.
pub(super) struct Planned {
    pub year: i32,
    pub notation: String,
    pub title: String,
    pub retention: Retention,
}

/// A line of an issued plan of an agency, for opening a case file by it.
///
/// # Errors
/// `file_plan.entry_unknown` at `/plan_entry`, `file_plan.not_issued`.
pub(super) fn issued_entry(
    conn: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    agency: Uuid,
    entry: Uuid,
) -> TxResult<Planned> {
    let unknown = || {
        let text =
            Text::new("Danh mục hồ sơ của cơ quan không có mục này.", "The file plan of the agency has no such line.");
        Error::invalid_field("/plan_entry", "file_plan.entry_unknown", text)
    };
    let row = store::entry(conn, actor.tenant, entry)?.ok_or_else(unknown)?;
    let plan = store::row(conn, actor.tenant, row.plan_id.0)?.ok_or_else(unknown)?;
    if plan.responsible_agency_id.0 != agency {
        return Err(unknown().into());
    }
    if plan.state != ISSUED {
        return Err(Error::conflict(
            "file_plan.not_issued",
            "Danh mục hồ sơ chưa được ban hành (Nghị định 30/2020/NĐ-CP, Điều 28 đến 31).",
            "The file plan has not been issued (Decree 30/2020/NĐ-CP, Articles 28 to 31).",
        )
        .with("state", plan.state)
        .into());
    }
    let content = row.content(&room.db.vault)?;
    Ok(Planned {
        year: plan.year,
        notation: row.notation,
        title: content.title,
        retention: Retention(row.retention_years),
    })
}

/// How long the line of a plan that a case file was opened by has it kept.
pub(super) fn retention_of(conn: &mut Conn, tenant: Uuid, entry: Uuid) -> TxResult<Retention> {
    let row = store::entry(conn, tenant, entry)?;
    let row = row.ok_or_else(|| Error::internal(format!("the line {entry} of a plan is not there")))?;
    Ok(Retention(row.retention_years))
}

/// Refuses to keep a case file for a shorter time than the agency's list of case files, which its head has issued, says.
///
/// # Errors
/// `retention.below_plan`.
pub(super) fn require_as_long(planned: Retention, asked: Retention) -> Result<()> {
    if asked.is_as_long_as(planned) {
        return Ok(());
    }
    let text = Text::new(
        format!("Danh mục hồ sơ đã ban hành định thời hạn bảo quản là {}; không rút ngắn được.", planned.name()),
        format!("The file plan that was issued says {}; it can't be kept for less.", planned.name_en()),
    );
    Err(Error::invalid_field("/retention", "retention.below_plan", text))
}

/// The words of a line of a plan, for those who look for a case file that was opened by it.
pub(super) fn words_of(conn: &mut Conn, room: &CaseFiles, tenant: Uuid, entry: Uuid) -> TxResult<Vec<String>> {
    let Some(row) = store::entry(conn, tenant, entry)? else { return Ok(Vec::new()) };
    let content = row.content(&room.db.vault)?;
    Ok([content.heading, Some(content.title), content.note].into_iter().flatten().collect())
}

/// The right of who writes an agency's plan.
fn keeper(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<Authority> {
    Ok(authority_in(conn, actor, agency, &KEEPERS)?.ok_or_else(not_keeper)?)
}

/// The right of who issues it.
fn head(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<Authority> {
    let held = authority_in(conn, actor, agency, &HEADS)?;
    Ok(held.ok_or_else(|| {
        Error::forbidden(
            "file_plan.not_head",
            "Người đứng đầu cơ quan ban hành danh mục hồ sơ (Nghị định 30/2020/NĐ-CP, Điều 28 đến 31).",
            "The head of the agency issues its file plan (Decree 30/2020/NĐ-CP, Articles 28 to 31).",
        )
    })?)
}

fn not_keeper() -> Error {
    Error::forbidden(
        "file_plan.not_keeper",
        "Chỉ văn thư, lãnh đạo hoặc quản trị của cơ quan lập danh mục hồ sơ.",
        "Only clerks, leaders and administrators of the agency write its file plan.",
    )
}

/// Refuses what can't be done with a plan in its state.
fn require_state(state: &str, expected: &str, allowed: &[&str]) -> Result<()> {
    if state == expected {
        return Ok(());
    }
    let error = Error::conflict(
        "file_plan.state",
        "Danh mục hồ sơ đã ban hành; chỉ bổ sung được mục mới (Nghị định 30/2020/NĐ-CP, Điều 28 đến 31).",
        "The file plan has been issued; lines can only be added (Decree 30/2020/NĐ-CP, Articles 28 to 31).",
    );
    Err(error.with("state", state).with("allowed_actions", allowed.to_vec()))
}
