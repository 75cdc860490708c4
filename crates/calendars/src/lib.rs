//! Calendars (lịch làm việc) as services count by them: what the events of a change tell, the calendars of one revision
//! with what reaches an agency, and the copy that a service keeps of them by following `procedures`, which owns them.
//!
//! Pure counting is `motcua_clock`; deciding what a change does to open dossiers is `procedures`.

pub mod facts;
mod reach;
mod replica;
mod snapshot;

pub use reach::{hours_holder, view_of};
pub use replica::{Known, MIGRATIONS, Replica};
pub use snapshot::{Snapshot, View, YearTable};
