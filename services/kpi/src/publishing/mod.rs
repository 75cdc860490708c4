//! Published periods (chốt kỳ): what was said of a period, frozen, signed, and checked without asking us.
//!
//! A published period is a document: every figure, point and rank of an agency and of all below it, as they were written
//! for whom (`as_was`, which no succession moves). Its bytes are canonical JSON (RFC 8785) and are kept as they were
//! signed ([`signing`]). Anybody who has the document, its signature and the public key checks it offline, with
//! `motcua verify-document`, or with nothing of ours:
//!
//! ```text
//! base64 -d signature.txt > sig
//! openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in document.json -sigfile sig
//! ```
//!
//! What becomes known later changes live figures and never the document. The difference is noted in the restatement log
//! ([`log`]) in the transaction that changes the tallies: of which agency, which measure, by how much, through which event.
//! Not noted there are what people enter (elements), procedures, which are counted when they are asked for, and measures
//! of what there is "now", which move by themselves; nor what is told while the feeds are followed anew after a replay.
//! For these there is the comparison of the frozen points with today's.

pub mod facts;
pub mod http;
pub mod signing;
pub mod view;

pub(crate) mod log;

mod comparison;
mod frozen;
mod ops;
mod read;
mod reasons;
mod refusals;
mod store;
mod table;

pub(crate) use read::restated_of;

use motcua_db::Db;
use motcua_journal::Journal;
use motcua_kernel::{Actor, Result, Uuid};

pub(crate) use read::{Restated, restated_within};

use crate::scores::{READ, Scores};
use signing::Signer;

/// The scope that publishes periods, where grants allow it.
pub(crate) const PUBLISH: &str = "kpi:periods:publish";

/// The room of published periods.
#[derive(Clone)]
pub struct Publishing {
    db: Db,
    journal: Journal,
    scores: Scores,
    signer: Signer,
}

impl Publishing {
    /// The room over a database, its journal and its scores.
    ///
    /// # Errors
    /// When the key can't be derived.
    pub fn new(db: Db, journal: Journal, scores: Scores) -> Result<Self> {
        let signer = Signer::of(&db.vault)?;
        Ok(Self { db, journal, scores, signer })
    }
}

/// Of these published periods, those whose events a caller may see: the predicate of reading.
pub(crate) fn visible_among(actor: &Actor, ids: &[Uuid]) -> Vec<Uuid> {
    if actor.scopes.contains(READ) { ids.to_vec() } else { Vec::new() }
}
