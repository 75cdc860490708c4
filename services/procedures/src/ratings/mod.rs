//! Ratings by citizens (đánh giá mức độ hài lòng): nine criteria of 0, 1 or 2, and a comment.
//!
//! Whoever has the tracking reference of a dossier that has ended rates once, and nobody can find out which rating is
//! theirs: a rating is kept without dossier, reference or day, under a random id, with the agency, the field, the
//! procedure and the month only. That a dossier was rated is kept apart, as a keyed hash of its reference. The feed hears
//! of a rating when its month is over, in the order of the random ids, because an event a moment after a hand-over would
//! name the rater; officers are told sums of months that are over, of five ratings at least. Telling also writes the rows anew in that order: until then PostgreSQL's own row headers still show, to
//! whoever may read them, which rating and which mark were written together; SQLite keeps no such thing of these tables.
//!
//! A rating counts for the agency that goes on with the work of the one that was rated.

pub mod criteria;
pub mod facts;
pub mod http;
pub mod view;

mod give;
mod month;
mod succession;
mod summary;
mod tell;

pub(crate) mod store;

use std::time::Duration;

use motcua_service::Worker;

use crate::tracking::Tracking;

/// How often ratings of past months are looked for.
const TELL_EVERY: Duration = Duration::from_secs(30);

/// What the room works with.
#[derive(Clone)]
pub struct Ratings {
    pub(crate) tracking: Tracking,
}

impl Ratings {
    /// The room beside that which follows dossiers.
    #[must_use]
    pub fn new(tracking: Tracking) -> Self {
        Self { tracking }
    }

    /// The background work of the room.
    pub(crate) fn workers(&self) -> Vec<Worker> {
        let (room, tenant) = (self.tracking.dossiers.clone(), self.tracking.tenant);
        vec![Worker::every("tell of ratings", TELL_EVERY, move || {
            let room = room.clone();
            async move { tell::past_months(&room.db, &room.journal, tenant).await.map(drop) }
        })]
    }
}

pub use succession::move_ratings;
pub(crate) use summary::visible_among;
pub use tell::past_months;
