//! What happens to drafts.

use std::sync::Arc;

use chrono::NaiveDate;
use motcua_db::sql::{Id, Json};
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Change, Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Page, PageRequest, Result, Text, Uuid, new_id};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::store::{self as drafts, DraftRow};
use super::view::{
    CreateProcedure, CreateProcedureDraft, CreateProcedureDraftTransition, DraftAction, ProcedureDraft,
    ProcedureDraftCheck, UpdateProcedureDraft,
};
use crate::catalogue::agencies::{self, require_keeper};
use crate::catalogue::content::VersionContent;
use crate::catalogue::facts::{PUBLISHED, PartsCheck};
use crate::catalogue::life::{Life, abolished};
use crate::catalogue::national::procedure_code;
use crate::catalogue::publishing::{self, NewVersion};
use crate::catalogue::rules::Source;
use crate::catalogue::store::{self, ProcedureRow};
use crate::catalogue::transitions::{announcing, past};
use crate::catalogue::{Catalogue, check as content_check, read_content};

/// Begins a procedure of the province.
pub(super) async fn begin(
    room: &Catalogue,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateProcedure,
) -> Result<Answer> {
    let by = require_keeper(room, &actor).await?;
    let own = room.clone();
    room.db
        .write_once("procedure_create", actor.tenant, key, move |tx| {
            let stamp = Stamp::of(&by, Moment::of(&own.db.clock));
            local_code(tx, actor.tenant, &new.code, own.today())?;
            if store::by_codes(tx, actor.tenant, &[&new.code])?.contains_key(&new.code) {
                return Err(code_taken(&new.code).into());
            }
            let content = VersionContent { source: json!({}), ..new.content.clone() };
            let row = row(&stamp, new_id(), &new.code, None, &content)?;
            insert(tx, row)
        })
        .await
}

/// A local code ends with the code of the province that announces it.
fn local_code(tx: &mut Conn, tenant: Uuid, code: &str, today: NaiveDate) -> TxResult<()> {
    let refuse = |fault: &str, vi: &str, en: &str| Error::invalid_field("/code", fault, Text::new(vi, en));
    let Some(parsed) = procedure_code::parse(code) else {
        return Err(refuse("code.invalid", "Không phải mã thủ tục.", "Not the code of a procedure.").into());
    };
    let ours = match &parsed.province_suffix {
        Some(suffix) => agencies::is_province(tx, tenant, suffix, today)?,
        None => false,
    };
    if ours {
        return Ok(());
    }
    let (vi, en) = (
        "Mã thủ tục của địa phương kết thúc bằng mã định danh của tỉnh.",
        "The code of a local procedure ends with the code of the province.",
    );
    Err(refuse("code.not_local", vi, en).into())
}

/// Begins a new version of a procedure.
pub(super) async fn revise(
    room: &Catalogue,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    procedure: Uuid,
    new: CreateProcedureDraft,
) -> Result<Answer> {
    let by = require_keeper(room, &actor).await?;
    let own = room.clone();
    room.db
        .write_once("procedure_revise", actor.tenant, key, move |tx| {
            let stamp = Stamp::of(&by, Moment::of(&own.db.clock));
            let procedure = store::procedure(tx, actor.tenant, procedure)?;
            not_abolished(&procedure, own.today())?;
            let newest = store::newest_version(tx, actor.tenant, procedure.id.0)?;
            let standing = read_content(newest.content.0)?;
            let content = match &new.content {
                Some(content) => VersionContent { source: standing.source, ..content.clone() },
                None => standing,
            };
            let row = row(&stamp, procedure.id.0, &procedure.code, Some(newest.id.0), &content)?;
            insert(tx, row)
        })
        .await
}

fn insert(tx: &mut Conn, row: DraftRow) -> TxResult<Answer> {
    drafts::insert(tx, &row)?;
    let (location, version) = (format!("/v1/procedure-drafts/{}", row.id.0), row.version);
    Ok(Answer::created(location, &ProcedureDraft::of(row)?)?.version(version))
}

