//! Suspending, resuming and abolishing a published procedure.

use std::sync::Arc;

use actix_web::post;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use motcua_db::sql::Json;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Moment, Stamp};
use motcua_kernel::text::says_something;
use motcua_kernel::time::deserialize_optional_day;
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Text, Uuid};
use motcua_web::{Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Catalogue;
use super::agencies::require_keeper;
use super::content::{Decision, LegalBasis};
use super::facts::{self, LifeFacts};
use super::life::{Abolition, Life, ProcedureAction, Suspension, abolished};
use super::read::whole;
use super::store::{self, ProcedureRow};
use super::view::Procedure;

/// The longest reason.
const LONGEST_REASON: usize = 2000;

/// A step in the life of a published procedure.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct CreateProcedureTransition {
    /// What to do.
    pub action: ProcedureAction,
    /// Why, for the public; required with `suspend`.
    #[schema(max_length = 2000, example = "Chờ hướng dẫn thi hành Nghị định mới.")]
    pub reason: Option<String>,
    /// The act that allows it; required with `suspend`, and with `abolish` when it is not the decision alone.
    pub legal_basis: Option<LegalBasis>,
    /// With `abolish`: first day on which no new dossiers are taken, today or later.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub effective_from: Option<NaiveDate>,
    /// With `abolish`: the announcing decision with its date.
    pub decision: Option<Decision>,
}

/// Suspend, resume or abolish a procedure
///
/// Needs `If-Match`. New dossiers are refused from then on with the act that says so; those submitted before go on. An
/// abolition has a day and may be withdrawn by `reinstate` until then; afterwards it is final.
#[utoipa::path(
    operation_id = "create_procedure_transition",
    tag = "catalogue",
    params(
        ("id" = Uuid, Path, description = "The procedure."),
        ("If-Match" = String, Header, description = "Entity tag of the procedure as the caller has read it.")
    ),
    request_body(
        content = CreateProcedureTransition,
        example = json!({
            "action": "suspend", "reason": "Chờ hướng dẫn thi hành Nghị định mới.",
            "legal_basis": {"number": "118/2025/NĐ-CP", "title": "Nghị định về cơ chế một cửa"}
        })
    ),
    responses(
        (status = 200, description = "The procedure after the step.", body = Procedure),
        (status = 409, description = "`procedure.state` with the state and the actions allowed now, or \
                                      `procedure.abolished` with the decision.")
    ),
    security(("bearer" = ["procedures:catalogue:write"]))
)]
#[post("/procedures/{id}/transitions")]
pub(super) async fn create_procedure_transition(
    room: Data<Catalogue>,
    id: Path<Uuid>,
    request: Write<CreateProcedureTransition>,
) -> WebResult {
    let expected = request.require_match()?;
    let Write { actor, idempotency, body, .. } = request;
    Reply::answer(transition(&room, actor, idempotency, *id, expected, body).await?)
}

async fn transition(
    room: &Catalogue,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    expected: i64,
    step: CreateProcedureTransition,
) -> Result<Answer> {
    let by = require_keeper(room, &actor).await?;
    let own = room.clone();
    room.db
        .write_once("procedure_transition", actor.tenant, key, move |tx| {
            let mut row = store::procedure(tx, actor.tenant, id)?;
            if row.version != expected {
                return Err(store::stale(row.version).into());
            }
            let stamp = Stamp::of(&by, Moment::of(&own.db.clock));
            take(tx, &own, &stamp, &step, &mut row)
        })
        .await
}

fn take(
    tx: &mut Conn,
    room: &Catalogue,
    stamp: &Stamp,
    step: &CreateProcedureTransition,
    row: &mut ProcedureRow,
) -> TxResult<Answer> {
    let today = stamp.occurred.day_in_vietnam();
    let mut life = Life::of(row)?;
    if let Some(abolition) = life.abolished(today) {
        return Err(abolished(&row.code, abolition).into());
    }
    let allowed = life.allowed(today);
    if !allowed.contains(&step.action) {
        return Err(wrong_state(&life, today, &allowed)?.into());
    }
    let kind = apply(&mut life, step, stamp, today)?;
    row.suspension = life.suspension.as_ref().map(json).transpose()?;
    row.abolition = life.abolition.as_ref().map(json).transpose()?;
    row.abolished_from = life.abolition.as_ref().map(|abolition| abolition.effective_from);
    row.version += 1;
    store::update_procedure(tx, row)?;
    let data = serde_json::to_value(LifeFacts::of(row, &life, today)).map_err(Error::internal)?;
    room.journal.record(tx, stamp, &Change { kind, subject: row.id.0, version: row.version, data: &data })?;
    Ok(Answer::done(&whole(tx, row, today)?)?.version(row.version))
}

