//! Sending what waits.

use std::marker::PhantomData;

use chrono::TimeDelta;
use futures_util::future::join_all;
use motcua_db::Db;
use motcua_db::sql::At;
use motcua_kernel::Result;
use motcua_web::settings::MailSettings;

use crate::outbox::{GIVEN_UP, Mail, Outbox, SENT};
use crate::sender::Sender;

/// How many are sent at once.
const TOGETHER: i64 = 8;
/// How much longer than a try a copy keeps what it has taken.
const MARGIN: TimeDelta = TimeDelta::seconds(5);
/// The longest pause between two tries.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// Sends what waits in one table; a worker of the service asks it again and again.
pub struct Posting<O> {
    db: Db,
    sender: Sender,
    lease: TimeDelta,
    first_pause: TimeDelta,
    patience: TimeDelta,
    outbox: PhantomData<fn() -> O>,
}

impl<O> Clone for Posting<O> {
    fn clone(&self) -> Self {
        Self { db: self.db.clone(), sender: self.sender.clone(), outbox: PhantomData, ..*self }
    }
}

impl<O> std::fmt::Debug for Posting<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Posting").field("lease", &self.lease).finish_non_exhaustive()
    }
}

impl<O: Outbox> Posting<O> {
    /// As a service's settings have it; none where they name no server.
    ///
    /// # Errors
    /// When the address or the server's name can't be one, or the file of certificates holds none.
    pub fn new(db: Db, service: &str, settings: &MailSettings) -> Result<Option<Self>> {
        let Some(sender) = Sender::new(service, settings)? else { return Ok(None) };
        Ok(Some(Self {
            db,
            sender,
            lease: TimeDelta::seconds(i64::from(settings.timeout_seconds)) + MARGIN,
            first_pause: TimeDelta::seconds(i64::from(settings.retry_seconds)),
            patience: TimeDelta::days(i64::from(settings.give_up_after_days)),
            outbox: PhantomData,
        }))
    }

    /// Sends until nothing is left that nobody is at.
    ///
    /// # Errors
    /// When the database fails. What a mail server does is no error: it is written beside the message.
    pub async fn catch_up(&self) -> Result<()> {
        loop {
            let now = self.db.clock.system().0;
            let (waiting, free) = self.db.read("mails_waiting", move |conn| O::waiting(conn, now)).await?;
            #[expect(clippy::cast_precision_loss, reason = "a gauge")]
            metrics::gauge!(format!("{}_waiting", O::NAME)).set(waiting as f64);
            if free == 0 {
                return Ok(());
            }
            let until = now + self.lease;
            let claimed = self.db.write("mails_claim", move |tx| O::claim(tx, now, until, TOGETHER)).await?;
            if claimed.is_empty() {
                return Ok(());
            }
            for outcome in join_all(claimed.into_iter().map(|mail| self.send(mail))).await {
                outcome?;
            }
        }
    }

    async fn send(&self, mut mail: Mail) -> Result<()> {
        let (letter, address) = (O::letter(&mail)?, mail.open_address::<O>(&self.db)?);
        let sent = self.sender.send(mail.id.0, mail.written_at.0, &address, letter).await;
        let now = self.db.clock.system().0;
        mail.tries += 1;
        let counted = match sent {
            Ok(()) => {
                mail.end(SENT, now);
                "sent"
            }
            Err(reply) => {
                tracing::warn!(mails = O::NAME, mail = %mail.id.0, tries = mail.tries, reply, "an e-mail was not taken");
                mail.last_reply = Some(reply);
                if now - mail.written_at.0 > self.patience {
                    mail.end(GIVEN_UP, now);
                    "given_up"
                } else {
                    mail.free_at = At(now + pause(self.first_pause, mail.tries));
                    "failed"
                }
            }
        };
        if self.db.write("mail_tried", move |tx| O::tried(tx, &mail)).await? {
            metrics::counter!(format!("{}_{counted}_total", O::NAME)).increment(1);
        }
        Ok(())
    }
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
