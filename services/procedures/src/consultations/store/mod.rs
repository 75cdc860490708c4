//! Rows of consultations and of the agencies they ask. Which agency is responsible for an answer now stands with the
//! parties of the dossier, where successions move it, and with what was asked, by which an inbox is found.

mod inbox;

use std::collections::BTreeMap;

use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{Actor, Error, Result, Role, Uuid};

pub(super) use inbox::{Narrow, among, count, dossier_heads, inbox};

use super::rules::{AnswerState, ConsultationState};
use crate::dossiers::store::{PartyRow, agency_tree, dossier_agencies};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Document, Instant, Uid};
    consultations (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        dossier_id -> Uid,
        rule_code -> Nullable<Text>,
        name -> Nullable<Text>,
        term -> Document,
        joined -> Text,
        silence -> Text,
        legal_basis -> Nullable<Text>,
        /// Which wait of the dossier it is; none when its term runs on.
        wait -> Nullable<BigInt>,
        /// Sealed, as everything that people write here.
        question -> Binary,
        asked_at -> Instant,
        asked_by -> Text,
        /// Who asked, in the directory of officers.
        asker_id -> Nullable<Uid>,
        state -> Text,
        outcome -> Nullable<Text>,
        /// Why it was taken back.
        reason -> Nullable<Binary>,
        ended_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    consulted_agencies (tenant_id, consultation_id, agency_id) {
        tenant_id -> Uid,
        consultation_id -> Uid,
        /// The agency it was written to.
        agency_id -> Uid,
        dossier_id -> Uid,
        asked_at -> Instant,
        due_at -> Instant,
        state -> Text,
        stance -> Nullable<Text>,
        opinion -> Nullable<Binary>,
        answered_at -> Nullable<Instant>,
        answered_by -> Nullable<Text>,
        late -> Bool,
        /// The agency that answers now: the same as with the party that was asked.
        responsible_agency_id -> Uid,
    }
}

diesel::table! {
    use motcua_db::sql::Uid;
    opinion_files (tenant_id, consultation_id, agency_id, file_id) {
        tenant_id -> Uid,
        consultation_id -> Uid,
        agency_id -> Uid,
        file_id -> Uid,
    }
}

diesel::allow_tables_to_appear_in_same_query!(consulted_agencies, opinion_files);

/// A consultation as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = consultations, treat_none_as_default_value = false)]
pub(super) struct ConsultationRow {
    pub tenant_id: Id,
    pub id: Id,
    pub dossier_id: Id,
    pub rule_code: Option<String>,
    pub name: Option<String>,
    pub term: Json,
    pub joined: String,
    pub silence: String,
    pub legal_basis: Option<String>,
    pub wait: Option<i64>,
    pub question: Vec<u8>,
    pub asked_at: At,
    pub asked_by: String,
    pub asker_id: Option<Id>,
    pub state: String,
    pub outcome: Option<String>,
    pub reason: Option<Vec<u8>>,
    pub ended_at: Option<At>,
    pub version: i64,
}

/// An agency that was asked, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = consulted_agencies, treat_none_as_default_value = false)]
pub(super) struct ConsultedRow {
    pub tenant_id: Id,
    pub consultation_id: Id,
    pub agency_id: Id,
    pub dossier_id: Id,
    pub asked_at: At,
    pub due_at: At,
    pub state: String,
    pub stance: Option<String>,
    pub opinion: Option<Vec<u8>>,
    pub answered_at: Option<At>,
    pub answered_by: Option<String>,
    pub late: bool,
    pub responsible_agency_id: Id,
}

/// A file of an opinion, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = opinion_files)]
#[expect(clippy::struct_field_names, reason = "as the columns are called")]
pub(super) struct OpinionFileRow {
    pub tenant_id: Id,
    pub consultation_id: Id,
    pub agency_id: Id,
    pub file_id: Id,
}

/// Reads back a word that a row holds.
pub(super) fn word<T>(what: &str, word: &str, read: impl Fn(&str) -> Option<T>) -> Result<T> {
    read(word).ok_or_else(|| Error::internal(format!("unknown {what} {word}")))
}

pub(super) fn insert(
    tx: &mut Conn,
    row: ConsultationRow,
    asked: &[ConsultedRow],
    parties: &[PartyRow],
) -> TxResult<()> {
    diesel::insert_into(consultations::table).values(row).execute(tx)?;
    on_each!(tx, |c| diesel::insert_into(consulted_agencies::table).values(asked).execute(c))?;
    if !parties.is_empty() {
        on_each!(tx, |c| diesel::insert_into(dossier_agencies::table).values(parties).execute(c))?;
    }
    Ok(())
}