fn row(
    stamp: &Stamp,
    procedure: Uuid,
    code: &str,
    based_on: Option<Uuid>,
    content: &VersionContent,
) -> Result<DraftRow> {
    Ok(DraftRow {
        tenant_id: Id(stamp.tenant),
        id: Id(new_id()),
        procedure_id: Id(procedure),
        code: code.to_owned(),
        state: "open".to_owned(),
        based_on: based_on.map(Id),
        content: Json(to_json(content)?),
        author: stamp.actor().to_owned(),
        created_at: stamp.occurred.into(),
        updated_at: stamp.occurred.into(),
        published_version_id: None,
        version: 1,
    })
}

fn to_json(content: &VersionContent) -> Result<Value> {
    serde_json::to_value(content).map_err(Error::internal)
}

/// One page of drafts, the newest first.
pub(super) async fn list(
    room: &Catalogue,
    actor: &Actor,
    state: Option<String>,
    page: PageRequest,
) -> Result<Page<ProcedureDraft>> {
    require_keeper(room, actor).await?;
    let tenant = actor.tenant;
    let scope = format!("procedure-drafts {state:?}");
    let after: Option<Uuid> = page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
    room.db
        .read("procedure_drafts", move |conn| {
            let rows = drafts::drafts(conn, tenant, state.as_deref(), after, page.fetch())?;
            let count = if page.count { Some(drafts::count(conn, tenant, state.as_deref())?) } else { None };
            let cut = Page::cut(rows, &page, &scope, |row| row.id.0)?;
            let items = cut.items.into_iter().map(ProcedureDraft::of).collect::<Result<_>>()?;
            Ok(Page { items, next: cut.next, count })
        })
        .await
}

/// A draft.
pub(super) async fn get(room: &Catalogue, actor: &Actor, id: Uuid) -> Result<ProcedureDraft> {
    require_keeper(room, actor).await?;
    let tenant = actor.tenant;
    let row = room.db.read("procedure_draft_get", move |conn| drafts::draft(conn, tenant, id)).await?;
    ProcedureDraft::of(row)
}

/// Writes all of a draft's content.
pub(super) async fn update(
    room: &Catalogue,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    expected: i64,
    new: UpdateProcedureDraft,
) -> Result<Answer> {
    let by = require_keeper(room, &actor).await?;
    let own = room.clone();
    room.db
        .write_once("procedure_draft_update", actor.tenant, key, move |tx| {
            let stamp = Stamp::of(&by, Moment::of(&own.db.clock));
            let mut row = open(tx, actor.tenant, id, expected)?;
            let mut source = read_content(row.content.0.clone())?.source;
            if let Some(base) = new.based_on {
                let version = store::version(tx, actor.tenant, base)?;
                if version.procedure_id != row.procedure_id {
                    return Err(Error::not_found().into());
                }
                source = read_content(version.content.0)?.source;
                row.based_on = Some(Id(base));
            }
            row.content = Json(to_json(&VersionContent { source, ..new.content.clone() })?);
            write(tx, &stamp, &mut row)?;
            let version = row.version;
            Ok(Answer::done(&ProcedureDraft::of(row)?)?.version(version))
        })
        .await
}

/// A draft that may still be changed, as the caller has read it.
fn open(tx: &mut Conn, tenant: Uuid, id: Uuid, expected: i64) -> TxResult<DraftRow> {
    let row = drafts::draft(tx, tenant, id)?;
    if row.version != expected {
        return Err(store::stale(row.version).into());
    }
    if row.state != "open" {
        let error = Error::conflict(
            "draft.state",
            "Dự thảo đã được công bố hoặc đã hủy.",
            "The draft is published or discarded already.",
        );
        return Err(error.with("state", row.state).with("allowed_actions", json!([])).into());
    }
    Ok(row)
}

fn write(tx: &mut Conn, stamp: &Stamp, row: &mut DraftRow) -> TxResult<()> {
    stamp.actor().clone_into(&mut row.author);
    row.updated_at = stamp.occurred.into();
    row.version += 1;
    drafts::update(tx, row)
}

