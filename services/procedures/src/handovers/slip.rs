//! The rows of the control slip (phiếu kiểm soát, form 06) that hand-overs make.

use chrono::{DateTime, Utc};
use motcua_agencies::load_officer;
use motcua_clock::{FixedClock, fixed_deadline, timeliness};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Uuid};
use motcua_paper::Hop;

use super::rules::Counts;
use super::store::HandoverRow;
use super::view::{HandedPaper, Handover, PaperDifference};
use super::{access, read};
use crate::catalogue::content::VersionContent;
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::store::DossierRow;
use crate::dossiers::timeline::{refused, rule_of};

/// A row for each hand-over, in order. How it stood to its term: papers of a desk elsewhere to the term of such a transfer,
/// everything else to the due date of the dossier, because the steps of the internal process say who does them by role and
/// not which agency has begun which.
pub(crate) fn hops(
    conn: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    dossier: Uuid,
    facts: &DossierFacts,
    content: &VersionContent,
) -> TxResult<Vec<Hop>> {
    let seen = access::load(conn, actor, dossier)?;
    seen.handovers.iter().map(|one| hop(conn, room, &seen.row, facts, content, one)).collect()
}

fn hop(
    conn: &mut Conn,
    room: &Dossiers,
    row: &DossierRow,
    facts: &DossierFacts,
    content: &VersionContent,
    handover: &HandoverRow,
) -> TxResult<Hop> {
    let shown = read::view(conn, room, handover)?;
    let receiver = shown.receiver_id.or(shown.to_officer_id);
    let note = note(content, &shown);
    let result = due_of(conn, room, row, facts, handover)?.map(|due| {
        let ended = facts.finished_at.filter(|at| *at <= shown.handed_over_at).unwrap_or(shown.handed_over_at);
        timeliness(ended, due)
    });
    Ok(Hop {
        from_agency: shown.from_agency.name,
        to_agency: shown.to_agency.name,
        handed_over_at: Some(shown.handed_over_at),
        giver: officer(conn, row.tenant_id.0, shown.from_officer_id)?,
        receiver: officer(conn, row.tenant_id.0, receiver)?,
        result,
        note: Some(note),
    })
}

/// By when the step that ends with this hand-over was to end.
fn due_of(
    conn: &mut Conn,
    room: &Dossiers,
    row: &DossierRow,
    facts: &DossierFacts,
    handover: &HandoverRow,
) -> TxResult<Option<DateTime<Utc>>> {
    let (receiving, competent) = (&facts.agencies.receiving, &facts.agencies.competent);
    let from_desk = [receiving.written_id, receiving.responsible_id].contains(&handover.from_agency_id.0);
    let elsewhere = receiving.responsible_id != competent.responsible_id;
    let before_its_end = facts.finished_at.is_none_or(|finished| handover.handed_over_at.0 < finished);
    let Some(received_at) = facts.received_at else { return Ok(facts.due_at) };
    if !(from_desk && elsewhere && before_its_end) {
        return Ok(facts.due_at);
    }
    let rule = rule_of(conn, room, row, facts)?;
    let view = room.calendars.view(conn, row.tenant_id.0, facts.calendar_revision, competent.responsible_id)?;
    let due = fixed_deadline(FixedClock::PaperTransfer, &rule, received_at, &view.calendar, &view.office_hours);
    Ok(Some(due.map_err(refused)?))
}

/// An officer as the directory knows them: it keeps accounts and no names.
fn officer(conn: &mut Conn, tenant: Uuid, id: Option<Uuid>) -> TxResult<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    Ok(load_officer(conn, tenant, id)?.map(|officer| officer.subject))
}

fn note(content: &VersionContent, shown: &Handover) -> String {
    let mut lines: Vec<String> =
        shown.papers.iter().map(|paper| counted(&name(content, paper), paper.counts())).collect();
    lines.extend(shown.note.clone());
    if shown.received_at.is_none() {
        lines.push("chưa ghi nhận việc nhận".to_owned());
    }
    lines.extend(shown.differences.iter().map(|difference| differs(content, difference)));
    lines.join("; ")
}

fn name(content: &VersionContent, paper: &HandedPaper) -> String {
    let component = paper.component.as_deref().and_then(|code| {
        content.components.iter().find(|component| component.code == code).map(|component| component.name.clone())
    });
    let result = paper
        .result
        .as_deref()
        .and_then(|code| content.results.iter().find(|result| result.code == code).map(|result| result.name.clone()));
    component.or(result).or_else(|| paper.name.clone()).unwrap_or_default()
}

fn counted(name: &str, counts: Counts) -> String {
    let part = |count: u32, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let parts: Vec<String> =
        [part(counts.originals, "bản chính"), part(counts.copies, "bản sao")].into_iter().flatten().collect();
    format!("{name} ({})", parts.join(", "))
}

fn differs(content: &VersionContent, difference: &PaperDifference) -> String {
    let paper = HandedPaper {
        component: difference.component.clone(),
        result: difference.result.clone(),
        name: difference.name.clone(),
        originals: 0,
        copies: 0,
    };
    let name = name(content, &paper);
    let part = |what: &str, counts: Counts| (!counts.is_none()).then(|| format!("{what} {}", counted(&name, counts)));
    let parts: Vec<String> =
        [part("thiếu", difference.missing), part("thừa", difference.extra)].into_iter().flatten().collect();
    format!("{}: {}", parts.join(", "), difference.reason)
}
