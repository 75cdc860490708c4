//! What this service reads of other services' events.
//!
//! Hand-written, with only the fields a fact is made of: a field that is added to an event disturbs nothing, a field we
//! need that is missing stops the follower there, by name. A field that may be empty must stand there as `null`, or a
//! renamed one would turn into an empty fact silently; only what events of before could not tell may be left out.

mod document;
mod dossier;
mod known;
mod procedure;

use serde::{Deserialize, Deserializer};

pub(super) use document::{Dispatch, DocumentMoved, DocumentState, Incoming, IssuedDocument};
pub(super) use dossier::{Agency, Component, DossierFacts, Fees, MirrorFacts, Wait};
pub(super) use known::{Use, use_of};
pub(super) use procedure::{Decision, LifeFacts, PublishedFacts, RatingFacts};

/// Reads a field that may be `null` and must be there.
fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}
