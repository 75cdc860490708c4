//! Reading file plans: whole ones leave an entry in the read audit, because titles may name people.

use std::collections::BTreeSet;
use std::sync::Arc;

use motcua_agencies::{Named, authority_in, names};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Text, Uuid};

use super::DRAFT;
use super::http::{FilePlan, FilePlanEntry, FilePlanSummary};
use super::store::{self, PlanRow};
use crate::agency_filter::AgencyFilter;
use crate::case_files::decision::Decision;
use crate::case_files::files::view::CaseFileWarning;
use crate::case_files::people::Officer;
use crate::case_files::retention::Retention;
use crate::case_files::{CaseFiles, HEADS, KEEPERS, READ};
use crate::directory;

/// The longest notation that the forms of Annex VI hold.
const ANNEX_VI_NOTATION: usize = 20;

/// The decision that issued a plan.
pub(super) fn decision_of(plan: &PlanRow) -> Option<Decision> {
    Some(Decision { number: plan.decision_number.clone()?, date: plan.decision_on? })
}

/// One plan.
///
/// # Errors
/// `not_found`.
pub(super) async fn get(room: &CaseFiles, actor: Arc<Actor>, id: Uuid) -> Result<FilePlan> {
    actor.require_scope(READ)?;
    let (own, reader) = (room.clone(), Arc::clone(&actor));
    let found = room
        .db
        .read("file_plan_get", move |conn| {
            let plan = store::load(conn, &reader, id)?;
            view(conn, &own, &reader, &plan)
        })
        .await?;
    room.note_reading(&actor, "get_file_plan", vec![id]).await?;
    Ok(found)
}

/// One page of plans.
///
/// # Errors
/// When the cursor belongs to another list.
pub(super) async fn list(
    room: &CaseFiles,
    actor: Arc<Actor>,
    narrow: (Option<AgencyFilter>, Option<i32>),
    page: PageRequest,
) -> Result<Page<FilePlanSummary>> {
    actor.require_scope(READ)?;
    let scope = format!("file-plans {narrow:?}");
    let after: Option<(i32, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let own = room.clone();
    room.db
        .read("file_plan_list", move |conn| {
            let rows = store::list(conn, &actor, &narrow, &page, after)?;
            let page = Page::cut(rows, &page, &scope, |row| (row.year, row.id.0))?;
            let items = summaries(conn, &own, &page.items)?;
            Ok(Page { items, next: page.next, count: None })
        })
        .await
}

fn summaries(conn: &mut Conn, room: &CaseFiles, plans: &[PlanRow]) -> TxResult<Vec<FilePlanSummary>> {
    let Some(first) = plans.first() else { return Ok(Vec::new()) };
    let ids: BTreeSet<Uuid> =
        plans.iter().flat_map(|plan| [plan.written_agency_id.0, plan.responsible_agency_id.0]).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let named = names(conn, first.tenant_id.0, &ids, room.db.clock.business().day_in_vietnam())?;
    let agency = |id: &Id| {
        named.get(&id.0).cloned().ok_or_else(|| Error::internal(format!("the agency {} of a plan is gone", id.0)))
    };
    let shown = plans.iter().map(|plan| {
        Ok(FilePlanSummary {
            id: plan.id.0,
            agency: Named { code: plan.written_code.clone(), ..agency(&plan.written_agency_id)? },
            responsible_agency: agency(&plan.responsible_agency_id)?,
            year: plan.year,
            state: plan.state.clone(),
            decision: decision_of(plan),
            issued_at: plan.issued_at.as_ref().map(|at| at.0),
            version: plan.version,
        })
    });
    Ok(shown.collect::<Result<_>>()?)
}

/// A plan, whole, for a caller.
pub(super) fn view(conn: &mut Conn, room: &CaseFiles, actor: &Actor, plan: &PlanRow) -> TxResult<FilePlan> {
    let tenant = plan.tenant_id.0;
    let summary = summaries(conn, room, std::slice::from_ref(plan))?.into_iter().next();
    let summary = summary.ok_or_else(|| Error::internal("a plan is not shown"))?;
    let rows = store::entries(conn, plan)?;
    let units: Vec<Uuid> = rows.iter().filter_map(|row| row.unit_id.as_ref().map(|id| id.0)).collect();
    let units = names(conn, tenant, &units, room.db.clock.business().day_in_vietnam())?;
    let officers: Vec<Uuid> = rows.iter().filter_map(|row| row.officer_id.as_ref().map(|id| id.0)).collect();
    let officers = directory::names_of(conn, &room.db.vault, tenant, &officers)?;
    let mut entries = Vec::new();
    for row in &rows {
        let content = row.content(&room.db.vault)?;
        let officer = row.officer_id.as_ref().map(|id| Officer { id: id.0, name: officers.get(&id.0).cloned() });
        entries.push(FilePlanEntry {
            id: row.id.0,
            notation: row.notation.clone(),
            heading: content.heading,
            title: content.title,
            retention: Retention(row.retention_years).view(),
            unit: row.unit_id.as_ref().and_then(|id| units.get(&id.0).cloned()),
            officer,
            note: content.note,
            added_on: row.added_at.as_ref().map(|at| motcua_kernel::time::day_in_vietnam(at.0)),
        });
    }
    let agency = plan.responsible_agency_id.0;
    let keeps = authority_in(conn, actor, agency, &KEEPERS)?.is_some();
    let heads = authority_in(conn, actor, agency, &HEADS)?.is_some();
    let draft = plan.state == DRAFT;
    let actions = [("put", keeps && draft), ("add_entries", keeps), ("issue", heads && draft && !rows.is_empty())];
    Ok(FilePlan {
        summary,
        warnings: rows
            .iter()
            .any(|row| row.notation.chars().count() > ANNEX_VI_NOTATION)
            .then(long)
            .into_iter()
            .collect(),
        entries,
        allowed_actions: actions.into_iter().filter(|(_, may)| *may).map(|(action, _)| action).collect(),
    })
}

fn long() -> CaseFileWarning {
    CaseFileWarning {
        code: "case_file.notation_long",
        message: Text::new(
            "Có ký hiệu hồ sơ dài hơn 20 ký tự của Phụ lục VI Nghị định 30/2020/NĐ-CP; bản xuất theo mẫu sẽ bị cắt.",
            "A notation is longer than the 20 characters of Decree 30/2020/NĐ-CP, Annex VI; its forms cut it.",
        ),
    }
}