/// Everything that keeps a draft from being published.
pub(super) async fn check(room: &Catalogue, actor: &Actor, id: Uuid) -> Result<ProcedureDraftCheck> {
    require_keeper(room, actor).await?;
    let (own, tenant, today) = (room.clone(), actor.tenant, room.today());
    room.db
        .read("procedure_draft_check", move |conn| {
            let draft = drafts::draft(conn, tenant, id)?;
            let content = read_content(draft.content.0)?;
            let faults = faults(conn, tenant, &draft.code, &content, today)?;
            let warnings = warnings(conn, &own, tenant, &content, today)?;
            let parts = PartsCheck::of(&content);
            let ready = faults.is_empty();
            let told = |found: Vec<FieldError>| found.into_iter().map(Into::into).collect();
            Ok(ProcedureDraftCheck { ready, faults: told(faults), warnings: told(warnings), parts })
        })
        .await
}

/// Every fault of a content, with pointers into its draft.
fn faults(
    conn: &mut Conn,
    tenant: Uuid,
    code: &str,
    content: &VersionContent,
    today: NaiveDate,
) -> TxResult<Vec<FieldError>> {
    let mut faults = content_check::contradictions(content);
    faults.extend(content_check::linked_to_itself(content, code));
    faults.extend(content_check::gaps(content));
    faults.extend(agencies::faults(conn, tenant, content, today)?);
    for fault in &mut faults {
        fault.pointer = format!("/content{}", fault.pointer);
    }
    Ok(faults)
}

/// What may still be mended after publishing: a linked procedure can be published later, but before that its step
/// starts no dossier.
fn warnings(
    conn: &mut Conn,
    room: &Catalogue,
    tenant: Uuid,
    content: &VersionContent,
    today: NaiveDate,
) -> TxResult<Vec<FieldError>> {
    let mut warnings = Vec::new();
    for (at, step) in content.linked.iter().enumerate() {
        let text = match room.published(conn, tenant, &step.procedure, today) {
            Ok(Some(_)) => continue,
            Ok(None) => Text::new("Thủ tục liên thông chưa được công bố.", "The linked procedure is not published."),
            Err(Failure::Refused(error)) => error.detail,
            Err(failure) => return Err(failure),
        };
        warnings.push(FieldError::new(format!("/content/linked/{at}/procedure"), "linked.not_published", text));
    }
    Ok(warnings)
}

/// Publishes or discards a draft.
pub(super) async fn end(
    room: &Catalogue,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    expected: i64,
    step: CreateProcedureDraftTransition,
) -> Result<Answer> {
    let by = require_keeper(room, &actor).await?;
    let own = room.clone();
    room.db
        .write_once("procedure_draft_end", actor.tenant, key, move |tx| {
            let stamp = Stamp::of(&by, Moment::of(&own.db.clock));
            let mut row = open(tx, actor.tenant, id, expected)?;
            match step.action {
                DraftAction::Discard => "discarded".clone_into(&mut row.state),
                DraftAction::Publish => publish(tx, &own, &stamp, &step, &mut row)?,
            }
            write(tx, &stamp, &mut row)?;
            let version = row.version;
            Ok(Answer::done(&ProcedureDraft::of(row)?)?.version(version))
        })
        .await
}

