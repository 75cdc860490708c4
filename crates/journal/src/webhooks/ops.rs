//! Making, changing and taking away subscriptions.

use std::sync::Arc;

use chrono::TimeDelta;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Kind, Result, Text, Uuid, new_id, text};
use serde_json::json;

use super::facts::{CHANGED, CREATED, DELETED, SECRET_ROTATED, WebhookFacts};
use super::guard::Refused;
use super::owner::{self, kept_scopes};
use super::room::Webhooks;
use super::rules::type_faults;
use super::secret;
use super::store::{self, BY_OWNER, WebhookRow, deliveries};
use super::view::{CreatedWebhook, PutWebhook, SecretRotation, Webhook};
use crate::event::EventKind;
use crate::record::{Change, Moment, Stamp};
use crate::store::head;

/// The most subscriptions of one owner.
const MOST: i64 = 20;
/// How long the secret before the present one signs as well.
const OVERLAP: TimeDelta = TimeDelta::hours(24);
const LONGEST_DESCRIPTION: usize = 500;

/// A new subscription, which begins with what is recorded from now on.
///
/// # Errors
/// Who may not have one; every fault of the request at once, that of its receiver's name last and alone;
/// `webhooks.too_many`, `webhooks.busy`.
pub(super) async fn create(
    room: &Webhooks,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: PutWebhook,
) -> Result<Answer> {
    let by = owner::right(room, &actor)?;
    let refused = judged(room, &actor, None, &new).await;
    let own = room.clone();
    room.db
        .write_once("webhook_create", actor.tenant, key, move |tx| {
            let (_, agency_id) = opened(tx, &own, &actor, None, &new, refused)?;
            let (id, moment, secret) = (new_id(), Moment::of(&own.db.clock), secret::fresh()?);
            let row = WebhookRow {
                tenant_id: Id(actor.tenant),
                id: Id(id),
                owner_issuer: actor.issuer.clone(),
                owner_subject: actor.subject.clone(),
                owner_client: actor.client.clone(),
                owner_kind: store::kind_word(actor.kind).to_owned(),
                scopes: kept_scopes(own.journal.service, &actor),
                url: new.url.clone(),
                types: Json(json!(new.types)),
                agency_id: agency_id.map(Id),
                description: text::normalise(&new.description),
                enabled: new.enabled,
                disabled_reason: (!new.enabled).then(|| BY_OWNER.to_owned()),
                secret: secret::sealed(&own.db.vault, id, &secret)?,
                old_secret: None,
                old_secret_until: None,
                position: head(tx, actor.tenant)?.0,
                replay_to: 0,
                failing_since: None,
                created_at: At(moment.now.0),
                version: 1,
                failed_at: None,
            };
            store::insert(tx, &row)?;
            record(tx, &own, &Stamp::of(&by, moment), CREATED, &row)?;
            let view = CreatedWebhook { webhook: Webhook::of(&row, true)?, secret: secret::shown(&secret) };
            Ok(Answer::created(format!("/v1/webhooks/{id}"), &view)?.version(1))
        })
        .await
}

/// Changes a subscription, whole. What its owner's token allows now is what it is judged by from now on.
///
/// # Errors
/// As [`create`]; `not_found`; `precondition.stale`.
pub(super) async fn put(
    room: &Webhooks,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    expected: i64,
    new: PutWebhook,
) -> Result<Answer> {
    let by = owner::right(room, &actor)?;
    let of = Some((id, expected));
    let refused = judged(room, &actor, of, &new).await;
    let own = room.clone();
    room.db
        .write_once("webhook_put", actor.tenant, key, move |tx| {
            let (row, agency_id) = opened(tx, &own, &actor, of, &new, refused)?;
            let mut row = row.ok_or_else(Error::not_found)?;
            row.owner_client.clone_from(&actor.client);
            row.scopes = kept_scopes(own.journal.service, &actor);
            row.url.clone_from(&new.url);
            row.types = Json(json!(new.types));
            row.agency_id = agency_id.map(Id);
            row.description = text::normalise(&new.description);
            if new.enabled {
                // Whatever was the matter, it gets its days again, and what waits gets all its tries.
                if !row.enabled {
                    deliveries::refresh(tx, actor.tenant, id, own.db.clock.system().0)?;
                }
                (row.disabled_reason, row.failing_since) = (None, None);
            } else if row.enabled {
                row.disabled_reason = Some(BY_OWNER.to_owned());
            }
            row.enabled = new.enabled;
            save(tx, &mut row)?;
            record(tx, &own, &Stamp::of(&by, Moment::of(&own.db.clock)), CHANGED, &row)?;
            Ok(Answer::done(&Webhook::of(&row, true)?)?.version(row.version))
        })
        .await
}

