//! Answering for figures: who may ask, which agency is meant, and what the facts say.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{Named, named, names, successors};
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, Page, PageRequest, Result, SystemTime, Uuid};

use super::Indicators;
use super::rules::{CountedBy, Counts, Figure, Month};
use super::store::{self, Extent, RecordRow};
use super::view::{
    ChildFigures, CountingReason, DossierFigureBreakdown, DossierFigures, DossierRecord, Figures, RecordAgency,
};
use crate::facts;

/// What is asked, in the words of the caller.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Code or id of the agency.
    pub agency: String,
    /// Whether with everything below it.
    pub with_below: bool,
    /// The month.
    pub month: Month,
    /// Which of a dossier's agencies it is counted for.
    pub by: CountedBy,
}

/// An answer and until when everything is in it.
pub(super) struct AsOf<T> {
    pub answer: T,
    pub data_as_of: SystemTime,
}

/// The figures of an agency in a month.
///
/// # Errors
/// `scope.missing`, `figures.officers_only`; `not_found` for an agency that does not exist or is out of the caller's
/// reach; `agency.split` with the successors; `figures.not_ready`.
pub(super) async fn figures(room: &Indicators, actor: Arc<Actor>, asked: Asked) -> Result<AsOf<DossierFigures>> {
    admit(&actor)?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read_snapshot("dossier_figures", move |conn| {
            let (agency, extent, data_as_of) = understand(conn, &actor, &asked, today)?;
            let counts = store::figures(conn, &extent)?.into_values().sum();
            Ok(AsOf { answer: view(agency, &extent, &counts, data_as_of), data_as_of })
        })
        .await
}

/// The figures of an agency and of each one directly below it.
///
/// # Errors
/// Those of [`figures`].
pub(super) async fn breakdown(
    room: &Indicators,
    actor: Arc<Actor>,
    asked: Asked,
) -> Result<AsOf<DossierFigureBreakdown>> {
    admit(&actor)?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read_snapshot("dossier_figure_breakdown", move |conn| {
            let (agency, extent, data_as_of) = understand(conn, &actor, &asked, today)?;
            let counts = store::figures(conn, &extent)?;
            let children = store::children(conn, extent.tenant, extent.agency, today)?;
            let ids: Vec<Uuid> = children.iter().map(|(id, _)| *id).collect();
            let mut named = names(conn, extent.tenant, &ids, today)?;
            let child_of = store::above(conn, extent.tenant, &ids)?;
            let (own, mut below) = split(&counts, &child_of);
            let mut rows: Vec<ChildFigures> = Vec::new();
            for (child, is_open) in children {
                let counts = below.remove(&child).unwrap_or_default();
                if let Some(agency) = named.remove(&child).filter(|_| is_open || counts != Counts::default()) {
                    let figures = Figures::new(&counts, &Extent { agency: child, ..extent });
                    rows.push(ChildFigures { agency, figures });
                }
            }
            rows.sort_by(|a, b| (&a.agency.code, a.agency.id).cmp(&(&b.agency.code, b.agency.id)));
            let total = view(agency, &extent, &counts.into_values().sum(), data_as_of);
            let own = Figures::new(&own, &Extent { with_below: false, ..extent });
            Ok(AsOf { answer: DossierFigureBreakdown { total, own, children: rows }, data_as_of })
        })
        .await
}

/// The counts of agencies by the child they stand under, and of those that stand under none.
fn split(counts: &BTreeMap<Uuid, Counts>, child_of: &BTreeMap<Uuid, Uuid>) -> (Counts, BTreeMap<Uuid, Counts>) {
    let mut own = Counts::default();
    let mut below: BTreeMap<Uuid, Counts> = BTreeMap::new();
    for (agency, counts) in counts {
        let slot = match child_of.get(agency) {
            Some(child) => below.entry(*child).or_default(),
            None => &mut own,
        };
        *slot = *slot + *counts;
    }
    (own, below)
}

/// One page of the dossiers behind a figure.
///
/// # Errors
/// Those of [`figures`], and `cursor.invalid` for a cursor of another list.
pub(super) async fn records(
    room: &Indicators,
    actor: Arc<Actor>,
    asked: Asked,
    figure: Figure,
    page: PageRequest,
) -> Result<AsOf<Page<DossierRecord>>> {
    admit(&actor)?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read_snapshot("dossier_figure_records", move |conn| {
            let (_, extent, data_as_of) = understand(conn, &actor, &asked, today)?;
            let scope = format!("dossier_figure_records {extent:?} {figure:?}");
            let after = match &page.after {
                Some(cursor) => {
                    let (at, id): (chrono::DateTime<chrono::Utc>, Uuid) = cursor.read(&scope)?;
                    Some((At(at), Id(id)))
                }
                None => None,
            };
            let rows = store::records(conn, &extent, figure, &page, after)?;
            let count = if page.count { Some(store::count_records(conn, &extent, figure)?) } else { None };
            let mut page =
                Page::cut(rows, &page, &scope, |row| (row.counted_at(figure).map(|at| at.0), row.dossier_id.0))?;
            page.count = count;
            let named = party_names(conn, extent.tenant, &page.items, today)?;
            Ok(AsOf { answer: page.map(|row| record(row, figure, &named)), data_as_of })
        })
        .await
}

