//! The documents service, put together.

use std::sync::Arc;

use actix_web::web::{self, Data};
use motcua_agencies::{
    AgencyRecord, ClientRecord, DelegationRecord, OfficerRecord, SuccessionMover, SuccessionRecord, events,
};
use motcua_calendars::Replica;
use motcua_db::{Conn, TxResult};
use motcua_files::{FileStore, Files};
use motcua_journal::{Feed, Follower, Stamp, Visibility};
use motcua_kernel::{Actor, Clock, Result, Uuid};
use motcua_service::{
    CLOCK_SET, ClockSet, EventSchema, Foundation, Plan, RunningService, Shared, Worker, webhook_schemas,
    webhook_workers,
};
use motcua_web::{About, BodyGuard, Limits};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::agencies::Agencies;
use crate::case_files::CaseFiles;
use crate::delegations::Delegations;
use crate::directory::People;
use crate::drafts::{DraftSearch, Drafts};
use crate::files::FilesOfDocuments;
use crate::incoming::IncomingDocuments;
use crate::outgoing::{OutgoingDocuments, OutgoingLines, OutgoingSearch};
use crate::registers::{RegisteredDocuments, Registers};
use crate::search::saved::{self, SavedSearches};
use crate::search::{Searchable, Searches};
use crate::signing::SigningAuthorities;
use crate::texts::Texts;
use crate::units::Units;
use crate::working_days::WorkingDays;
use crate::{
    agencies, case_files, delegations, directory, drafts, files, incoming, marks, outgoing, registers, search, signing,
    texts, units,
};

/// What the service is called.
pub const ABOUT: About = About {
    name: "documents",
    title: "motcua: cơ quan và văn bản",
    description: "Administrative units (đơn vị hành chính), agencies (cơ quan) and who may act where (danh bạ); registers \
                  (sổ) and numbers; official documents (văn bản) and their files.",
    version: env!("CARGO_PKG_VERSION"),
};

/// The service's handlers.
pub fn routes(config: &mut ServiceConfig) {
    units::http::routes(config);
    agencies::http::routes(config);
    directory::http::routes(config);
    delegations::http::routes(config);
    registers::http::routes(config);
    outgoing::http::routes(config);
    search::http::routes(config);
    saved::http::routes(config);
    texts::http::routes(config);
    incoming::http::routes(config);
    signing::http::routes(config);
    drafts::http::routes(config);
    case_files::routes(config);
    files::routes(config);
    config.service(motcua_journal::list_events);
    motcua_journal::webhooks::routes(config);
}

