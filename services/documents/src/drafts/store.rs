//! The rows of drafts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Error, PageRequest, Result, Uuid, Vault};

use super::access::{Filtered, Viewer, circle, visible};
use super::rules::DraftState;
use crate::agency_filter::{AgencyFilter, agency_tree, below};
use crate::precondition::check_version;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    drafts (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        written_agency_id -> Uid,
        written_code -> Text,
        responsible_agency_id -> Uid,
        written_unit_id -> Nullable<Uid>,
        unit_id -> Nullable<Uid>,
        document_type -> Text,
        symbol -> Nullable<Text>,
        urgency -> Text,
        circulation -> Nullable<Text>,
        internal -> Bool,
        /// Sealed.
        subject -> Binary,
        due_at -> Nullable<Instant>,
        reply_to_id -> Nullable<Uid>,
        state -> Text,
        revision -> Integer,
        author_id -> Uid,
        created_at -> Instant,
        submitted_at -> Nullable<Instant>,
        content_revision -> Nullable<Integer>,
        content_by_id -> Nullable<Uid>,
        form_revision -> Nullable<Integer>,
        form_by_id -> Nullable<Uid>,
        signature_id -> Nullable<Uid>,
        document_id -> Nullable<Uid>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    draft_revisions (tenant_id, draft_id, number) {
        tenant_id -> Uid,
        draft_id -> Uid,
        number -> Integer,
        author_id -> Uid,
        author -> Text,
        on_behalf_of -> Nullable<Text>,
        created_at -> Instant,
        /// Sealed.
        subject -> Binary,
        /// Sealed.
        note -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    draft_files (tenant_id, draft_id, revision, position) {
        tenant_id -> Uid,
        draft_id -> Uid,
        revision -> Integer,
        position -> Integer,
        file_id -> Uid,
        sha256 -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    draft_steps (tenant_id, draft_id, number) {
        tenant_id -> Uid,
        draft_id -> Uid,
        number -> Integer,
        kind -> Text,
        revision -> Integer,
        officer_id -> Nullable<Uid>,
        actor -> Text,
        on_behalf_of -> Nullable<Text>,
        taken_at -> Instant,
        /// Sealed.
        said -> Nullable<Binary>,
    }
}

diesel::table! {
    use motcua_db::sql::Uid;
    draft_people (tenant_id, draft_id, officer_id) { tenant_id -> Uid, draft_id -> Uid, officer_id -> Uid, }
}

diesel::table! {
    use motcua_db::sql::{Uid, Instant};
    draft_readers (tenant_id, draft_id, officer_id) {
        tenant_id -> Uid,
        draft_id -> Uid,
        officer_id -> Uid,
        first_read_at -> Instant,
        last_read_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant, Document};
    draft_signatures (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        draft_id -> Uid,
        revision -> Integer,
        agency_id -> Uid,
        authority_id -> Uid,
        officer_id -> Uid,
        capacity -> Text,
        prefix -> Text,
        position -> Text,
        file_id -> Uid,
        file_sha256 -> Text,
        signed_by -> Text,
        signed_at -> Instant,
        number_due_at -> Nullable<Instant>,
        issue_due_at -> Nullable<Instant>,
        numbered_at -> Nullable<Instant>,
        issued_at -> Nullable<Instant>,
        /// The digital signature, when there will be one.
        signature -> Nullable<Document>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    draft_consultations (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        draft_id -> Uid,
        revision -> Integer,
        /// Sealed.
        question -> Binary,
        asked_by_id -> Uid,
        asked_at -> Instant,
        due_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    draft_consulted (tenant_id, consultation_id, position) {
        tenant_id -> Uid,
        consultation_id -> Uid,
        position -> Integer,
        draft_id -> Uid,
        written_agency_id -> Nullable<Uid>,
        agency_id -> Nullable<Uid>,
        officer_id -> Nullable<Uid>,
        stance -> Nullable<Text>,
        /// Sealed.
        opinion -> Nullable<Binary>,
        revision -> Nullable<Integer>,
        answered_by_id -> Nullable<Uid>,
        answered_by -> Nullable<Text>,
        on_behalf_of -> Nullable<Text>,
        answered_at -> Nullable<Instant>,
        late -> Bool,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    drafts,
    draft_people,
    draft_consulted,
    draft_consultations,
    draft_files,
    draft_signatures,
    agency_tree,
);

/// A draft as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = drafts, treat_none_as_default_value = false)]
pub(super) struct DraftRow {
    pub tenant_id: Id,
    pub id: Id,
    pub written_agency_id: Id,
    pub written_code: String,
    pub responsible_agency_id: Id,
    pub written_unit_id: Option<Id>,
    pub unit_id: Option<Id>,
    pub document_type: String,
    pub symbol: Option<String>,
    pub urgency: String,
    pub circulation: Option<String>,
    pub internal: bool,
    pub subject: Vec<u8>,
    pub due_at: Option<At>,
    pub reply_to_id: Option<Id>,
    pub state: String,
    pub revision: i32,
    pub author_id: Id,
    pub created_at: At,
    pub submitted_at: Option<At>,
    pub content_revision: Option<i32>,
    pub content_by_id: Option<Id>,
    pub form_revision: Option<i32>,
    pub form_by_id: Option<Id>,
    pub signature_id: Option<Id>,
    pub document_id: Option<Id>,
    pub version: i64,
}

impl DraftRow {
    pub(super) fn state(&self) -> Result<DraftState> {
        DraftState::from_word(&self.state)
            .ok_or_else(|| Error::internal(format!("draft {} is in state {}", self.id.0, self.state)))
    }

    pub(super) fn subject(&self, vault: &Vault) -> Result<String> {
        open(vault, "drafts.subject", self.id.0, &self.subject)
    }

    /// Who wrote it: whoever began it, and whoever made its current version.
    pub(super) fn authors(&self, conn: &mut Conn) -> TxResult<Vec<Uuid>> {
        let of_version: Option<Id> = draft_revisions::table
            .select(draft_revisions::author_id)
            .filter(draft_revisions::tenant_id.eq(self.tenant_id.clone()))
            .filter(draft_revisions::draft_id.eq(self.id.clone()).and(draft_revisions::number.eq(self.revision)))
            .first(conn)
            .optional()?;
        Ok(std::iter::once(self.author_id.0).chain(of_version.map(|id| id.0)).collect())
    }
}

/// A version as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = draft_revisions, treat_none_as_default_value = false)]
pub(super) struct RevisionRow {
    pub tenant_id: Id,
    pub draft_id: Id,
    pub number: i32,
    pub author_id: Id,
    pub author: String,
    pub on_behalf_of: Option<String>,
    pub created_at: At,
    pub subject: Vec<u8>,
    pub note: Option<Vec<u8>>,
}

/// A file of a version as it is stored; position 0 is the text.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = draft_files, treat_none_as_default_value = false)]
pub(super) struct FileRow {
    pub tenant_id: Id,
    pub draft_id: Id,
    pub revision: i32,
    pub position: i32,
    pub file_id: Id,
    pub sha256: String,
}

/// A step as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = draft_steps, treat_none_as_default_value = false)]
pub(super) struct StepRow {
    pub tenant_id: Id,
    pub draft_id: Id,
    pub number: i32,
    pub kind: String,
    pub revision: i32,
    pub officer_id: Option<Id>,
    pub actor: String,
    pub on_behalf_of: Option<String>,
    pub taken_at: At,
    pub said: Option<Vec<u8>>,
}

/// A signature as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = draft_signatures, treat_none_as_default_value = false)]
pub(super) struct SignatureRow {
    pub tenant_id: Id,
    pub id: Id,
    pub draft_id: Id,
    pub revision: i32,
    pub agency_id: Id,
    pub authority_id: Id,
    pub officer_id: Id,
    pub capacity: String,
    pub prefix: String,
    pub position: String,
    pub file_id: Id,
    pub file_sha256: String,
    pub signed_by: String,
    pub signed_at: At,
    pub number_due_at: Option<At>,
    pub issue_due_at: Option<At>,
    pub numbered_at: Option<At>,
    pub issued_at: Option<At>,
    pub signature: Option<Json>,
}

/// A gathering of opinions as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = draft_consultations, treat_none_as_default_value = false)]
pub(super) struct ConsultationRow {
    pub tenant_id: Id,
    pub id: Id,
    pub draft_id: Id,
    pub revision: i32,
    pub question: Vec<u8>,
    pub asked_by_id: Id,
    pub asked_at: At,
    pub due_at: At,
    pub version: i64,
}

/// Somebody who is asked, as stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = draft_consulted, treat_none_as_default_value = false)]
pub(super) struct ConsultedRow {
    pub tenant_id: Id,
    pub consultation_id: Id,
    pub position: i32,
    pub draft_id: Id,
    pub written_agency_id: Option<Id>,
    pub agency_id: Option<Id>,
    pub officer_id: Option<Id>,
    pub stance: Option<String>,
    pub opinion: Option<Vec<u8>>,
    pub revision: Option<i32>,
    pub answered_by_id: Option<Id>,
    pub answered_by: Option<String>,
    pub on_behalf_of: Option<String>,
    pub answered_at: Option<At>,
    pub late: bool,
}

/// Opens a sealed text of something.
pub(super) fn open(vault: &Vault, column: &str, id: Uuid, sealed: &[u8]) -> Result<String> {
    String::from_utf8(vault.open(&format!("{column}:{id}"), sealed)?).map_err(Error::internal)
}

/// Seals a text of something.
pub(super) fn seal(vault: &Vault, column: &str, id: Uuid, text: &str) -> Result<Vec<u8>> {
    vault.seal(&format!("{column}:{id}"), text.as_bytes())
}

/// What a list of drafts is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    pub agencies: Option<AgencyFilter>,
    pub states: Option<Vec<String>>,
    pub author: Option<Uuid>,
}

fn narrowed(of: &Viewer, narrow: &Narrow) -> drafts::BoxedQuery<'static, MultiBackend> {
    let mut query = drafts::table.filter(visible(of)).into_boxed::<MultiBackend>();
    if let Some(agencies) = &narrow.agencies {
        let responsible = drafts::responsible_agency_id;
        query = match agencies.clone() {
            AgencyFilter::At(agencies) => query.filter(responsible.eq_any(agencies)),
            AgencyFilter::Under(agencies) => query.filter(responsible.eq_any(below(Id(of.tenant), agencies))),
        };
    }
    if let Some(states) = narrow.states.clone() {
        query = query.filter(drafts::state.eq_any(states));
    }
    if let Some(author) = narrow.author {
        query = query.filter(drafts::author_id.eq(Id(author)));
    }
    query
}

/// A page of drafts, the newest first.
pub(super) fn list(
    conn: &mut Conn,
    of: &Viewer,
    narrow: &Narrow,
    page: &PageRequest,
    after: Option<Uuid>,
) -> TxResult<Vec<DraftRow>> {
    let mut query = narrowed(of, narrow);
    if let Some(after) = after {
        query = query.filter(drafts::id.lt(Id(after)));
    }
    Ok(query.order(drafts::id.desc()).limit(page.fetch()).load(conn)?)
}

pub(super) fn count(conn: &mut Conn, of: &Viewer, narrow: &Narrow) -> TxResult<i64> {
    Ok(narrowed(of, narrow).count().get_result(conn)?)
}

fn find_by(conn: &mut Conn, predicate: Filtered, id: Uuid) -> TxResult<DraftRow> {
    let found = drafts::table.filter(predicate).filter(drafts::id.eq(Id(id))).first(conn).optional()?;
    Ok(found.ok_or_else(Error::not_found)?)
}

/// A draft the caller may see.
pub(super) fn find(conn: &mut Conn, of: &Viewer, id: Uuid) -> TxResult<DraftRow> {
    find_by(conn, visible(of), id)
}

/// A draft whose circle the caller belongs to.
pub(super) fn find_in_circle(conn: &mut Conn, of: &Viewer, id: Uuid) -> TxResult<DraftRow> {
    find_by(conn, circle(of), id)
}

/// Whether the caller belongs to the circle of a draft.
pub(super) fn in_circle(conn: &mut Conn, of: &Viewer, id: Uuid) -> TxResult<bool> {
    let found: Option<Id> =
        drafts::table.select(drafts::id).filter(circle(of)).filter(drafts::id.eq(Id(id))).first(conn).optional()?;
    Ok(found.is_some())
}

/// Of these drafts, those the caller may see.
pub(super) fn visible_among(conn: &mut Conn, of: &Viewer, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let seen: Vec<Id> =
        drafts::table.select(drafts::id).filter(visible(of)).filter(drafts::id.eq_any(wanted)).load(conn)?;
    Ok(seen.into_iter().map(|id| id.0).collect())
}

/// Of these consultations, those of drafts whose circle the caller belongs to, and those that ask the caller.
pub(super) fn consultations_visible_among(conn: &mut Conn, of: &Viewer, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<ConsultationRow> = draft_consultations::table
        .filter(draft_consultations::tenant_id.eq(Id(of.tenant)).and(draft_consultations::id.eq_any(wanted)))
        .load(conn)?;
    let of_drafts: Vec<Id> = rows.iter().map(|row| row.draft_id.clone()).collect();
    let inner: Vec<Id> =
        drafts::table.select(drafts::id).filter(circle(of)).filter(drafts::id.eq_any(of_drafts)).load(conn)?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let asked = consulted_of(conn, of.tenant, &ids)?;
    let agencies: Vec<Uuid> = asked.iter().filter_map(|one| one.agency_id.as_ref().map(|id| id.0)).collect();
    let answering = super::access::answering_agencies(conn, of, &agencies)?;
    let seen = rows.into_iter().filter(|row| {
        inner.contains(&row.draft_id)
            || asked.iter().any(|one| one.consultation_id == row.id && asks(one, of, &answering))
    });
    Ok(seen.map(|row| row.id.0).collect())
}

/// Whether a line asks the caller.
pub(super) fn asks(line: &ConsultedRow, of: &Viewer, answering: &std::collections::BTreeSet<Uuid>) -> bool {
    let me = line.officer_id.as_ref().is_some_and(|id| Some(id.0) == of.officer);
    me || line.agency_id.as_ref().is_some_and(|id| answering.contains(&id.0))
}

/// Whether a file is one of a version of a draft the caller may see, or of a signature in whose circle they are.
pub(super) fn sees_file(conn: &mut Conn, of: &Viewer, file: Uuid) -> TxResult<bool> {
    let of_version = draft_files::table
        .select(draft_files::draft_id)
        .filter(draft_files::tenant_id.eq(Id(of.tenant)).and(draft_files::file_id.eq(Id(file))));
    let found: Option<Id> = drafts::table
        .select(drafts::id)
        .filter(visible(of))
        .filter(drafts::id.eq_any(of_version))
        .first(conn)
        .optional()?;
    if found.is_some() {
        return Ok(true);
    }
    let signed = draft_signatures::table
        .select(draft_signatures::draft_id)
        .filter(draft_signatures::tenant_id.eq(Id(of.tenant)).and(draft_signatures::file_id.eq(Id(file))));
    let found: Option<Id> = drafts::table
        .select(drafts::id)
        .filter(circle(of))
        .filter(drafts::id.eq_any(signed))
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Lets everybody else who takes the draft first wait until this transaction ends: steps get their numbers one after the
/// other. SQLite has one writer anyway.
pub(super) fn hold(tx: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<()> {
    if let Conn::Postgres(conn) = tx {
        let key = drafts::tenant_id.eq(Id(tenant)).and(drafts::id.eq(Id(id)));
        let _: Option<i64> = drafts::table.select(drafts::version).filter(key).for_update().first(conn).optional()?;
    }
    Ok(())
}

pub(super) fn insert(tx: &mut Conn, row: &DraftRow) -> TxResult<()> {
    diesel::insert_into(drafts::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// Writes what may change of a draft; `row.version` is the new one.
pub(super) fn update(tx: &mut Conn, row: &DraftRow) -> TxResult<()> {
    let key = drafts::tenant_id.eq(row.tenant_id.clone()).and(drafts::id.eq(row.id.clone()));
    let changed = diesel::update(drafts::table)
        .filter(key.clone().and(drafts::version.eq(row.version - 1)))
        .set((
            drafts::responsible_agency_id.eq(row.responsible_agency_id.clone()),
            drafts::subject.eq(&row.subject),
            drafts::state.eq(&row.state),
            drafts::revision.eq(row.revision),
            drafts::submitted_at.eq(row.submitted_at.clone()),
            drafts::content_revision.eq(row.content_revision),
            drafts::content_by_id.eq(row.content_by_id.clone()),
            drafts::form_revision.eq(row.form_revision),
            drafts::form_by_id.eq(row.form_by_id.clone()),
            drafts::signature_id.eq(row.signature_id.clone()),
            drafts::document_id.eq(row.document_id.clone()),
            drafts::version.eq(row.version),
        ))
        .execute(tx)?;
    if changed == 1 {
        return Ok(());
    }
    let current: i64 = drafts::table.select(drafts::version).filter(key).first(tx)?;
    Ok(check_version(current, row.version - 1)?)
}

pub(super) fn insert_revision(tx: &mut Conn, row: &RevisionRow, files: &[FileRow]) -> TxResult<()> {
    diesel::insert_into(draft_revisions::table).values(row.clone()).execute(tx)?;
    on_each!(tx, |c| diesel::insert_into(draft_files::table).values(files).execute(c))?;
    Ok(())
}

/// The versions of a draft in order; one of them where a number is given.
pub(super) fn revisions(
    conn: &mut Conn,
    draft: &DraftRow,
    number: Option<i32>,
) -> TxResult<(Vec<RevisionRow>, Vec<FileRow>)> {
    let mut rows = draft_revisions::table
        .filter(draft_revisions::tenant_id.eq(draft.tenant_id.clone()))
        .filter(draft_revisions::draft_id.eq(draft.id.clone()))
        .into_boxed::<MultiBackend>();
    let mut files = draft_files::table
        .filter(draft_files::tenant_id.eq(draft.tenant_id.clone()))
        .filter(draft_files::draft_id.eq(draft.id.clone()))
        .into_boxed::<MultiBackend>();
    if let Some(number) = number {
        rows = rows.filter(draft_revisions::number.eq(number));
        files = files.filter(draft_files::revision.eq(number));
    }
    let rows = rows.order(draft_revisions::number).load(conn)?;
    Ok((rows, files.order((draft_files::revision, draft_files::position)).load(conn)?))
}

/// The place of the next step of a draft that is held.
pub(super) fn next_step(conn: &mut Conn, tenant: Uuid, draft: Uuid) -> TxResult<i32> {
    let last: Option<i32> = draft_steps::table
        .select(draft_steps::number)
        .filter(draft_steps::tenant_id.eq(Id(tenant)).and(draft_steps::draft_id.eq(Id(draft))))
        .order(draft_steps::number.desc())
        .first(conn)
        .optional()?;
    Ok(last.unwrap_or(0) + 1)
}

pub(super) fn insert_step(tx: &mut Conn, row: &StepRow) -> TxResult<()> {
    diesel::insert_into(draft_steps::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// A page of steps in order.
pub(super) fn steps(conn: &mut Conn, draft: &DraftRow, page: &PageRequest, after: i32) -> TxResult<Vec<StepRow>> {
    Ok(draft_steps::table
        .filter(draft_steps::tenant_id.eq(draft.tenant_id.clone()).and(draft_steps::draft_id.eq(draft.id.clone())))
        .filter(draft_steps::number.gt(after))
        .order(draft_steps::number)
        .limit(page.fetch())
        .load(conn)?)
}

/// Puts an officer into the circle of a draft by name.
pub(super) fn join_circle(tx: &mut Conn, tenant: Uuid, draft: Uuid, officer: Uuid) -> TxResult<()> {
    on_each!(tx, |c| {
        diesel::insert_into(draft_people::table)
            .values((
                draft_people::tenant_id.eq(Id(tenant)),
                draft_people::draft_id.eq(Id(draft)),
                draft_people::officer_id.eq(Id(officer)),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(())
}

/// Notes that an officer read a draft.
pub(super) fn note_reader(
    tx: &mut Conn,
    tenant: Uuid,
    draft: Uuid,
    officer: Uuid,
    at: DateTime<Utc>,
) -> TxResult<()> {
    on_each!(tx, |c| {
        diesel::insert_into(draft_readers::table)
            .values((
                draft_readers::tenant_id.eq(Id(tenant)),
                draft_readers::draft_id.eq(Id(draft)),
                draft_readers::officer_id.eq(Id(officer)),
                draft_readers::first_read_at.eq(At(at)),
                draft_readers::last_read_at.eq(At(at)),
            ))
            .on_conflict((draft_readers::tenant_id, draft_readers::draft_id, draft_readers::officer_id))
            .do_update()
            .set(draft_readers::last_read_at.eq(At(at)))
            .execute(c)
    })?;
    Ok(())
}

/// A page of who read a draft.
pub(super) fn readers(
    conn: &mut Conn,
    draft: &DraftRow,
    page: &PageRequest,
    after: Option<Uuid>,
) -> TxResult<Vec<(Id, At, At)>> {
    Ok(draft_readers::table
        .select((draft_readers::officer_id, draft_readers::first_read_at, draft_readers::last_read_at))
        .filter(draft_readers::tenant_id.eq(draft.tenant_id.clone()))
        .filter(draft_readers::draft_id.eq(draft.id.clone()))
        .filter(draft_readers::officer_id.gt(Id(after.unwrap_or_default())))
        .order(draft_readers::officer_id)
        .limit(page.fetch())
        .load(conn)?)
}

pub(super) fn insert_signature(tx: &mut Conn, row: &SignatureRow) -> TxResult<()> {
    diesel::insert_into(draft_signatures::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// The signature that holds of a draft.
pub(super) fn signature(conn: &mut Conn, draft: &DraftRow) -> TxResult<Option<SignatureRow>> {
    let Some(id) = draft.signature_id.clone() else { return Ok(None) };
    Ok(draft_signatures::table
        .filter(draft_signatures::tenant_id.eq(draft.tenant_id.clone()).and(draft_signatures::id.eq(id)))
        .first(conn)
        .optional()?)
}

/// Notes when what was signed got its number and was issued.
pub(super) fn update_signature(tx: &mut Conn, row: &SignatureRow) -> TxResult<()> {
    diesel::update(draft_signatures::table)
        .filter(draft_signatures::tenant_id.eq(row.tenant_id.clone()).and(draft_signatures::id.eq(row.id.clone())))
        .set((
            draft_signatures::numbered_at.eq(row.numbered_at.clone()),
            draft_signatures::issued_at.eq(row.issued_at.clone()),
        ))
        .execute(tx)?;
    Ok(())
}

pub(super) fn insert_consultation(tx: &mut Conn, row: &ConsultationRow, asked: &[ConsultedRow]) -> TxResult<()> {
    diesel::insert_into(draft_consultations::table).values(row.clone()).execute(tx)?;
    on_each!(tx, |c| diesel::insert_into(draft_consulted::table).values(asked).execute(c))?;
    Ok(())
}

/// A consultation, whoever asks.
pub(super) fn consultation(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<ConsultationRow>> {
    let key = draft_consultations::tenant_id.eq(Id(tenant)).and(draft_consultations::id.eq(Id(id)));
    Ok(draft_consultations::table.filter(key).first(conn).optional()?)
}

/// The consultations of a draft in order.
pub(super) fn consultations(conn: &mut Conn, draft: &DraftRow) -> TxResult<Vec<ConsultationRow>> {
    Ok(draft_consultations::table
        .filter(draft_consultations::tenant_id.eq(draft.tenant_id.clone()))
        .filter(draft_consultations::draft_id.eq(draft.id.clone()))
        .order(draft_consultations::id)
        .load(conn)?)
}

/// Who is asked in these consultations.
pub(super) fn consulted_of(conn: &mut Conn, tenant: Uuid, consultations: &[Uuid]) -> TxResult<Vec<ConsultedRow>> {
    let wanted: Vec<Id> = consultations.iter().copied().map(Id).collect();
    Ok(draft_consulted::table
        .filter(draft_consulted::tenant_id.eq(Id(tenant)).and(draft_consulted::consultation_id.eq_any(wanted)))
        .order((draft_consulted::consultation_id, draft_consulted::position))
        .load(conn)?)
}

/// Writes an answer, and the version of its consultation.
pub(super) fn update_answer(tx: &mut Conn, of: &ConsultationRow, row: &ConsultedRow) -> TxResult<()> {
    diesel::update(draft_consulted::table)
        .filter(draft_consulted::tenant_id.eq(row.tenant_id.clone()))
        .filter(draft_consulted::consultation_id.eq(row.consultation_id.clone()))
        .filter(draft_consulted::position.eq(row.position))
        .set((
            draft_consulted::stance.eq(&row.stance),
            draft_consulted::opinion.eq(&row.opinion),
            draft_consulted::revision.eq(row.revision),
            draft_consulted::answered_by_id.eq(row.answered_by_id.clone()),
            draft_consulted::answered_by.eq(&row.answered_by),
            draft_consulted::on_behalf_of.eq(&row.on_behalf_of),
            draft_consulted::answered_at.eq(row.answered_at.clone()),
            draft_consulted::late.eq(row.late),
        ))
        .execute(tx)?;
    let key = draft_consultations::tenant_id.eq(of.tenant_id.clone()).and(draft_consultations::id.eq(of.id.clone()));
    diesel::update(draft_consultations::table)
        .filter(key)
        .set(draft_consultations::version.eq(of.version))
        .execute(tx)?;
    Ok(())
}

/// Some drafts an agency is responsible for, in order.
pub(super) fn of_agency(conn: &mut Conn, tenant: Uuid, agency: Uuid, most: i64) -> TxResult<Vec<Uuid>> {
    let ids: Vec<Id> = drafts::table
        .select(drafts::id)
        .filter(drafts::tenant_id.eq(Id(tenant)).and(drafts::responsible_agency_id.eq(Id(agency))))
        .order(drafts::id)
        .limit(most)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// A draft, whoever asks: for the service's own work.
pub(super) fn load_own(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<DraftRow>> {
    let key = drafts::tenant_id.eq(Id(tenant)).and(drafts::id.eq(Id(id)));
    Ok(drafts::table.filter(key).first(conn).optional()?)
}

/// Gives what a unit drafts to another; says how many.
pub(super) fn move_units(tx: &mut Conn, tenant: Uuid, from: Uuid, to: Uuid) -> TxResult<usize> {
    Ok(diesel::update(drafts::table)
        .filter(drafts::tenant_id.eq(Id(tenant)).and(drafts::unit_id.eq(Id(from))))
        .set(drafts::unit_id.eq(Id(to)))
        .execute(tx)?)
}

/// Gives what an agency is asked to another; says how many.
pub(super) fn move_consulted(tx: &mut Conn, tenant: Uuid, from: Uuid, to: Uuid) -> TxResult<usize> {
    Ok(diesel::update(draft_consulted::table)
        .filter(draft_consulted::tenant_id.eq(Id(tenant)).and(draft_consulted::agency_id.eq(Id(from))))
        .set(draft_consulted::agency_id.eq(Id(to)))
        .execute(tx)?)
}
