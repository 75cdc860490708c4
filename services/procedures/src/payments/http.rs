//! The API of what dossiers owe and what is paid for them.

use std::time::Duration;

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use motcua_kernel::{Error, Uuid};
use motcua_web::{Read, Reply, WebResult, Write};
use utoipa_actix_web::service_config::ServiceConfig;

use super::view::{
    CreateOutcome, CreatePayment, CreateRefund, CreateWaiver, Obligation, Obligations, Payment, Payments,
};
use super::{pay, read, refund, waive};
use crate::audit::personal_read;
use crate::dossiers::Dossiers;

/// Who moves money.
pub(super) const WRITE: &str = "procedures:payments:write";
/// How long the keys of requests about money are kept: banks repeat for weeks.
pub(super) const KEPT: Duration = Duration::from_hours(30 * 24);

/// The handlers of the room.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_obligations)
        .service(create_waiver)
        .service(list_payments)
        .service(create_payment)
        .service(get_payment)
        .service(create_payment_outcome)
        .service(create_payment_refund);
}

/// List what a dossier owes
///
/// Its fees, charges and financial duties, with what was waived and paid. Whoever may read the dossier may read this;
/// reasons may name a person, so the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_obligations",
    tag = "payments",
    params(("id" = Uuid, Path, description = "The dossier.")),
    responses((status = 200, description = "The obligations.", body = Obligations)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/dossiers/{id}/obligations")]
pub(crate) async fn list_obligations(room: Data<Dossiers>, id: Path<Uuid>, request: Read) -> WebResult {
    let view = read::obligations(&room, request.actor.clone(), *id).await?;
    personal_read(&room.db, &request.actor, "list_obligations", vec![*id]).await?;
    Reply::object(&view, None, true)
}

/// Waive or reduce an obligation
///
/// By a reduction of the fee, which says how much and by which law, or by an amount with a legal basis; all that is still
/// owed when neither says how much. By a receiver of the desk that received the dossier. Never more than is still owed
/// and not being paid.
#[utoipa::path(
    operation_id = "create_waiver",
    tag = "payments",
    params(
        ("id" = Uuid, Path, description = "The dossier."),
        ("obligation_id" = Uuid, Path, description = "The obligation.")
    ),
    request_body = CreateWaiver,
    responses(
        (status = 201, description = "The obligation as it stands now.", body = Obligation),
        (status = 409, description = "`obligation.exceeds_owed` with `open_amount`, or `obligation.reduced_before`.")
    ),
    security(("bearer" = ["procedures:payments:write"]))
)]
#[post("/dossiers/{id}/obligations/{obligation_id}/waivers")]
pub(crate) async fn create_waiver(
    room: Data<Dossiers>,
    path: Path<(Uuid, Uuid)>,
    request: Write<CreateWaiver>,
) -> WebResult {
    let (dossier, id) = path.into_inner();
    Reply::answer(waive::waive(&room, request.actor, request.idempotency, dossier, id, request.body).await?)
}

