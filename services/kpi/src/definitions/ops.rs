//! What is done with definitions over HTTP.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{
    Actor, Answer, Error, FieldError, Idempotency, Kind, Page, PageRequest, Result, Text, Uuid, new_id,
};

use super::access::{READ, WRITE, recorder};
use super::faults::DefinitionFault;
use super::reading::read;
use super::recording::{Recorded, canonical, digest, record};
use super::store::{self, BriefRow, SetRow};
use super::versions::{Span, admit, governing};
use super::view::{
    CheckConflict, IndicatorSetCheck, IndicatorSetDefinition, IndicatorSetText, SetDefinition, SetView, VersionBrief,
};
use super::{Definitions, model::IndicatorSet, table};
use crate::exports::{File, Writer, whole_list};

/// One page of sets.
pub(super) async fn list(room: &Definitions, actor: Arc<Actor>, page: PageRequest) -> Result<Page<SetView>> {
    actor.require_scope(READ)?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db.read_snapshot("indicator_sets", move |conn| sets_page(conn, &actor, today, &page)).await
}

/// All sets as a file.
pub(super) async fn exported(
    room: &Definitions,
    actor: Arc<Actor>,
    (page, file): (PageRequest, File),
) -> Result<Writer> {
    actor.require_scope(READ)?;
    let now = room.db.clock.business();
    let today = now.day_in_vietnam();
    let read = move |conn: &mut Conn, page: &PageRequest| sets_page(conn, &actor, today, page);
    whole_list(&room.db, "indicator_sets_export", (table::sets(now), file, page), read, table::set).await
}

fn sets_page(conn: &mut Conn, actor: &Actor, today: NaiveDate, page: &PageRequest) -> TxResult<Page<SetView>> {
    let scope = "indicator_sets";
    let after: Option<String> = page.after.as_ref().map(|cursor| cursor.read(scope)).transpose()?;
    let rows = store::sets(conn, actor.tenant, page, after)?;
    let mut cut = Page::cut(rows, page, scope, |row| row.code.clone())?;
    cut.count = if page.count { Some(store::count_sets(conn, actor.tenant)?) } else { None };
    let ids: Vec<Uuid> = cut.items.iter().map(|row| row.id.0).collect();
    let versions = store::versions(conn, actor.tenant, &ids)?;
    Ok(cut.map(|row| show(&row, &versions, today)))
}

/// One set.
pub(super) async fn get(room: &Definitions, actor: Arc<Actor>, id: Uuid) -> Result<SetView> {
    actor.require_scope(READ)?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read_snapshot("indicator_set", move |conn| {
            let row = store::set(conn, actor.tenant, id)?.ok_or_else(Error::not_found)?;
            let versions = store::versions(conn, actor.tenant, &[id])?;
            Ok(show(&row, &versions, today))
        })
        .await
}

fn show(row: &SetRow, versions: &[BriefRow], today: NaiveDate) -> SetView {
    let own: Vec<&BriefRow> = versions.iter().filter(|version| version.set_id == row.id).collect();
    let spans: Vec<Span> = own.iter().map(|version| version.span()).collect();
    let current = governing(&spans, today).and_then(|span| own.iter().find(|version| version.id.0 == span.id));
    let named = current.or_else(|| own.first());
    SetView {
        id: row.id.0,
        code: row.code.clone(),
        name: named.map_or_else(|| Text::new(&row.code, &row.code), |one| Text::new(&one.name_vi, &one.name_en)),
        current: current.map(|version| VersionBrief::from(*version)),
        versions: own.len(),
        version: row.version,
    }
}

/// One page of a set's versions.
pub(super) async fn list_versions(
    room: &Definitions,
    actor: Arc<Actor>,
    set: Uuid,
    page: PageRequest,
) -> Result<Page<VersionBrief>> {
    actor.require_scope(READ)?;
    room.db.read_snapshot("indicator_set_versions", move |conn| versions_page(conn, &actor, set, &page)).await
}

/// All versions of a set as a file.
pub(super) async fn exported_versions(
    room: &Definitions,
    actor: Arc<Actor>,
    set: Uuid,
    (page, file): (PageRequest, File),
) -> Result<Writer> {
    actor.require_scope(READ)?;
    let asked = (table::versions(set, room.db.clock.business()), file, page);
    let read = move |conn: &mut Conn, page: &PageRequest| versions_page(conn, &actor, set, page);
    whole_list(&room.db, "indicator_set_versions_export", asked, read, table::version).await
}

fn versions_page(conn: &mut Conn, actor: &Actor, set: Uuid, page: &PageRequest) -> TxResult<Page<VersionBrief>> {
    store::set(conn, actor.tenant, set)?.ok_or_else(Error::not_found)?;
    let scope = format!("indicator_set_versions {set}");
    let before: Option<NaiveDate> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    let rows = store::versions_page(conn, actor.tenant, set, page, before)?;
    let mut cut = Page::cut(rows, page, &scope, |row| row.valid_from)?;
    if page.count {
        let all = store::versions(conn, actor.tenant, &[set])?.len();
        cut.count = Some(i64::try_from(all).map_err(Error::internal)?);
    }
    Ok(cut.map(|row| VersionBrief::from(&row)))
}

