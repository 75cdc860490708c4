//! The working-day calendar and the legal deadlines (thời hạn giải quyết) computed over it.
//!
//! A deadline is not a column somebody sets: it is derived from an instant, a term and the calendar, and it
//! explains itself day by day in a ledger. So everything here is pure: no clock is read, nothing is fetched,
//! the same arguments always give the same answer, and a sandbox may travel in time.
//!
//! | question | module |
//! |---|---|
//! | Is this day worked, and why not? | [`calendar`] |
//! | When is an office open? | [`office_hours`] |
//! | How long is the term, and in which unit? | [`term`] |
//! | When is it due? | [`due`](mod@due) |
//! | Why then? | [`ledger`] |
//! | Was it done early, on time or late? | [`timeliness`](mod@timeliness) |
//!
//! Two facts are deliberately data and not code: the table of days off, which a yearly decision writes, and the
//! office hours, which each province sets. A year without a table is an error, never a year of working days.

#![forbid(unsafe_code)]

pub mod calendar;
pub mod due;
pub mod error;
pub mod ledger;
pub mod office_hours;
pub mod term;
pub mod timeliness;
pub mod vietnam_time;

pub use calendar::{Calendar, CalendarError, CalendarFault, CoveredYear, DayKind, DayStatus, SpecialDay};
pub use due::{Due, due};
pub use error::ClockError;
pub use ledger::{LedgerDay, Reason, ReasonCode};
pub use office_hours::{OfficeHours, OfficeHoursError, OfficeSession};
pub use term::{Term, TermUnit};
pub use timeliness::{Timeliness, timeliness};
