//! The working-day calendar and the legal deadlines (thời hạn giải quyết) computed over it.
//!
//! A deadline is not a column somebody sets: it is derived from an instant, a term and the calendar, and it
//! explains itself day by day in a ledger. So everything here is pure: no clock is read, nothing is fetched,
//! the same arguments always give the same answer, and a sandbox may travel in time.
//!
//! | question | module |
//! |---|---|
//! | Is this day worked, and why not? | [`calendar`] |
//! | When is an office at work, and when can people come? | [`office_hours`], [`opening_hours`] |
//! | How does the clock of a procedure run? | [`rule`], with [`term`] and [`cut_off`] |
//! | What happened to the dossier? | [`event`], [`wait`] |
//! | When is it due, and what is left? | [`reckon`](mod@reckon) |
//! | Why then? | [`ledger`] |
//! | Was it done early, on time or late? | [`judgement`], [`timeliness`](mod@timeliness) |
//! | When is a plain term due, with nothing happening to it? | [`due`](mod@due) |
//!
//! Two facts are deliberately data and not code: the table of days off, which a yearly decision writes, and the
//! office hours, which each province sets. A year without a table is an error, never a year of working days.

#![forbid(unsafe_code)]

pub mod calendar;
mod count;
pub mod cut_off;
pub mod due;
pub mod error;
pub mod event;
mod excluded;
mod explain;
mod history;
pub mod judgement;
pub mod ledger;
pub mod office_hours;
pub mod opening_hours;
pub mod reckon;
pub mod rule;
pub mod term;
pub mod timeliness;
pub mod vietnam_time;
pub mod wait;
mod workplace;

pub use calendar::{
    AgencyException, Calendar, CalendarError, CalendarFault, CoveredYear, DayKind, DayStatus, ExceptionFault,
    ExceptionKind, ExceptionProblem, LineFault, SpecialDay, WorkedPart,
};
pub use cut_off::CutOff;
pub use due::{Due, due};
pub use error::{ClockError, EventFault, if_covered};
pub use event::{ClockEvent, Ending, Extension, Happening};
pub use judgement::Judgement;
pub use ledger::{LedgerDay, Reason, ReasonCode};
pub use office_hours::{OfficeHours, OfficeHoursError, OfficeSession};
pub use opening_hours::OpeningHours;
pub use reckon::{Deadline, Ended, Left, Reckoning, deadline, may_extend_to, reckon};
pub use rule::{ClockRule, FirstDay, FixedClock, FixedClocks, RuleFault, SupplementEffect, WaitRule, fixed_deadline};
pub use term::{Term, TermUnit};
pub use timeliness::{Timeliness, timeliness};
pub use wait::WaitKind;
