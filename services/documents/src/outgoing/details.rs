//! What an outgoing document has beside its number: marks, who signed in which capacity, attachments, and what became of it
//! after it was issued. A document that was issued in one step has none of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::{Actor, Error, Result, Role, Text, Uuid, Vault};

use super::store::{DocumentRow, outgoing_documents};
use crate::agency_filter::agency_tree;
use crate::marks::{CirculationMark, Urgency};
use crate::precondition::check_version;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    outgoing_details (tenant_id, document_id) {
        tenant_id -> Uid,
        document_id -> Uid,
        draft_id -> Nullable<Uid>,
        urgency -> Text,
        circulation -> Nullable<Text>,
        internal -> Bool,
        pages -> Nullable<Integer>,
        copies -> Nullable<Integer>,
        /// The unit that drafted it.
        unit_id -> Nullable<Uid>,
        signer_capacity -> Nullable<Text>,
        signer_prefix -> Nullable<Text>,
        signer_position -> Nullable<Text>,
        released_at -> Nullable<Instant>,
        recalled_at -> Nullable<Instant>,
        /// Sealed: why it was recalled or its number made void.
        reason -> Nullable<Binary>,
        language -> Nullable<Text>,
        /// Sealed.
        description -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    outgoing_files (tenant_id, document_id, position) {
        tenant_id -> Uid,
        document_id -> Uid,
        position -> Integer,
        file_id -> Uid,
        sha256 -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Uid, Instant};
    /// Which document replaced or corrected which.
    outgoing_links (tenant_id, document_id, by_document_id) {
        tenant_id -> Uid,
        document_id -> Uid,
        by_document_id -> Uid,
        kind -> Text,
        linked_at -> Instant,
    }
}

/// Details as they are stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = outgoing_details, treat_none_as_default_value = false)]
pub(super) struct DetailsRow {
    pub tenant_id: Id,
    pub document_id: Id,
    pub draft_id: Option<Id>,
    pub urgency: String,
    pub circulation: Option<String>,
    pub internal: bool,
    pub pages: Option<i32>,
    pub copies: Option<i32>,
    pub unit_id: Option<Id>,
    pub signer_capacity: Option<String>,
    pub signer_prefix: Option<String>,
    pub signer_position: Option<String>,
    pub released_at: Option<At>,
    pub recalled_at: Option<At>,
    pub reason: Option<Vec<u8>>,
    pub language: Option<String>,
    pub description: Option<Vec<u8>>,
}

impl DetailsRow {
    /// Those of a document that was issued in one step.
    pub(super) fn of_one_step(document: &DocumentRow) -> Self {
        Self {
            tenant_id: document.tenant_id.clone(),
            document_id: document.id.clone(),
            draft_id: None,
            urgency: "normal".to_owned(),
            circulation: None,
            internal: false,
            pages: None,
            copies: None,
            unit_id: None,
            signer_capacity: None,
            signer_prefix: None,
            signer_position: None,
            released_at: Some(document.issued_at.clone()),
            recalled_at: None,
            reason: None,
            language: None,
            description: None,
        }
    }

    pub(super) fn urgency(&self) -> Result<Urgency> {
        read_word(&self.urgency)
    }

    pub(super) fn circulation(&self) -> Result<Option<CirculationMark>> {
        self.circulation.as_deref().map(read_word).transpose()
    }

    pub(super) fn seal_reason(&mut self, vault: &Vault, reason: &str) -> Result<()> {
        self.reason = Some(vault.seal(&context("reason", self.document_id.0), reason.as_bytes())?);
        Ok(())
    }

    pub(super) fn open_reason(&self, vault: &Vault) -> Result<Option<String>> {
        open(vault, "reason", self.document_id.0, self.reason.as_deref())
    }

    pub(super) fn seal_description(&mut self, vault: &Vault, description: Option<&str>) -> Result<()> {
        let seal = |text: &str| vault.seal(&context("description", self.document_id.0), text.as_bytes());
        self.description = description.map(seal).transpose()?;
        Ok(())
    }

    pub(super) fn open_description(&self, vault: &Vault) -> Result<Option<String>> {
        open(vault, "description", self.document_id.0, self.description.as_deref())
    }
}

/// A word of a column as the API writes it.
pub(super) fn read_word<T: serde::de::DeserializeOwned>(word: &str) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(Error::internal)
}

fn context(column: &str, document: Uuid) -> String {
    format!("outgoing_details.{column}:{document}")
}

fn open(vault: &Vault, column: &str, document: Uuid, sealed: Option<&[u8]>) -> Result<Option<String>> {
    let open =
        |sealed: &[u8]| String::from_utf8(vault.open(&context(column, document), sealed)?).map_err(Error::internal);
    sealed.map(open).transpose()
}

/// How one document became another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkKind {
    Replaced,
    Corrected,
}

impl LinkKind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::Corrected => "corrected",
        }
    }
}

