//! The directory as the middleware that admits callers sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{ActorKind, Directory, Error, Grant, Result, Standing, Uuid, Who};
use tokio::sync::watch;

use crate::delegated::delegated_grants;
use crate::schema::{clients, directory_revisions, grants, officers};

/// Reads callers' standing from the tables of this crate.
#[derive(Debug, Clone)]
pub struct DirectoryReader {
    db: Db,
    revision: Arc<AtomicU64>,
}

impl DirectoryReader {
    /// A reader over a service's database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, revision: Arc::new(AtomicU64::new(0)) }
    }

    /// Looks at the directory's revision now: a service that has just changed the directory need not wait for the watch.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn refresh(&self) -> Result<()> {
        let day = self.db.clock.business().day_in_vietnam();
        let revision = self.db.read("directory_revision", move |conn| revision(conn, day)).await?;
        self.revision.store(revision, Ordering::Relaxed);
        Ok(())
    }

    /// The background work that notices changes, also those other copies of the service took in.
    #[must_use]
    pub fn watch(&self) -> DirectoryWatch {
        DirectoryWatch { reader: self.clone() }
    }
}

#[async_trait]
impl Directory for DirectoryReader {
    async fn standing(&self, who: &Who) -> Result<Standing> {
        let who = who.clone();
        let today = self.db.clock.business().day_in_vietnam();
        match who.kind {
            ActorKind::Citizen | ActorKind::Service => Ok(Standing { active: true, grants: Vec::new() }),
            ActorKind::Client => self.db.read("standing", move |conn| client_standing(conn, &who)).await,
            ActorKind::Officer => self.db.read("standing", move |conn| officer_standing(conn, &who, today)).await,
        }
    }

    fn revision(&self) -> u64 {
        self.revision.load(Ordering::Relaxed)
    }
}

fn client_standing(conn: &mut Conn, who: &Who) -> TxResult<Standing> {
    let active = clients::table
        .select(clients::active)
        .filter(clients::tenant_id.eq(Id(who.tenant)).and(clients::issuer.eq(&who.issuer)))
        .filter(clients::subject.eq(&who.subject))
        .first(conn)
        .optional()?;
    Ok(Standing { active: active.unwrap_or(false), grants: Vec::new() })
}

fn officer_standing(conn: &mut Conn, who: &Who, today: NaiveDate) -> TxResult<Standing> {
    let officer: Option<(Id, bool)> = officers::table
        .select((officers::id, officers::active))
        .filter(officers::tenant_id.eq(Id(who.tenant)).and(officers::issuer.eq(&who.issuer)))
        .filter(officers::subject.eq(&who.subject))
        .first(conn)
        .optional()?;
    let Some((id, true)) = officer else {
        return Ok(Standing::default());
    };
    Ok(Standing { active: true, grants: posts_of(conn, who.tenant, id.0, today)? })
}

/// The posts an officer holds on a day, their own and those delegated to them, whether they are active or not.
///
/// # Errors
/// When the database fails.
pub fn posts_of(conn: &mut Conn, tenant: Uuid, officer: Uuid, on: NaiveDate) -> TxResult<Vec<Grant>> {
    let held: Vec<(Id, String)> = grants::table
        .select((grants::agency_id, grants::role))
        .filter(grants::tenant_id.eq(Id(tenant)).and(grants::officer_id.eq(Id(officer))))
        .filter(grants::valid_from.le(on))
        .filter(grants::valid_to.is_null().or(grants::valid_to.gt(on)))
        .load(conn)?;
    let own = |(agency, role): (Id, String)| {
        Ok(Grant { agency: agency.0, role: role.parse().map_err(Error::internal)?, on_behalf_of: None })
    };
    let mut posts = held.into_iter().map(own).collect::<Result<Vec<_>>>()?;
    posts.extend(delegated_grants(conn, tenant, &Id(officer), on)?);
    Ok(posts)
}

/// Looks at the directory's revision once a second.
#[derive(Debug)]
pub struct DirectoryWatch {
    reader: DirectoryReader,
}

impl DirectoryWatch {
    /// Works until told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.reader.refresh().await {
                tracing::debug!(%error, "the directory's revision can't be read");
            }
            tokio::select! { _ = stop.changed() => break, () = tokio::time::sleep(Duration::from_secs(1)) => {} }
        }
    }
}

/// What the revisions of all tenants add up to, and the day: grants begin and end with days, which a sandbox skips.
fn revision(conn: &mut Conn, day: NaiveDate) -> TxResult<u64> {
    let rows: Vec<(Id, i64)> = directory_revisions::table.load(conn)?;
    // Any tenant's change drops all cached callers: changes are rare, and dropping is cheap.
    let changes: u64 = rows.into_iter().map(|(_, revision)| revision.unsigned_abs()).sum();
    Ok((changes << 24) ^ u64::from(day.num_days_from_ce().unsigned_abs()))
}
