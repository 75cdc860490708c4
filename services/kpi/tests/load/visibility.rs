//! How long a change takes to be seen in a score while events keep coming: a real feed over HTTP, the service's own
//! follower, and a reader who asks again and again.

use std::time::{Duration, Instant};

use motcua_agencies::AgencyRecord;
use motcua_testkit::on_both_databases;
use serde_json::Value;

use crate::province::{Dossier, News, RECEIVED};
use crate::year::Year;
use crate::{is_full, percentile};

/// So many times a second news come, and how many each time.
const TIMES: u32 = 20;

/// How many events come each second, and for how many seconds.
fn stream() -> (usize, usize) {
    if is_full() { (500, 30) } else { (60, 3) }
}

fn received_now(commune: &AgencyRecord) -> News {
    Dossier::at(commune, "2026-12-18T01:00:00Z", "2026-12-25T01:00:00Z").news(RECEIVED, 2)
}

/// How many dossiers a sheet of figures says were received.
fn received(sheet: &Value) -> Option<usize> {
    let received = sheet["figures"].as_array()?.iter().find(|one| one["measure"] == "received")?;
    usize::try_from(received["value"].as_u64()?).ok()
}

on_both_databases! {
    async fn a_change_is_seen_in_the_score_while_events_keep_coming(database) {
        let setting = crate::start(database).await;
        let year = Year::new(setting.around.tenant(), 50, 0);
        setting.around.documents.tell_at_once(year.directory()).await;
        let reader = setting.reader();
        let (watched, others) = year.communes.split_first().unwrap();
        let path = "/v1/scores/figures?set=qd766&period=2026-12&agency=H50.000";
        setting.get_until(path, &reader, |answer| answer.status == 200).await;

        let ((a_second, seconds), procedures) = (stream(), &setting.around.procedures);
        let flow = async {
            let mut beat = tokio::time::interval(Duration::from_secs(1) / TIMES);
            for n in 0..seconds * TIMES as usize {
                beat.tick().await;
                let some = a_second / TIMES as usize;
                procedures.tell_at_once((0..some).map(|k| received_now(&others[(n * some + k) % others.len()])).collect()).await;
            }
        };
        let watch = async {
            let mut waited = Vec::new();
            // What is told with a second to spare comes while the others still do.
            for nth in 1..seconds {
                tokio::time::sleep(Duration::from_millis(500)).await;
                let began = Instant::now();
                procedures.tell_at_once(vec![received_now(watched)]).await;
                setting.get_until(path, &reader, |answer| received(&answer.body) == Some(nth)).await;
                waited.push(began.elapsed());
            }
            waited
        };
        let began = Instant::now();
        let ((), mut waited) = tokio::join!(flow, watch);
        let all = "/v1/scores/figures?set=qd766&period=2026-12&agency=under:H50";
        let told = seconds * a_second + seconds - 1;
        setting.get_until(all, &reader, |answer| received(&answer.body) == Some(told)).await;
        println!(
            "{told} events in {:.1?}; {} changes watched, seen after: median {:.0?}, 95 of 100 within {:.0?}, longest {:.0?}",
            began.elapsed(), waited.len(), percentile(&mut waited, 50), percentile(&mut waited, 95), percentile(&mut waited, 100),
        );
        // Times mean something only on a quiet machine, with the release profile.
        assert!(!is_full() || percentile(&mut waited, 95) < Duration::from_secs(1), "{waited:?}");
    }
}
