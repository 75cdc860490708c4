//! Linked dossiers as the API shows them: where each stands and who has it. Only what an officer wrote may name a person.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Result, Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::facts::{LinkedFault, LinkedStatus};
use super::store as links;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::rules::State;
use crate::dossiers::store::{self, DossierRow};
use crate::dossiers::view::{Closing, ResultView, StateView};
use crate::dossiers::{Dossiers, remarks};

/// A linked step of a dossier (thủ tục liên thông), and where its own dossier stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LinkedDossier {
    /// Code of the step.
    #[schema(example = "residence")]
    pub code: String,
    /// Name of the step.
    #[schema(example = "Đăng ký thường trú cho trẻ")]
    pub name: String,
    /// Code of the linked procedure.
    #[schema(example = "1.004222")]
    pub procedure_code: String,
    /// How the step stands.
    pub status: LinkedStatus,
    /// Its name.
    pub status_name: Text,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What of the first dossier waits until it has ended: `approval` or `return`.
    pub must_end_before: Option<String>,
    /// Its dossier, once started.
    pub dossier_id: Option<Uuid>,
    /// Its dossier's code, once received.
    #[schema(example = "H50.12-261121-0001")]
    pub dossier_code: Option<String>,
    /// Where its dossier stands.
    pub state: Option<StateView>,
    /// The agency that has it now; none before it starts and once it has ended.
    pub held_by: Option<Named>,
    /// When it is due.
    pub due_at: Option<DateTime<Utc>>,
    /// When it ended, with a result or without.
    pub ended_at: Option<DateTime<Utc>>,
    /// Its result, once decided; issued, its file is a file of the first dossier as well.
    pub result: Option<ResultView>,
    /// Why its dossier could not be made.
    pub faults: Vec<LinkedFault>,
    /// Why it was given up, as the approver wrote it.
    #[serde(default)]
    pub skipped: Option<Closing>,
}

/// The dossier that brought this one about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ParentDossier {
    /// The first dossier.
    pub dossier_id: Uuid,
    /// Its code.
    #[schema(example = "H50.12-261121-0001")]
    pub dossier_code: Option<String>,
    /// Name of its procedure.
    pub procedure_name: String,
    /// Code of the step there that this dossier is.
    pub step: String,
    /// Where it stands.
    pub state: StateView,
}

/// The linked steps of a dossier, in the order of its procedure version.
pub(crate) fn linked_of(
    conn: &mut Conn,
    room: &Dossiers,
    row: &DossierRow,
    facts: &DossierFacts,
) -> TxResult<Vec<LinkedDossier>> {
    if facts.linked.is_empty() {
        return Ok(Vec::new());
    }
    let tenant = row.tenant_id.0;
    let version = room.catalogue.load_version(conn, tenant, row.version_id.0)?;
    let remarks = remarks(room, row)?;
    let mut children: BTreeMap<Uuid, (DossierRow, DossierFacts)> = BTreeMap::new();
    for child in links::children(conn, tenant, row.id.0)? {
        let own = store::facts(&child)?;
        children.insert(child.id.0, (child, own));
    }
    let holders: Vec<Uuid> = children.values().filter_map(|(_, facts)| facts.held_by()).collect();
    let named = names(conn, tenant, &holders, room.db.clock.business().day_in_vietnam())?;
    let view = |fact: &super::facts::LinkedFact| {
        let step = version.content.linked.iter().find(|step| step.code == fact.code);
        let child = fact.dossier_id.and_then(|id| children.get(&id));
        let own = child.map(|(_, facts)| facts);
        Ok(LinkedDossier {
            code: fact.code.clone(),
            name: step.map(|step| step.name.clone()).unwrap_or_default(),
            procedure_code: fact.procedure_code.clone(),
            status: fact.status,
            status_name: fact.status.name(),
            since: fact.since,
            must_end_before: step.and_then(|step| step.must_end_before.clone()),
            dossier_id: fact.dossier_id,
            dossier_code: own.and_then(|facts| facts.code.clone()),
            state: own.map(|facts| state_view(facts.state)),
            held_by: own.and_then(DossierFacts::held_by).and_then(|id| named.get(&id).cloned()),
            due_at: own.and_then(|facts| facts.due_at),
            ended_at: own.and_then(|facts| facts.finished_at.or(facts.ended_at)),
            result: child.map(|(row, _)| result_of(row)).transpose()?.flatten(),
            faults: fact.faults.clone(),
            skipped: remarks.skips.iter().find(|skip| skip.code == fact.code).map(|skip| skip.closing.clone()),
        })
    };
    Ok(facts.linked.iter().map(view).collect::<Result<_>>()?)
}

/// The dossier that brought one about; none for an ordinary one.
pub(crate) fn parent_of(conn: &mut Conn, row: &DossierRow, facts: &DossierFacts) -> TxResult<Option<ParentDossier>> {
    let Some(first) = &facts.parent else { return Ok(None) };
    let Some(parent) = store::load_own(conn, row.tenant_id.0, first.dossier_id)? else { return Ok(None) };
    let own = store::facts(&parent)?;
    Ok(Some(ParentDossier {
        dossier_id: first.dossier_id,
        dossier_code: own.code,
        procedure_name: own.procedure.name,
        step: first.step.clone(),
        state: state_view(own.state),
    }))
}

fn state_view(state: State) -> StateView {
    StateView { local: state, national: state.national(), name: state.name() }
}

fn result_of(row: &DossierRow) -> Result<Option<ResultView>> {
    row.result.as_ref().map(|result| serde_json::from_value(result.0.clone()).map_err(Error::internal)).transpose()
}