pub(super) fn insert_files(tx: &mut Conn, files: &[OpinionFileRow]) -> TxResult<()> {
    if !files.is_empty() {
        on_each!(tx, |c| diesel::insert_into(opinion_files::table).values(files).execute(c))?;
    }
    Ok(())
}

/// Which dossier a consultation is about.
pub(super) fn dossier_of(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Uuid> {
    let key = consultations::tenant_id.eq(Id(tenant)).and(consultations::id.eq(Id(id)));
    let found: Option<Id> =
        consultations::table.select(consultations::dossier_id).filter(key).first(conn).optional()?;
    Ok(found.map(|id| id.0).ok_or_else(Error::not_found)?)
}

pub(super) fn load(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<ConsultationRow> {
    let key = consultations::tenant_id.eq(Id(tenant)).and(consultations::id.eq(Id(id)));
    let row = consultations::table.filter(key).first(conn).optional()?;
    Ok(row.ok_or_else(Error::not_found)?)
}

/// The consultations of a dossier, the oldest first.
pub(super) fn of_dossier(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<Vec<ConsultationRow>> {
    Ok(consultations::table
        .filter(consultations::tenant_id.eq(Id(tenant)).and(consultations::dossier_id.eq(Id(dossier))))
        .order((consultations::asked_at, consultations::id))
        .load(conn)?)
}

/// How many they are.
pub(super) fn count_of(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<i64> {
    let of = consultations::tenant_id.eq(Id(tenant)).and(consultations::dossier_id.eq(Id(dossier)));
    Ok(consultations::table.filter(of).count().get_result(conn)?)
}

/// Those of them that are open.
pub(super) fn open_of(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<Vec<ConsultationRow>> {
    Ok(consultations::table
        .filter(consultations::tenant_id.eq(Id(tenant)).and(consultations::dossier_id.eq(Id(dossier))))
        .filter(consultations::state.eq(ConsultationState::Open.as_str()))
        .order((consultations::asked_at, consultations::id))
        .load(conn)?)
}

/// Whom the consultations of a dossier ask, by consultation.
pub(super) fn asked_of(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<BTreeMap<Uuid, Vec<ConsultedRow>>> {
    let rows: Vec<ConsultedRow> = consulted_agencies::table
        .filter(consulted_agencies::tenant_id.eq(Id(tenant)).and(consulted_agencies::dossier_id.eq(Id(dossier))))
        .order((consulted_agencies::consultation_id, consulted_agencies::due_at, consulted_agencies::agency_id))
        .load(conn)?;
    let mut by_consultation: BTreeMap<Uuid, Vec<ConsultedRow>> = BTreeMap::new();
    for row in rows {
        by_consultation.entry(row.consultation_id.0).or_default().push(row);
    }
    Ok(by_consultation)
}

/// The instants by which opinions on a dossier are due that are still waited for.
pub(super) fn due_of(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<Vec<At>> {
    Ok(consulted_agencies::table
        .select(consulted_agencies::due_at)
        .filter(consulted_agencies::tenant_id.eq(Id(tenant)).and(consulted_agencies::dossier_id.eq(Id(dossier))))
        .filter(consulted_agencies::state.eq(AnswerState::Asked.as_str()))
        .distinct()
        .load(conn)?)
}

/// The files of the opinions of a dossier, by consultation and agency.
pub(super) fn files_of(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<BTreeMap<(Uuid, Uuid), Vec<Uuid>>> {
    let asked = consulted_agencies::table
        .select(consulted_agencies::consultation_id)
        .filter(consulted_agencies::tenant_id.eq(Id(tenant)).and(consulted_agencies::dossier_id.eq(Id(dossier))));
    let rows: Vec<OpinionFileRow> = opinion_files::table
        .filter(opinion_files::tenant_id.eq(Id(tenant)).and(opinion_files::consultation_id.eq_any(asked)))
        .order(opinion_files::file_id)
        .load(conn)?;
    let mut by_agency: BTreeMap<(Uuid, Uuid), Vec<Uuid>> = BTreeMap::new();
    for row in rows {
        by_agency.entry((row.consultation_id.0, row.agency_id.0)).or_default().push(row.file_id.0);
    }
    Ok(by_agency)
}

/// Writes what changes of a consultation; the dossier's row is held, so nobody else does.
pub(super) fn update(tx: &mut Conn, row: &ConsultationRow) -> TxResult<()> {
    let key = consultations::tenant_id.eq(row.tenant_id.clone()).and(consultations::id.eq(row.id.clone()));
    let changed = diesel::update(consultations::table.filter(key).filter(consultations::version.eq(row.version - 1)))
        .set((
            consultations::state.eq(&row.state),
            consultations::outcome.eq(&row.outcome),
            consultations::reason.eq(&row.reason),
            consultations::ended_at.eq(&row.ended_at),
            consultations::version.eq(row.version),
        ))
        .execute(tx)?;
    if changed == 1 {
        return Ok(());
    }
    Err(Error::internal(format!("consultation {} was changed without its dossier being held", row.id.0)).into())
}

pub(super) fn update_asked(tx: &mut Conn, row: &ConsultedRow) -> TxResult<()> {
    let key = consulted_agencies::tenant_id
        .eq(row.tenant_id.clone())
        .and(consulted_agencies::consultation_id.eq(row.consultation_id.clone()))
        .and(consulted_agencies::agency_id.eq(row.agency_id.clone()));
    diesel::update(consulted_agencies::table.filter(key))
        .set((
            consulted_agencies::state.eq(&row.state),
            consulted_agencies::stance.eq(&row.stance),
            consulted_agencies::opinion.eq(&row.opinion),
            consulted_agencies::answered_at.eq(&row.answered_at),
            consulted_agencies::answered_by.eq(&row.answered_by),
            consulted_agencies::late.eq(row.late),
        ))
        .execute(tx)?;
    Ok(())
}

/// What an agency is asked in these dossiers goes with its work to the one that answers for it now.
///
/// # Errors
/// When the database fails.
pub(crate) fn follow(tx: &mut Conn, tenant: Uuid, dossiers: &[Uuid], from: Uuid, to: Uuid) -> TxResult<()> {
    let dossiers: Vec<Id> = dossiers.iter().copied().map(Id).collect();
    let of = consulted_agencies::tenant_id.eq(Id(tenant)).and(consulted_agencies::dossier_id.eq_any(dossiers));
    diesel::update(consulted_agencies::table.filter(of).filter(consulted_agencies::responsible_agency_id.eq(Id(from))))
        .set(consulted_agencies::responsible_agency_id.eq(Id(to)))
        .execute(tx)?;
    Ok(())
}

/// The dossiers of these consultations.
pub(super) fn dossiers_of(conn: &mut Conn, tenant: Uuid, ids: &[Uuid]) -> TxResult<Vec<(Uuid, Uuid)>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<(Id, Id)> = consultations::table
        .select((consultations::id, consultations::dossier_id))
        .filter(consultations::tenant_id.eq(Id(tenant)).and(consultations::id.eq_any(wanted)))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, dossier)| (id.0, dossier.0)).collect())
}

/// The dossiers whose opinions have this file.
pub(super) fn dossiers_with_file(conn: &mut Conn, tenant: Uuid, file: Uuid) -> TxResult<Vec<Uuid>> {
    let of_file: Vec<Id> = opinion_files::table
        .select(opinion_files::consultation_id)
        .filter(opinion_files::tenant_id.eq(Id(tenant)).and(opinion_files::file_id.eq(Id(file))))
        .load(conn)?;
    let ids: Vec<Uuid> = of_file.into_iter().map(|id| id.0).collect();
    Ok(dossiers_of(conn, tenant, &ids)?.into_iter().map(|(_, dossier)| dossier).collect())
}

/// The agencies above or at which one of these lies, of those the caller holds one of the roles in: (held, reached).
pub(super) fn reach(conn: &mut Conn, actor: &Actor, roles: &[Role], agencies: &[Uuid]) -> TxResult<Vec<(Uuid, Uuid)>> {
    let held: Vec<Id> = actor.agencies_with(roles).into_iter().map(Id).collect();
    let wanted: Vec<Id> = agencies.iter().copied().map(Id).collect();
    let rows: Vec<(Id, Id)> = agency_tree::table
        .select((agency_tree::ancestor_id, agency_tree::descendant_id))
        .filter(agency_tree::tenant_id.eq(Id(actor.tenant)))
        .filter(agency_tree::ancestor_id.eq_any(held).and(agency_tree::descendant_id.eq_any(wanted)))
        .load(conn)?;
    Ok(rows.into_iter().map(|(held, reached)| (held.0, reached.0)).collect())
}
