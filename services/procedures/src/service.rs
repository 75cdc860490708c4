//! The procedures service, put together.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::web::Data;
use chrono::TimeDelta;
use motcua_agencies::{Replica, SuccessionMover};
use motcua_clock::Term;
use motcua_db::{Conn, TxResult};
use motcua_files::{FileStore, Files};
use motcua_journal::{Feed, Follower, Stamp, Visibility};
use motcua_kernel::{Actor, Result, Uuid};
use motcua_service::{EventSchema, Foundation, Plan, RunningService, Shared, Worker, webhook_schemas, webhook_workers};
use motcua_web::settings::{ReminderSettings, Settings};
use motcua_web::{About, Limits};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::calendars::{self, Calendars, Walker};
use crate::catalogue::{self, Catalogue};
use crate::consultations;
use crate::dossiers::{self, Dossiers, facts};
use crate::files::{self, DossierFiles};
use crate::forms::Forms;
use crate::handovers;
use crate::issuing::Issuer;
use crate::mail;
use crate::mirrors;
use crate::payments;
use crate::ratings::{self, Ratings};
use crate::timers::rules::Escalation;
use crate::timers::{self, TimerWorker};
use crate::tracking::{self, Tracking};
use crate::{lookups, papers, reports, reuse, revocations};

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
    handovers::http::routes(config);
    mirrors::http::routes(config);
    mail::http::routes(config);
    payments::http::routes(config);
    consultations::http::routes(config);
    ratings::http::routes(config);
    config
        .service(dossiers::http::create_dossier)
        .service(dossiers::http::list_dossiers)
        .service(dossiers::http::get_dossier)
        .service(dossiers::http::create_dossier_transition)
        .service(dossiers::http::get_dossier_clock)
        .service(dossiers::http::claim_dossier)
        .service(dossiers::http::claim_next_dossier)
        .service(dossiers::http::set_dossier_assignee)
        .service(lookups::create_dossier_lookups)
        .service(lookups::list_dossier_lookups)
        .service(reuse::list_reusable_components)
        .service(reuse::search_reusable_components)
        .service(revocations::revoke_result)
        .service(dossiers::linked::http::create_linked_start)
        .service(dossiers::linked::http::create_linked_skip)
        .service(papers::http::get_dossier_form)
        .service(timers::http::list_notices)
        .service(reports::http::get_form_06)
        .service(reports::http::get_register)
        .service(motcua_journal::list_events);
    motcua_journal::webhooks::routes(config);
}

