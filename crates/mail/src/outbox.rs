//! Messages that wait, as every table of them has them.

use chrono::{DateTime, Utc};
use diesel::Queryable;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Error, Result, Uuid, new_id};
use serde::Serialize;

/// The state of a message that is still to be sent.
pub const WAITING: &str = "waiting";
/// The state of one that the server has taken.
pub const SENT: &str = "sent";
/// The state of one that the server never took.
pub const GIVEN_UP: &str = "given_up";

/// A message as it is stored, in the order of a query's columns; the address is sealed.
#[derive(Debug, Clone, Queryable)]
pub struct Mail {
    /// The tenant.
    pub tenant_id: Id,
    /// Its id, and the name by which a second copy of it is known as one.
    pub id: Id,
    /// Where it goes, sealed for [`Outbox::context`].
    pub address: Vec<u8>,
    /// What it tells, in words of the service's own; a text is made of it when it is sent.
    pub content: Json,
    /// [`WAITING`], [`SENT`] or [`GIVEN_UP`].
    pub state: String,
    /// How often it was tried.
    pub tries: i64,
    /// What the last try that failed was answered: the server's code, `timeout`, `connection`, `tls` where its certificate
    /// or its TLS was not good, `capability` where it lacks what is required of it, or `message`.
    pub last_reply: Option<String>,
    /// When it was written, by the machine's clock.
    pub written_at: At,
    /// From when a copy of the service may take it.
    pub free_at: At,
    /// When it was sent or given up.
    pub ended_at: Option<At>,
}

impl Mail {
    /// A message to be sent as soon as its transaction is done.
    ///
    /// # Errors
    /// When the address can't be sealed or the content is no JSON.
    pub fn new<O: Outbox>(db: &Db, tenant: Uuid, email: &str, content: &impl Serialize) -> Result<Self> {
        let (id, now) = (new_id(), db.clock.system().0);
        Ok(Self {
            tenant_id: Id(tenant),
            id: Id(id),
            address: db.vault.seal(&O::context(id), email.as_bytes())?,
            content: Json(serde_json::to_value(content).map_err(Error::internal)?),
            state: WAITING.to_owned(),
            tries: 0,
            last_reply: None,
            written_at: At(now),
            free_at: At(now),
            ended_at: None,
        })
    }

    /// Where it goes.
    ///
    /// # Errors
    /// When the vault can't open it.
    pub fn open_address<O: Outbox>(&self, db: &Db) -> Result<String> {
        let address = db.vault.open(&O::context(self.id.0), &self.address)?;
        String::from_utf8(address).map_err(Error::internal)
    }

    pub(crate) fn end(&mut self, state: &str, now: DateTime<Utc>) {
        state.clone_into(&mut self.state);
        self.ended_at = Some(At(now));
    }
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its subject.
    pub subject: String,
    /// Its text, lines ending in CR LF.
    pub body: String,
}

/// A service's table of messages. The metrics are `{NAME}_waiting`, `…_sent_total`, `…_failed_total`, `…_given_up_total`.
pub trait Outbox: 'static {
    /// The table, as logs and metrics name it.
    const NAME: &'static str;

    /// How many wait, and how many of them nobody is at.
    ///
    /// # Errors
    /// When the database fails.
    fn waiting(conn: &mut Conn, now: DateTime<Utc>) -> TxResult<(i64, i64)>;

    /// Takes some that nobody is at until an instant, the oldest first. Two copies of the service never take one row.
    ///
    /// # Errors
    /// When the database fails.
    fn claim(tx: &mut Conn, now: DateTime<Utc>, until: DateTime<Utc>, most: i64) -> TxResult<Vec<Mail>>;

    /// Writes how a try went, unless another copy has ended it; whether it was written. What was sent stays sent whoever
    /// hears of it first.
    ///
    /// # Errors
    /// When the database fails.
    fn tried(tx: &mut Conn, mail: &Mail) -> TxResult<bool>;

    /// The words of a message.
    ///
    /// # Errors
    /// When the content is none of this table's.
    fn letter(mail: &Mail) -> Result<Letter>;

    /// What the sealed address of a message belongs to.
    fn context(id: Uuid) -> String;
}