/// List the attempts to pay for a dossier
///
/// The oldest first, with what went back. Whoever may read the dossier may read this; reasons may name a person, so the
/// reading is kept in the read audit.
#[utoipa::path(
    operation_id = "list_payments",
    tag = "payments",
    params(("id" = Uuid, Path, description = "The dossier.")),
    responses((status = 200, description = "The attempts.", body = Payments)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/dossiers/{id}/payments")]
pub(crate) async fn list_payments(room: Data<Dossiers>, id: Path<Uuid>, request: Read) -> WebResult {
    let view = read::payments(&room, request.actor.clone(), *id, None).await?;
    personal_read(&room.db, &request.actor, "list_payments", vec![*id]).await?;
    Reply::object(&view, None, true)
}

/// Read an attempt to pay
#[utoipa::path(
    operation_id = "get_payment",
    tag = "payments",
    params(
        ("id" = Uuid, Path, description = "The dossier."),
        ("payment_id" = Uuid, Path, description = "The attempt.")
    ),
    responses((status = 200, description = "The attempt.", body = Payment)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/dossiers/{id}/payments/{payment_id}")]
pub(crate) async fn get_payment(room: Data<Dossiers>, path: Path<(Uuid, Uuid)>, request: Read) -> WebResult {
    let (dossier, id) = path.into_inner();
    let mut view = read::payments(&room, request.actor.clone(), dossier, Some(id)).await?;
    personal_read(&room.db, &request.actor, "get_payment", vec![dossier]).await?;
    Reply::object(&view.items.pop().ok_or_else(Error::not_found)?, None, true)
}

/// Record a payment
///
/// Money that has come, or with `pending` an attempt whose outcome is told later; several attempts may follow each
/// other, and each may pay parts. By a receiver of the desk that received the dossier. Together they never exceed what is
/// owed: of two who pay the last đồng at once, one hears 409. Keys of requests about money are kept for 30 days. When all
/// of the duty that the dossier waits for is paid, the dossier goes on by itself.
#[utoipa::path(
    operation_id = "create_payment",
    tag = "payments",
    params(("id" = Uuid, Path, description = "The dossier.")),
    request_body = CreatePayment,
    responses(
        (status = 201, description = "Recorded.", body = Payment),
        (status = 409, description = "`payment.exceeds_owed` with `obligation_id` and `open_amount`, \
                                      `payment.reference_taken`, `payment.dossier_ended`.")
    ),
    security(("bearer" = ["procedures:payments:write"]))
)]
#[post("/dossiers/{id}/payments")]
pub(crate) async fn create_payment(room: Data<Dossiers>, id: Path<Uuid>, request: Write<CreatePayment>) -> WebResult {
    Reply::answer(pay::pay(&room, request.actor, request.idempotency, *id, request.body).await?)
}

/// Tell how a pending payment ended
///
/// A failed attempt counts as nothing, and what it would have paid can be paid by another. So does one that has expired
/// because nobody told its outcome in time; the bank's word may still come for it: money that has come late counts when it
/// is still owed, and is refused when others have paid meanwhile.
#[utoipa::path(
    operation_id = "create_payment_outcome",
    tag = "payments",
    params(
        ("id" = Uuid, Path, description = "The dossier."),
        ("payment_id" = Uuid, Path, description = "The attempt.")
    ),
    request_body = CreateOutcome,
    responses(
        (status = 200, description = "The attempt.", body = Payment),
        (status = 409, description = "`payment.settled` with its state, `payment.reference_taken`, or \
                                      `payment.expired_and_paid` with `obligation_id`, the `amount` that came for it, what \
                                      can still be paid of it as `open_amount`, and why: `paid_amount`, \
                                      `waived_amount`, `pending_amount`.")
    ),
    security(("bearer" = ["procedures:payments:write"]))
)]
#[post("/dossiers/{id}/payments/{payment_id}/outcomes")]
pub(crate) async fn create_payment_outcome(
    room: Data<Dossiers>,
    path: Path<(Uuid, Uuid)>,
    request: Write<CreateOutcome>,
) -> WebResult {
    let (dossier, id) = path.into_inner();
    Reply::answer(pay::settle(&room, request.actor, request.idempotency, dossier, id, request.body).await?)
}

/// Record a refund
///
/// With a reason, and never by itself: what was paid is not refunded because a licence is refused. `still_owed` says that
/// the payment was wrong and the obligation stays.
#[utoipa::path(
    operation_id = "create_payment_refund",
    tag = "payments",
    params(
        ("id" = Uuid, Path, description = "The dossier."),
        ("payment_id" = Uuid, Path, description = "The payment.")
    ),
    request_body = CreateRefund,
    responses(
        (status = 201, description = "The payment with its refunds.", body = Payment),
        (status = 409, description = "`payment.exceeds_paid` with `refundable_amount`, `payment.not_succeeded`, \
                                      `payment.reference_taken`.")
    ),
    security(("bearer" = ["procedures:payments:write"]))
)]
#[post("/dossiers/{id}/payments/{payment_id}/refunds")]
pub(crate) async fn create_payment_refund(
    room: Data<Dossiers>,
    path: Path<(Uuid, Uuid)>,
    request: Write<CreateRefund>,
) -> WebResult {
    let (dossier, id) = path.into_inner();
    Reply::answer(refund::refund(&room, request.actor, request.idempotency, dossier, id, request.body).await?)
}