/// Figures are for those who work with them. What the public may see of them is published, not asked for (issue 5).
fn admit(actor: &Actor) -> Result<()> {
    actor.require_scope("kpi:indicators:read")?;
    match actor.kind {
        ActorKind::Officer | ActorKind::Service => Ok(()),
        ActorKind::Citizen | ActorKind::Client => Err(Error::forbidden(
            "figures.officers_only",
            "Số liệu này dành cho cán bộ, công chức và các hệ thống nội bộ.",
            "These figures are for officers and our own services.",
        )),
    }
}

/// The agency and extent that are meant, and how fresh the facts are.
fn understand(
    conn: &mut Conn,
    actor: &Actor,
    asked: &Asked,
    today: NaiveDate,
) -> TxResult<(Named, Extent, SystemTime)> {
    // Before the facts are read: what comes in between makes them fresher than we say, never staler.
    let data_as_of = facts::as_of(conn, actor.tenant)?;
    let agency = responsible_agency(conn, actor, &asked.agency, today)?;
    let extent = Extent {
        tenant: actor.tenant,
        agency: agency.id,
        with_below: asked.with_below,
        by: asked.by,
        month: asked.month,
    };
    Ok((agency, extent, data_as_of))
}

/// The agency that is responsible today for what a code or id means. One that closed and that nobody followed answers
/// for itself: what it did stays its own.
fn responsible_agency(conn: &mut Conn, actor: &Actor, reference: &str, today: NaiveDate) -> TxResult<Named> {
    let Some(meant) = named(conn, actor.tenant, reference, today)? else {
        return Err(Error::not_found().into());
    };
    let mut responsible = successors(conn, actor.tenant, meant, today)?;
    if responsible.is_empty() {
        responsible.push(meant);
    }
    let seen = store::visible_among(conn, actor, &responsible)?;
    let named = names(conn, actor.tenant, &seen, today)?;
    match (responsible.len(), named.values().next()) {
        (_, None) => Err(Error::not_found().into()),
        (1, Some(agency)) => Ok(agency.clone()),
        _ => Err(was_split(&named.into_values().collect::<Vec<_>>())?.into()),
    }
}

fn was_split(successors: &[Named]) -> Result<Error> {
    let codes = successors.iter().map(|agency| agency.code.as_str()).collect::<Vec<_>>().join(", ");
    let error = Error::conflict(
        "agency.split",
        format!("Cơ quan này đã được chia, tách; hãy hỏi từng cơ quan kế thừa: {codes}."),
        format!("This agency was split; ask for one of its successors: {codes}."),
    );
    Ok(error.with("successors", serde_json::to_value(successors).map_err(Error::internal)?))
}

fn view(agency: Named, extent: &Extent, counts: &Counts, data_as_of: SystemTime) -> DossierFigures {
    DossierFigures {
        agency,
        with_below: extent.with_below,
        month: extent.month.to_string(),
        by: extent.by,
        figures: Figures::new(counts, extent),
        data_as_of: data_as_of.0,
    }
}

fn party_names(conn: &mut Conn, tenant: Uuid, rows: &[RecordRow], today: NaiveDate) -> TxResult<BTreeMap<Uuid, Named>> {
    let mut ids: Vec<Uuid> =
        rows.iter().flat_map(|row| [row.receiving_agency_id.0, row.competent_agency_id.0]).collect();
    ids.sort();
    ids.dedup();
    names(conn, tenant, &ids, today)
}

fn record(row: RecordRow, figure: Figure, named: &BTreeMap<Uuid, Named>) -> DossierRecord {
    let agency = |id: Uuid, written_code: String| {
        let now = named.get(&id).cloned();
        // An agency whose event is still on its way is shown by what the dossier knows of it.
        let now = now.unwrap_or_else(|| Named { id, code: written_code.clone(), name: String::new() });
        RecordAgency { now, written_code }
    };
    let (code, text) = figure.reason();
    DossierRecord {
        dossier_id: row.dossier_id.0,
        code: row.code,
        procedure_code: row.procedure_code,
        procedure_name: row.procedure_name,
        national_state: row.national_state,
        receiving: agency(row.receiving_agency_id.0, row.receiving_written_code),
        competent: agency(row.competent_agency_id.0, row.competent_written_code),
        received_at: row.received_at.map(|at| at.0),
        due_at: row.due_at.map(|at| at.0),
        finished_at: row.finished_at.map(|at| at.0),
        reason: CountingReason { code: code.to_owned(), text },
    }
}
