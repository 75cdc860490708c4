//! The workers that make digests, send them, and forget old ones.

use std::time::Duration;

use chrono::TimeDelta;
use motcua_calendars::Known;
use motcua_kernel::Result;
use motcua_mail::Posting;
use motcua_service::Worker;
use motcua_web::settings::Settings;

use super::Digests;
use super::mails::{self, DigestMails};
use super::making::Making;

/// How often they look.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How often old digests are forgotten.
const FORGET_AGAIN: Duration = Duration::from_hours(1);
/// How many at once.
const TOGETHER: i64 = 200;

/// The workers; none but the one that forgets where the settings name no mail server.
///
/// # Errors
/// When the address or the server's name can't be one.
pub(crate) fn workers(room: &Digests, settings: &Settings) -> Result<Vec<Worker>> {
    let (db, keep) = (room.db.clone(), TimeDelta::days(i64::from(settings.digests.kept_days)));
    let mut workers = vec![Worker::every("forget digests", FORGET_AGAIN, move || {
        let db = db.clone();
        async move {
            let before = db.clock.system().0 - keep;
            while db.write("digests_forget", move |tx| mails::forget(tx, before, TOGETHER)).await? > 0 {}
            Ok(())
        }
    })];
    let Some(posting) = Posting::<DigestMails>::new(room.db.clone(), "kpi", &settings.kpi.mail)? else {
        return Ok(workers);
    };
    let making = Making {
        db: room.db.clone(),
        calendars: Known::new()?,
        at: settings.digests.at.0,
        address: settings.kpi.public_url.clone(),
    };
    workers.push(Worker::every("make digests", LOOK_AGAIN, move || {
        let making = making.clone();
        async move { making.catch_up().await }
    }));
    workers.push(Worker::every("digest mails", LOOK_AGAIN, move || {
        let posting = posting.clone();
        async move { posting.catch_up().await }
    }));
    Ok(workers)
}
