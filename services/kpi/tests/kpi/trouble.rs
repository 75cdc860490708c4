//! A feed that repeats itself, stalls, is cut short, or answers 500 for an hour: nothing is lost and nothing doubled.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use motcua_db::Db;
use motcua_journal::{Event, Follow, Follower};
use motcua_kernel::{Uuid, new_id};
use motcua_kpi::facts::DossierFollow;
use motcua_kpi::{digest, replay};
use motcua_peer::{AccessToken, Peer, Timing, TokenSource};
use motcua_testkit::on_both_databases;
use serde_json::json;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::province::{DONE, Dossier, MOVED, News, RECEIVED, agency, mirrored_news, published_news, rating_news};
use super::taking::{open, placed};

/// A feed that misbehaves, differently each time it is asked.
struct BadFeed {
    events: Vec<Event>,
    asked: AtomicUsize,
    /// How often it answers 500 before anything else.
    broken: usize,
}

impl Respond for BadFeed {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        if asked < self.broken || asked % 5 == 4 {
            return ResponseTemplate::new(500);
        }
        let after = request.url.query_pairs().find(|(name, _)| name == "after").unwrap().1;
        let after: usize = after.parse().unwrap();
        let end = (after + 1 + asked % 7).min(self.events.len());
        let (from, until, scanned) = match asked % 5 {
            // Nothing new for now.
            0 => (after, after, after),
            // What was told before comes along again, and an event of it twice.
            1 => (after.saturating_sub(9), end, end),
            // More than it says it has scanned.
            2 => (after, (end + 3).min(self.events.len()), end),
            _ => (after, end, end),
        };
        let mut page = self.events[from..until].to_vec();
        if asked % 5 == 1 {
            let last = page.last().cloned();
            page.extend(last);
            page.reverse();
        }
        ResponseTemplate::new(200)
            .set_body_json(page)
            .insert_header("scanned-to", scanned.to_string())
            .insert_header("complete-to", "2026-11-21T00:00:00Z")
    }
}

fn follower(db: &Db, url: &str, tenant: Uuid) -> Follower {
    let tokens =
        TokenSource::minted(|| Ok(AccessToken { value: "token".to_owned(), lifetime: Duration::from_hours(1) }));
    let peer = Peer::new(url, Arc::new(tokens), Timing::default(), Vec::new).unwrap();
    Follower::new(db.clone(), peer, tenant, DossierFollow::NAME, Arc::new(DossierFollow))
}

fn everything() -> Vec<News> {
    let commune = agency("H50.12", None, "2025-07-01", None);
    let tasks = motcua_journal::EventKind { name: "task.assigned.v1", subject: "tasks" };
    let mut news = Vec::new();
    for n in 0..10 {
        let received = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        news.push(received.news(RECEIVED, 2));
        news.push(News { kind: tasks, subject: new_id(), version: 1, data: json!({}) });
        news.push(received.clone().finished("2026-11-05T03:00:00Z").news(DONE, 3));
        news.push(received.finished("2026-11-05T03:00:00Z").news(MOVED, 4));
        news.push(if n % 2 == 0 { rating_news(&commune) } else { mirrored_news(new_id(), &commune, 1) });
        news.push(published_news(new_id(), 1, 1));
    }
    news
}

on_both_databases! {
    async fn a_feed_that_repeats_stalls_and_breaks_gives_the_rows_that_a_good_one_gives(database) {
        let (db, tenant) = (open(database), new_id());
        let events = placed(tenant, &everything());
        let all = events.clone();
        db.write("all", move |tx| DossierFollow.apply_page(tx, &all)).await.unwrap();
        let good = digest(&db, tenant).await.unwrap();
        replay(&db, tenant).await.unwrap();

        let server = MockServer::start().await;
        let feed = BadFeed { events: events.clone(), asked: AtomicUsize::new(0), broken: 10 };
        Mock::given(path("/v1/events")).respond_with(feed).mount(&server).await;
        let follower = follower(&db, &server.uri(), tenant);
        let (mut taken, mut failures) = (0, 0);
        let until = Instant::now() + Duration::from_mins(2);
        while taken < events.len() {
            match follower.step(0).await {
                Ok(events) => taken += events,
                Err(_) => failures += 1,
            }
            assert!(Instant::now() < until, "{taken} of {} events came", events.len());
        }
        assert!(failures > 0, "the feed was not bad enough");
        assert_eq!(taken, events.len());
        assert_eq!(digest(&db, tenant).await.unwrap(), good);
        for _ in 0..6 {
            assert_eq!(follower.step(0).await.unwrap_or_default(), 0);
        }
        assert_eq!(digest(&db, tenant).await.unwrap(), good);
    }
}
