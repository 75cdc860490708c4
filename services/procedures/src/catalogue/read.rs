//! Reading the catalogue: public within the installation, so the tenant is the whole predicate.

use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Uuid};
use serde_json::Value;

use super::Catalogue;
use super::import::store as import_store;
use super::store::{self, Narrow};
use super::view::{
    Import, ImportRefusal, Procedure, ProcedureSummary, ProcedureVersion, ProcedureVersionSummary, ProcedureWarning,
};

/// The scope that opens all of it.
pub(super) const SCOPE: &str = "procedures:catalogue:read";

/// One page of procedures, by name.
pub(super) async fn procedures(
    room: &Catalogue,
    actor: &Actor,
    narrow: Narrow,
    page: PageRequest,
) -> Result<Page<ProcedureSummary>> {
    actor.require_scope(SCOPE)?;
    let tenant = actor.tenant;
    let scope = format!("procedures {narrow:?}");
    let after: Option<(String, Uuid)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    room.db
        .read("procedure_list", move |conn| {
            let after = after.clone().map(|(name, id)| (name, Id(id)));
            let rows = store::list(conn, tenant, &narrow, &page, after)?;
            let cut = Page::cut(rows, &page, &scope, |row| (row.name_folded.clone(), row.id.0))?;
            let count = if page.count { Some(store::count(conn, tenant, &narrow)?) } else { None };
            let items = cut.items.iter().map(ProcedureSummary::of).collect::<Result<_>>()?;
            Ok(Page { items, next: cut.next, count })
        })
        .await
}

/// A procedure with its current version, and the version of its row.
pub(super) async fn procedure(room: &Catalogue, actor: &Actor, id: Uuid) -> Result<(Procedure, i64)> {
    actor.require_scope(SCOPE)?;
    let tenant = actor.tenant;
    room.db
        .read("procedure_get", move |conn| {
            let row = store::procedure(conn, tenant, id)?;
            let version = store::version(conn, tenant, row.current_version_id.0)?;
            let version = ProcedureVersion::of(version, None)?;
            Ok((Procedure { summary: ProcedureSummary::of(&row)?, version }, row.version))
        })
        .await
}

/// One page of a procedure's versions, the newest first.
pub(super) async fn versions(
    room: &Catalogue,
    actor: &Actor,
    id: Uuid,
    page: PageRequest,
) -> Result<Page<ProcedureVersionSummary>> {
    actor.require_scope(SCOPE)?;
    let tenant = actor.tenant;
    let scope = format!("procedure-versions {id}");
    let after: Option<i64> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    room.db
        .read("procedure_versions", move |conn| {
            store::procedure(conn, tenant, id)?;
            // One above the page says where its first version ended.
            let from = after.map(|number| number + 1);
            let limit = page.fetch() + i64::from(after.is_some());
            let heads = store::versions(conn, tenant, id, from, limit)?;
            let mut newer = None;
            let mut rows = Vec::with_capacity(heads.len());
            for head in &heads {
                if after.is_none_or(|after| head.number < after) {
                    rows.push(ProcedureVersionSummary::of(head, newer));
                }
                newer = Some(head.effective_from);
            }
            let count = if page.count { Some(store::count_versions(conn, tenant, id)?) } else { None };
            Ok(Page { count, ..Page::cut(rows, &page, &scope, |row| row.number)? })
        })
        .await
}

/// A version by its id.
pub(super) async fn version(room: &Catalogue, actor: &Actor, id: Uuid) -> Result<ProcedureVersion> {
    actor.require_scope(SCOPE)?;
    let tenant = actor.tenant;
    room.db
        .read("procedure_version_get", move |conn| {
            let row = store::version(conn, tenant, id)?;
            let effective_to = store::next_effective_from(conn, &row)?;
            Ok(ProcedureVersion::of(row, effective_to)?)
        })
        .await
}

/// One page of the warnings of a procedure's current version.
pub(super) async fn warnings(
    room: &Catalogue,
    actor: &Actor,
    id: Uuid,
    page: PageRequest,
) -> Result<Page<ProcedureWarning>> {
    actor.require_scope(SCOPE)?;
    let tenant = actor.tenant;
    let scope = format!("procedure-warnings {id}");
    // The cursor holds the version, so that a page begun before a new version was published is gone through to its end.
    let after: Option<(Uuid, i64)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    room.db
        .read("procedure_warnings", move |conn| {
            let row = store::procedure(conn, tenant, id)?;
            let (version, behind) = after.unwrap_or((row.current_version_id.0, 0));
            let rows = store::warnings(conn, tenant, version, behind, page.fetch())?;
            let cut = Page::cut(rows, &page, &scope, |row| (version, row.seq))?;
            let count = (page.count && version == row.current_version_id.0).then_some(row.warnings);
            let items = cut.items.into_iter().map(ProcedureWarning::of).collect::<Result<_>>()?;
            Ok(Page { items, next: cut.next, count })
        })
        .await
}

/// The form of a procedure's current version.
pub(super) async fn form(room: &Catalogue, actor: &Actor, id: Uuid) -> Result<Value> {
    actor.require_scope(SCOPE)?;
    let (tenant, own) = (actor.tenant, room.clone());
    let form = room
        .db
        .read("procedure_form", move |conn| {
            let row = store::procedure(conn, tenant, id)?;
            let version = own.load_version(conn, tenant, row.current_version_id.0)?;
            Ok(version.content.form.clone())
        })
        .await?;
    form.ok_or_else(Error::not_found)
}

/// One page of imports, the newest first.
pub(super) async fn imports(room: &Catalogue, actor: &Actor, page: PageRequest) -> Result<Page<Import>> {
    actor.require_scope(SCOPE)?;
    let tenant = actor.tenant;
    let after: Option<Uuid> = page.after.as_ref().map(|cursor| cursor.read("imports")).transpose()?;
    room.db
        .read("import_list", move |conn| {
            let rows = import_store::imports(conn, tenant, after, page.fetch())?;
            let count = if page.count { Some(import_store::count(conn, tenant)?) } else { None };
            Ok(Page { count, ..Page::cut(rows, &page, "imports", |row| row.id.0)?.map(Import::from) })
        })
        .await
}

/// One page of the lines an import refused.
pub(super) async fn refusals(
    room: &Catalogue,
    actor: &Actor,
    id: Uuid,
    page: PageRequest,
) -> Result<Page<ImportRefusal>> {
    actor.require_scope(SCOPE)?;
    let tenant = actor.tenant;
    let scope = format!("import-refusals {id}");
    let after: Option<i64> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    room.db.read("import_refusals", move |conn| refusals_page(conn, tenant, id, &page, &scope, after)).await
}

fn refusals_page(
    conn: &mut Conn,
    tenant: Uuid,
    id: Uuid,
    page: &PageRequest,
    scope: &str,
    after: Option<i64>,
) -> TxResult<Page<ImportRefusal>> {
    let import = import_store::import(conn, tenant, id)?;
    let rows = import_store::refusals(conn, tenant, id, after.unwrap_or_default(), page.fetch())?;
    let cut = Page::cut(rows, page, scope, |row| row.line)?;
    Ok(Page { count: page.count.then_some(import.refused), ..cut.map(ImportRefusal::from) })
}
