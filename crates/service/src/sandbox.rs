//! The movable business clock of a sandbox. These routes exist only there.

use actix_web::web::{Data, Json, ServiceConfig};
use actix_web::{delete, get, post};
use chrono::{DateTime, Utc};
use motcua_kernel::Clock;
use serde::{Deserialize, Serialize};

/// Where business time stands.
#[derive(Debug, Serialize)]
struct BusinessClock {
    /// Business time now.
    at: DateTime<Utc>,
}

/// Where business time shall go on from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetClock {
    at: DateTime<Utc>,
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(read_clock).service(set_clock).service(reset_clock);
}

fn shown(clock: &Clock) -> Json<BusinessClock> {
    Json(BusinessClock { at: clock.business().0 })
}

#[get("/sandbox/clock")]
async fn read_clock(clock: Data<Clock>) -> Json<BusinessClock> {
    shown(&clock)
}

#[post("/sandbox/clock")]
async fn set_clock(clock: Data<Clock>, set: Json<SetClock>) -> Json<BusinessClock> {
    clock.set_business(set.at);
    shown(&clock)
}

#[delete("/sandbox/clock")]
async fn reset_clock(clock: Data<Clock>) -> Json<BusinessClock> {
    clock.reset_business();
    shown(&clock)
}
