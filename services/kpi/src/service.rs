//! The indicators service, put together.

use std::sync::Arc;

use actix_web::web::Data;
use motcua_agencies::SuccessionMover;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Feed, Follower, Stamp, Visibility};
use motcua_kernel::{Actor, Result, Uuid};
use motcua_service::{EventSchema, Foundation, Plan, RunningService, Shared, Worker, webhook_schemas, webhook_workers};
use motcua_web::{About, Limits};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::alerts::{self, Alerts};
use crate::definitions::{self, Definitions};
use crate::digests::{self, Digests};
use crate::elements::{self, Elements};
use crate::facts::unknown::{self, UnknownEvents};
use crate::facts::{DocumentFollow, DossierFollow};
use crate::measures::filling::Filler;
use crate::pages::{self, load::Pages};
use crate::publishing::{self, Publishing};
use crate::quality::{self, Quality};
use crate::reports;
use crate::scores::{self, Scores};
use crate::targets::{self, Targets};

/// What the service is called.
pub const ABOUT: About = About {
    name: "kpi",
    title: "motcua: chỉ tiêu đánh giá",
    description: "What the work of agencies adds up to (chỉ tiêu đánh giá): live figures for any agency and month, the \
                  dossiers behind each of them, and how fresh they are.",
    version: env!("CARGO_PKG_VERSION"),
};

/// The service's handlers.
pub fn routes(config: &mut ServiceConfig) {
    definitions::http::routes(config);
    config.service(unknown::list_unknown_events).service(motcua_journal::list_events);
    scores::http::routes(config);
    pages::routes::routes(config);
    elements::http::routes(config);
    targets::http::routes(config);
    digests::http::routes(config);
    publishing::http::routes(config);
    quality::http::routes(config);
    alerts::http::routes(config);
    reports::http::routes(config);
    motcua_journal::webhooks::routes(config);
}

/// The service's handlers for anybody.
pub fn public_routes(config: &mut ServiceConfig) {
    pages::routes::public_routes(config);
}

/// What the service's events carry.
#[must_use]
pub fn event_schemas() -> Vec<EventSchema> {
    let own = elements::facts::schemas().into_iter().chain(targets::facts::schemas());
    let single = [definitions::facts::schema(), publishing::facts::schema(), digests::facts::schema()];
    own.chain(single).chain(alerts::facts::schemas()).chain(webhook_schemas()).collect()
}

/// Opens the service's database and journal, without starting anything: for commands.
///
/// # Errors
/// When the database is away or can't be migrated.
pub async fn open(shared: &Shared) -> Result<Foundation> {
    Foundation::open(shared, ABOUT.name, &shared.settings.kpi, &[motcua_calendars::MIGRATIONS, crate::MIGRATIONS]).await
}

/// Opens them as they are, for commands that only read.
///
/// # Errors
/// When the database is away, or the service has never run on it.
pub async fn open_existing(shared: &Shared) -> Result<Foundation> {
    Foundation::open_existing(shared, ABOUT.name, &shared.settings.kpi).await
}