/// What the service's events carry.
#[must_use]
pub fn event_schemas() -> Vec<EventSchema> {
    let own = vec![
        EventSchema::of::<units::ImportedFiles>(units::IMPORTED),
        EventSchema::of::<AgencyRecord>(events::AGENCY_RECORDED),
        EventSchema::of::<SuccessionRecord>(events::AGENCY_SUCCEEDED),
        EventSchema::of::<OfficerRecord>(events::OFFICER_RECORDED),
        EventSchema::of::<DelegationRecord>(events::POST_DELEGATED),
        EventSchema::of::<DelegationRecord>(events::POST_DELEGATION_ENDED),
        EventSchema::of::<ClientRecord>(events::CLIENT_RECORDED),
        EventSchema::of::<outgoing::facts::DocumentIssued>(outgoing::facts::DOCUMENT_ISSUED),
        EventSchema::of::<outgoing::facts::DocumentResponsibilityMoved>(outgoing::facts::RESPONSIBILITY_MOVED),
        EventSchema::of::<outgoing::facts::DocumentFacts>(outgoing::facts::DOCUMENT_NUMBERED),
        EventSchema::of::<outgoing::facts::DocumentFacts>(outgoing::facts::DOCUMENT_SEALED),
        EventSchema::of::<outgoing::facts::DocumentFacts>(outgoing::facts::DOCUMENT_VOIDED),
        EventSchema::of::<outgoing::facts::DocumentFacts>(outgoing::facts::DOCUMENT_RECALLED),
        EventSchema::of::<outgoing::facts::DocumentFacts>(outgoing::facts::DOCUMENT_REPLACED),
        EventSchema::of::<outgoing::facts::DocumentFacts>(outgoing::facts::DOCUMENT_CORRECTED),
        EventSchema::of::<signing::facts::SigningAuthorityFacts>(signing::facts::GRANTED),
        EventSchema::of::<signing::facts::SigningAuthorityFacts>(signing::facts::ENDED),
        EventSchema::of::<registers::facts::BookDecided>(registers::facts::BOOK_DECIDED),
        EventSchema::of::<registers::facts::NumberReserved>(registers::facts::NUMBER_RESERVED),
        EventSchema::of::<registers::facts::NumberVoided>(registers::facts::NUMBER_VOIDED),
        EventSchema::of::<registers::facts::LateNumberGiven>(registers::facts::LATE_NUMBER_GIVEN),
        EventSchema::of::<registers::facts::RegisterClosed>(registers::facts::REGISTER_CLOSED),
        EventSchema::of::<incoming::facts::DispatchFacts>(incoming::facts::DISPATCH_CHANGED),
        EventSchema::of::<case_files::facts::FilePlanFacts>(case_files::facts::PLAN_RECORDED),
        EventSchema::of::<case_files::facts::FilePlanFacts>(case_files::facts::PLAN_MOVED),
        EventSchema::of::<case_files::facts::CaseFileLoanFacts>(case_files::facts::LOAN_RECORDED),
        EventSchema::of::<case_files::facts::DestructionFacts>(case_files::facts::DESTRUCTION_RECORDED),
        EventSchema::of::<ClockSet>(CLOCK_SET),
    ];
    let arrivals = incoming::facts::KINDS.into_iter().map(EventSchema::of::<incoming::facts::IncomingFacts>);
    let saved = saved::KINDS.into_iter().map(EventSchema::of::<saved::SavedSearchFacts>);
    let kept = case_files::facts::KINDS.into_iter().map(EventSchema::of::<case_files::facts::CaseFileFacts>);
    let filed = [case_files::facts::DOCUMENT_ADDED, case_files::facts::DOCUMENT_REMOVED];
    let filed = filed.into_iter().map(EventSchema::of::<case_files::facts::CaseFileDocumentFacts>);
    let of_drafts = drafts::facts::schemas();
    own.into_iter()
        .chain(arrivals)
        .chain(of_drafts)
        .chain(saved)
        .chain(kept)
        .chain(filed)
        .chain(webhook_schemas())
        .collect()
}

/// Opens the service's database and journal, without starting anything: for commands.
///
/// # Errors
/// When the database stays away or can't be migrated.
pub async fn open(shared: &Shared) -> Result<Foundation> {
    let migrations = [motcua_files::MIGRATIONS, motcua_calendars::MIGRATIONS, crate::MIGRATIONS];
    Foundation::open(shared, ABOUT.name, &shared.settings.documents, &migrations).await
}

/// Opens them as they are, for commands that only read.
///
/// # Errors
/// When the database is away, or the service has never run on it.
pub async fn open_existing(shared: &Shared) -> Result<Foundation> {
    Foundation::open_existing(shared, ABOUT.name, &shared.settings.documents).await
}

