//! Dossiers (hồ sơ) of administrative procedures, from submission to the result in the applicant's hands.
//!
//! A client, a citizen or an officer submits; the dossier then has an id and a tracking reference. An officer of the
//! receiving agency receives it: now it has its code (`H50.12-261121-0001`) and its due date, counted by the clock over
//! the procedure version it is pinned to. Officers of the competent agency process and approve it; the documents
//! service gives the result its number (room `issuing`), and the receiving agency hands it over. After Decree
//! 118/2025/NĐ-CP, articles 14 to 22; the agency that receives need not be the one that decides.
//!
//! A dossier can bring about others at other agencies ([`linked`]), and the agency that decides it can give it to the one
//! that the law makes competent ([`transfer`]).

pub mod facts;
pub mod http;
pub mod linked;
pub mod rules;
pub mod step;
pub mod timeline;
pub mod transfer;
pub mod view;

mod admission;
mod applicant;
mod assignment;
mod attachments;
mod create;
mod read;
mod steps;
mod submission;
mod succession;

pub(crate) mod store;

use std::sync::Arc;

use motcua_db::Db;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Journal, Stamp};
use motcua_kernel::{Error, Result};

use crate::calendars::Calendars;
use crate::catalogue::Catalogue;
use crate::forms::Forms;
use crate::timers::rules::Escalation;
use facts::DossierFacts;
use store::DossierRow;

pub(crate) use admission::by_rule;
pub(crate) use applicant::{faults as applicant_faults, is_identity_number, is_person_number, is_phone};
pub(crate) use create::unknown_procedure;
pub(crate) use read::{applicant, progress, remarks, state_of, whole};
use steps::note;
pub(crate) use steps::{caught_up, close_by_silence, finish, go_on, refused, wait_for_opinions, withdraw_with_first};
pub use succession::move_dossiers;

/// What the room works with.
#[derive(Clone)]
pub struct Dossiers {
    /// The service's database.
    pub db: Db,
    /// Its journal.
    pub journal: Journal,
    /// The catalogue of procedures.
    pub catalogue: Catalogue,
    /// Compiled forms.
    pub forms: Forms,
    /// Working days and office hours.
    pub calendars: Calendars,
    /// After how long an overdue dossier is told to whom.
    pub escalation: Escalation,
    /// Whether notices go out by e-mail as well.
    pub mail: bool,
    /// The portal's page on which a dossier is followed, with `{reference}` for its tracking reference.
    pub tracking_page: Option<String>,
    /// Woken when a result waits for its number.
    pub issuing: Arc<tokio::sync::Notify>,
}

/// What a sealed value of a dossier belongs to.
fn context(what: &str, row: &DossierRow) -> String {
    format!("dossiers.{what}:{}:{}", row.tenant_id.0, row.id.0)
}

/// Writes a changed dossier with its facts and tells of it.
pub(crate) fn write_change(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    kind: EventKind,
    row: &mut DossierRow,
    facts: &mut DossierFacts,
) -> TxResult<()> {
    keep_change(tx, row, facts)?;
    journal.record(tx, stamp, &Change { kind, subject: row.id.0, version: row.version, data: &row.facts.0 })?;
    Ok(())
}

/// Writes a changed dossier with its facts, as its next version.
pub(crate) fn keep_change(tx: &mut Conn, row: &mut DossierRow, facts: &mut DossierFacts) -> TxResult<()> {
    row.version += 1;
    facts.version = row.version;
    row.facts = motcua_db::sql::Json(to_json(facts)?);
    store::update(tx, row)
}

pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(Error::internal)
}
