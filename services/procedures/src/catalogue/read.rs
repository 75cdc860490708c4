//! Reading the catalogue: public within the installation, so the tenant is the whole predicate.

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Uuid};
use serde_json::Value;

use super::import::store as import_store;
use super::store::{self, Narrow, Place, ProcedureRow};
use super::view::{
    Import, ImportRefusal, Procedure, ProcedureSummary, ProcedureVersion, ProcedureVersionSummary, ProcedureWarning,
};
use super::{Catalogue, agencies};

/// The scope that opens all of it.
pub(super) const SCOPE: &str = "procedures:catalogue:read";

/// One page of procedures, by name or the popular ones first.
pub(super) async fn procedures(
    room: &Catalogue,
    actor: &Actor,
    narrow: Narrow,
    page: PageRequest,
) -> Result<Page<ProcedureSummary>> {
    actor.require_scope(SCOPE)?;
    let tenant = actor.tenant;
    let today = room.today();
    let scope = format!("procedures {narrow:?}");
    let after: Option<Place> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    room.db
        .read("procedure_list", move |conn| {
            let within = match &narrow.agency {
                Some(asked) => Some(agencies::offering(conn, tenant, asked, today)?),
                None => None,
            };
            let rows = store::list(conn, tenant, &narrow, within.as_ref(), today, &page, after.clone())?;
            let place = |row: &ProcedureRow| (row.popularity, row.name_folded.clone(), row.id.0);
            let cut = Page::cut(rows, &page, &scope, place)?;
            let count =
                if page.count { Some(store::count(conn, tenant, &narrow, within.as_ref(), today)?) } else { None };
            let items = cut.items.iter().map(|row| ProcedureSummary::of(row, today)).collect::<Result<_>>()?;
            Ok(Page { items, next: cut.next, count })
        })
        .await
}

/// A procedure with its current version, and the version of its row.
pub(super) async fn procedure(room: &Catalogue, actor: &Actor, id: Uuid) -> Result<(Procedure, i64)> {
    actor.require_scope(SCOPE)?;
    let (tenant, today) = (actor.tenant, room.today());
    room.db
        .read("procedure_get", move |conn| {
            let row = store::procedure(conn, tenant, id)?;
            Ok((whole(conn, &row, today)?, row.version))
        })
        .await
}

/// A procedure as it is answered.
pub(super) fn whole(conn: &mut Conn, row: &ProcedureRow, today: NaiveDate) -> TxResult<Procedure> {
    let tenant = row.tenant_id.0;
    let version = store::version(conn, tenant, row.current_version_id.0)?;
    let place = (version.effective_from, version.number);
    let effective_to = store::next_effective_from(conn, tenant, row.id.0, place)?;
    let version = ProcedureVersion::of(version, effective_to)?;
    Ok(Procedure { summary: ProcedureSummary::of(row, today)?, version })
}

/// One page of a procedure's versions, the last to come into force first.
pub(super) async fn versions(
    room: &Catalogue,
    actor: &Actor,
    id: Uuid,
    page: PageRequest,
) -> Result<Page<ProcedureVersionSummary>> {
    actor.require_scope(SCOPE)?;
    let tenant = actor.tenant;
    let scope = format!("procedure-versions {id}");
    let after: Option<(NaiveDate, i64)> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    room.db
        .read("procedure_versions", move |conn| {
            store::procedure(conn, tenant, id)?;
            let heads = store::versions(conn, tenant, id, after, page.fetch())?;
            let mut newer = match heads.first() {
                Some(first) => store::next_effective_from(conn, tenant, id, (first.effective_from, first.number))?,
                None => None,
            };
            let mut rows = Vec::with_capacity(heads.len());
            for head in &heads {
                rows.push(ProcedureVersionSummary::of(head, newer));
                newer = Some(head.effective_from);
            }
            let count = if page.count { Some(store::count_versions(conn, tenant, id)?) } else { None };
            Ok(Page { count, ..Page::cut(rows, &page, &scope, |row| (row.effective_from, row.number))? })
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
            let place = (row.effective_from, row.number);
            let effective_to = store::next_effective_from(conn, tenant, row.procedure_id.0, place)?;
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