/// Starts the service.
///
/// # Errors
/// When something it needs can't be had, naming it.
pub async fn start(shared: &Shared) -> Result<RunningService> {
    let foundation = open(shared).await?;
    let (db, journal, directory) = (&foundation.db, &foundation.journal, &foundation.directory);
    let store = FileStore::in_directory(&foundation.settings.files_dir)?.with_own_folder(ABOUT.name);
    let units = Data::new(Units::new(db.clone()));
    let agencies = Data::new(Agencies::new(db.clone(), journal.clone()));
    let people = Data::new(People::new(db.clone(), journal.clone(), directory.clone(), shared.keys.issuer()));
    let delegations = Data::new(Delegations::new(db.clone(), journal.clone(), directory.clone(), shared.keys.issuer()));
    let arriving = IncomingDocuments::new(db.clone(), journal.clone(), WorkingDays::new()?);
    let receivers = Arc::new(arriving.clone());
    let lines = OutgoingLines::new(Arc::<IncomingDocuments>::clone(&receivers));
    let books: Vec<Arc<dyn RegisteredDocuments>> = vec![Arc::new(lines), Arc::new(arriving.clone())];
    let registers = Data::new(Registers::new(db.clone(), journal.clone(), books));
    let issuing = OutgoingDocuments::new(db.clone(), journal.clone(), receivers);
    let signing = Data::new(SigningAuthorities::new(db.clone(), journal.clone(), shared.keys.issuer()));
    let drafting = Drafts::new(db.clone(), journal.clone(), issuing.clone(), WorkingDays::new()?, shared.keys.issuer());
    let (documents, drafts) = (Data::new(issuing), Data::new(drafting.clone()));
    let kinds: Vec<Box<dyn Searchable>> = vec![
        Box::new(OutgoingSearch::new(db.clone())),
        Box::new(arriving.clone()),
        Box::new(DraftSearch::new(db.clone())),
    ];
    let searches = Searches::new(db.clone(), kinds);
    let arrivals = Data::new(arriving);
    let reading = texts::worker(db, &store, &searches, texts::Limits::default())?;
    let removing = shared.settings.case_files.destroy_content.then(|| case_files::remover(db, &store));
    let saved = Data::new(SavedSearches::new(db.clone(), journal.clone()));
    let (searches, texts) = (Data::new(searches), Data::new(Texts::new(db.clone())));
    let of_documents = FilesOfDocuments { clock: db.clock.clone() };
    let files = Data::new(Files::new(db.clone(), store.clone(), files::SCOPES, Arc::new(of_documents)));
    let case_files = Data::new(CaseFiles::new(db.clone(), journal.clone(), arrivals.as_ref().clone()));
    let seen = Arc::new(Seen { clock: db.clock.clone() });
    let feed = Data::new(Feed::new(db.clone(), journal.clone(), Arc::<Seen>::clone(&seen)));
    let webhooks = foundation.webhooks(seen, &event_schemas())?;
    let pushing = webhook_workers(&webhooks);
    let webhooks = Data::new(webhooks);
    let plan = Plan {
        about: ABOUT,
        routes,
        public: |_| {},
        state: Arc::new(move |config: &mut web::ServiceConfig| {
            config.app_data(BodyGuard(marks::refuse_marked));
            config.app_data(units.clone()).app_data(agencies.clone()).app_data(people.clone());
            config.app_data(delegations.clone());
            config.app_data(registers.clone()).app_data(documents.clone()).app_data(files.clone());
            config.app_data(arrivals.clone()).app_data(signing.clone()).app_data(drafts.clone());
            config.app_data(saved.clone()).app_data(case_files.clone());
            config.app_data(texts.clone()).app_data(searches.clone()).app_data(feed.clone()).app_data(webhooks.clone());
        }),
        workers: workers(&foundation, &drafting)?.into_iter().chain(pushing).chain([reading]).chain(removing).collect(),
        files: Some(store),
        checks: Vec::new(),
        limits: Limits::default(),
    };
    motcua_service::start(foundation, plan)
}

