//! The rows of the control slip (phiếu kiểm soát, form 06) that hand-overs make.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use motcua_calendars::View;
use motcua_clock::{ClockRule, FixedClock, fixed_deadline, timeliness};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Result, Uuid};
use motcua_paper::Hop;

use super::rules::Counts;
use super::view::{HandedPaper, Handover, PaperDifference};
use super::{access, read, store};
use crate::catalogue::content::VersionContent;
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
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
    let shown = read::views(conn, room, actor.tenant, &seen.handovers)?;
    let people = shown.iter().flat_map(|one| [one.from_officer_id, receiver(one)]).flatten().collect();
    let accounts = store::accounts(conn, actor.tenant, people)?;
    let rule = rule_of(conn, room, &seen.row, facts)?;
    let view = room.calendars.view(conn, actor.tenant, facts.calendar_revision, facts.counted_by())?;
    let by = Terms { facts, rule, view };
    shown.iter().map(|one| Ok(hop(&by, content, &accounts, one)?)).collect()
}

/// By what the terms of hand-overs are counted.
struct Terms<'a> {
    facts: &'a DossierFacts,
    rule: ClockRule,
    view: View,
}

impl Terms<'_> {
    /// By when the step that ends with this hand-over was to end.
    fn due(&self, handover: &Handover) -> Result<Option<DateTime<Utc>>> {
        let (facts, at) = (self.facts, handover.handed_over_at);
        let desk = &facts.agencies.receiving;
        let desk = [desk.written_id, desk.responsible_id];
        let before_its_end = facts.finished_at.is_none_or(|finished| at < finished);
        match facts.decided_by(at) {
            Some((agency, since))
                if before_its_end && desk.contains(&handover.from_agency.id) && !desk.contains(&agency) =>
            {
                let (calendar, office_hours) = (&self.view.calendar, &self.view.office_hours);
                let due = fixed_deadline(FixedClock::PaperTransfer, &self.rule, since, calendar, office_hours);
                Ok(Some(due.map_err(refused)?))
            }
            Some(_) | None => Ok(facts.due_at),
        }
    }
}

fn hop(by: &Terms<'_>, content: &VersionContent, accounts: &BTreeMap<Uuid, String>, shown: &Handover) -> Result<Hop> {
    let account = |officer: Option<Uuid>| officer.and_then(|officer| accounts.get(&officer).cloned());
    let result = by.due(shown)?.map(|due| {
        let finished = by.facts.finished_at.filter(|at| *at <= shown.handed_over_at);
        timeliness(finished.unwrap_or(shown.handed_over_at), due)
    });
    Ok(Hop {
        from_agency: shown.from_agency.name.clone(),
        to_agency: shown.to_agency.name.clone(),
        handed_over_at: Some(shown.handed_over_at),
        giver: account(shown.from_officer_id),
        receiver: account(receiver(shown)),
        result,
        note: Some(note(content, shown)),
    })
}

/// Who received it, or was to.
fn receiver(shown: &Handover) -> Option<Uuid> {
    shown.receiver_id.or(shown.to_officer_id)
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
