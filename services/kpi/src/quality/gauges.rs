//! The counts on `/metrics`.
//!
//! | gauge | labels | meaning |
//! |---|---|---|
//! | `kpi_feed_lag_seconds` | `feed` | how old what came from a service is; grows while it is away |
//! | `kpi_unknown_events` | `feed` | events of unknown types that nothing was taken from |
//! | `kpi_facts_without_agency` | `subject` | facts of agencies that are not known here, counted nowhere |
//! | `kpi_facts_incomplete` | `field` | dossiers that lack what figures need |
//! | `kpi_elements_missing` | | values that are due and that nobody entered |
//! | `kpi_elements_late` | | values entered after they were due |
//! | `kpi_elements_outliers` | | values with a warning |

use std::time::Duration;

use motcua_kernel::{Result, SystemTime};
use motcua_service::Worker;

use super::Quality;
use super::measure::{Fault, Followed, Found};

/// How often feeds are looked at: two short rows.
const FEEDS: Duration = Duration::from_secs(10);
/// How often everything is counted: some scans of all facts.
const EVERYTHING: Duration = Duration::from_mins(5);

/// What refreshes the gauges.
pub(crate) fn workers(room: &Quality) -> [Worker; 2] {
    let (feeds, all) = (room.clone(), room.clone());
    [
        Worker::every("gauge feeds", FEEDS, move || {
            let room = feeds.clone();
            async move { room.gauge_feeds().await }
        }),
        Worker::every("gauge data quality", EVERYTHING, move || {
            let room = all.clone();
            async move { room.gauge_faults().await }
        }),
    ]
}

impl Quality {
    async fn gauge_feeds(&self) -> Result<()> {
        let tenant = self.tenant;
        let feeds = self.db.read("quality_feeds", move |conn| Self::feeds(conn, tenant)).await?;
        set_feeds(&feeds, self.db.clock.system());
        Ok(())
    }

    async fn gauge_faults(&self) -> Result<()> {
        let own = self.clone();
        let _alone = self.counting.lock().await;
        let faults = self.db.read_snapshot("quality_faults", move |conn| own.faults(conn, own.tenant)).await?;
        set_faults(&faults);
        Ok(())
    }
}

pub(super) fn set_feeds(feeds: &[Followed], now: SystemTime) {
    for one in feeds {
        metrics::gauge!("kpi_unknown_events", "feed" => one.feed).set(shown(one.unknown_events));
        // A feed that never came to its end has no age: the service says so by answering `figures.not_ready`.
        if let Some(lag) = one.lag_seconds(now) {
            metrics::gauge!("kpi_feed_lag_seconds", "feed" => one.feed).set(shown(lag));
        }
    }
}

pub(super) fn set_faults(faults: &[Found]) {
    for found in faults {
        let count = shown(found.count());
        match found.fault {
            Fault::WithoutAgency(subject) => {
                metrics::gauge!("kpi_facts_without_agency", "subject" => subject).set(count);
            }
            Fault::Incomplete(field) => metrics::gauge!("kpi_facts_incomplete", "field" => field).set(count),
            Fault::Missing => metrics::gauge!("kpi_elements_missing").set(count),
            Fault::Late => metrics::gauge!("kpi_elements_late").set(count),
            Fault::Odd => metrics::gauge!("kpi_elements_outliers").set(count),
        }
    }
}

/// Gauges are floating point, exact for every count there can be here.
fn shown(count: i64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(if count < 0 { 0 } else { u32::MAX }))
}
