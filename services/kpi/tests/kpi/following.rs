//! Following real feeds: exactly once, again from the beginning, and soon.

use std::time::Duration;

use motcua_agencies::SuccessionKind;
use motcua_kernel::{Role, new_id};
use motcua_kpi::{digest, replay};
use motcua_testkit::on_both_databases;

use super::neighbour::Neighbour;
use super::province::{
    DONE, Dossier, MOVED, RECEIVED, agency, agency_news, at, issued_news, officer_news, succession_news,
};
use super::setting::{Answer, Setting, Surroundings, ask, follow_all};

/// A small province with dossiers that are received, finished and moved; returns how many events were told.
async fn tell_everything(documents: &Neighbour, procedures: &Neighbour) -> usize {
    let old = agency("H50", None, "1989-07-01", Some("2025-07-01"));
    let new = agency("H50", None, "2025-07-01", None);
    let commune = agency("H50.12", Some(new.id), "2025-07-01", None);
    let mut renamed = commune.clone();
    (renamed.name, renamed.version) = ("Ủy ban nhân dân phường Đông Hà".to_owned(), 2);
    let of_documents = vec![
        agency_news(&old),
        agency_news(&new),
        succession_news(&old, &new, SuccessionKind::MergedInto),
        agency_news(&commune),
        agency_news(&renamed),
        officer_news("officer-1", commune.id, Role::Leader),
        issued_news(new_id(), &commune, 1),
    ];
    let mut of_procedures = Vec::new();
    for n in 0..30 {
        let received = Dossier::at(&old, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        let mut done =
            received.clone().finished(if n % 3 == 0 { "2026-11-10T03:00:00Z" } else { "2026-11-05T03:00:00Z" });
        of_procedures.push(received.news(RECEIVED, 2));
        of_procedures.push(done.news(DONE, 5));
        done.competent.0 = new.id;
        of_procedures.push(done.news(MOVED, 6));
    }
    let count = of_documents.len() + of_procedures.len();
    documents.tell(of_documents).await;
    procedures.tell_at_once(of_procedures).await;
    count
}

on_both_databases! {
    async fn following_again_from_the_beginning_gives_identical_tables(database) {
        let around = Surroundings::of(database).await;
        let (db, tenant) = (around.open(database), around.tenant());
        let events = tell_everything(&around.documents, &around.procedures).await;
        let followers = around.followers(&db);
        follow_all(&followers, events).await;
        let first = digest(&db, tenant).await.unwrap();
        let rows = |table: &str| first.iter().find(|digest| digest.table == table).unwrap().rows;
        let tables = ["dossier_facts", "document_facts", "agencies", "agency_tree", "agency_successions", "officers", "grants"];
        assert_eq!(tables.map(rows), [30, 1, 3, 4, 1, 1, 1]);

        // Nothing comes twice while nothing is forgotten.
        for follower in &followers {
            assert_eq!(follower.step(0).await.unwrap(), 0);
        }
        replay(&db, tenant).await.unwrap();
        assert!(digest(&db, tenant).await.unwrap().iter().all(|digest| digest.rows == 0));
        follow_all(&followers, events).await;
        assert_eq!(digest(&db, tenant).await.unwrap(), first);
    }

    async fn two_copies_that_follow_at_once_and_a_replay_between_them_change_no_row(database) {
        let around = Surroundings::of(database).await;
        let (db, tenant) = (around.open(database), around.tenant());
        let events = tell_everything(&around.documents, &around.procedures).await;
        follow_all(&around.followers(&db), events).await;
        let expected = digest(&db, tenant).await.unwrap();
        replay(&db, tenant).await.unwrap();
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let copies: Vec<_> = [&db, &around.open(database)]
            .into_iter()
            .flat_map(|db| around.followers(db))
            .map(|follower| tokio::spawn(follower.run(stopped.clone())))
            .collect();
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(30)).await;
            replay(&db, tenant).await.unwrap();
        }
        let until = std::time::Instant::now() + Duration::from_secs(20);
        while digest(&db, tenant).await.unwrap() != expected {
            assert!(std::time::Instant::now() < until, "the copies did not come to the same rows");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.send_replace(true);
        for copy in copies {
            copy.await.unwrap();
        }
        assert_eq!(digest(&db, tenant).await.unwrap(), expected);
    }

    async fn a_replay_leaves_other_tenants_alone(database) {
        let around = Surroundings::of(database).await;
        let db = around.open(database);
        let events = tell_everything(&around.documents, &around.procedures).await;
        follow_all(&around.followers(&db), events).await;
        let before = digest(&db, around.tenant()).await.unwrap();
        replay(&db, new_id()).await.unwrap();
        assert_eq!(digest(&db, around.tenant()).await.unwrap(), before);
    }

    async fn what_is_told_shows_in_the_figures_within_a_second(database) {
        let setting = Setting::start(database).await;
        let commune = agency("H50.12", None, "2025-07-01", None);
        setting.around.documents.tell([agency_news(&commune)]).await;
        setting.around.procedures.tell([Dossier::at(&commune, "2026-09-02T02:00:00Z", "2026-09-09T10:00:00Z").news(RECEIVED, 2)]).await;
        let (path, reader) = ("/v1/scores/figures?set=qd766&period=2026-11&agency=H50.12", setting.reader());
        setting.get_until(path, &reader, |answer| answer.status == 200).await;
        let mut times = Vec::new();
        for n in 1..=7_i64 {
            let dossier = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z").finished("2026-11-03T02:00:00Z");
            setting.around.procedures.tell([dossier.news(DONE, 4)]).await;
            let shows = |answer: &Answer| answer.figure("on_time") == n;
            let (answer, time) = setting.get_until(path, &reader, shows).await;
            assert_eq!(answer.figure("received"), n);
            times.push(time);
        }
        times.sort();
        // The median, because the machine of a test run is busy with other tests.
        assert!(times[3] < Duration::from_secs(1), "{times:?}");
    }

    async fn a_neighbour_that_is_away_leaves_the_figures_as_they_were_and_says_how_old_they_are(database) {
        let setting = Setting::start(database).await;
        let reader = setting.reader();
        let path = "/v1/scores/figures?set=qd766&period=2026-11&agency=H50.12";
        // Nothing was ever followed to its end, or nothing is known of the agency yet; never a figure.
        let first = setting.get(path, &reader).await;
        assert!([(503, "figures.not_ready"), (404, "not_found")].contains(&first.problem()), "{first:?}");
        let commune = agency("H50.12", None, "2025-07-01", None);
        setting.around.documents.tell([agency_news(&commune)]).await;
        let dossier = Dossier::at(&commune, "2026-11-02T02:00:00Z", "2026-11-09T10:00:00Z");
        setting.around.procedures.tell([dossier.news(RECEIVED, 2)]).await;
        let (answer, _) =
            setting.get_until(path, &reader, |answer| answer.status == 200 && answer.figure("received") == 1).await;
        let until = answer.header("data-as-of").to_owned();
        assert_eq!(answer.body["data_as_of"], until);

        setting.around.procedures.stop().await;
        let before = setting.around.clock.system();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let later = ask(&setting.client, &setting.service.url(), path, &reader).await;
        assert_eq!(later.body["figures"], answer.body["figures"]);
        assert!(at(&until) <= at(later.header("data-as-of")) && at(later.header("data-as-of")) <= before.0);
    }
}
