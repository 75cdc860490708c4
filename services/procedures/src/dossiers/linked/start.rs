//! Starting linked dossiers: out of the first one's applicant, form and papers, in the transaction that allows it.

use motcua_agencies::Named;
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::Stamp;
use motcua_kernel::{Error, FieldError, Kind, Result, Uuid};
use serde_json::{Map, Value};

use super::facts::{LinkedStatus, ParentFact};
use super::{rules, store as links};
use crate::catalogue::Published;
use crate::catalogue::content::{AgencyRule, FormSource, LinkedStep};
use crate::dossiers::admission::{by_rule, receiving};
use crate::dossiers::create::{Entry, content_faults, enter, unknown_procedure};
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::store::{self, DossierRow, FileRow};
use crate::dossiers::submission::rows;
use crate::dossiers::view::{CreateDossier, DossierFile, FileOrigin, ResultView};
use crate::dossiers::{Dossiers, applicant, context};
use crate::representatives;
use crate::timers::rules::TimerKind;
use crate::timers::tell_at_once;

/// How many dossiers may stand one above the other: a chain of procedures is short, and one that leads back to its
/// beginning is refused before.
const DEEPEST: usize = 5;

/// The first dossier is received: its steps are planned, and those that wait for nothing start.
///
/// # Errors
/// When the database fails.
pub(crate) fn begin(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    row: &DossierRow,
    facts: &mut DossierFacts,
) -> TxResult<()> {
    let version = room.catalogue.load_version(tx, row.tenant_id.0, row.version_id.0)?;
    facts.linked = rules::planned(&version.content.linked, stamp.occurred.0);
    advance(tx, room, stamp, row, facts)
}

/// Starts every step that can start now. One that can't be started is kept with its faults, and its officers are told.
/// The caller writes the first dossier.
///
/// # Errors
/// When the database fails.
pub(crate) fn advance(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    row: &DossierRow,
    facts: &mut DossierFacts,
) -> TxResult<()> {
    if facts.linked.is_empty() {
        return Ok(());
    }
    let version = room.catalogue.load_version(tx, row.tenant_id.0, row.version_id.0)?;
    let (steps, at) = (&version.content.linked, stamp.occurred.0);
    let mut failed = false;
    rules::skip_hopeless(steps, &mut facts.linked, at);
    while let Some(step) = rules::next(steps, &facts.linked, facts.finished_at.is_some()) {
        let outcome = start(tx, room, stamp, (row, facts), step, None)?;
        let Some(fact) = facts.linked.iter_mut().find(|fact| fact.code == step.code) else { break };
        match outcome {
            Ok(child) => {
                fact.set(LinkedStatus::Started, at);
                fact.dossier_id = Some(child);
            }
            Err(faults) => {
                fact.fail(faults, at);
                failed = true;
            }
        }
    }
    if failed {
        tell_at_once(tx, room, TimerKind::LinkedFailed, row, facts, stamp.occurred)?;
    }
    Ok(())
}

/// Starts one step; or says everything that keeps it from starting, and then nothing was written.
pub(super) fn start(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    parent: (&DossierRow, &DossierFacts),
    step: &LinkedStep,
    form: Option<&Value>,
) -> TxResult<Result<Uuid, Vec<FieldError>>> {
    match submit(tx, room, stamp, parent, step, form) {
        Ok(child) => Ok(Ok(child)),
        // What a rule says of the linked procedure is for its officers to mend; what fails in the system is not.
        Err(Failure::Refused(error)) if matches!(error.kind, Kind::Invalid | Kind::Conflict) => {
            Ok(Err(faults_of(*error)))
        }
        Err(failure) => Err(failure),
    }
}

fn faults_of(error: Error) -> Vec<FieldError> {
    if error.fields.is_empty() { vec![FieldError::new("", error.code, error.detail)] } else { error.fields }
}

fn submit(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    (parent, facts): (&DossierRow, &DossierFacts),
    step: &LinkedStep,
    form: Option<&Value>,
) -> TxResult<Uuid> {
    let (tenant, today) = (stamp.tenant, stamp.occurred.day_in_vietnam());
    let published = room.catalogue.published(tx, tenant, &step.procedure, today)?.ok_or_else(unknown_procedure)?;
    refuse_circle(tx, parent, facts, &published)?;
    let receiving = desk(tx, stamp, facts, &step.agency, &published)?;
    let form = match form {
        Some(form) => Some(form.clone()),
        None => filled(room, parent, step, published.content.form.is_some())?,
    };
    let new = CreateDossier {
        procedure: step.procedure.clone(),
        receiving_agency: receiving.code.clone(),
        channel: facts.channel,
        external_ref: None,
        applicant: applicant(room, parent)?,
        form,
        files: passed_on(tx, parent, facts, step)?,
        vneid_verified: facts.vneid_verified,
        lookups: Vec::new(),
        // Whoever acts in the first by a mandate acts in this one by the same, and no longer.
        representative: representatives::load(tx, &room.db.vault, tenant, parent.id.0)?,
        supporting_agency: None,
    };
    let faults = content_faults(room, &new, &published)?;
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    let (mut row, files) =
        rows(room, tenant, parent.submitter_person.clone(), &new, &published, parent.client.clone(), stamp)?;
    row.owner_person.clone_from(&parent.owner_person);
    let origin = ParentFact { dossier_id: parent.id.0, step: step.code.clone() };
    let entry =
        Entry { new: &new, published: &published, receiving: &receiving, supporting: None, parent: Some(origin) };
    let (row, parties) = enter(tx, room, stamp, entry, (row, files))?;
    let above = store::parties_of(tx, parent)?;
    links::link(tx, &step.code, (parent, &above), (&row, &parties))?;
    Ok(row.id.0)
}

