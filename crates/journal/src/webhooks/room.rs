//! What the room stands on.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::{Directory, Result, Uuid};
use motcua_web::settings::WebhookSettings;

use super::guard::Guard;
use super::sender::Sender;
use crate::http::Visibility;
use crate::record::Journal;

/// How a code or id of an agency (cơ quan) is understood; the journal itself knows no agencies.
#[derive(Debug, Clone, Copy)]
pub struct AgencyLookup {
    /// The agency it means on a day.
    pub named: fn(&mut Conn, Uuid, &str, NaiveDate) -> TxResult<Option<Uuid>>,
    /// The agencies that go on with its work on a day.
    pub responsible: fn(&mut Conn, Uuid, &str, NaiveDate) -> TxResult<Vec<Uuid>>,
}

/// What a service gives the room.
#[derive(Clone)]
pub struct Setup {
    /// Its database.
    pub db: Db,
    /// Its journal.
    pub journal: Journal,
    /// What callers see in its feed.
    pub visibility: Arc<dyn Visibility>,
    /// Who may do what where.
    pub directory: Arc<dyn Directory>,
    /// Its agencies.
    pub agencies: AgencyLookup,
    /// How events are pushed.
    pub settings: WebhookSettings,
    /// The address the outside reaches it by.
    pub public_url: String,
    /// The types of events its feed knows.
    pub types: Vec<&'static str>,
}

/// The subscriptions to a service's feed. Copies are handles.
#[derive(Clone)]
pub struct Webhooks {
    pub(super) db: Db,
    pub(super) journal: Journal,
    pub(super) visibility: Arc<dyn Visibility>,
    pub(super) directory: Arc<dyn Directory>,
    pub(super) agencies: AgencyLookup,
    pub(super) settings: WebhookSettings,
    pub(super) public_url: String,
    pub(super) types: Arc<[&'static str]>,
    pub(super) guard: Guard,
    pub(super) sender: Sender,
}

impl Webhooks {
    /// The room of a service.
    ///
    /// # Errors
    /// When the machine's certificates can't be read.
    pub fn new(setup: Setup) -> Result<Self> {
        let guard = Guard::new(&setup.settings);
        // Of its own: whoever makes subscriptions keeps no delivery from finding its receiver.
        let sender = Sender::new(Guard::new(&setup.settings), setup.settings.timeout())?;
        Ok(Self {
            db: setup.db,
            journal: setup.journal,
            visibility: setup.visibility,
            directory: setup.directory,
            agencies: setup.agencies,
            settings: setup.settings,
            public_url: setup.public_url,
            types: setup.types.into(),
            guard,
            sender,
        })
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks").field("service", &self.journal.service).finish_non_exhaustive()
    }
}