fn workers(foundation: &Foundation, drafting: &Drafts) -> Result<Vec<Worker>> {
    let db = &foundation.db;
    let (journal, clock) = (foundation.journal.clone(), db.clock.clone());
    let documents = SuccessionMover::new(db.clone(), "outgoing_documents", move |tx, tenant, from, to| {
        let stamp = Stamp::by_service(journal.service(), tenant, &clock);
        outgoing::move_documents(tx, &journal, &stamp, from, to)
    });
    let (journal, clock) = (foundation.journal.clone(), db.clock.clone());
    let arrivals = SuccessionMover::new(db.clone(), "incoming_documents", move |tx, tenant, from, to| {
        let stamp = Stamp::by_service(journal.service(), tenant, &clock);
        incoming::move_documents(tx, &journal, &stamp, from, to)
    });
    let sequences = SuccessionMover::new(db.clone(), "register_sequences", registers::move_rows);
    let (journal, clock) = (foundation.journal.clone(), db.clock.clone());
    let kept = SuccessionMover::new(db.clone(), "case_files", move |tx, tenant, from, to| {
        let stamp = Stamp::by_service(journal.service(), tenant, &clock);
        case_files::move_rows(tx, &journal, &stamp, from, to)
    });
    let found = SuccessionMover::new(db.clone(), "search_entries", search::move_rows);
    let room = drafting.clone();
    let drafts = SuccessionMover::new(db.clone(), "drafts", move |tx, tenant, from, to| {
        drafts::move_drafts(tx, &room, &room.stamp(tenant), from, to)
    });
    let room = drafting.clone();
    let units = SuccessionMover::new(db.clone(), "drafts.unit", move |tx, tenant, from, to| {
        drafts::move_units(tx, &room, &room.stamp(tenant), from, to)
    });
    let consulted = SuccessionMover::new(db.clone(), "draft_consulted", drafts::move_consulted);
    let procedures = foundation.peer(&foundation.settings.peers.procedures)?;
    let calendars = Follower::new(db.clone(), procedures, foundation.tenant, Replica::NAME, Arc::new(Replica));
    Ok(vec![
        Worker::new("follow calendars", move |stop| calendars.clone().run(stop)),
        Worker::new("move documents", move |stop| documents.clone().run(stop)),
        Worker::new("move what is found", move |stop| found.clone().run(stop)),
        Worker::new("move incoming documents", move |stop| arrivals.clone().run(stop)),
        Worker::new("move case files", move |stop| kept.clone().run(stop)),
        case_files::reminder::worker(db, &foundation.journal, foundation.tenant),
        Worker::new("move registers", move |stop| sequences.clone().run(stop)),
        Worker::new("move drafts", move |stop| drafts.clone().run(stop)),
        Worker::new("move drafting units", move |stop| units.clone().run(stop)),
        Worker::new("move consulted agencies", move |stop| consulted.clone().run(stop)),
    ])
}

/// What callers see in the feed: what their tokens let them read, by the predicate of each resource.
struct Seen {
    /// Who belongs to the circle of a draft is a matter of the day.
    clock: Clock,
}

impl Visibility for Seen {
    fn visible(&self, conn: &mut Conn, actor: &Actor, subject: &str, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
        let allowed = |scope: &str| actor.scopes.contains(scope);
        match subject {
            "agencies" | "administrative-unit-imports" if allowed("documents:agencies:read") => Ok(ids.to_vec()),
            "officers" if allowed("documents:directory:read") => directory::visible_officers_among(conn, actor, ids),
            "delegations" if allowed("documents:directory:read") => delegations::visible_among(conn, actor, ids),
            "clients" if allowed("documents:directory:read") => directory::visible_clients_among(conn, actor, ids),
            "outgoing-documents" => outgoing::visible_among(conn, actor, ids),
            "registers" if allowed("documents:registers:read") => registers::visible_among(conn, actor, ids),
            "register-books" if allowed("documents:registers:read") => registers::plans_visible_among(conn, actor, ids),
            "incoming-documents" => incoming::visible_among(conn, actor, ids),
            "saved-searches" => saved::visible_among(conn, actor, ids),
            "case-files" if allowed("documents:case-files:read") => case_files::visible_among(conn, actor, ids),
            "file-plans" if allowed("documents:case-files:read") => case_files::plans_visible_among(conn, actor, ids),
            "case-file-loans" if allowed("documents:case-files:read") => {
                case_files::loans_visible_among(conn, actor, ids)
            }
            "destructions" if allowed("documents:case-files:read") => {
                case_files::destructions_visible_among(conn, actor, ids)
            }
            "dispatches" => incoming::dispatches_visible_among(conn, actor, ids),
            "signing-authorities" if allowed("documents:directory:read") => {
                let me = directory::officer_id(conn, actor)?;
                signing::visible_among(conn, actor, me, ids)
            }
            "drafts" if allowed("documents:documents:read") => {
                drafts::visible_among(conn, actor, self.clock.business(), ids)
            }
            "draft-consultations" if allowed("documents:documents:read") => {
                drafts::consultations_visible_among(conn, actor, self.clock.business(), ids)
            }
            "draft-answers" if allowed("documents:documents:read") => {
                drafts::answers_visible_among(conn, actor, self.clock.business(), ids)
            }
            _ => Ok(Vec::new()),
        }
    }

    fn tells(&self, actor: &Actor, kind: &str) -> bool {
        incoming::facts::tells(actor, kind)
    }
}