/// What a document shows beside its row.
#[derive(Debug, Clone, Default)]
pub(super) struct Extras {
    pub details: Option<DetailsRow>,
    /// Attachments in order: file and its SHA-256.
    pub attachments: Vec<(Uuid, String)>,
    /// Kind of link, and the document that replaced or corrected this one.
    pub linked_by: Vec<(String, Uuid)>,
    /// Kind of link, and the document that this one replaced or corrected.
    pub links: Vec<(String, Uuid)>,
    /// Whether the caller may recall, replace and correct it.
    pub leads: bool,
}

/// The same of a page of documents, with one statement for each of its parts.
pub(super) fn extras_of(
    conn: &mut Conn,
    actor: &Actor,
    rows: &[DocumentRow],
    leaders: &[Role],
) -> TxResult<BTreeMap<Uuid, Extras>> {
    let tenant = Id(actor.tenant);
    let ids: Vec<Id> = rows.iter().map(|row| row.id.clone()).collect();
    let agencies: Vec<Id> = rows.iter().map(|row| row.responsible_agency_id.clone()).collect();
    let led = reached(conn, actor, leaders, agencies)?;
    let mut extras: BTreeMap<Uuid, Extras> = rows
        .iter()
        .map(|row| (row.id.0, Extras { leads: led.contains(&row.responsible_agency_id.0), ..Extras::default() }))
        .collect();
    let documents: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    for (document, row) in details_of(conn, actor.tenant, &documents)? {
        extras.entry(document).or_default().details = Some(row);
    }
    for (document, files) in attachments_of(conn, actor.tenant, &documents)? {
        extras.entry(document).or_default().attachments = files;
    }
    let touching = outgoing_links::document_id.eq_any(ids.clone()).or(outgoing_links::by_document_id.eq_any(ids));
    let links: Vec<(Id, Id, String)> = outgoing_links::table
        .select((outgoing_links::document_id, outgoing_links::by_document_id, outgoing_links::kind))
        .filter(outgoing_links::tenant_id.eq(tenant))
        .filter(touching)
        .order((outgoing_links::linked_at, outgoing_links::by_document_id))
        .load(conn)?;
    for (document, by, kind) in links {
        if let Some(extra) = extras.get_mut(&document.0) {
            extra.linked_by.push((kind.clone(), by.0));
        }
        if let Some(extra) = extras.get_mut(&by.0) {
            extra.links.push((kind, document.0));
        }
    }
    Ok(extras)
}

/// The details of these documents, of those that have any.
pub(super) fn details_of(conn: &mut Conn, tenant: Uuid, documents: &[Uuid]) -> TxResult<BTreeMap<Uuid, DetailsRow>> {
    let wanted: Vec<Id> = documents.iter().copied().map(Id).collect();
    let rows: Vec<DetailsRow> = outgoing_details::table
        .filter(outgoing_details::tenant_id.eq(Id(tenant)).and(outgoing_details::document_id.eq_any(wanted)))
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.document_id.0, row)).collect())
}

/// The attachments of these documents in order: file and its SHA-256.
pub(super) fn attachments_of(
    conn: &mut Conn,
    tenant: Uuid,
    documents: &[Uuid],
) -> TxResult<BTreeMap<Uuid, Vec<(Uuid, String)>>> {
    let wanted: Vec<Id> = documents.iter().copied().map(Id).collect();
    let rows: Vec<(Id, Id, String)> = outgoing_files::table
        .select((outgoing_files::document_id, outgoing_files::file_id, outgoing_files::sha256))
        .filter(outgoing_files::tenant_id.eq(Id(tenant)).and(outgoing_files::document_id.eq_any(wanted)))
        .order((outgoing_files::document_id, outgoing_files::position))
        .load(conn)?;
    let mut files: BTreeMap<Uuid, Vec<(Uuid, String)>> = BTreeMap::new();
    for (document, file, sha256) in rows {
        files.entry(document.0).or_default().push((file.0, sha256));
    }
    Ok(files)
}

/// The documents that corrected a document, in order.
pub(super) fn corrections(conn: &mut Conn, tenant: Uuid, document: Uuid) -> TxResult<Vec<Uuid>> {
    let by: Vec<Id> = outgoing_links::table
        .select(outgoing_links::by_document_id)
        .filter(outgoing_links::tenant_id.eq(Id(tenant)).and(outgoing_links::document_id.eq(Id(document))))
        .filter(outgoing_links::kind.eq(LinkKind::Corrected.as_str()))
        .order((outgoing_links::linked_at, outgoing_links::by_document_id))
        .load(conn)?;
    Ok(by.into_iter().map(|id| id.0).collect())
}

