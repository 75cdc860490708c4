//! `motcua verify`: walks the chain and names the first event that was tampered with.

use std::collections::HashMap;

use motcua_db::{Conn, Db};
use motcua_kernel::{Result, Uuid};
use serde::Serialize;
use serde_json::{Value, json};

use crate::checkpoint::{Checkpoint, Checkpoints};
use crate::event::canonical;
use crate::sequencer::link;
use crate::store::{self, PlacedRow};

const PAGE: i64 = 2000;

/// What the walk found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Events whose place and hash are right.
    pub events: i64,
    /// Signed checkpoints the chain agrees with.
    pub checkpoints: usize,
    /// The first fault, if any.
    pub fault: Option<Fault>,
}

/// The first place where the chain is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Whose chain.
    pub tenant: Uuid,
    /// The position.
    pub position: i64,
    /// The event there, when there is one.
    pub event: Option<Uuid>,
    /// Its type.
    pub kind: Option<String>,
    /// What is wrong.
    pub what: String,
}

/// Walks every tenant's chain in a database and compares it with the checkpoints.
///
/// # Errors
/// When the database or the checkpoint file can't be read.
pub async fn verify(db: &Db, checkpoints: &Checkpoints) -> Result<Report> {
    let mut report = Report { events: 0, checkpoints: 0, fault: None };
    let mut signed: HashMap<(Uuid, i64), Checkpoint> = HashMap::new();
    for checkpoint in checkpoints.read().await? {
        match checkpoint {
            Ok(checkpoint) => drop(signed.insert((checkpoint.tenant, checkpoint.position), checkpoint)),
            Err(what) => {
                let fault = Fault { tenant: Uuid::nil(), position: 0, event: None, kind: None, what };
                report.fault.get_or_insert(fault);
            }
        }
    }
    // Read before the chains, which go on growing: what comes behind these heads is for the next time.
    let heads = db.read("verify_heads", store::heads).await?;
    for (tenant, last, hash) in &heads {
        walk(db, *tenant, (*last, hash), &signed, &mut report).await?;
        if report.fault.is_some() {
            return Ok(report);
        }
    }
    let ends: HashMap<Uuid, i64> = heads.iter().map(|(tenant, last, _)| (*tenant, *last)).collect();
    let beyond = signed.keys().filter(|(tenant, position)| *position > ends.get(tenant).copied().unwrap_or(0)).min();
    if let Some((tenant, position)) = beyond {
        let what = "the chain ends before a signed checkpoint: its tail was cut".to_owned();
        let fault = Fault { tenant: *tenant, position: *position, event: None, kind: None, what };
        report.fault.get_or_insert(fault);
    }
    if let Some((tenant, position)) = db.read("verify_tails", store::overtaken_head).await? {
        let what = "events stand behind the head of the chain".to_owned();
        report.fault.get_or_insert(Fault { tenant, position, event: None, kind: None, what });
    }
    Ok(report)
}

async fn walk(
    db: &Db,
    tenant: Uuid,
    (last, last_hash): (i64, &[u8]),
    signed: &HashMap<(Uuid, i64), Checkpoint>,
    report: &mut Report,
) -> Result<()> {
    let (mut position, mut hash) = (0, Vec::new());
    while position < last {
        let most = PAGE.min(last - position);
        let rows = db.read("verify_page", move |conn: &mut Conn| store::after(conn, tenant, position, most)).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            position += 1;
            let event =
                Fault { tenant, position, event: Some(row.id.0), kind: Some(row.kind.clone()), what: String::new() };
            if let Some(what) = wrong(&row, tenant, position, &hash) {
                report.fault = Some(Fault { what, ..event });
                return Ok(());
            }
            hash = row.hash.unwrap_or_default();
            if let Some(checkpoint) = signed.get(&(tenant, position)) {
                if checkpoint.hash != hex::encode(&hash) {
                    let what = "the chain was rewritten: a signed checkpoint has another hash here".to_owned();
                    report.fault = Some(Fault { what, ..event });
                    return Ok(());
                }
                report.checkpoints += 1;
            }
            report.events += 1;
        }
    }
    if position != last || hash != last_hash {
        let what = format!("the chain ends at {position}, its head says {last}");
        report.fault = Some(Fault { tenant, position, event: None, kind: None, what });
    }
    Ok(())
}

fn wrong(row: &PlacedRow, tenant: Uuid, position: i64, previous: &[u8]) -> Option<String> {
    if row.position != Some(position) {
        return Some(format!("position {position} is missing"));
    }
    if row.hash.as_deref() != Some(link(previous, &row.canonical).as_slice()) {
        return Some("the event does not match its hash".to_owned());
    }
    let Ok(event) = serde_json::from_slice::<Value>(&row.canonical) else {
        return Some("the event is not JSON".to_owned());
    };
    if canonical(&event).ok().as_deref() != Some(row.canonical.as_slice()) {
        return Some("the event is not canonical".to_owned());
    }
    let columns = [
        ("id", json!(row.id.0)),
        ("type", json!(row.kind)),
        ("subject", json!(format!("{}/{}", row.subject_kind, row.subject.0))),
        ("time", json!(row.recorded_at.0)),
        ("tenant", json!(tenant)),
    ];
    let differs = columns.iter().any(|(member, column)| event.get(member) != Some(column));
    // The first events of the oldest journals do not tell their version.
    let version = event.get("subjectversion").is_none_or(|version| *version == json!(row.version.to_string()));
    (differs || !version).then(|| "a column beside the event differs from it".to_owned())
}