/// One version with everything it says.
pub(super) async fn get_version(room: &Definitions, actor: Arc<Actor>, id: Uuid) -> Result<IndicatorSetDefinition> {
    actor.require_scope(READ)?;
    let own = room.clone();
    room.db
        .read("indicator_set_version", move |conn| {
            let row = store::version(conn, actor.tenant, id)?.ok_or_else(Error::not_found)?;
            let set = own.version(conn, actor.tenant, id)?.ok_or_else(Error::not_found)?;
            let definition = SetDefinition::from(set.as_ref());
            Ok(IndicatorSetDefinition { version: VersionBrief::from(&row), definition })
        })
        .await
}

/// The text of a version.
pub(super) async fn text(room: &Definitions, actor: Arc<Actor>, id: Uuid) -> Result<IndicatorSetText> {
    actor.require_scope(READ)?;
    room.db
        .read("indicator_set_text", move |conn| {
            let row = store::version(conn, actor.tenant, id)?.ok_or_else(Error::not_found)?;
            Ok(IndicatorSetText { text: row.content, sha256: row.sha256 })
        })
        .await
}

/// What would become of a text, without recording it.
pub(super) async fn check(room: &Definitions, actor: Arc<Actor>, text: String) -> Result<IndicatorSetCheck> {
    if !actor.scopes.contains(WRITE) {
        actor.require_scope(READ)?;
    }
    let today = room.db.clock.business().day_in_vietnam();
    let text = canonical(&text);
    let set = match read(&text) {
        Ok(set) => set,
        Err(faults) => return Ok(IndicatorSetCheck { accepted: false, faults, conflict: None, definition: None }),
    };
    let definition = Some(SetDefinition::from(&set));
    let conflict =
        room.db.read("indicator_set_check", move |conn| conflict(conn, actor.tenant, &set, &text, today)).await?;
    Ok(IndicatorSetCheck { accepted: conflict.is_none(), faults: Vec::new(), conflict, definition })
}

fn conflict(
    conn: &mut Conn,
    tenant: Uuid,
    set: &IndicatorSet,
    text: &str,
    today: NaiveDate,
) -> TxResult<Option<CheckConflict>> {
    let Some(row) = store::set_of(conn, tenant, &set.code)? else { return Ok(None) };
    let versions = store::versions(conn, tenant, &[row.id.0])?;
    let refusal = match versions.iter().find(|version| version.label == set.version) {
        Some(same) if same.sha256 == digest(text) => None,
        Some(_) => Some(super::recording::differs(set)),
        None => {
            let spans: Vec<Span> = versions.iter().map(BriefRow::span).collect();
            let new = Span { id: new_id(), label: set.version.clone(), from: set.valid_from, to: set.valid_to };
            admit(&new, &spans, today).err()
        }
    };
    Ok(refusal.map(|error| CheckConflict { code: error.code, message: error.detail }))
}

/// Records a version.
pub(super) async fn create(
    room: &Definitions,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    text: String,
) -> Result<Answer> {
    let by = recorder(&room.db, &actor).await?;
    let text = canonical(&text);
    let set = read(&text).map_err(refused)?;
    let own = room.clone();
    room.db
        .write_once("indicator_set_record", actor.tenant, key, move |tx| {
            let stamp = Stamp::of(&by, Moment::of(&own.db.clock));
            let (row, new) = match record(tx, &own.journal, &stamp, &set, &text)? {
                Recorded::New(row) => (row, true),
                Recorded::Known(row) => (row, false),
            };
            let shown =
                IndicatorSetDefinition { version: VersionBrief::from(&row), definition: SetDefinition::from(&set) };
            let answer = if new {
                Answer::created(format!("/v1/indicator-set-versions/{}", row.id.0), &shown)?
            } else {
                Answer::done(&shown)?
            };
            Ok(answer.version(1))
        })
        .await
}

/// The faults of a text as those of a request: each says where in the text it is.
fn refused(faults: Vec<DefinitionFault>) -> Error {
    let count = faults.len();
    let mut error = Error::new(
        Kind::Invalid,
        "indicator_set.faults",
        format!("Định nghĩa có {count} lỗi."),
        format!("The definition has {count} fault{}.", if count == 1 { "" } else { "s" }),
    );
    let places = serde_json::to_value(&faults).unwrap_or_default();
    error.fields = faults
        .into_iter()
        .map(|DefinitionFault { line, column, code, message, .. }| {
            let vi = format!("Dòng {line}, cột {column}: {}", message.vi);
            FieldError::new("/text", code, Text::new(vi, format!("Line {line}, column {column}: {}", message.en)))
        })
        .collect();
    error.with("faults", places)
}
