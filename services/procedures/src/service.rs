//! The procedures service, put together.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::web::Data;
use motcua_agencies::{Replica, SuccessionMover};
use motcua_db::{Conn, TxResult};
use motcua_files::{FileStore, Files};
use motcua_journal::{Feed, Follower, Stamp, Visibility};
use motcua_kernel::{Actor, Result, Uuid};
use motcua_service::{EventSchema, Foundation, Plan, RunningService, Shared, Worker};
use motcua_web::{About, Limits};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::calendars::{self, Calendars, Walker};
use crate::catalogue::{self, Catalogue};
use crate::dossiers::{self, Dossiers, facts};
use crate::files::{self, DossierFiles};
use crate::forms::Forms;
use crate::issuing::Issuer;
use crate::reports;

/// What the service is called.
pub const ABOUT: About = About {
    name: "procedures",
    title: "motcua: thủ tục hành chính và hồ sơ",
    description: "The catalogue of administrative procedures (thủ tục hành chính), citizens' dossiers (hồ sơ) under a \
                  legal clock, and the results that end them.",
    version: env!("CARGO_PKG_VERSION"),
};

/// The service's handlers.
pub fn routes(config: &mut ServiceConfig) {
    catalogue::http::routes(config);
    calendars::routes(config);
    files::routes(config);
    config
        .service(dossiers::http::create_dossier)
        .service(dossiers::http::list_dossiers)
        .service(dossiers::http::get_dossier)
        .service(dossiers::http::create_dossier_transition)
        .service(dossiers::http::get_dossier_clock)
        .service(dossiers::http::claim_dossier)
        .service(dossiers::http::claim_next_dossier)
        .service(dossiers::http::set_dossier_assignee)
        .service(reports::http::get_form_06)
        .service(motcua_journal::list_events);
}

/// What the service's events carry: those of a dossier are all of one shape.
#[must_use]
pub fn event_schemas() -> Vec<EventSchema> {
    let dossiers = [
        facts::SUBMITTED,
        facts::RECEIVED,
        facts::REFUSED,
        facts::PROCESSING,
        facts::APPROVED,
        facts::DONE,
        facts::RETURNED,
        facts::SUPPLEMENT_REQUESTED,
        facts::SUPPLEMENTED,
        facts::PAUSED,
        facts::RESUMED,
        facts::PAYMENT_REQUESTED,
        facts::PAYMENT_CONFIRMED,
        facts::EXTENDED,
        facts::DUE_CHANGED,
        facts::STOPPED,
        facts::WITHDRAWN,
        facts::ASSIGNED,
        facts::RESPONSIBILITY_MOVED,
    ];
    let life = [catalogue::facts::SUSPENDED, catalogue::facts::RESUMED, catalogue::facts::ABOLISHED];
    let published = EventSchema::of::<catalogue::facts::PublishedFacts>(catalogue::facts::PUBLISHED);
    let catalogue = std::iter::once(published).chain(life.map(EventSchema::of::<catalogue::facts::LifeFacts>));
    let calendars = [
        calendars::facts::DECREED,
        calendars::facts::EXCEPTION_SET,
        calendars::facts::EXCEPTION_REVOKED,
        calendars::facts::OFFICE_HOURS_SET,
    ];
    let calendars = calendars.map(EventSchema::of::<calendars::facts::CalendarFacts>);
    dossiers.map(EventSchema::of::<facts::DossierFacts>).into_iter().chain(catalogue).chain(calendars).collect()
}

/// Opens the service's database and journal, without starting anything: for commands.
///
/// # Errors
/// When the database is away or can't be migrated.
pub async fn open(shared: &Shared) -> Result<Foundation> {
    let migrations = [motcua_files::MIGRATIONS, crate::MIGRATIONS];
    Foundation::open(shared, "procedures", &shared.settings.procedures, &migrations).await
}

/// Opens them as they are, for commands that only read.
///
/// # Errors
/// When the database is away, or the service has never run on it.
pub async fn open_existing(shared: &Shared) -> Result<Foundation> {
    Foundation::open_existing(shared, ABOUT.name, &shared.settings.procedures).await
}

/// Starts the service.
///
/// # Errors
/// When something it needs can't be had, naming it.
pub async fn start(shared: &Shared) -> Result<RunningService> {
    let foundation = open(shared).await?;
    let (db, journal) = (foundation.db.clone(), foundation.journal.clone());
    let store = FileStore::in_directory(&foundation.settings.files_dir)?;
    let catalogue = Catalogue::new(db.clone(), journal.clone());
    let calendars = Calendars::new(db.clone(), journal.clone())?;
    calendars.prepare(foundation.tenant).await?;
    let dossiers = Dossiers {
        db: db.clone(),
        journal,
        catalogue: catalogue.clone(),
        forms: Forms::default(),
        calendars: calendars.clone(),
        issuing: Arc::default(),
    };
    let documents = foundation.peer(&foundation.settings.peers.documents)?;
    let follow = foundation.with_clock(Arc::new(Replica));
    let follower = Follower::new(db.clone(), documents.clone(), foundation.tenant, Replica::NAME, follow);
    let issuer = Issuer::new(dossiers.clone(), store.clone(), documents);
    let walker = Walker::new(dossiers.clone());
    let room = dossiers.clone();
    let mover = SuccessionMover::new(db.clone(), "dossier_agencies", move |tx, tenant, from, to| {
        let stamp = Stamp::by_service("procedures", tenant, &room.db.clock);
        dossiers::move_dossiers(tx, &room.journal, &stamp, tenant, from, to)
    });
    let files = Data::new(Files::new(db, store.clone(), files::SCOPES, Arc::new(DossierFiles)));
    let feed = Data::new(Feed::new(foundation.db.clone(), foundation.journal.clone(), Arc::new(Seen)));
    let catalogue_workers = catalogue.workers();
    let (dossiers, catalogue, calendars) = (Data::new(dossiers), Data::new(catalogue), Data::new(calendars));
    let plan = Plan {
        about: ABOUT,
        routes,
        state: Arc::new(move |config| {
            config.app_data(files.clone()).app_data(feed.clone());
            config.app_data(dossiers.clone()).app_data(catalogue.clone()).app_data(calendars.clone());
        }),
        workers: [
            Worker::new("follow documents", move |stop| follower.clone().run(stop)),
            Worker::new("issue results", move |stop| issuer.clone().run(stop)),
            Worker::new("recount after calendar changes", move |stop| walker.clone().run(stop)),
            Worker::new("follow successions", move |stop| mover.clone().run(stop)),
        ]
        .into_iter()
        .chain(catalogue_workers)
        .collect(),
        files: Some(store),
        checks: Vec::new(),
        limits: Limits::default(),
    };
    motcua_service::start(foundation, plan)
}

/// What callers see in the feed: catalogue and calendars are public, dossiers by their predicate.
struct Seen;

impl Visibility for Seen {
    fn visible(&self, conn: &mut Conn, actor: &Actor, subject: &str, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
        match subject {
            "dossiers" => dossiers::store::visible_among(conn, actor, ids),
            "procedures" | calendars::facts::SUBJECT => {
                Ok(ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect())
            }
            _ => Ok(Vec::new()),
        }
    }
}
