//! Setting, changing and withdrawing targets.

use std::sync::Arc;

use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::text::{is_one_line, normalise};
use motcua_kernel::{Actor, Answer, Authority, Error, FieldError, Idempotency, Result, Role, Uuid, new_id};

use super::http::{CreateTarget, CreateTargetWithdrawal, SubjectKind, TargetCourse, TargetPoint, TargetSubject};
use super::refusals::fault;
use super::rules::{Course, Direction};
use super::store::{self, TargetRow};
use super::{Targets, WRITE, facts, indicators, read, refusals};
use crate::elements::evidence::needed_reason;
use crate::elements::refusals::{agency_unknown, check_version, element_unknown, stale};
use crate::elements::rules::number::{Number, Unreadable};
use crate::elements::store::elements;
use crate::periods::Period;
use crate::reach::{self, AgencyIn};

/// Who sets targets.
const SETTING: [Role; 2] = [Role::Leader, Role::Administrator];
const MOST_POINTS: usize = 100;
const LONGEST_SOURCE: usize = 300;

pub(super) async fn create(
    room: &Targets,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateTarget,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let (own, asking, asked) = (room.clone(), Arc::clone(&actor), new.clone());
    // Before a kept answer is given again: whoever has lost the right since hears nothing.
    room.db.read("target_right", move |conn| place(conn, &own, &asking, &asked).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once("target_create", actor.tenant, key, move |tx| {
            let at = Moment::of(&own.db.clock);
            let (agency, period, by) = place(tx, &own, &actor, &new)?;
            let mut faults = Vec::new();
            let subject = subject(tx, &own, actor.tenant, &new.subject, period)?;
            let direction = subject.unwrap_or_else(|fault| {
                faults.push(fault);
                new.course.direction
            });
            let mut row = TargetRow {
                tenant_id: Id(actor.tenant),
                id: Id(new_id()),
                subject_kind: new.subject.kind.as_str().to_owned(),
                subject_code: new.subject.code.clone(),
                written_agency_id: Id(agency.id),
                written_code: agency.code,
                responsible_agency_id: Id(agency.responsible),
                period: period.to_string(),
                first_day: period.first_day(),
                last_day: period.last_day(),
                direction: direction.map_or("", Direction::as_str).to_owned(),
                start_value: String::new(),
                target_value: String::new(),
                points: Json(serde_json::json!([])),
                legal_source: String::new(),
                withdrawn_because: None,
                set_by: by.actor().to_owned(),
                changed_at: At::from(at.now),
                version: 1,
            };
            let mut of_course = Vec::new();
            put(&mut row, &new.course, &mut of_course)?;
            faults.extend(
                of_course.into_iter().map(|field| FieldError { pointer: format!("/course{}", field.pointer), ..field }),
            );
            if !faults.is_empty() {
                return Err(Error::invalid(faults).into());
            }
            store::take_turn(tx, &row)?;
            if let Some(other) = store::overlapping(tx, &row)? {
                return Err(refusals::overlap(&other).into());
            }
            store::insert(tx, &row)?;
            facts::tell(tx, &own.journal, &Stamp::of(&by, at), facts::TARGET_SET, &row)?;
            let path = format!("/v1/targets/{}", row.id.0);
            Ok(Answer::created(path, &read::show(tx, &own, &row)?)?.version(1))
        })
        .await
}

pub(super) async fn update(
    room: &Targets,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    course: TargetCourse,
) -> Result<Answer> {
    let change = move |row: &mut TargetRow| {
        let mut faults = Vec::new();
        put(row, &course, &mut faults)?;
        if faults.is_empty() { Ok(facts::TARGET_SET) } else { Err(Error::invalid(faults)) }
    };
    changed(room, actor, key, (id, version), "target_update", change).await
}

pub(super) async fn withdraw(
    room: &Targets,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    new: CreateTargetWithdrawal,
) -> Result<Answer> {
    let change = move |row: &mut TargetRow| {
        let mut faults = Vec::new();
        let reason = needed_reason(Some(&new.reason), "/reason", &mut faults);
        row.withdrawn_because = Some(reason);
        if faults.is_empty() { Ok(facts::TARGET_WITHDRAWN) } else { Err(Error::invalid(faults)) }
    };
    changed(room, actor, key, (id, version), "target_withdraw", change).await
}

/// Changes a target in force that the caller may set, and tells of it.
async fn changed(
    room: &Targets,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    name: &'static str,
    change: impl Fn(&mut TargetRow) -> Result<motcua_journal::EventKind> + Send + Sync + 'static,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let asking = Arc::clone(&actor);
    room.db.read("target_right", move |conn| own_target(conn, &asking, id).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once(name, actor.tenant, key, move |tx| {
            let at = Moment::of(&own.db.clock);
            let (mut row, by) = own_target(tx, &actor, id)?;
            check_version(row.version, version)?;
            if row.withdrawn_because.is_some() {
                return Err(refusals::withdrawn().into());
            }
            let kind = change(&mut row)?;
            by.actor().clone_into(&mut row.set_by);
            row.changed_at = At::from(at.now);
            row.version += 1;
            if !store::update(tx, &row)? {
                return Err(stale(row.version).into());
            }
            facts::tell(tx, &own.journal, &Stamp::of(&by, at), kind, &row)?;
            Ok(Answer::done(&read::show(tx, &own, &row)?)?.version(row.version))
        })
        .await
}

fn place(
    conn: &mut Conn,
    room: &Targets,
    actor: &Actor,
    new: &CreateTarget,
) -> TxResult<(AgencyIn, Period, Authority)> {
    let today = room.db.clock.business().day_in_vietnam();
    let Ok(period) = new.period.parse::<Period>() else {
        let (vi, en) = ("Không phải là kỳ, ví dụ 2026, 2026-Q4.", "This is no period, such as 2026, 2026-Q4.");
        return Err(Error::invalid(vec![fault("/period", "period.malformed", vi, en)]).into());
    };
    let Some(agency) = reach::agency_in(conn, actor.tenant, &new.agency, period, today)? else {
        return Err(Error::invalid(vec![agency_unknown("/agency")]).into());
    };
    let by = reach::require(conn, actor, agency.responsible, &SETTING, refusals::not_setting)?;
    Ok((agency, period, by))
}

fn own_target(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<(TargetRow, Authority)> {
    let row = store::find(conn, actor, id)?.ok_or_else(Error::not_found)?;
    let by = reach::require(conn, actor, row.responsible_agency_id.0, &SETTING, refusals::not_setting)?;
    Ok((row, by))
}

/// What a target is of must be there in its period: an element that is a number, or an indicator of a set, whose definition
/// says which way is better.
fn subject(
    conn: &mut Conn,
    room: &Targets,
    tenant: Uuid,
    subject: &TargetSubject,
    period: Period,
) -> TxResult<std::result::Result<Option<Direction>, FieldError>> {
    const PLACE: &str = "/subject/code";
    if subject.kind == SubjectKind::Element {
        let Some(element) = elements::named(conn, tenant, &subject.code)?.filter(|row| row.code == subject.code) else {
            return Ok(Err(element_unknown(PLACE)));
        };
        let (vi, en) = ("Số liệu này không phải là số.", "This element is no number.");
        return Ok(if element.kind()?.is_number() { Ok(None) } else { Err(fault(PLACE, "target.no_number", vi, en)) });
    }
    let Some((set, code)) = indicators::codes(&subject.code) else {
        let vi = "Chỉ tiêu được viết kèm mã bộ chỉ số, ví dụ qd766/2.1.";
        let en = "An indicator is written behind the code of its set, such as qd766/2.1.";
        return Ok(Err(fault(PLACE, "code", vi, en)));
    };
    let Some(set) = room.scores.governing(conn, tenant, set, period)? else {
        let vi = "Không có bộ chỉ số này, hoặc không phiên bản nào của bộ có hiệu lực vào ngày đầu kỳ.";
        let en = "There is no such set, or no version of it governs the first day of the period.";
        return Ok(Err(fault(PLACE, "indicator_set.none_governs", vi, en)));
    };
    let (vi, en) = ("Bộ chỉ số này không có chỉ tiêu có mã đó.", "The set has no indicator of this code.");
    let indicator = set.indicators.iter().find(|indicator| indicator.code == code);
    Ok(indicator
        .map(|indicator| Some(indicators::direction(indicator)))
        .ok_or_else(|| fault(PLACE, "indicator.unknown", vi, en)))
}

/// Which way is better: as written, as the definition of an indicator says, or as it was.
fn direction(row: &TargetRow, written: Option<Direction>, faults: &mut Vec<FieldError>) -> Option<Direction> {
    let kept = Direction::read(&row.direction);
    let is_defined = row.subject_kind == SubjectKind::Indicator.as_str() && kept.is_some();
    if is_defined && written.is_some() && written != kept {
        let vi = "Định nghĩa của chỉ tiêu nói chiều ngược lại.";
        let en = "The definition of the indicator says that the other way is better.";
        faults.push(fault("/direction", "target.direction", vi, en));
        return None;
    }
    let direction = written.or(kept);
    if direction.is_none() {
        faults.push(fault("/direction", "required", "Cần chiều: up hoặc down.", "A direction is needed: up or down."));
    }
    direction
}

/// Puts a course into a row, in canonical texts.
fn put(row: &mut TargetRow, written: &TargetCourse, faults: &mut Vec<FieldError>) -> Result<()> {
    let mut number = |text: &str, pointer: &str| {
        text.trim().parse::<Number>().map_err(|reason| faults.push(unreadable(reason, pointer))).ok()
    };
    let start = number(&written.start_value, "/start_value");
    let target = number(&written.target_value, "/target_value");
    let points: Vec<_> = written
        .points
        .iter()
        .enumerate()
        .map(|(place, point)| (point.on, number(&point.value, &format!("/points/{place}/value"))))
        .collect();
    let points: Option<Vec<_>> = points.into_iter().map(|(on, value)| Some((on, value?))).collect();
    if written.points.len() > MOST_POINTS {
        faults.push(fault("/points", "length", "Nhiều nhất 100 mốc.", "At most 100 points."));
    }
    let source = normalise(&written.legal_source);
    if !is_one_line(&source) || source.chars().count() > LONGEST_SOURCE {
        let (vi, en) = ("Cần một dòng chữ, nhiều nhất 300 ký tự.", "One line of text, at most 300 characters.");
        faults.push(fault("/legal_source", "text.one_line", vi, en));
    }
    let direction = direction(row, written.direction, faults);
    let (Some(direction), Some(start), Some(target), Some(points)) = (direction, start, target, points) else {
        return Ok(());
    };
    let (first_day, last_day) = (row.first_day, row.last_day);
    let course = Course { direction, start, target, first_day, last_day, points };
    faults.extend(course.faults().into_iter().map(refusals::course));
    course.direction.as_str().clone_into(&mut row.direction);
    (row.start_value, row.target_value, row.legal_source) = (start.to_string(), target.to_string(), source);
    let point = |(on, value): &(chrono::NaiveDate, Number)| TargetPoint { on: *on, value: value.to_string() };
    let points: Vec<TargetPoint> = course.points.iter().map(point).collect();
    row.points = Json(serde_json::to_value(points).map_err(Error::internal)?);
    Ok(())
}

fn unreadable(reason: Unreadable, pointer: &str) -> FieldError {
    match reason {
        Unreadable::Mark => fault(
            pointer,
            "value.decimal_mark",
            "Dấu thập phân là dấu chấm, không phân cách hàng nghìn.",
            "The decimal mark is a point, and thousands are not separated.",
        ),
        Unreadable::Shape => fault(pointer, "value.number", "Không phải là số.", "This is no number."),
        Unreadable::Digits => fault(
            pointer,
            "value.digits",
            "Nhiều nhất 15 chữ số trước và 6 chữ số sau dấu thập phân.",
            "At most 15 digits before and 6 behind the point.",
        ),
    }
}
