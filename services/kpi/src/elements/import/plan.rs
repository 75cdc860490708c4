//! What an import would do: every line judged by the rules of a value that is entered by hand.
//!
//! What many lines share is asked once: elements, agencies, rights, closed periods, and the values there are.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_agencies::agencies;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Authority, FieldError, Kind, Result, Text, Uuid};

use super::lines::{Line, Lines, Remarks};
use crate::elements::enter::{json, may_enter, new_row, renew, require_open_period};
use crate::elements::http::import::ImportReport;
use crate::elements::http::values::Evidence;
use crate::elements::rules::entry::period_for;
use crate::elements::rules::number::DecimalMark;
use crate::elements::rules::state::ENTERING;
use crate::elements::store::elements::{self, ElementRow};
use crate::elements::store::values::{self, ValueRow};
use crate::elements::{Elements, evidence, judge, refusals};
use crate::periods::Period;
use crate::reach::{self, AgencyIn};

/// What would be written.
pub(super) struct Plan {
    pub planned: Vec<Planned>,
    pub elements: BTreeMap<Uuid, ElementRow>,
    pub report: ImportReport,
}

/// A value that would be written.
pub(super) struct Planned {
    pub row: ValueRow,
    pub is_new: bool,
    /// By what right.
    pub by: Authority,
}

/// A line whose element, agency and period are known.
struct Placed<'a> {
    line: &'a Line,
    element: Uuid,
    agency: AgencyIn,
    period: Period,
    by: Authority,
}

/// An agency and the right to enter its values, or why there is none: code and text.
type Reached = std::result::Result<(AgencyIn, Authority), (String, Text)>;

/// What the values of an element, an agency and a period are found by.
type Key = (Uuid, Uuid, String);

/// Judges every line.
///
/// # Errors
/// When the database fails; faults of lines are in the report.
pub(super) fn plan(
    conn: &mut Conn,
    room: &Elements,
    actor: &Actor,
    lines: &Lines,
    mark: DecimalMark,
) -> TxResult<Plan> {
    let known: BTreeMap<Uuid, ElementRow> =
        elements::all(conn, actor.tenant)?.into_iter().map(|row| (row.id.0, row)).collect();
    let mut faults = lines.broken.clone();
    let placed = place(conn, room, actor, lines, &known, &mut faults)?;
    let there = there(conn, actor.tenant, &placed)?;
    let peers = Peers::of(conn, actor.tenant, &there)?;
    let mut warnings = Remarks::default();
    let mut report = ImportReport { lines: lines.lines.len() + lines.broken.lines.len(), ..ImportReport::default() };
    let mut planned: Vec<Planned> = Vec::with_capacity(placed.len());
    let mut first: BTreeMap<Key, u64> = BTreeMap::new();
    let now = Moment::of(&room.db.clock);
    for placed in placed {
        let key = (placed.element, placed.agency.id, placed.period.to_string());
        let line = placed.line;
        match first.entry(key.clone()) {
            Entry::Occupied(earlier) => {
                let earlier = earlier.get();
                let (vi, en) = (format!("Trùng với dòng {earlier}."), format!("It repeats line {earlier}."));
                faults.add(line.remark("element", "line.duplicate", Text::new(vi, en)));
                continue;
            }
            Entry::Vacant(place) => {
                place.insert(line.number);
            }
        }
        let Some(element) = known.get(&placed.element) else { continue };
        let Some(written) = written(element, line, mark, &mut faults)? else { continue };
        let stamp = Stamp::of(&placed.by, now);
        let (mut row, is_new) = match there.get(&key) {
            None => (new_row(element, &placed.agency, placed.period, &stamp), true),
            Some(row) => (row.clone(), false),
        };
        if !is_new && row.value == written.value && written.says_nothing_new(&row)? {
            report.unchanged += 1;
            continue;
        }
        if !is_new && !row.state()?.is_open() {
            let error = refusals::state(row.state()?);
            faults.add(line.remark("value", error.code, error.detail));
            continue;
        }
        if is_new {
            (row.entered_by, row.entered_for) = (placed.by.actor().to_owned(), placed.by.on_behalf_of());
            row.changed_at = At::from(now.now);
        } else {
            renew(&mut row, &stamp, &placed.by);
        }
        written.put_into(&mut row)?;
        let odd = odd(element, &row, &placed, &there, &peers)?;
        row.warnings = json(&odd)?;
        for code in odd {
            let notice = judge::notice(&code);
            warnings.add(line.remark("value", notice.code, notice.message));
        }
        if is_new {
            report.loaded += 1;
        } else {
            report.changed += 1;
        }
        planned.push(Planned { row, is_new, by: placed.by });
    }
    report.refused = faults.lines.len();
    (report.faults, report.more_faults) = (faults.listed, faults.more);
    report.faults.sort_by_key(|remark| remark.place.line);
    (report.warnings, report.more_warnings) = (warnings.listed, warnings.more);
    Ok(Plan { planned, elements: known, report })
}

