//! The worker that sends what waits.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use motcua_db::sql::At;
use motcua_kernel::{Error, Result};
use motcua_service::Worker;
use motcua_web::settings::MailSettings;

use super::outbox::{Letter, context};
use super::sender::Sender;
use super::store::{self, GIVEN_UP, MailRow, SENT};
use crate::dossiers::Dossiers;

/// How often it looks.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How many are sent at once.
const TOGETHER: i64 = 8;
/// How much longer than a try a copy keeps what it has taken.
const MARGIN: TimeDelta = TimeDelta::seconds(5);
/// The longest pause between two tries.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// Sends notices by e-mail; none where the settings name no server.
///
/// # Errors
/// When the address or the server's name can't be one.
pub(crate) fn worker(room: &Dossiers, settings: &MailSettings) -> Result<Option<Worker>> {
    let Some(sender) = Sender::new(settings)? else { return Ok(None) };
    let sending = Sending {
        room: room.clone(),
        sender,
        lease: TimeDelta::seconds(i64::from(settings.timeout_seconds)) + MARGIN,
        first_pause: TimeDelta::seconds(i64::from(settings.retry_seconds)),
        patience: TimeDelta::days(i64::from(settings.give_up_after_days)),
    };
    Ok(Some(Worker::every("notice mails", LOOK_AGAIN, move || {
        let sending = sending.clone();
        async move { sending.catch_up().await }
    })))
}

#[derive(Clone)]
struct Sending {
    room: Dossiers,
    sender: Sender,
    lease: TimeDelta,
    first_pause: TimeDelta,
    patience: TimeDelta,
}

impl Sending {
    async fn catch_up(&self) -> Result<()> {
        let db = &self.room.db;
        loop {
            let now = db.clock.system().0;
            let (waiting, free) = db.read("notice_mails_waiting", move |conn| store::waiting(conn, now)).await?;
            #[expect(clippy::cast_precision_loss, reason = "a gauge")]
            metrics::gauge!("notice_mails_waiting").set(waiting as f64);
            if free == 0 {
                return Ok(());
            }
            let until = now + self.lease;
            let claimed = db.write("notice_mails_claim", move |tx| store::claim(tx, now, until, TOGETHER)).await?;
            if claimed.is_empty() {
                return Ok(());
            }
            for outcome in join_all(claimed.into_iter().map(|row| self.send(row))).await {
                outcome?;
            }
        }
    }

    async fn send(&self, mut row: MailRow) -> Result<()> {
        let letter: Letter = serde_json::from_value(row.content.0.clone()).map_err(Error::internal)?;
        let address = self.room.db.vault.open(&context(row.id.0), &row.address)?;
        let address = String::from_utf8(address).map_err(Error::internal)?;
        let sent = self.sender.send(row.id.0, row.written_at.0, &address, &letter).await;
        let now = self.room.db.clock.system().0;
        row.tries += 1;
        match sent {
            Ok(()) => end(&mut row, SENT, now),
            Err(reply) => {
                tracing::warn!(mail = %row.id.0, tries = row.tries, reply, "a notice could not be sent by e-mail");
                row.last_reply = Some(reply);
                if now - row.written_at.0 > self.patience {
                    end(&mut row, GIVEN_UP, now);
                } else {
                    row.free_at = At(now + pause(self.first_pause, row.tries));
                }
            }
        }
        let written = row.clone();
        let ours = self.room.db.write("notice_mail_tried", move |tx| store::tried(tx, &written)).await?;
        if ours {
            match row.state.as_str() {
                SENT => metrics::counter!("notice_mails_sent_total").increment(1),
                GIVEN_UP => metrics::counter!("notice_mails_given_up_total").increment(1),
                _ => metrics::counter!("notice_mails_failed_total").increment(1),
            }
        }
        Ok(())
    }
}

fn end(row: &mut MailRow, state: &str, now: DateTime<Utc>) {
    state.clone_into(&mut row.state);
    row.ended_at = Some(At(now));
}

/// How long to wait after so many tries: twice as long each time.
fn pause(first: TimeDelta, tries: i64) -> TimeDelta {
    let doublings = u32::try_from(tries - 1).unwrap_or_default().min(20);
    first.checked_mul(1 << doublings).map_or(LONGEST, |pause| pause.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let pauses = [1, 2, 3, 7, 1_000].map(|tries| pause(TimeDelta::minutes(1), tries).num_minutes());
        assert_eq!(pauses, [1, 2, 4, 60, 60]);
    }
}
