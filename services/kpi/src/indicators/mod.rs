//! Indicators (chỉ tiêu): what the facts add up to, for an agency and a month, and the dossiers behind every figure.
//!
//! Received, finished, on time and late as Decision 766/QĐ-TTg compares (2.1): the end of processing with the due
//! instant. A figure is argued about, so each one says which dossiers it counts and why, and how fresh it is; the list
//! and the figure share one predicate and cannot differ. Over many agencies parts are summed, rates never averaged.
//! A dossier counts for the agency responsible today (`facts` follow successions), in months of Vietnam.
//!
//! Three figures and a rate are what the first path through the system needs. Indicator sets as data, the excluded waits,
//! other periods, targets and snapshots join here; the facts they need arrive already.

pub mod http;
pub mod rules;
pub mod view;

mod ops;
mod store;

use motcua_db::Db;

/// What the room works with.
#[derive(Debug, Clone)]
pub struct Indicators {
    /// The service's database.
    pub db: Db,
}