fn json(value: &impl Serialize) -> Result<Json> {
    serde_json::to_value(value).map(Json).map_err(Error::internal)
}

fn wrong_state(life: &Life, today: NaiveDate, allowed: &[ProcedureAction]) -> Result<Error> {
    let error = Error::conflict(
        "procedure.state",
        "Thủ tục đang ở trạng thái không cho phép việc này.",
        "The procedure's state does not allow this now.",
    );
    let allowed = serde_json::to_value(allowed).map_err(Error::internal)?;
    Ok(error.with("state", life.status(today).as_str()).with("allowed_actions", allowed))
}

/// Changes where the procedure stands, or says everything the step lacks.
fn apply(life: &mut Life, step: &CreateProcedureTransition, stamp: &Stamp, today: NaiveDate) -> Result<EventKind> {
    let mut faults = Vec::new();
    let reason = step.reason.as_deref().map(str::trim).unwrap_or_default();
    if reason.chars().count() > LONGEST_REASON {
        let text = Text::new("Lý do có nhiều nhất 2000 ký tự.", "A reason has at most 2,000 characters.");
        faults.push(FieldError::new("/reason", "max_length", text));
    }
    if let Some(basis) = &step.legal_basis {
        require(&mut faults, "/legal_basis/number", says_something(&basis.number));
        require(&mut faults, "/legal_basis/title", says_something(&basis.title));
    }
    let abolishes = step.action == ProcedureAction::Abolish;
    let given = [("/effective_from", step.effective_from.is_some()), ("/decision", step.decision.is_some())];
    for (pointer, given) in given {
        if given && !abolishes {
            let text = Text::new("Bước này không kèm thông tin này.", "This step does not take this.");
            faults.push(FieldError::new(pointer, "unexpected", text));
        }
    }
    let kind = match step.action {
        ProcedureAction::Suspend => {
            require(&mut faults, "/reason", !reason.is_empty());
            require(&mut faults, "/legal_basis", step.legal_basis.is_some());
            life.suspension = step.legal_basis.clone().map(|legal_basis| Suspension {
                since: stamp.occurred.0,
                reason: reason.to_owned(),
                legal_basis,
            });
            facts::SUSPENDED
        }
        ProcedureAction::Resume => {
            life.suspension = None;
            facts::RESUMED
        }
        ProcedureAction::Reinstate => {
            life.abolition = None;
            facts::RESUMED
        }
        ProcedureAction::Abolish => {
            require(&mut faults, "/effective_from", step.effective_from.is_some());
            require(&mut faults, "/decision", step.decision.is_some());
            faults.extend(step.decision.iter().flat_map(|decision| announcing(decision, today)));
            if step.effective_from.is_some_and(|day| day < today) {
                faults.push(FieldError::new("/effective_from", "date.past", past()));
            }
            life.abolition = step.effective_from.zip(step.decision.clone()).map(|(effective_from, decision)| {
                Abolition { effective_from, decision, legal_basis: step.legal_basis.clone() }
            });
            facts::ABOLISHED
        }
    };
    if faults.is_empty() { Ok(kind) } else { Err(Error::invalid(faults)) }
}

fn require(faults: &mut Vec<FieldError>, pointer: &str, there: bool) {
    if !there {
        let text = Text::new("Cần có thông tin này.", "This is required.");
        faults.push(FieldError::new(pointer, "required", text));
    }
}

/// What an announcing decision lacks: its number, and a date that has come.
pub(super) fn announcing(decision: &Decision, today: NaiveDate) -> Vec<FieldError> {
    let mut faults = Vec::new();
    require(&mut faults, "/decision/number", says_something(&decision.number));
    match decision.date {
        None => require(&mut faults, "/decision/date", false),
        Some(date) if date > today => {
            let text = Text::new("Quyết định chưa được ban hành.", "The decision is still to come.");
            faults.push(FieldError::new("/decision/date", "date.future", text));
        }
        Some(_) => {}
    }
    faults
}

/// What is refused about a day that has gone by.
pub(super) fn past() -> Text {
    Text::new("Không công bố cho ngày đã qua.", "Nothing is announced for a day that has gone by.")
}
