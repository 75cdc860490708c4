//! Handlers as a service writes them.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use motcua_kernel::{Answer, Error, Kind, Page, Uuid};
use motcua_web::openapi::IfMatch;
use motcua_web::{
    BodyLimit, Download, List, NoBody, PageQuery, Public, Read, Reply, Stopping, TraceContext, Upload, WebResult, Write,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) const THING: &str = "/v1/things/019aa5c2-7b1e-7c44-9d0a-5b8f2f0c6a11";
const VERSION: i64 = 3;

/// How many bytes handlers have read or opened.
#[derive(Clone, Default)]
pub(crate) struct Opened(pub Arc<AtomicU64>);

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_things)
        .service(get_thing)
        .service(create_thing)
        .service(replace_thing)
        .service(search_things)
        .service(send_things)
        .service(add_file)
        .service(get_file)
        .service(get_trace)
        .service(act_without_body)
        .service(utoipa_actix_web::scope("/bulk").app_data(BodyLimit(2 << 20)).service(import_things))
        .service(fail)
        .service(wait);
}

pub(crate) fn public(config: &mut ServiceConfig) {
    config.service(echo);
}

/// Echoes a thing to anybody
#[utoipa::path(tag = "public", request_body = Thing, responses((status = 200, body = Thing)))]
#[post("/echoes")]
async fn echo(request: Public<Thing>) -> WebResult {
    if request.body.name == "wrong" {
        return Err(Error::not_found().into());
    }
    Reply::object(&request.body, None, false)
}

#[derive(Serialize, Deserialize, ToSchema)]
struct Thing {
    name: String,
    #[serde(default)]
    size: Option<u32>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ThingsQuery {
    name: Option<String>,
}

/// Lists things.
///
/// In order.
#[utoipa::path(tag = "things", params(ThingsQuery, PageQuery), responses((status = 200, body = Page<u32>)))]
#[get("/things")]
async fn list_things(list: List<ThingsQuery>) -> WebResult {
    let List { query, page: request, .. } = list;
    let scope = format!("things?name={}", query.name.unwrap_or_default());
    let after = request.after.as_ref().map(|cursor| cursor.read::<u32>(&scope)).transpose()?.unwrap_or(0);
    let rows = (after + 1..=5).take(request.limit as usize + 1).collect();
    let mut page = Page::cut(rows, &request, &scope, |row| *row)?;
    page.count = request.count.then_some(5);
    Reply::page(&page)
}

/// Reads a thing.
#[utoipa::path(
    tag = "things",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Thing)),
    security(("bearer" = ["tiny:things:read"]))
)]
#[get("/things/{id}")]
async fn get_thing(read: Read, _id: web::Path<Uuid>) -> WebResult {
    read.actor.require_scope("tiny:things:read")?;
    let reply = Reply::object(&Thing { name: "Ghế".to_owned(), size: Some(4) }, VERSION, true)?;
    reply.header("Data-As-Of", "2026-11-21T00:00:00Z")
}

/// Makes a thing.
#[utoipa::path(tag = "things", request_body = Thing, responses((status = 201, body = Thing)))]
#[post("/things")]
async fn create_thing(write: Write<Thing>) -> WebResult {
    let mut body = serde_json::to_value(&write.body).map_err(Error::internal)?;
    if let Some(identity) = &write.idempotency {
        body["operation"] = json!(identity.operation);
        body["fingerprint"] = json!(identity.fingerprint);
        body["key"] = json!(identity.key);
    }
    let mut answer = Answer::created(THING.to_owned(), &body)?.version(1);
    answer.replayed = write.idempotency.is_some_and(|identity| identity.key == "seen");
    Reply::answer(answer)
}

/// Replaces a thing.
#[utoipa::path(
    tag = "things",
    params(("id" = Uuid, Path), IfMatch),
    request_body = Thing,
    responses((status = 200, body = Thing), (status = 412, description = "`thing.stale`."))
)]
#[put("/things/{id}")]
async fn replace_thing(write: Write<Thing>, _id: web::Path<Uuid>) -> WebResult {
    if write.require_match()? != VERSION {
        let stale = Error::new(Kind::Stale, "thing.stale", "Đã thay đổi.", "It has changed.");
        return Err(stale.with("version", VERSION).into());
    }
    Reply::answer(Answer::done(&write.body)?.version(VERSION + 1))
}

