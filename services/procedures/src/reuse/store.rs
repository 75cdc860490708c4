//! The files a person has in earlier dossiers.

use std::collections::BTreeSet;

use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Uuid};

use super::rules::{Found, offers_components, offers_result};
use super::view::{ReusableFile, ReusableKind};
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::rules::State;
use crate::dossiers::store::{dossier_files, dossiers};
use crate::dossiers::view::{FileOrigin, ResultView};

/// The newest so many files that could be one of the components; more than any form shows.
const MOST_FILES: i64 = 1000;

type Columns = (Id, String, Option<String>, String, Id, Option<String>, String, String, At, Json, Option<Json>);

/// The files of a person's dossiers that were handed in as one of these components, or are one of these papers.
pub(super) fn found(
    conn: &mut Conn,
    tenant: Uuid,
    person: &str,
    components: &[String],
    papers: &[String],
) -> TxResult<Vec<Found>> {
    let states: Vec<&str> =
        State::ALL.into_iter().filter(|state| offers_components(*state)).map(State::as_str).collect();
    let is_paper = dossier_files::paper_code
        .is_not_null()
        .and(dossier_files::paper_code.assume_not_null().eq_any(papers.to_vec()));
    let rows: Vec<Columns> = dossier_files::table
        .inner_join(
            dossiers::table
                .on(dossiers::tenant_id.eq(dossier_files::tenant_id).and(dossiers::id.eq(dossier_files::dossier_id))),
        )
        .filter(dossiers::tenant_id.eq(Id(tenant)).and(dossiers::owner_person.eq(person)))
        .filter(dossiers::state.eq_any(states))
        .filter(dossier_files::component.eq_any(components.to_vec()).or(is_paper))
        .select((
            dossier_files::file_id,
            dossier_files::component,
            dossier_files::paper_code,
            dossier_files::origin,
            dossiers::id,
            dossiers::code,
            dossiers::procedure_code,
            dossiers::state,
            dossiers::submitted_at,
            dossiers::facts,
            dossiers::result,
        ))
        .order((dossiers::submitted_at.desc(), dossiers::id.desc()))
        .limit(MOST_FILES)
        .load(conn)?;
    let revoked = revoked(conn, tenant, rows.iter().map(|row| row.0.clone()).collect())?;
    let mut found = Vec::with_capacity(rows.len());
    for (file, component, paper_code, origin, dossier, code, procedure, state, submitted_at, facts, result) in rows {
        if revoked.contains(&file.0) {
            continue;
        }
        let facts: DossierFacts = serde_json::from_value(facts.0).map_err(Error::internal)?;
        let mut file = ReusableFile {
            file_id: file.0,
            kind: ReusableKind::Component,
            dossier_id: dossier.0,
            dossier_code: code,
            procedure,
            procedure_name: facts.procedure.name,
            dated_at: submitted_at.0,
            number: None,
        };
        if origin == FileOrigin::Result.as_str() {
            let result: Option<ResultView> =
                result.map(|json| serde_json::from_value(json.0)).transpose().map_err(Error::internal)?;
            let stands = State::from_word(&state).is_some_and(offers_result);
            let Some(result) = result.filter(|_| stands) else { continue };
            file.kind = ReusableKind::Result;
            file.dated_at = result.issued_at.unwrap_or(file.dated_at);
            file.number = result.number;
        }
        found.push(Found { component, paper_code, file });
    }
    Ok(found)
}

/// Of these files, those that are results which were revoked, in whatever dossier they were handed in again since.
pub(super) fn revoked(conn: &mut Conn, tenant: Uuid, files: Vec<Id>) -> TxResult<BTreeSet<Uuid>> {
    let rows: Vec<(Id, Option<Json>)> = dossier_files::table
        .inner_join(
            dossiers::table
                .on(dossiers::tenant_id.eq(dossier_files::tenant_id).and(dossiers::id.eq(dossier_files::dossier_id))),
        )
        .filter(dossier_files::tenant_id.eq(Id(tenant)).and(dossier_files::file_id.eq_any(files)))
        .filter(dossier_files::origin.eq(FileOrigin::Result.as_str()))
        .select((dossier_files::file_id, dossiers::result))
        .load(conn)?;
    let mut revoked = BTreeSet::new();
    for (file, result) in rows {
        let result: Option<ResultView> =
            result.map(|json| serde_json::from_value(json.0)).transpose().map_err(Error::internal)?;
        if result.is_some_and(|result| result.file_id == file.0 && result.revocation.is_some()) {
            revoked.insert(file.0);
        }
    }
    Ok(revoked)
}
