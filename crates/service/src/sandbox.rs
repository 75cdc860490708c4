//! The movable business clock of a sandbox. These routes exist only there.

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use motcua_kernel::{Clock, Error};
use motcua_web::WebResult;
use serde::Deserialize;
use serde_json::json;

/// Where business time shall go on from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetClock {
    at: DateTime<Utc>,
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(read_clock).service(set_clock).service(reset_clock);
}

fn shown(clock: &Clock) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "at": clock.business().0 }))
}

#[get("/sandbox/clock")]
async fn read_clock(clock: Data<Clock>) -> HttpResponse {
    shown(&clock)
}

#[post("/sandbox/clock")]
async fn set_clock(clock: Data<Clock>, body: web::Bytes) -> WebResult<HttpResponse> {
    let set: SetClock = serde_json::from_slice(&body).map_err(|error| {
        Error::malformed("json.malformed", "Cần {\"at\": thời điểm RFC 3339}.", "Expected {\"at\": an RFC 3339 instant}.")
            .because(error)
    })?;
    clock.set_business(set.at);
    Ok(shown(&clock))
}

#[delete("/sandbox/clock")]
async fn reset_clock(clock: Data<Clock>) -> HttpResponse {
    clock.reset_business();
    shown(&clock)
}
