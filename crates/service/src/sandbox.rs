//! The clock of the sandbox: business time that callers may move, so that a portal team sees "overdue after fifteen
//! working days" in a second. These routes exist in mode `sandbox` and nowhere else; system time never moves.
//!
//! Time moves for everybody, so whoever moves it needs a scope of its own; reading it needs none.
//!
//! Services of one process share their clock. Services that run apart are each told, and forget it when they restart.

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{delete, get, post};
use chrono::{DateTime, Utc};
use motcua_agencies::DirectoryReader;
use motcua_kernel::{Clock, Error, Result, Text};
use motcua_web::auth::Authenticate;
use motcua_web::{NoBody, Read, Reply, WebResult, Write};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a token must allow for moving the clock.
const MAY_MOVE: &str = "sandbox:clock:write";

/// Farther off no calendar knows anything, and much would overflow.
const FIRST: &str = "2000-01-01T00:00:00Z";
const LAST: &str = "2100-01-01T00:00:00Z";

/// What the routes stand on.
#[derive(Clone)]
pub(crate) struct Sandbox {
    clock: Clock,
    directory: DirectoryReader,
}

/// Where business time stands.
#[derive(Debug, Serialize)]
struct BusinessClock {
    /// Business time now.
    at: DateTime<Utc>,
}

/// Where business time shall go on from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetClock {
    at: DateTime<Utc>,
}

impl Sandbox {
    pub(crate) fn new(clock: Clock, directory: DirectoryReader) -> Self {
        Self { clock, directory }
    }

    /// Adds the routes, behind the same admission of callers as everything else.
    pub(crate) fn routes(&self, config: &mut ServiceConfig, authenticate: Authenticate) {
        let scope = web::scope("/sandbox").app_data(Data::new(self.clone())).wrap(authenticate);
        config.service(scope.service(read_clock).service(set_clock).service(reset_clock));
    }

    /// Roles are held by day, so cached callers of another day must go at once.
    async fn moved(&self, by: &str) -> WebResult {
        let at = self.clock.business().0;
        tracing::info!(%at, by, "the sandbox clock was moved");
        self.directory.refresh().await?;
        self.shown()
    }

    fn shown(&self) -> WebResult {
        Reply::object(&BusinessClock { at: self.clock.business().0 }, None, false)
    }
}

#[get("/clock")]
async fn read_clock(sandbox: Data<Sandbox>, _asked: Read) -> WebResult {
    sandbox.shown()
}

#[post("/clock")]
async fn set_clock(sandbox: Data<Sandbox>, request: Write<SetClock>) -> WebResult {
    request.actor.require_scope(MAY_MOVE)?;
    check(request.body.at)?;
    sandbox.clock.set_business(request.body.at);
    sandbox.moved(&request.actor.reference()).await
}

#[delete("/clock")]
async fn reset_clock(sandbox: Data<Sandbox>, request: Write<NoBody>) -> WebResult {
    request.actor.require_scope(MAY_MOVE)?;
    sandbox.clock.reset_business();
    sandbox.moved(&request.actor.reference()).await
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
