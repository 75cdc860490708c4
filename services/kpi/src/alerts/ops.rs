//! Acknowledging alerts and changing their rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, FieldError, Idempotency, Result, Role, Text, Uuid, new_id};

use super::http::{AcknowledgeAlert, UpdateAlertRule};
use super::kinds::{AlertKind, Rule};
use super::store::{self, AlertRow, RuleRow};
use super::view::AlertState;
use super::{Alerts, WRITE, facts, read};
use crate::elements::evidence::needed_reason;
use crate::elements::refusals::{check_version, stale};
use crate::reach;

/// Who looks into alerts.
const LOOKING: [Role; 2] = [Role::Leader, Role::Administrator];
/// A rule looks at so many sets of indicators at most.
const MOST_SETS: usize = 10;

pub(super) async fn acknowledge(
    room: &Alerts,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    new: AcknowledgeAlert,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let asking = Arc::clone(&actor);
    // Before a kept answer is given again: whoever has lost the right since hears nothing.
    room.db.read("alert_right", move |conn| own_alert(conn, &asking, id).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once("alert_acknowledge", actor.tenant, key, move |tx| {
            let at = Moment::of(&own.db.clock);
            let (mut row, by) = own_alert(tx, &actor, id)?;
            check_version(row.version, version)?;
            if row.state()? != AlertState::Open {
                return Err(not_open(&row).into());
            }
            let mut faults = Vec::new();
            let note = needed_reason(Some(&new.note), "/note", &mut faults);
            if !faults.is_empty() {
                return Err(Error::invalid(faults).into());
            }
            AlertState::Acknowledged.as_str().clone_into(&mut row.state);
            row.acknowledged_at = Some(At(at.occurred.0));
            row.acknowledged_by = Some(by.actor().to_owned());
            row.acknowledged_note = Some(note);
            row.version += 1;
            if !store::update(tx, &row)? {
                return Err(stale(row.version).into());
            }
            facts::tell(tx, &own.journal, &Stamp::of(&by, at), facts::ACKNOWLEDGED, &row)?;
            Ok(Answer::done(&read::show(tx, &own, &row)?)?.version(row.version))
        })
        .await
}

fn own_alert(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<(AlertRow, Authority)> {
    let row = store::find(conn, actor, id)?.ok_or_else(Error::not_found)?;
    let by = reach::require(conn, actor, row.agency_id.0, &LOOKING, not_looking)?;
    Ok((row, by))
}

pub(super) async fn change_rule(
    room: &Alerts,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (kind, version): (AlertKind, i64),
    new: UpdateAlertRule,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let (own, asking) = (room.clone(), Arc::clone(&actor));
    room.db.read("alert_rule_right", move |conn| administers(conn, &own, &asking).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once("alert_rule_change", actor.tenant, key, move |tx| {
            let at = Moment::of(&own.db.clock);
            let by = administers(tx, &own, &actor)?;
            let kept = store::rule(tx, actor.tenant, kind)?;
            check_version(kept.as_ref().map_or(0, |row| row.version), version)?;
            let rule = checked(kind, &new)?;
            let row = RuleRow {
                tenant_id: Id(actor.tenant),
                kind: kind.as_str().to_owned(),
                id: kept.map_or_else(|| Id(new_id()), |row| row.id),
                is_on: rule.is_on,
                thresholds: Json(serde_json::to_value(&rule.thresholds).map_err(Error::internal)?),
                sets: Json(serde_json::to_value(&rule.sets).map_err(Error::internal)?),
                changed_by: by.actor().to_owned(),
                changed_at: At::from(at.now),
                version: version + 1,
            };
            if !store::keep_rule(tx, &row)? {
                return Err(stale(row.version).into());
            }
            facts::tell_rule(tx, &own.journal, &Stamp::of(&by, at), &row, &rule)?;
            Ok(Answer::done(&read::rule_shown(kind, Some(&row))?)?.version(row.version))
        })
        .await
}

fn administers(conn: &mut Conn, room: &Alerts, actor: &Actor) -> TxResult<Authority> {
    let today = room.db.clock.business().day_in_vietnam();
    Ok(reach::administers_all(conn, actor, today)?.ok_or_else(not_administrator)?)
}

/// The rule as it is asked for: thresholds that are not named have their usual values.
fn checked(kind: AlertKind, new: &UpdateAlertRule) -> Result<Rule> {
    let usual = Rule::usual(kind);
    let mut faults = Vec::new();
    let mut thresholds: BTreeMap<String, i64> = usual.thresholds;
    for (name, value) in &new.thresholds {
        let pointer = format!("/thresholds/{}", name.replace('~', "~0").replace('/', "~1"));
        match kind.thresholds().iter().find(|one| one.name == name) {
            None => faults.push(FieldError::new(pointer, "threshold.unknown", unknown_threshold(kind))),
            Some(known) if *value < known.least || known.most < *value => {
                let (least, most) = (known.least, known.most);
                let text = Text::new(format!("Từ {least} đến {most}."), format!("From {least} to {most}."));
                faults.push(FieldError::new(pointer, "threshold.range", text));
            }
            Some(_) => {
                thresholds.insert(name.clone(), *value);
            }
        }
    }
    let sets = match &new.sets {
        None => usual.sets,
        Some(sets) if !kind.has_sets() && !sets.is_empty() => {
            let text = Text::new("Loại cảnh báo này không theo bộ chỉ số.", "Alerts of this kind go by no set.");
            faults.push(FieldError::new("/sets", "sets.not_asked", text));
            Vec::new()
        }
        Some(sets) if kind.has_sets() && (sets.is_empty() || sets.len() > MOST_SETS) => {
            let text = Text::new("Từ 1 đến 10 bộ chỉ số.", "From 1 to 10 sets of indicators.");
            faults.push(FieldError::new("/sets", "length", text));
            Vec::new()
        }
        Some(sets) => sets.clone(),
    };
    if faults.is_empty() { Ok(Rule { kind, is_on: new.on, thresholds, sets }) } else { Err(Error::invalid(faults)) }
}

fn unknown_threshold(kind: AlertKind) -> Text {
    let names: Vec<&str> = kind.thresholds().iter().map(|one| one.name).collect();
    if names.is_empty() {
        return Text::new("Loại cảnh báo này không có ngưỡng.", "Alerts of this kind have no thresholds.");
    }
    let names = names.join(", ");
    Text::new(format!("Không có ngưỡng này; có: {names}."), format!("There is no such threshold; there are: {names}."))
}

fn not_looking() -> Error {
    Error::forbidden(
        "alert.not_allowed",
        "Chỉ lãnh đạo hoặc quản trị của cơ quan này hay cơ quan cấp trên được ghi nhận đã xem xét cảnh báo.",
        "Only leaders and administrators of this agency or of one above it acknowledge its alerts.",
    )
}

fn not_administrator() -> Error {
    Error::forbidden(
        "alert_rule.not_administrator",
        "Chỉ quản trị của cơ quan cao nhất được đổi ngưỡng cảnh báo.",
        "Only administrators of an agency that has none above it change the rules of alerts.",
    )
}

fn not_open(row: &AlertRow) -> Error {
    Error::conflict(
        "alert.state",
        "Cảnh báo này đã được xem xét hoặc đã hết.",
        "This alert was acknowledged already, or is over.",
    )
    .with("state", row.state.clone())
    .with("allowed_actions", Vec::<String>::new())
}