/// Its handlers for anybody.
pub fn public_routes(config: &mut ServiceConfig) {
    tracking::http::routes(config);
    ratings::http::public_routes(config);
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
        facts::CONSULTED,
        facts::RESUMED,
        facts::PAYMENT_REQUESTED,
        facts::PAYMENT_CONFIRMED,
        facts::FEES_CHANGED,
        facts::EXTENDED,
        facts::DUE_CHANGED,
        facts::STOPPED,
        facts::WITHDRAWN,
        facts::ASSIGNED,
        facts::LOOKED_UP,
        facts::RESULT_REVOKED,
        facts::RESPONSIBILITY_MOVED,
        facts::TRANSFERRED,
        facts::LINKED_STARTED,
        facts::LINKED_SKIPPED,
        facts::LINKED_ENDED,
    ];
    let clocks = [
        facts::ALERTED,
        facts::CHECK_OVERDUE,
        facts::PAPERS_OVERDUE,
        facts::APOLOGY_DUE,
        facts::OVERDUE,
        facts::ESCALATED,
        facts::ACKNOWLEDGEMENT_OVERDUE,
        facts::WAIT_LIMIT_PASSED,
    ];
    let clocks = clocks.map(EventSchema::of::<timers::facts::ClockFacts>);
    let life = [catalogue::facts::SUSPENDED, catalogue::facts::RESUMED, catalogue::facts::ABOLISHED];
    let published = EventSchema::of::<catalogue::facts::PublishedFacts>(catalogue::facts::PUBLISHED);
    let catalogue = std::iter::once(published).chain(life.map(EventSchema::of::<catalogue::facts::LifeFacts>));
    let money = [
        payments::facts::STARTED,
        payments::facts::SUCCEEDED,
        payments::facts::FAILED,
        payments::facts::EXPIRED,
        payments::facts::REFUNDED,
    ];
    let money = money.map(EventSchema::of::<payments::facts::PaymentFacts>);
    let waived = EventSchema::of::<payments::facts::WaiverFacts>(payments::facts::WAIVED);
    let calendars = [
        motcua_calendars::facts::DECREED,
        motcua_calendars::facts::EXCEPTION_SET,
        motcua_calendars::facts::EXCEPTION_REVOKED,
        motcua_calendars::facts::OFFICE_HOURS_SET,
    ];
    let calendars = calendars.map(EventSchema::of::<motcua_calendars::facts::CalendarFacts>);
    let dossiers = dossiers.map(EventSchema::of::<facts::DossierFacts>).into_iter();
    let single = [waived, mirrors::facts::schema(), mail::facts::schema(), ratings::facts::schema()];
    dossiers
        .chain(consultations::facts::schemas())
        .chain(handovers::facts::schemas())
        .chain(clocks)
        .chain(catalogue)
        .chain(calendars)
        .chain(money)
        .chain(single)
        .chain(webhook_schemas())
        .collect()
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
        escalation: escalation(&shared.settings),
        mail: shared.settings.procedures.mail.host.is_some(),
        tracking_page: shared.settings.tracking.page.clone(),
        issuing: Arc::default(),
    };
    let documents = foundation.peer(&foundation.settings.peers.documents)?;
    let follow = foundation.with_clock(Arc::new(Replica));
    let follower = Follower::new(db.clone(), documents.clone(), foundation.tenant, Replica::NAME, follow);
    let issuer = Issuer::new(dossiers.clone(), store.clone(), documents);
    let timers = TimerWorker::new(dossiers.clone()).worker();
    let keep = TimeDelta::days(i64::from(shared.settings.reminders.notices_kept_days));
    let forgetting = timers::forgetting(&dossiers, keep);
    let patience = TimeDelta::hours(i64::from(shared.settings.payments.pending_expires_after_hours));
    let mails = mail::worker(&dossiers, &shared.settings.procedures.mail)?;
    let expiry = payments::expiry_worker(&dossiers, patience);
    let walker = Walker::new(dossiers.clone());
    let room = dossiers.clone();
    let mover = SuccessionMover::new(db.clone(), "dossier_agencies", move |tx, tenant, from, to| {
        let stamp = Stamp::by_service("procedures", tenant, &room.db.clock);
        dossiers::move_dossiers(tx, &room.journal, &stamp, tenant, from, to)
    });
    let room = dossiers.clone();
    let mirrors = SuccessionMover::new(db.clone(), "mirrored_dossiers", move |tx, tenant, from, to| {
        let stamp = Stamp::by_service("procedures", tenant, &room.db.clock);
        mirrors::move_mirrors(tx, &room.journal, &stamp, tenant, from, to)
    });
    let rated = SuccessionMover::new(db.clone(), "ratings", ratings::move_ratings);
    let files = Data::new(Files::new(db, store.clone(), files::SCOPES, Arc::new(DossierFiles)));
    let feed = Data::new(Feed::new(foundation.db.clone(), foundation.journal.clone(), Arc::new(Seen)));
    let webhooks = foundation.webhooks(Arc::new(Seen), &event_schemas())?;
    let pushing = webhook_workers(&webhooks);
    let webhooks = Data::new(webhooks);
    let catalogue_workers = catalogue.workers();
    let tracking = Tracking::new(dossiers.clone(), foundation.tenant);
    let ratings = Ratings::new(tracking.clone());
    let telling = ratings.workers();
    let (tracking, ratings) = (Data::new(tracking), Data::new(ratings));
    let (dossiers, catalogue, calendars) = (Data::new(dossiers), Data::new(catalogue), Data::new(calendars));
    let plan = Plan {
        about: ABOUT,
        routes,
        public: public_routes,
        state: Arc::new(move |config| {
            config.app_data(files.clone()).app_data(feed.clone()).app_data(webhooks.clone());
            config.app_data(dossiers.clone()).app_data(catalogue.clone()).app_data(calendars.clone());
            config.app_data(tracking.clone()).app_data(ratings.clone());
        }),
        workers: [
            Worker::new("follow documents", move |stop| follower.clone().run(stop)),
            Worker::new("issue results", move |stop| issuer.clone().run(stop)),
            Worker::new("recount after calendar changes", move |stop| walker.clone().run(stop)),
            Worker::new("follow successions", move |stop| mover.clone().run(stop)),
            Worker::new("mirrors follow successions", move |stop| mirrors.clone().run(stop)),
            Worker::new("ratings follow successions", move |stop| rated.clone().run(stop)),
            timers,
            forgetting,
            expiry,
        ]
        .into_iter()
        .chain(catalogue_workers)
        .chain(telling)
        .chain(mails)
        .chain(pushing)
        .collect(),
        files: Some(store),
        checks: Vec::new(),
        limits: Limits::default(),
    };
    motcua_service::start(foundation, plan)
}

/// Who is told of an overdue dossier when, as the settings have it.
fn escalation(settings: &Settings) -> Escalation {
    let ReminderSettings { approver_after_days, leader_after_days, .. } = settings.reminders;
    Escalation { approver: Term::working_days(approver_after_days), leader: Term::working_days(leader_after_days) }
}

/// What callers see in the feed: what their tokens let them read, by the predicate of each resource.
struct Seen;

/// The scope without which nothing of a kind of object can be read.
fn read_scope(subject: &str) -> Option<&'static str> {
    match subject {
        "dossiers" | consultations::facts::SUBJECT | "payments" | "obligations" | "handovers" | "mirrored_dossiers" => {
            Some("procedures:dossiers:read")
        }
        "notice_addresses" => Some("procedures:notices:write"),
        "ratings" => Some("procedures:reports:read"),
        "procedures" => Some("procedures:catalogue:read"),
        motcua_calendars::facts::SUBJECT => Some("procedures:calendars:read"),
        _ => None,
    }
}

impl Visibility for Seen {
    fn visible(&self, conn: &mut Conn, actor: &Actor, subject: &str, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
        if !read_scope(subject).is_some_and(|scope| actor.scopes.contains(scope)) {
            return Ok(Vec::new());
        }
        match subject {
            "dossiers" => dossiers::store::visible_among(conn, actor, ids),
            consultations::facts::SUBJECT => consultations::visible_among(conn, actor, ids),
            "payments" | "obligations" => payments::visible_among(conn, actor, subject, ids),
            "handovers" => handovers::visible_among(conn, actor, ids),
            "mirrored_dossiers" => mirrors::visible_among(conn, actor, ids),
            "notice_addresses" => mail::visible_among(conn, actor, ids),
            "ratings" => Ok(ratings::visible_among(actor, ids)),
            "procedures" | motcua_calendars::facts::SUBJECT => {
                Ok(ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect())
            }
            _ => Ok(Vec::new()),
        }
    }
}