/// Finds out what every line is about and whether the caller may enter it.
fn place<'a>(
    conn: &mut Conn,
    room: &Elements,
    actor: &Actor,
    lines: &'a Lines,
    known: &BTreeMap<Uuid, ElementRow>,
    faults: &mut Remarks,
) -> TxResult<Vec<Placed<'a>>> {
    let today = room.db.clock.business().day_in_vietnam();
    let codes: BTreeMap<&str, Uuid> = known.values().map(|row| (row.code.as_str(), row.id.0)).collect();
    let mut reached: BTreeMap<(&str, Period), Reached> = BTreeMap::new();
    let mut closed: BTreeMap<(Uuid, Period), Option<(String, Text)>> = BTreeMap::new();
    let mut all = Vec::with_capacity(lines.lines.len());
    for line in &lines.lines {
        let (element, agency) = (line.text("element"), line.text("agency"));
        let id = codes.get(element).copied().or_else(|| element.parse().ok());
        let Some(element) = id.and_then(|id| known.get(&id)) else {
            let fault = refusals::element_unknown("");
            faults.add(line.remark("element", fault.code, fault.message));
            continue;
        };
        let period = match period_for(element.period_kind()?, line.text("period"), today) {
            Ok(period) => period,
            Err(fault) => {
                faults.add(line.remark("period", fault.code, fault.message));
                continue;
            }
        };
        let found = match reached.entry((agency, period)) {
            Entry::Occupied(found) => found.into_mut(),
            Entry::Vacant(place) => place.insert(reach_agency(conn, actor, agency, period, today)?),
        };
        let (agency, by) = match found {
            Ok((agency, by)) => (agency.clone(), by.clone()),
            Err((code, message)) => {
                faults.add(line.remark("agency", code.clone(), message.clone()));
                continue;
            }
        };
        if !may_enter(element, agency.kind)? {
            let fault = refusals::agency_kind("");
            faults.add(line.remark("agency", fault.code, fault.message));
            continue;
        }
        let closing = match closed.entry((agency.responsible, period)) {
            Entry::Occupied(found) => found.into_mut(),
            Entry::Vacant(place) => {
                place.insert(refused(require_open_period(conn, actor.tenant, agency.responsible, period))?.err())
            }
        };
        if let Some((code, message)) = closing {
            faults.add(line.remark("period", code.clone(), message.clone()));
            continue;
        }
        all.push(Placed { line, element: element.id.0, agency, period, by });
    }
    Ok(all)
}

/// The agency a line names and the right to enter its values. An agency out of the caller's sight is as unknown as one
/// that does not exist.
fn reach_agency(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    period: Period,
    today: NaiveDate,
) -> TxResult<Reached> {
    let unknown = || {
        let fault = refusals::agency_unknown("");
        Err((fault.code, fault.message))
    };
    let Some(agency) = reach::agency_in(conn, actor.tenant, reference, period, today)? else { return Ok(unknown()) };
    let right = reach::require(conn, actor, agency.responsible, &ENTERING, refusals::not_entering);
    match refused(right)? {
        Ok(by) => Ok(Ok((agency, by))),
        Err((code, _)) if code == "not_found" => Ok(unknown()),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// What a rule refused, apart from what failed.
fn refused<T>(outcome: TxResult<T>) -> TxResult<std::result::Result<T, (String, Text)>> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(Failure::Refused(error)) if error.kind != Kind::Internal => Ok(Err((error.code, error.detail))),
        Err(failure) => Err(failure),
    }
}