fn publish(
    tx: &mut Conn,
    room: &Catalogue,
    stamp: &Stamp,
    step: &CreateProcedureDraftTransition,
    row: &mut DraftRow,
) -> TxResult<()> {
    let today = stamp.occurred.day_in_vietnam();
    let (tenant, code) = (row.tenant_id.0, row.code.clone());
    let standing = store::by_codes(tx, tenant, &[&code])?.remove(&code);
    if let Some(procedure) = &standing {
        not_abolished(procedure, today)?;
    }
    let (effective_from, decision) = announced(step, today)?;
    let mut content = read_content(row.content.0.clone())?;
    content.decision = Some(decision);
    let faults = faults(tx, tenant, &code, &content, today)?;
    if !faults.is_empty() {
        let mut error = Error::invalid(faults);
        "draft.faulty".clone_into(&mut error.code);
        return Err(error.into());
    }
    if let Some(procedure) = &standing {
        up_to_date(tx, row, procedure)?;
        behind_the_planned(tx, procedure, effective_from, today)?;
    }
    let content_json = to_json(&content)?;
    let hash = hex::encode(Sha256::digest(serde_json::to_vec(&content_json).map_err(Error::internal)?));
    let new = NewVersion {
        procedure_id: row.procedure_id.0,
        code: &code,
        content: &content,
        source: Source::Local,
        hash,
        warnings: 0,
        effective_from,
        import: None,
    };
    let (procedure, version, facts) = publishing::rows(stamp, &new, standing.as_ref())?;
    row.content = Json(content_json);
    "published".clone_into(&mut row.state);
    row.published_version_id = Some(version.id.clone());
    match &standing {
        Some(_) => store::update_procedure(tx, &procedure)?,
        None => store::insert_procedures(tx, std::slice::from_ref(&procedure))?,
    }
    store::insert_versions(tx, std::slice::from_ref(&version))?;
    let data = serde_json::to_value(&facts).map_err(Error::internal)?;
    let change = Change { kind: PUBLISHED, subject: procedure.id.0, version: procedure.version, data: &data };
    room.journal.record(tx, stamp, &change)?;
    Ok(())
}

/// The first day and the announcing decision, or everything the request lacks of them.
fn announced(
    step: &CreateProcedureDraftTransition,
    today: NaiveDate,
) -> Result<(NaiveDate, crate::catalogue::content::Decision)> {
    let mut faults = Vec::new();
    let required = || Text::new("Cần có thông tin này.", "This is required.");
    if step.effective_from.is_none() {
        faults.push(FieldError::new("/effective_from", "required", required()));
    }
    if step.effective_from.is_some_and(|day| day < today) {
        faults.push(FieldError::new("/effective_from", "date.past", past()));
    }
    match &step.decision {
        None => faults.push(FieldError::new("/decision", "required", required())),
        Some(decision) => faults.extend(announcing(decision, today)),
    }
    match (step.effective_from, step.decision.clone()) {
        (Some(day), Some(decision)) if faults.is_empty() => Ok((day, decision)),
        _ => Err(Error::invalid(faults)),
    }
}

fn not_abolished(procedure: &ProcedureRow, today: NaiveDate) -> Result<()> {
    match Life::of(procedure)?.abolished(today) {
        Some(abolition) => Err(abolished(&procedure.code, abolition)),
        None => Ok(()),
    }
}

/// A draft begun from an earlier version would undo what was published since, for now or for later.
fn up_to_date(tx: &mut Conn, row: &DraftRow, procedure: &ProcedureRow) -> TxResult<()> {
    let newest = store::newest_version(tx, procedure.tenant_id.0, procedure.id.0)?;
    match &row.based_on {
        Some(base) if newest.id == *base => Ok(()),
        Some(_) => Err(Error::conflict(
            "draft.outdated",
            "Thủ tục đã có phiên bản mới hơn sau khi dự thảo được lập; hãy xem lại phiên bản đó.",
            "The procedure has a newer version than the draft was begun from; look at that one first.",
        )
        .with("newest_version_id", newest.id.0.to_string())
        .into()),
        None => Err(code_taken(&row.code).into()),
    }
}

/// No version may begin before or with one that is planned already.
fn behind_the_planned(tx: &mut Conn, procedure: &ProcedureRow, from: NaiveDate, today: NaiveDate) -> TxResult<()> {
    let last = store::last_effective_from(tx, procedure.tenant_id.0, procedure.id.0)?;
    match last {
        Some(last) if last > today && from <= last => Err(Error::conflict(
            "version.overlaps",
            format!("Đã công bố một phiên bản có hiệu lực từ ngày {}.", last.format("%d/%m/%Y")),
            format!("A version that begins on {last} is published already."),
        )
        .with("effective_from", last.to_string())
        .into()),
        _ => Ok(()),
    }
}

fn code_taken(code: &str) -> Error {
    Error::conflict(
        "procedure.code_taken",
        format!("Mã thủ tục {code} đã có trong danh mục."),
        format!("The code {code} stands in the catalogue already."),
    )
}