/// A chain of procedures that leads back to one of its own would never end.
fn refuse_circle(tx: &mut Conn, parent: &DossierRow, facts: &DossierFacts, published: &Published) -> TxResult<()> {
    let (mut procedure, mut above) = (parent.procedure_id.0, facts.parent.clone());
    for _ in 0..DEEPEST {
        if procedure == published.procedure_id {
            break;
        }
        let Some(next) = above else { return Ok(()) };
        let Some(row) = store::load_own(tx, parent.tenant_id.0, next.dossier_id)? else { return Ok(()) };
        procedure = row.procedure_id.0;
        above = store::facts(&row)?.parent;
    }
    Err(Error::conflict(
        "linked.circle",
        "Các thủ tục liên thông dẫn trở lại thủ tục đầu tiên.",
        "The linked procedures lead back to the first one.",
    )
    .into())
}

/// The agency that receives the linked dossier: whoever goes on with the work of the one that is named.
fn desk(
    tx: &mut Conn,
    stamp: &Stamp,
    facts: &DossierFacts,
    agency: &AgencyRule,
    published: &Published,
) -> TxResult<Named> {
    let today = stamp.occurred.day_in_vietnam();
    let first = facts.agencies.receiving.responsible_id;
    let named = match agency.named() {
        None => first.to_string(),
        Some(code) => {
            let unused = Named { id: first, code: String::new(), name: String::new() };
            by_rule(tx, stamp.tenant, Some(code), &unused, today)?.id.to_string()
        }
    };
    receiving(tx, stamp.tenant, &named, published, today)
}

/// The linked dossier's form, out of the first one's and constants; none where the linked procedure has none.
fn filled(room: &Dossiers, parent: &DossierRow, step: &LinkedStep, has_form: bool) -> Result<Option<Value>> {
    if !has_form {
        return Ok(None);
    }
    let plain = room.db.vault.open(&context("form", parent), &parent.form)?;
    let first: Value = serde_json::from_slice(&plain).map_err(Error::internal)?;
    let property = |(name, source): (&String, &FormSource)| {
        let value = match &source.from {
            Some(pointer) => first.pointer(pointer).cloned(),
            None => source.value.clone(),
        };
        value.map(|value| (name.clone(), value))
    };
    Ok(Some(Value::Object(step.form_map.iter().filter_map(property).collect::<Map<_, _>>())))
}

/// The papers that are passed on; one that the first dossier does not have is left out, and its officers see it missing.
fn passed_on(
    tx: &mut Conn,
    parent: &DossierRow,
    facts: &DossierFacts,
    step: &LinkedStep,
) -> TxResult<Vec<DossierFile>> {
    let own = store::files(tx, parent.tenant_id.0, parent.id.0)?;
    let mut passed: Vec<DossierFile> = Vec::new();
    for component in &step.components {
        let found: Vec<Uuid> = if let Some(code) = &component.from_component {
            own.iter().filter(|file| file.component == *code).map(|file| file.file_id.0).collect()
        } else if let Some(before) = &component.from_step {
            let child = facts.linked.iter().find(|fact| fact.code == *before).and_then(|fact| fact.dossier_id);
            let row = child.map(|id| store::load_own(tx, parent.tenant_id.0, id)).transpose()?.flatten();
            row.map(|row| result_file(&row)).transpose()?.flatten().into_iter().collect()
        } else {
            result_file(parent)?.into_iter().collect()
        };
        for file_id in found {
            // A file stands in a dossier once.
            if !passed.iter().any(|file| file.file_id == file_id) {
                passed.push(DossierFile {
                    component: component.code.clone(),
                    file_id,
                    origin: FileOrigin::Linked,
                    kind: None,
                    quantity: None,
                    source: None,
                });
            }
        }
    }
    Ok(passed)
}

/// The file of a dossier's result.
pub(super) fn result_file(row: &DossierRow) -> Result<Option<Uuid>> {
    let Some(result) = &row.result else { return Ok(None) };
    let result: ResultView = serde_json::from_value(result.0.clone()).map_err(Error::internal)?;
    Ok(Some(result.file_id))
}

/// The result of a linked dossier as a file of the first.
pub(super) fn as_file_of(parent: &DossierRow, file: Uuid) -> FileRow {
    FileRow::beside(&parent.tenant_id, &parent.id, file, FileOrigin::Linked)
}