/// The values there are of these elements, in these periods and in the ones before.
fn there(conn: &mut Conn, tenant: Uuid, placed: &[Placed<'_>]) -> TxResult<BTreeMap<Key, ValueRow>> {
    let mut elements: Vec<Uuid> = placed.iter().map(|placed| placed.element).collect();
    elements.sort();
    elements.dedup();
    let with_previous = |placed: &Placed<'_>| [Some(placed.period), placed.period.previous()];
    let mut periods: Vec<Period> = placed.iter().flat_map(with_previous).flatten().collect();
    periods.sort();
    periods.dedup();
    let periods: Vec<String> = periods.into_iter().map(|period| period.to_string()).collect();
    let rows = values::of_periods(conn, tenant, &elements, &periods)?;
    Ok(rows.into_iter().map(|row| ((row.element_id.0, row.written_agency_id.0, row.period.clone()), row)).collect())
}

/// What is written in a line, fit to be stored.
struct Written {
    value: String,
    evidence: Evidence,
    accepted_because: Option<String>,
}

impl Written {
    /// Whether evidence and reason are left out, or are those of the row.
    fn says_nothing_new(&self, row: &ValueRow) -> Result<bool> {
        let same = !evidence::is_given(&self.evidence) || json(&self.evidence)? == row.evidence;
        Ok(same && (self.accepted_because.is_none() || self.accepted_because == row.accepted_because))
    }

    fn put_into(self, row: &mut ValueRow) -> Result<()> {
        if row.value != self.value {
            // What was accepted was another value.
            row.accepted_because = None;
        }
        row.value = self.value;
        if evidence::is_given(&self.evidence) {
            row.evidence = json(&self.evidence)?;
        }
        if self.accepted_because.is_some() {
            row.accepted_because = self.accepted_because;
        }
        Ok(())
    }
}

/// Reads value, evidence and reason of a line; none when one of them has a fault.
fn written(element: &ElementRow, line: &Line, mark: DecimalMark, faults: &mut Remarks) -> Result<Option<Written>> {
    let (text, is_number) = line.cell("value").map_or(("", false), |cell| (cell.text.as_str(), cell.is_number));
    // A workbook holds a number, whatever mark it is shown with.
    let mark = if is_number { DecimalMark::Point } else { mark };
    let value = element.bounds()?.canonical(text, mark);
    let optional = |column: &str| line.cell(column).map(|cell| cell.text.clone());
    let given = Evidence {
        text: optional("evidence_text"),
        link: optional("evidence_link"),
        document_number: optional("document_number"),
    };
    let mut found: Vec<FieldError> = Vec::new();
    let evidence = evidence::clean(given, "/evidence", &mut found);
    let reason = optional("accepted_because");
    let accepted_because = evidence::reason(reason.as_deref(), "/accepted_because", &mut found);
    let good = found.is_empty();
    for fault in found {
        let column = match fault.pointer.as_str() {
            "/evidence/text" => "evidence_text",
            "/evidence/link" => "evidence_link",
            "/evidence/document_number" => "document_number",
            _ => "accepted_because",
        };
        faults.add(line.remark(column, fault.code, fault.message));
    }
    match value {
        Ok(value) => Ok(good.then_some(Written { value, evidence, accepted_because })),
        Err(fault) => {
            faults.add(line.remark("value", fault.code, fault.message));
            Ok(None)
        }
    }
}

/// The numbers of the agencies of a kind in a period: what is still being entered is none.
struct Peers {
    kinds: BTreeMap<Uuid, String>,
    /// By element, period and kind.
    values: BTreeMap<(Uuid, String, String), Vec<(Uuid, String)>>,
}

impl Peers {
    fn of(conn: &mut Conn, tenant: Uuid, there: &BTreeMap<Key, ValueRow>) -> TxResult<Self> {
        let kinds: Vec<(Id, String)> = agencies::table
            .select((agencies::id, agencies::kind))
            .filter(agencies::tenant_id.eq(Id(tenant)))
            .load(conn)?;
        let kinds: BTreeMap<Uuid, String> = kinds.into_iter().map(|(id, kind)| (id.0, kind)).collect();
        let mut values: BTreeMap<_, Vec<(Uuid, String)>> = BTreeMap::new();
        for ((element, agency, period), row) in there {
            if row.state()?.is_open() {
                continue;
            }
            if let Some(kind) = kinds.get(agency) {
                let group = values.entry((*element, period.clone(), kind.clone())).or_default();
                group.push((*agency, row.value.clone()));
            }
        }
        Ok(Self { kinds, values })
    }

    fn beside(&self, row: &ValueRow) -> Vec<String> {
        let agency = row.written_agency_id.0;
        let kind = self.kinds.get(&agency).cloned().unwrap_or_default();
        let group = self.values.get(&(row.element_id.0, row.period.clone(), kind));
        let others = group.into_iter().flatten().filter(|(other, _)| *other != agency);
        others.map(|(_, value)| value.clone()).collect()
    }
}

fn odd(
    element: &ElementRow,
    row: &ValueRow,
    placed: &Placed<'_>,
    there: &BTreeMap<Key, ValueRow>,
    peers: &Peers,
) -> Result<Vec<String>> {
    let rule = element.outliers()?;
    if !element.kind()?.is_number() || rule == crate::elements::rules::outlier::OutlierRule::default() {
        return Ok(Vec::new());
    }
    let before = placed.period.previous().and_then(|before| {
        there.get(&(placed.element, placed.agency.id, before.to_string())).map(|row| row.value.as_str())
    });
    let beside = if rule.deviations.is_some() { peers.beside(row) } else { Vec::new() };
    judge::odd(&rule, &row.value, before, &beside)
}
