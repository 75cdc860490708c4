//! What a follower of a real feed may claim to know.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Service as Next, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::follower::as_of;
use motcua_journal::{
    Change, Checkpoints, Event, EventKind, Feed, Follow, Follower, Journal, MIGRATIONS, Sequencer, Stamp, Visibility,
};
use motcua_kernel::{Actor, ActorKind, SystemTime, Uuid, new_id};
use motcua_peer::{AccessToken, Peer, Timing, TokenSource};
use motcua_testkit::{TestDatabase, on_both_databases, test_vault};
use motcua_web::{About, Limits, Running, Service, start};
use serde_json::json;

const HAPPENED: EventKind = EventKind { name: "thing.happened.v1", subject: "things" };
const TENANT: Uuid = Uuid::nil();

/// A middleware in the place of authentication: everyone may follow the feed.
#[derive(Clone)]
struct Admit;

struct Admitting<S> {
    service: S,
}

impl<S, B> Transform<S, ServiceRequest> for Admit
where
    S: Next<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type InitError = ();
    type Transform = Admitting<S>;
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Admitting { service }))
    }
}

impl<S, B> Next<ServiceRequest> for Admitting<S>
where
    S: Next<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = S::Future;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        request.extensions_mut().insert(Arc::new(Actor {
            tenant: TENANT,
            issuer: "test".to_owned(),
            subject: "follower".to_owned(),
            client: String::new(),
            kind: ActorKind::Service,
            scopes: ["tests:events:read".to_owned()].into(),
            grants: Vec::new(),
            person: None,
        }));
        self.service.call(request)
    }
}

struct Everything;

impl Visibility for Everything {
    fn visible(&self, _: &mut Conn, _: &Actor, _: &str, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
        Ok(ids.to_vec())
    }
}

struct Nothing;

impl Follow for Nothing {
    fn apply(&self, _: &mut Conn, _: &Event) -> TxResult<()> {
        Ok(())
    }
}

fn serve(db: &Db, journal: &Journal) -> Running {
    let feed = Data::new(Feed::new(db.clone(), journal.clone(), Arc::new(Everything)));
    let service = Service {
        about: About { name: "tests", title: "Tests", description: "A feed of the tests.", version: "0.0.0" },
        routes: |config| {
            config.service(motcua_journal::list_events);
        },
        public: |_| {},
        state: Arc::new(move |config| {
            config.app_data(feed.clone());
        }),
        checks: Vec::new(),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        public_url: String::new(),
        limits: Limits { workers: 1, shutdown: Duration::from_secs(1), ..Limits::default() },
    };
    start(service, Admit).unwrap()
}

fn follower(db: &Db, feed: &Running) -> Follower {
    let tokens =
        TokenSource::minted(|| Ok(AccessToken { value: "token".to_owned(), lifetime: Duration::from_hours(1) }));
    let peer = Peer::new(&feed.url(), Arc::new(tokens), Timing::default(), Vec::new).unwrap();
    Follower::new(db.clone(), peer, TENANT, "tests", Arc::new(Nothing))
}

fn sequencer(database: &TestDatabase, db: &Db, journal: &Journal) -> Sequencer {
    let file = database.folder.path().join("checkpoints.ndjson");
    Sequencer::new(db.clone(), journal.clone(), Checkpoints::new("tests", file, &test_vault()).unwrap())
}

async fn happen(db: &Db, journal: &Journal) {
    let (journal, stamp) = (journal.clone(), Stamp::by_service("tests", TENANT, &db.clock));
    db.write("happen", move |tx| {
        journal.record(tx, &stamp, &Change { kind: HAPPENED, subject: new_id(), version: 1, data: &json!({}) })
    })
    .await
    .unwrap();
}

async fn known_until(db: &Db) -> SystemTime {
    db.read("as_of", |conn| as_of(conn, TENANT, "tests")).await.unwrap().unwrap()
}

on_both_databases! {
    async fn a_follower_knows_everything_only_until_the_oldest_event_that_has_no_position(database) {
        let db = database.open(&[MIGRATIONS]);
        let journal = Journal::new("tests");
        let mut sequencer = sequencer(database, &db, &journal);
        let feed = serve(&db, &journal);
        let follower = follower(&db, &feed);
        happen(&db, &journal).await;
        sequencer.sequence_all().await.unwrap();
        let before = db.clock.system();
        assert_eq!(follower.step(0).await.unwrap(), 1);
        assert!(known_until(&db).await >= before);

        // Committed, and not in the feed yet.
        happen(&db, &journal).await;
        let after = db.clock.system();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(follower.step(0).await.unwrap(), 0);
        assert!(known_until(&db).await < after, "an event is promised that nobody has heard of");

        sequencer.sequence_all().await.unwrap();
        assert_eq!(follower.step(0).await.unwrap(), 1);
        assert!(known_until(&db).await >= after);
    }
}
