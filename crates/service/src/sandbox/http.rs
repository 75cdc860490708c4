//! The routes of the sandbox clock. Time moves for everybody, so whoever moves it needs a scope of its own; reading it
//! needs none.

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{delete, get, post};
use chrono::{DateTime, Utc};
use motcua_kernel::{Error, Result, Text};
use motcua_web::auth::Authenticate;
use motcua_web::{NoBody, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ClockSet, MAY_MOVE, Sandbox};

/// Farther off no calendar knows anything, and much would overflow.
const FIRST: &str = "2000-01-01T00:00:00Z";
const LAST: &str = "2100-01-01T00:00:00Z";

/// Where business time stands.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BusinessClock {
    /// Business time at that moment.
    at: DateTime<Utc>,
    /// System time at that moment.
    system_at: DateTime<Utc>,
    /// How often the clock was moved.
    version: i64,
}

impl From<ClockSet> for BusinessClock {
    fn from(set: ClockSet) -> Self {
        Self { at: set.at.unwrap_or(set.set_at), system_at: set.set_at, version: set.version }
    }
}

impl From<BusinessClock> for ClockSet {
    fn from(clock: BusinessClock) -> Self {
        Self { at: Some(clock.at), set_at: clock.system_at, version: clock.version }
    }
}

/// Where business time shall go on from.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetClock {
    pub(super) at: DateTime<Utc>,
}

impl Sandbox {
    /// Adds the routes, behind the same admission of callers as everything else.
    pub(crate) fn routes(&self, config: &mut ServiceConfig, authenticate: Authenticate) {
        let scope = web::scope("/sandbox").app_data(Data::new(self.clone())).wrap(authenticate);
        config.service(scope.service(read_clock).service(set_clock).service(reset_clock));
    }
}

#[get("/clock")]
async fn read_clock(sandbox: Data<Sandbox>, _asked: Read) -> WebResult {
    let clock = &sandbox.foundation.db.clock;
    let (at, system_at, version) = (clock.business().0, clock.system().0, clock.version());
    Reply::object(&BusinessClock { at, system_at, version }, None, false)
}

#[post("/clock")]
async fn set_clock(sandbox: Data<Sandbox>, request: Write<SetClock>) -> WebResult {
    request.actor.require_scope(MAY_MOVE)?;
    check(request.body.at)?;
    Reply::answer(sandbox.set(&request.actor, request.idempotency, Some(request.body.at)).await?)
}

#[delete("/clock")]
async fn reset_clock(sandbox: Data<Sandbox>, request: Write<NoBody>) -> WebResult {
    request.actor.require_scope(MAY_MOVE)?;
    Reply::answer(sandbox.set(&request.actor, request.idempotency, None).await?)
}

fn check(at: DateTime<Utc>) -> Result<()> {
    let limit = |text: &str| text.parse::<DateTime<Utc>>().map_err(Error::internal);
    if (limit(FIRST)?..limit(LAST)?).contains(&at) {
        return Ok(());
    }
    let text =
        Text::new("Thời điểm phải trong các năm 2000 đến 2099.", "The instant must be in the years 2000 to 2099.");
    Err(Error::invalid_field("/at", "range", text))
}
