//! Digests of alerts by e-mail (bản tin cảnh báo): what was raised of an agency, once a working day, to the addresses that it
//! has named.
//!
//! Off until `kpi.mail.host` is set. From `digests.at` on, each agency that has addresses is looked at once that day. Only
//! where something was raised since it was last told, and nobody has looked into it, is there a digest; a message for each address is written with it, in
//! the transaction that marks the day as looked at and the alerts as told. So a kill loses nothing and doubles nothing, and
//! of two copies of the service one does it. How messages are sent, and tried again, is the crate `mail`; what is given up
//! shows beside the addresses and in the metric `digest_mails_given_up_total`.
//!
//! An agency is told of its own alerts and not of those of the agencies below it, who have addresses of their own. A message
//! holds no personal data: counts, codes, and links that open for whoever may see the agency.

pub mod facts;
pub mod http;
pub mod view;

mod addresses;
mod mails;
mod making;
mod source;
mod store;
mod text;
mod workers;

use motcua_db::Db;
use motcua_journal::Journal;

pub(crate) use addresses::visible_among;
pub(crate) use workers::workers;

/// The room of digests.
#[derive(Clone)]
pub struct Digests {
    db: Db,
    journal: Journal,
}

impl Digests {
    /// The room over the service's database and journal.
    #[must_use]
    pub fn new(db: Db, journal: Journal) -> Self {
        Self { db, journal }
    }
}
