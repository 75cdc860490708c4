//! Every line ends somewhere, a second run changes nothing, and nothing is lost when a run is cut off.

use std::io::{self, Read, Write};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use motcua_kernel::Uuid;
use motcua_procedures::catalogue::rules::Source;
use motcua_procedures::catalogue::{ImportFile, Progress, import};
use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::support::{House, faulty, lines, record};

/// A file that gives its first part and then waits until it is told how it ends.
struct Interrupted {
    first: io::Cursor<Vec<u8>>,
    rest: mpsc::Receiver<io::Result<Vec<u8>>>,
}

impl Read for Interrupted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.first.read(buffer)? {
            0 => match self.rest.recv() {
                Ok(more) => {
                    self.first = io::Cursor::new(more?);
                    self.first.read(buffer)
                }
                Err(_) => Ok(0),
            },
            read => Ok(read),
        }
    }
}

fn many(count: u32) -> Vec<Value> {
    (0..count).map(|at| record(&format!("1.{at:06}"), &format!("Thủ tục số {at}"))).collect()
}

on_both_databases! {
    async fn each_line_ends_loaded_with_warnings_unchanged_or_refused(database) {
        let house = House::start(database).await;
        let mut other = record("1.000001", "Khác");
        other["steps"] = json!("Khác.");
        let mut file = lines(&[
            record("1.000001", "Một"),
            faulty("1.000002", "Hai"),
            record("1.000001", "Một"),
            other,
            record("không phải mã", "Ba"),
        ]);
        file.push_str("\n{\"code\": \n[1]\n");
        let mut file = file.into_bytes();
        file.extend(vec![b'x'; (1 << 20) + 1]);
        file.extend(b"\n\xff\xfe\n");
        let report = house.import(file).await;
        assert_eq!((report.lines, report.loaded, report.with_warnings, report.unchanged, report.refused), (10, 1, 1, 1, 7));
        assert_eq!(report.warnings_by_code, [("term.unit_missing".to_owned(), 1)].into());

        let path = format!("/v1/imports/{}/refusals", report.import_id);
        let refusals = house.get(&format!("{path}?count=exact")).await.ok();
        let told: Vec<(i64, &str)> = refusals["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|refusal| (refusal["line"].as_i64().unwrap(), refusal["code"].as_str().unwrap()))
            .collect();
        assert_eq!(
            told,
            [
                (4, "record.repeated_code"),
                (5, "code.invalid"),
                (6, "record.blank"),
                (7, "record.not_json"),
                (8, "record.not_a_record"),
                (9, "record.too_long"),
                (10, "record.not_utf8"),
            ]
        );
        assert_eq!(refusals["count"], 7);
        assert_eq!(refusals["items"][0]["procedure_code"], "1.000001");
        assert!(refusals["items"].as_array().unwrap().iter().all(|one| one["reason"]["vi"] != one["reason"]["en"]));
        let listed: Vec<(i64, &str)> =
            report.refusals.iter().map(|one| (i64::try_from(one.line).unwrap(), one.code.as_str())).collect();
        assert_eq!(listed, told);
        let page = house.get(&format!("{path}?limit=3")).await.ok();
        let next = page["next"].as_str().unwrap();
        let rest = house.get(&format!("{path}?limit=200&after={next}")).await.ok();
        assert_eq!((page["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (3, 4));

        let imports = house.get("/v1/imports?count=exact").await.ok();
        assert_eq!(imports["count"], 1);
        let import = &imports["items"][0];
        assert_eq!((import["state"].as_str(), import["source"].as_str()), (Some("finished"), Some("national")));
        assert_eq!((import["lines"].as_i64(), import["refused"].as_i64(), import["unchanged"].as_i64()), (Some(10), Some(7), Some(1)));
        assert_eq!(import["warnings_by_code"], json!({"term.unit_missing": 1}));
        house.stop().await;
    }

    async fn a_second_run_changes_nothing_and_tells_nobody(database) {
        let house = House::start(database).await;
        let file = lines(&[record("1.000001", "Một"), faulty("1.000002", "Hai")]);
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(file.as_bytes()).unwrap();
        house.import(packed.finish().unwrap()).await;
        let before = (house.summary("1.000001").await, house.summary("1.000002").await);
        let report = house.import(file).await;
        assert_eq!((report.unchanged, report.loaded, report.with_warnings, report.refused), (2, 0, 0, 0));
        assert_eq!(before, (house.summary("1.000001").await, house.summary("1.000002").await));
        let events = events(&house).await;
        assert_eq!(events.len(), 2, "{events:?}");
        house.stop().await;
    }

    async fn a_changed_line_makes_a_version_and_the_one_before_can_still_be_read(database) {
        let house = House::start(database).await;
        house.import(lines(&[record("1.000001", "Một")])).await;
        let first = house.version_on("1.000001", "2026-11-16").await.unwrap().unwrap();
        house.clock.set_business("2026-11-30T02:00:00Z".parse().unwrap());
        let mut changed = record("1.000001", "Một");
        changed["channels"][0]["time_raw"] = json!("3 Ngày làm việc");
        let report = house.import(lines(&[changed])).await;
        assert_eq!((report.loaded, report.unchanged), (1, 0));

        let second = house.version_on("1.000001", "2026-11-30").await.unwrap().unwrap();
        assert_ne!(first, second);
        assert_eq!(house.version_on("1.000001", "2026-11-29").await.unwrap().as_ref(), Some(&first));
        assert_eq!(house.version_on("1.000001", "2026-11-15").await.unwrap(), None);
        let (room, tenant, pinned) = (house.room.clone(), house.foundation.tenant, first.parse::<Uuid>().unwrap());
        let old = house.foundation.db.read("test", move |conn| room.load_version(conn, tenant, pinned)).await.unwrap();
        assert_eq!(old.content.channels[0].term, Some(motcua_clock::Term::working_days(5)));

        let id = house.summary("1.000001").await["id"].as_str().unwrap().to_owned();
        let versions = house.get(&format!("/v1/procedures/{id}/versions")).await.ok();
        assert_eq!(versions["items"][0]["id"], second.as_str());
        assert_eq!((&versions["items"][0]["number"], &versions["items"][0]["effective_to"]), (&json!(2), &Value::Null));
        assert_eq!((&versions["items"][1]["number"], &versions["items"][1]["effective_to"]), (&json!(1), &json!("2026-11-30")));
        let page = house.get(&format!("/v1/procedures/{id}/versions?limit=1&count=exact")).await.ok();
        assert_eq!(page["count"], 2);
        let next = page["next"].as_str().unwrap();
        let last = house.get(&format!("/v1/procedures/{id}/versions?limit=1&after={next}")).await.ok();
        assert_eq!((&last["items"][0], &last["next"]), (&versions["items"][1], &Value::Null));
        let whole = house.get(&format!("/v1/procedure-versions/{first}")).await.ok();
        assert_eq!((&whole["effective_to"], &whole["content"]["channels"][0]["term"]["count"]), (&json!("2026-11-30"), &json!(5)));
        house.stop().await;
    }

    async fn the_event_of_a_version_tells_all_the_indicators_need(database) {
        let house = House::start(database).await;
        house.import(lines(&[faulty("1.000001", "Một")])).await;
        let event = events(&house).await.remove(0);
        assert_eq!(event["type"], "procedure.published.v1");
        let version = house.version_on("1.000001", "2026-11-16").await.unwrap().unwrap();
        let facts = &event["data"];
        for (fact, expected) in [
            ("version", json!(1)),
            ("number", json!(1)),
            ("version_id", json!(version)),
            ("code", json!("1.000001")),
            ("decision", json!({"number": "163/QĐ-BTP", "date": null})),
            ("bases_effective_on", Value::Null),
            ("published_at", json!(facts["occurred_at"])),
            ("effective_from", json!("2026-11-16")),
            ("check", json!({"complete": false, "missing": ["term"]})),
            ("service_level", Value::Null),
            ("partial_reason", Value::Null),
            ("levels", json!(["commune"])),
            ("channels", json!(["in_person"])),
            ("has_fee", json!(false)),
            ("returns_paper", json!(true)),
            ("connected_databases", json!([])),
            ("status", json!("offered")),
            ("warnings", json!(1)),
        ] {
            assert_eq!(facts[fact], expected, "{fact}");
        }
        assert_eq!(event["subject"], format!("procedures/{}", facts["procedure_id"].as_str().unwrap()));
        house.stop().await;
    }

    async fn an_import_that_is_killed_is_completed_by_the_next(database) {
        let house = House::start(database).await;
        let all = many(450);
        let (_kept_open, rest) = mpsc::channel();
        let content = Interrupted { first: io::Cursor::new(lines(&all[..430]).into_bytes()), rest };
        let file = ImportFile { name: "half.jsonl".to_owned(), content, written_by: Source::Local };
        let (told, mut progress) = tokio::sync::mpsc::unbounded_channel();
        let (room, tenant) = (house.room.clone(), house.foundation.tenant);
        let running = tokio::spawn(async move {
            import(&room, tenant, "service:test", file, move |now: Progress| told.send(now).unwrap()).await
        });
        let first = progress.recv().await.unwrap();
        let second = progress.recv().await.unwrap();
        assert_eq!((first.lines, second.lines), (200, 400), "whole batches");
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
        let killed = house.get("/v1/imports").await.ok();
        assert_eq!((killed["items"][0]["state"].as_str(), killed["items"][0]["lines"].as_i64()), (Some("running"), Some(400)));
        assert_eq!(house.get("/v1/procedures?limit=1&count=exact").await.ok()["count"], 400);

        let report = house.import(lines(&all)).await;
        assert_eq!((report.unchanged, report.loaded, report.refused), (400, 50, 0));
        assert_eq!(house.get("/v1/procedures?limit=1&count=exact").await.ok()["count"], 450);
        house.stop().await;
    }

    async fn a_file_that_breaks_off_fails_the_import_and_keeps_what_was_whole(database) {
        let house = House::start(database).await;
        let (tell, rest) = mpsc::channel();
        tell.send(Err(io::Error::other("the cable was pulled"))).unwrap();
        let content = Interrupted { first: io::Cursor::new(lines(&many(230)).into_bytes()), rest };
        let file = ImportFile { name: "broken.jsonl".to_owned(), content, written_by: Source::Local };
        let error = import(&house.room, house.foundation.tenant, "service:test", file, |_| {}).await.unwrap_err();
        assert_eq!((error.code.as_str(), &error.members["line"]), ("import.unreadable", &json!(231)));
        let imports = house.get("/v1/imports").await.ok();
        assert_eq!((imports["items"][0]["state"].as_str(), imports["items"][0]["lines"].as_i64()), (Some("failed"), Some(200)));
        assert_eq!(house.get("/v1/procedures?limit=1&count=exact").await.ok()["count"], 200);
        house.stop().await;
    }

    async fn two_imports_at_once_publish_each_procedure_once(database) {
        let house = House::start(database).await;
        let file = lines(&many(300));
        let reversed: Vec<Value> = many(300).into_iter().rev().collect();
        let (one, other) = tokio::join!(house.import(file), house.import(lines(&reversed)));
        assert_eq!(one.loaded + other.loaded, 300, "{one:?} {other:?}");
        assert_eq!(one.unchanged + other.unchanged, 300);
        assert_eq!(events(&house).await.len(), 300);
        house.stop().await;
    }
}

/// Every event of the feed, once everything written so far has its position.
async fn events(house: &House) -> Vec<Value> {
    let (written, until) = (house.clock.system().0, Instant::now() + Duration::from_secs(30));
    loop {
        let feed =
            house.get_with("/v1/events?limit=1000", &["procedures:events:read", "procedures:catalogue:read"], "").await;
        let complete: DateTime<Utc> = feed.complete_to.parse().unwrap();
        if complete >= written {
            return feed.ok().as_array().unwrap().clone();
        }
        assert!(Instant::now() < until, "the feed is still at {complete}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