/// Takes a subscription away, with its log. Who may have none any more may still do this.
///
/// # Errors
/// `not_found`, `precondition.stale`.
pub(super) async fn delete(
    room: &Webhooks,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    expected: i64,
) -> Result<Answer> {
    owner::check_caller(room, &actor)?;
    let own = room.clone();
    room.db
        .write_once("webhook_delete", actor.tenant, key, move |tx| {
            let mut row = load(tx, &actor, id, expected)?;
            if !store::delete(tx, &row)? {
                return Err(stale(row.version + 1).into());
            }
            let last = Webhook::of(&row, owner::still_may(&actor))?;
            row.version += 1;
            let stamp = Stamp::of(&actor.in_own_name(), Moment::of(&own.db.clock));
            record(tx, &own, &stamp, DELETED, &row)?;
            Ok(Answer::done(&last)?)
        })
        .await
}

/// A new secret; the one before it signs as well for a day.
///
/// # Errors
/// Who may not have one; `not_found`.
pub(super) async fn rotate_secret(
    room: &Webhooks,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
) -> Result<Answer> {
    let by = owner::right(room, &actor)?;
    let own = room.clone();
    room.db
        .write_once("webhook_rotate", actor.tenant, key, move |tx| {
            let mut row = store::of_owner(tx, &actor, id)?.ok_or_else(Error::not_found)?;
            let (moment, secret) = (Moment::of(&own.db.clock), secret::fresh()?);
            let until = moment.now.0 + OVERLAP;
            row.old_secret = Some(std::mem::replace(&mut row.secret, secret::sealed(&own.db.vault, id, &secret)?));
            row.old_secret_until = Some(At(until));
            save(tx, &mut row)?;
            record(tx, &own, &Stamp::of(&by, moment), SECRET_ROTATED, &row)?;
            let view = SecretRotation { secret: secret::shown(&secret), old_secret_until: until };
            Ok(Answer::created(format!("/v1/webhooks/{id}"), &view)?)
        })
        .await
}

/// A subscription of the caller in the version they have read.
fn load(tx: &mut Conn, actor: &Actor, id: Uuid, expected: i64) -> TxResult<WebhookRow> {
    let row = store::of_owner(tx, actor, id)?.ok_or_else(Error::not_found)?;
    if row.version == expected { Ok(row) } else { Err(stale(row.version).into()) }
}

fn save(tx: &mut Conn, row: &mut WebhookRow) -> TxResult<()> {
    row.version += 1;
    if store::update(tx, row)? { Ok(()) } else { Err(stale(row.version).into()) }
}

/// Writes the event of a change.
///
/// # Errors
/// When the database fails.
pub(super) fn record(tx: &mut Conn, room: &Webhooks, stamp: &Stamp, kind: EventKind, row: &WebhookRow) -> TxResult<()> {
    let url = reqwest::Url::parse(&row.url).map_err(Error::internal)?;
    let facts = WebhookFacts {
        host: url.host_str().unwrap_or_default().to_owned(),
        types: row.types()?,
        agency_id: row.agency_id.as_ref().map(|id| id.0),
        enabled: row.enabled,
        disabled_reason: row.disabled_reason.clone(),
    };
    let data = serde_json::to_value(&facts).map_err(Error::internal)?;
    let change = Change { kind, subject: row.id.0, version: row.version, data: &data };
    room.journal.record(tx, stamp, &change).map(drop)
}

/// What a request without fault is about: the subscription that it changes, if it makes no new one, and the agency.
fn opened(
    tx: &mut Conn,
    room: &Webhooks,
    actor: &Actor,
    of: Option<(Uuid, i64)>,
    new: &PutWebhook,
    refused: Option<Refused>,
) -> TxResult<(Option<WebhookRow>, Option<Uuid>)> {
    let row = of.map(|(id, expected)| load(tx, actor, id, expected)).transpose()?;
    let agency = check(tx, room, actor, new, refused.filter(|refused| *refused != Refused::Busy))?;
    if row.is_none() && store::count(tx, actor)? >= MOST {
        return Err(too_many().into());
    }
    if refused == Some(Refused::Busy) { Err(busy().into()) } else { Ok((row, agency)) }
}