/// Starts the service.
///
/// # Errors
/// When something it needs can't be had, naming it.
pub async fn start(shared: &Shared) -> Result<RunningService> {
    let foundation = open(shared).await?;
    let (db, tenant, peers) = (foundation.db.clone(), foundation.tenant, &foundation.settings.peers);
    let documents = foundation.peer(&peers.documents)?;
    let follow = foundation.with_clock(Arc::new(DocumentFollow));
    let documents = Follower::new(db.clone(), documents, tenant, DocumentFollow::NAME, follow);
    let procedures = foundation.peer(&peers.procedures)?;
    let procedures = Follower::new(db.clone(), procedures, tenant, DossierFollow::NAME, Arc::new(DossierFollow));
    let unknown = Data::new(UnknownEvents { db: db.clone() });
    let journal = foundation.journal.clone();
    elements::ship(&db, &journal, tenant).await?;
    let feed = Data::new(Feed::new(db.clone(), journal.clone(), Arc::new(Seen)));
    let elements = Data::new(Elements::new(db.clone(), journal.clone()));
    let (own, clock) = (journal.clone(), db.clock.clone());
    let aims = SuccessionMover::new(db.clone(), "targets", move |tx, tenant, from, to| {
        let stamp = Stamp::by_service(own.service(), tenant, &clock);
        targets::move_rows(tx, &own, &stamp, from, to)
    });
    let (own, clock) = (journal.clone(), db.clock.clone());
    let values = SuccessionMover::new(db.clone(), "element_values", move |tx, tenant, from, to| {
        let stamp = Stamp::by_service(own.service(), tenant, &clock);
        elements::move_rows(tx, &own, &stamp, from, to)
    });
    let definitions = Definitions::new(db.clone(), foundation.journal.clone());
    definitions.prepare(tenant).await?;
    crate::measures::prepare(&definitions, tenant).await?;
    let digests = Digests::new(db.clone(), journal.clone());
    let digesting = digests::workers(&digests, &shared.settings)?;
    let digests = Data::new(digests);
    let filler = Filler { db: db.clone(), tenant };
    let scores = Scores::new(db.clone(), definitions.clone())?;
    let targets = Data::new(Targets::new(db.clone(), journal, scores.clone()));
    let pages = Data::new(Pages::new(scores.clone(), tenant));
    let publishing = Publishing::new(db.clone(), foundation.journal.clone(), scores.clone())?;
    let publishing = Data::new(publishing);
    let alerts = Alerts::new(db.clone(), foundation.journal.clone(), scores.clone(), tenant);
    let looking = alerts::worker(&alerts);
    let alerts = Data::new(alerts);
    let scores = Data::new(scores);
    let definitions = Data::new(definitions);
    let quality = Data::new(Quality::new(scores.db.clone(), tenant));
    let gauging = quality::gauges::workers(&quality);
    let webhooks = foundation.webhooks(Arc::new(Seen), &event_schemas())?;
    let pushing = webhook_workers(&webhooks);
    let webhooks = Data::new(webhooks);
    let plan = Plan {
        about: ABOUT,
        routes,
        public: public_routes,
        state: Arc::new(move |config| {
            config.app_data(unknown.clone()).app_data(quality.clone());
            config.app_data(alerts.clone()).app_data(digests.clone());
            config.app_data(feed.clone()).app_data(webhooks.clone());
            config.app_data(elements.clone()).app_data(targets.clone()).app_data(publishing.clone());
            config.app_data(definitions.clone()).app_data(scores.clone()).app_data(pages.clone());
        }),
        workers: [
            Worker::new("follow documents", move |stop| documents.clone().run(stop)),
            Worker::new("follow procedures", move |stop| procedures.clone().run(stop)),
            Worker::new("fill measures", move |stop| filler.clone().run(stop)),
            Worker::new("move element values", move |stop| values.clone().run(stop)),
            Worker::new("move targets", move |stop| aims.clone().run(stop)),
            looking,
        ]
        .into_iter()
        .chain(pushing)
        .chain(gauging)
        .chain(digesting)
        .collect(),
        files: None,
        checks: Vec::new(),
        limits: Limits::default(),
    };
    motcua_service::start(foundation, plan)
}

/// What callers see in the feed: of each subject what they see of it by the API. That there are webhooks is nobody's to
/// see.
struct Seen;

impl Visibility for Seen {
    fn visible(&self, conn: &mut Conn, actor: &Actor, subject: &str, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
        let allowed = |scope: &str| actor.scopes.contains(scope);
        match subject {
            definitions::facts::SUBJECT => Ok(definitions::visible_among(actor, ids)),
            publishing::facts::SUBJECT => Ok(publishing::visible_among(actor, ids)),
            alerts::facts::SUBJECT if allowed(alerts::READ) => alerts::visible_among(conn, actor, ids),
            alerts::facts::RULES if allowed(alerts::READ) => Ok(ids.to_vec()),
            digests::facts::SUBJECT if allowed(alerts::WRITE) => digests::visible_among(conn, actor, ids),
            digests::facts::SUBJECT => Ok(Vec::new()),
            targets::facts::TARGETS if allowed(targets::READ) => targets::visible_among(conn, actor, ids),
            _ if allowed(elements::READ) => elements::visible_among(conn, actor, subject, ids),
            _ => Ok(Vec::new()),
        }
    }
}