/// Searches things.
#[utoipa::path(tag = "things", request_body = Value, responses((status = 200, body = Value)))]
#[post("/things/search")]
async fn search_things(write: Write<Value>) -> WebResult {
    Reply::object(&write.body, None, true)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only the types of the fields matter")]
struct SendThings {
    things: Vec<Thing>,
    to: Address,
    #[serde(default)]
    on: Option<chrono::NaiveDate>,
    way: Way,
    #[serde(default)]
    insured: bool,
}

#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "only the types of the fields matter")]
struct Address {
    street: String,
    code: Uuid,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Way {
    Road,
    Rail,
}

/// Sends things somewhere.
#[utoipa::path(tag = "things", request_body = SendThings, responses((status = 200, body = Value)))]
#[post("/things/sendings")]
async fn send_things(write: Write<SendThings>) -> WebResult {
    Reply::object(&json!({"things": write.body.things.len()}), None, false)
}

/// Adds a file to a thing.
#[utoipa::path(
    tag = "files",
    params(("id" = Uuid, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Value))
)]
#[post("/things/{id}/files")]
async fn add_file(mut upload: Upload, _id: web::Path<Uuid>, opened: web::Data<Opened>) -> WebResult {
    let mut pieces = upload.pieces(50 << 20)?;
    while let Some(piece) = pieces.next().await {
        opened.0.fetch_add(piece?.len() as u64, Ordering::Relaxed);
    }
    let identity = upload.idempotency("digest").map(|identity| identity.fingerprint);
    let seen = opened.0.load(Ordering::Relaxed);
    let body = json!({"name": upload.file_name, "type": upload.content_type, "seen": seen, "fingerprint": identity});
    Reply::answer(Answer::created("/v1/file".to_owned(), &body)?)
}

/// Reads a file of a thousand bytes.
#[utoipa::path(tag = "files", responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
#[get("/file")]
async fn get_file(read: Read, request: HttpRequest) -> WebResult<HttpResponse> {
    drop(read);
    let open = |part: Range<u64>| async move {
        let bytes: Vec<u8> = part.map(|n| (n % 251) as u8).collect();
        let pieces: Vec<_> = bytes.chunks(100).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        Ok(stream::iter(pieces))
    };
    Download::new("Đơn xin.pdf", "application/pdf", 1000, "abc123").respond(&request, open).await
}

/// Shows the trace context that a client of another service would pass on.
#[utoipa::path(tag = "traces", responses((status = 200, body = Value)))]
#[get("/trace")]
async fn get_trace(_read: Read) -> WebResult {
    tokio::task::yield_now().await;
    let context = TraceContext::current().ok_or_else(|| Error::internal("no trace"))?;
    Reply::object(&json!({"headers": context.headers(), "trace": context.trace_id}), None, false)
}

/// Does something that needs no body.
#[utoipa::path(tag = "things", responses((status = 202, body = Value)))]
#[post("/act")]
async fn act_without_body(_write: Write<NoBody>) -> WebResult {
    let mut answer = Answer::created("/v1/jobs/1".to_owned(), &json!({}))?;
    answer.outcome = motcua_kernel::Outcome::Accepted;
    Reply::answer(answer)
}

/// Makes many things at once, in a larger body than others.
#[utoipa::path(tag = "things", request_body = Thing, responses((status = 200, body = Value)))]
#[post("/things")]
async fn import_things(write: Write<Thing>) -> WebResult {
    Reply::object(&json!({"length": write.body.name.len()}), None, false)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FailQuery {
    how: String,
}

/// Fails in a way of its own.
#[utoipa::path(tag = "failures", params(FailQuery), responses((status = 200, body = Value)))]
#[get("/fail")]
async fn fail(read: Read<FailQuery>) -> WebResult<HttpResponse> {
    match read.query.how.as_str() {
        "panic" => panic!("the secret is 42"),
        "internal" => Err(Error::internal("SELECT secret FROM things").into()),
        "unavailable" => Err(Error::unavailable("postgres://secret-host").into()),
        "scope" => Err(read.actor.require_scope("tiny:things:write").unwrap_err().into()),
        "too-many" => Err(Error::new(Kind::TooMany, "limit", "Chậm lại.", "Slow down.").with("retry_after", 7).into()),
        "plain" => Ok(HttpResponse::BadGateway().body("<h1>nginx</h1>")),
        "foreign" => Err(Error::conflict("thing.state", "Đã đóng.", "It is closed.").with("state", "closed").into()),
        _ => Ok(HttpResponse::Ok().finish()),
    }
}

/// Waits until the service is stopped.
#[utoipa::path(tag = "failures", responses((status = 200, body = Value)))]
#[get("/wait")]
async fn wait(_read: Read, stopping: web::Data<Stopping>) -> WebResult {
    stopping.wait().await;
    Reply::object(&json!({"stopped": true}), None, false)
}
