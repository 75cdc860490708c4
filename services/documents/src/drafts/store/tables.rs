//! The tables of drafts, and their rows.

use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Result, Uuid, Vault};

use super::open;
use crate::agency_filter::agency_tree;
use crate::drafts::rules::DraftState;

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
        normative -> Bool,
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
pub(in crate::drafts) struct DraftRow {
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
    pub normative: bool,
    pub version: i64,
}

impl DraftRow {
    pub(in crate::drafts) fn state(&self) -> Result<DraftState> {
        DraftState::from_word(&self.state)
            .ok_or_else(|| Error::internal(format!("draft {} is in state {}", self.id.0, self.state)))
    }

    pub(in crate::drafts) fn subject(&self, vault: &Vault) -> Result<String> {
        open(vault, "drafts.subject", self.id.0, &self.subject)
    }

    /// Who wrote it: whoever began it, and whoever made any version since. What one of them wrote stays in the text until
    /// somebody says otherwise, so each of them answers for it and none of them checks it.
    pub(in crate::drafts) fn authors(&self, conn: &mut Conn) -> TxResult<Vec<Uuid>> {
        let of_versions: Vec<Id> = draft_revisions::table
            .select(draft_revisions::author_id)
            .distinct()
            .filter(draft_revisions::tenant_id.eq(self.tenant_id.clone()))
            .filter(draft_revisions::draft_id.eq(self.id.clone()))
            .load(conn)?;
        Ok(of_versions.into_iter().chain([self.author_id.clone()]).map(|id| id.0).collect())
    }
}

/// A version as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = draft_revisions, treat_none_as_default_value = false)]
pub(in crate::drafts) struct RevisionRow {
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
pub(in crate::drafts) struct FileRow {
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
pub(in crate::drafts) struct StepRow {
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
pub(in crate::drafts) struct SignatureRow {
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
pub(in crate::drafts) struct ConsultationRow {
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
pub(in crate::drafts) struct ConsultedRow {
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
