//! Webhooks on a service's foundation: subscriptions to its feed, and the work that delivers.

use std::sync::Arc;
use std::time::Duration;

use motcua_journal::webhooks::facts::{ALL, WebhookFacts};
use motcua_journal::webhooks::{AgencyLookup, Setup};
use motcua_journal::{Visibility, Webhooks};
use motcua_kernel::Result;

use crate::background::Worker;
use crate::event_schema::EventSchema;
use crate::foundation::Foundation;

/// How often old entries of the logs are looked for.
const SWEEP: Duration = Duration::from_hours(1);

impl Foundation {
    /// The subscriptions to this service's feed, filtered like the feed, for events of these types.
    ///
    /// # Errors
    /// When the machine's certificates can't be read.
    pub fn webhooks(&self, visibility: Arc<dyn Visibility>, schemas: &[EventSchema]) -> Result<Webhooks> {
        // Of subscriptions themselves nobody is told: who could ask for that sees none of them.
        let own = |name: &str| ALL.iter().any(|kind| kind.name == name);
        Webhooks::new(Setup {
            db: self.db.clone(),
            journal: self.journal.clone(),
            visibility,
            directory: Arc::new(self.directory.clone()),
            agencies: AgencyLookup { named: motcua_agencies::named, responsible: motcua_agencies::resolve },
            settings: self.shared.settings.webhooks.clone(),
            public_url: self.settings.public_url.clone(),
            types: schemas.iter().map(|schema| schema.name).filter(|name| !own(name)).collect(),
        })
    }
}

/// The work that delivers, and keeps the logs short.
#[must_use]
pub fn webhook_workers(webhooks: &Webhooks) -> Vec<Worker> {
    let (delivering, sweeping) = (webhooks.clone(), webhooks.clone());
    vec![
        Worker::new("webhooks", move |stop| delivering.clone().deliver(stop)),
        Worker::every("sweep webhook logs", SWEEP, move || {
            let sweeping = sweeping.clone();
            async move { sweeping.sweep().await }
        }),
    ]
}

/// What the events of subscriptions carry.
#[must_use]
pub fn webhook_schemas() -> Vec<EventSchema> {
    ALL.map(EventSchema::of::<WebhookFacts>).to_vec()
}
