//! Making the digest of a day.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use motcua_agencies::names;
use motcua_calendars::Known;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::time::vietnam;
use motcua_kernel::{Error, Result, Uuid, new_id};

use super::store::{self, AddressesRow, DigestRow, ToldRow};
use super::text::{Digest, Line, MOST_LISTED};
use super::{addresses, mails, source};

/// How many agencies are read at once.
const TOGETHER: i64 = 100;
/// How far a look reaches back before the last one: an alert is stamped when its transaction begins and seen when it ends.
/// What was told already is left out.
const OVERLAP: TimeDelta = TimeDelta::hours(1);

/// Makes digests.
#[derive(Clone)]
pub(super) struct Making {
    pub db: Db,
    pub calendars: Known,
    /// From what time of a day on.
    pub at: NaiveTime,
    /// The address of this service, without a slash at the end.
    pub address: String,
}

impl Making {
    /// Looks at every agency with addresses that nobody has looked at today, once it is time.
    pub(super) async fn catch_up(&self) -> Result<()> {
        let now = self.db.clock.business();
        let day = now.day_in_vietnam();
        if now.0.with_timezone(&vietnam()).time() < self.at {
            return Ok(());
        }
        loop {
            let due = self.db.read("digests_due", move |conn| store::due(conn, day, TOGETHER)).await?;
            if due.is_empty() {
                return Ok(());
            }
            for (tenant, agency) in due {
                let own = self.clone();
                self.db.write("digest_make", move |tx| own.make(tx, tenant, agency, day, now.0)).await?;
            }
        }
    }

    /// Looks at an agency for a day: what is told is told in this transaction and never again.
    fn make(&self, tx: &mut Conn, tenant: Uuid, agency: Uuid, day: NaiveDate, now: DateTime<Utc>) -> TxResult<()> {
        // Whoever marks the day does it; another copy of the service waits here and finds it marked.
        if !store::look(tx, tenant, agency, day)? {
            return Ok(());
        }
        let Some(row) = store::addresses(tx, tenant, agency)? else { return Ok(()) };
        if !self.is_working(tx, tenant, agency, day)? {
            return Ok(());
        }
        let since = row.told_until.0;
        let raised = raised(tx, tenant, agency, since)?;
        if since < now {
            store::told(tx, tenant, agency, now)?;
        }
        if raised.is_empty() { Ok(()) } else { self.write(tx, &row, day, &raised) }
    }

    fn write(&self, tx: &mut Conn, row: &AddressesRow, day: NaiveDate, raised: &[source::Raised]) -> TxResult<()> {
        let (tenant, agency, id) = (row.tenant_id.0, row.agency_id.0, new_id());
        let named = names(tx, tenant, &[agency], day)?.remove(&agency);
        let named = named.ok_or_else(|| Error::internal("addresses of an agency that nobody knows"))?;
        let line = |alert: &source::Raised| Line {
            words: alert.words.clone(),
            raised_at: alert.at,
            link: format!("{}/v1/alerts/{}", self.address, alert.id),
        };
        let content = Digest {
            page: format!("{}/v1/pages/agencies/{}", self.address, named.code),
            agency_code: named.code,
            agency_name: named.name,
            day,
            since: row.told_until.0,
            raised: raised.len(),
            listed: raised.iter().take(MOST_LISTED).map(line).collect(),
            open: source::open(tx, tenant, agency)?,
        };
        let digest = DigestRow {
            tenant_id: Id(tenant),
            id: Id(id),
            agency_id: Id(agency),
            day,
            raised: i64::try_from(raised.len()).map_err(Error::internal)?,
            made_at: At(self.db.clock.system().0),
        };
        let told: Vec<ToldRow> = raised
            .iter()
            .map(|alert| ToldRow {
                tenant_id: Id(tenant),
                alert_id: Id(alert.id),
                raised_at: At(alert.at),
                digest_id: Id(id),
            })
            .collect();
        store::insert(tx, &digest, &told)?;
        let emails: Vec<String> = addresses::open(&self.db, row)?.into_iter().map(|address| address.email).collect();
        mails::queue(tx, &self.db, tenant, id, &emails, &content)
    }

    /// Whether a day is worked in an agency; by its weekday where no calendar covers the year.
    fn is_working(&self, conn: &mut Conn, tenant: Uuid, agency: Uuid, day: NaiveDate) -> TxResult<bool> {
        let view = self.calendars.view(conn, tenant, agency)?;
        Ok(view.calendar.is_working(day).unwrap_or_else(|_not_covered| is_weekday(day)))
    }
}

/// What was raised since an agency was last told, and not told yet.
fn raised(conn: &mut Conn, tenant: Uuid, agency: Uuid, since: DateTime<Utc>) -> TxResult<Vec<source::Raised>> {
    let mut raised = source::raised(conn, tenant, agency, since - OVERLAP)?;
    let ids: Vec<Uuid> = raised.iter().map(|alert| alert.id).collect();
    let told = store::told_among(conn, tenant, &ids)?;
    raised.retain(|alert| !told.contains(&(alert.id, alert.at)));
    Ok(raised)
}

fn is_weekday(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