/// Of these agencies, those that one of the caller's roles reaches.
fn reached(conn: &mut Conn, actor: &Actor, roles: &[Role], agencies: Vec<Id>) -> TxResult<BTreeSet<Uuid>> {
    let held: Vec<Id> = actor.agencies_with(roles).into_iter().map(Id).collect();
    if held.is_empty() {
        return Ok(BTreeSet::new());
    }
    let reached: Vec<Id> = agency_tree::table
        .select(agency_tree::descendant_id)
        .filter(agency_tree::tenant_id.eq(Id(actor.tenant)))
        .filter(agency_tree::ancestor_id.eq_any(held).and(agency_tree::descendant_id.eq_any(agencies)))
        .load(conn)?;
    Ok(reached.into_iter().map(|id| id.0).collect())
}

/// The details of a document; those of one that was issued in one step are made as they are first needed.
pub(super) fn load(conn: &mut Conn, document: &DocumentRow) -> TxResult<DetailsRow> {
    let found = details_of(conn, document.tenant_id.0, &[document.id.0])?.remove(&document.id.0);
    Ok(found.unwrap_or_else(|| DetailsRow::of_one_step(document)))
}

/// Writes details, in place of what was there.
pub(super) fn put(tx: &mut Conn, row: &DetailsRow) -> TxResult<()> {
    let key = outgoing_details::tenant_id
        .eq(row.tenant_id.clone())
        .and(outgoing_details::document_id.eq(row.document_id.clone()));
    diesel::delete(outgoing_details::table.filter(key)).execute(tx)?;
    diesel::insert_into(outgoing_details::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// Keeps the attachments of a document in their order.
pub(super) fn put_attachments(tx: &mut Conn, tenant: Uuid, document: Uuid, files: &[(Uuid, String)]) -> TxResult<()> {
    if files.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = (1_i32..)
        .zip(files)
        .map(|(position, (file, sha256))| {
            (
                outgoing_files::tenant_id.eq(Id(tenant)),
                outgoing_files::document_id.eq(Id(document)),
                outgoing_files::position.eq(position),
                outgoing_files::file_id.eq(Id(*file)),
                outgoing_files::sha256.eq(sha256.clone()),
            )
        })
        .collect();
    on_each!(tx, |c| diesel::insert_into(outgoing_files::table).values(rows).execute(c))?;
    Ok(())
}

/// Notes that a document was replaced or corrected by another.
///
/// # Errors
/// `document.linked_already` at `/by`.
pub(super) fn link(
    tx: &mut Conn,
    tenant: Uuid,
    kind: LinkKind,
    (document, by): (Uuid, Uuid),
    at: DateTime<Utc>,
) -> TxResult<()> {
    // The document is held, so nobody else links it meanwhile.
    let there: Option<Id> = outgoing_links::table
        .select(outgoing_links::document_id)
        .filter(outgoing_links::tenant_id.eq(Id(tenant)).and(outgoing_links::document_id.eq(Id(document))))
        .filter(outgoing_links::by_document_id.eq(Id(by)))
        .first(tx)
        .optional()?;
    if there.is_some() {
        let text = Text::new("Văn bản này đã được ghi nhận rồi.", "This document is noted already.");
        return Err(Error::invalid_field("/by", "document.linked_already", text).into());
    }
    diesel::insert_into(outgoing_links::table)
        .values((
            outgoing_links::tenant_id.eq(Id(tenant)),
            outgoing_links::document_id.eq(Id(document)),
            outgoing_links::by_document_id.eq(Id(by)),
            outgoing_links::kind.eq(kind.as_str()),
            outgoing_links::linked_at.eq(At(at)),
        ))
        .execute(tx)?;
    Ok(())
}

/// Lets everybody else who takes one of these documents first wait until this transaction ends, in the order of their ids
/// so that no two wait for each other. SQLite has one writer anyway.
pub(super) fn hold(tx: &mut Conn, tenant: Uuid, documents: &[Uuid]) -> TxResult<()> {
    if let Conn::Postgres(conn) = tx {
        let ordered: BTreeSet<Uuid> = documents.iter().copied().collect();
        for id in ordered {
            let key = outgoing_documents::tenant_id.eq(Id(tenant)).and(outgoing_documents::id.eq(Id(id)));
            let _: Option<i64> = outgoing_documents::table
                .select(outgoing_documents::version)
                .filter(key)
                .for_update()
                .first(conn)
                .optional()?;
        }
    }
    Ok(())
}

/// Writes the state of a document; `row.version` is the new one.
pub(super) fn update_state(tx: &mut Conn, row: &DocumentRow) -> TxResult<()> {
    let key = outgoing_documents::tenant_id.eq(row.tenant_id.clone()).and(outgoing_documents::id.eq(row.id.clone()));
    let changed = diesel::update(outgoing_documents::table)
        .filter(key.clone().and(outgoing_documents::version.eq(row.version - 1)))
        .set((outgoing_documents::state.eq(&row.state), outgoing_documents::version.eq(row.version)))
        .execute(tx)?;
    if changed == 1 {
        return Ok(());
    }
    let current: i64 = outgoing_documents::table.select(outgoing_documents::version).filter(key).first(tx)?;
    Ok(check_version(current, row.version - 1)?)
}