/// Why a receiver is not called, if it is not. Its name is looked up last: not for who is refused anyway.
async fn judged(room: &Webhooks, actor: &Arc<Actor>, of: Option<(Uuid, i64)>, new: &PutWebhook) -> Option<Refused> {
    let refused = room.guard.parse(&new.url).err();
    if refused.is_some() {
        return refused;
    }
    let (own, actor, asked) = (room.clone(), Arc::clone(actor), new.clone());
    let look = move |conn: &mut Conn| opened(conn, &own, &actor, of, &asked, None).map(drop);
    match room.db.read("webhook_check", look).await {
        Ok(()) => room.guard.admit(&new.url).await.err(),
        // What is wrong is said where it is written, unless the same request was answered before.
        Err(_) => Some(Refused::Busy),
    }
}

/// The agency of a request without fault.
fn check(
    tx: &mut Conn,
    room: &Webhooks,
    actor: &Actor,
    new: &PutWebhook,
    refused: Option<Refused>,
) -> TxResult<Option<Uuid>> {
    let mut faults = type_faults(&new.types, &room.types);
    faults.extend(refused.map(url_fault));
    let description = text::normalise(&new.description);
    if description.chars().count() > LONGEST_DESCRIPTION {
        let text = Text::new("Mô tả có nhiều nhất 500 ký tự.", "The description has at most 500 characters.");
        faults.push(FieldError::new("/description", "length", text));
    } else if !description.is_empty() && !text::is_one_line(&description) {
        let text = Text::new("Mô tả phải là một dòng chữ.", "The description must be one line of text.");
        faults.push(FieldError::new("/description", "one_line", text));
    }
    let today = room.db.clock.business().day_in_vietnam();
    let mut agency = None;
    if let Some(reference) = &new.agency {
        agency = (room.agencies.named)(tx, actor.tenant, reference, today)?;
        if agency.is_none() {
            let text = Text::new("Không có cơ quan mang mã này.", "There is no agency with this code.");
            faults.push(FieldError::new("/agency", "agency.unknown", text));
        }
    }
    if faults.is_empty() { Ok(agency) } else { Err(Error::invalid(faults).into()) }
}

fn url_fault(refused: Refused) -> FieldError {
    let (vi, en) = match refused {
        Refused::Shape => (
            "Phải là địa chỉ https đầy đủ, không có tên người dùng, mật khẩu hay phần sau dấu #.",
            "Must be a whole https address without user, password and fragment.",
        ),
        Refused::Length => ("Địa chỉ có nhiều nhất 2.000 ký tự.", "The address has at most 2,000 characters."),
        Refused::Clear => ("Địa chỉ phải bắt đầu bằng https://.", "The address must begin with https://."),
        Refused::Port => ("Cổng này không được phép.", "This port is not allowed."),
        Refused::Address | Refused::Busy => (
            "Máy nhận phải ở trên Internet công cộng: tên máy phải tìm được và chỉ có địa chỉ công cộng.",
            "The receiver must be on the public internet: its name must be found there, and have public addresses only.",
        ),
    };
    FieldError::new("/url", refused.code(), Text::new(vi, en))
}

fn too_many() -> Error {
    Error::conflict(
        "webhooks.too_many",
        format!("Mỗi bên có nhiều nhất {MOST} webhook."),
        format!("One owner has at most {MOST} webhooks."),
    )
}

fn busy() -> Error {
    Error::new(
        Kind::Unavailable,
        "webhooks.busy",
        "Đang có quá nhiều tên máy nhận chờ được kiểm tra; hãy gửi lại sau ít phút.",
        "Too many names of receivers are being checked; send this again in a moment.",
    )
}

fn stale(current: i64) -> Error {
    Error::new(
        Kind::Stale,
        "precondition.stale",
        "Webhook đã thay đổi từ khi bạn đọc; hãy đọc lại rồi gửi lại.",
        "The webhook has changed since you read it; read it again and repeat.",
    )
    .with("version", current)
}
