//! The fixed clocks at work (các mốc xử lý cố định): what has to happen by itself once an instant has passed.
//!
//! A dossier that waits for somebody has timers. Which ones follows from its facts, the rule of its procedure version and
//! the calendar by [`rules::plan`] alone; they are written in the transaction of the change that causes them, so none is
//! forgotten and none survives its cause. A worker claims those whose instant of law has passed, executes each in one
//! transaction with its effect, its event and its notices, and marks it done there: however many copies of the service run
//! and however often they are killed, each happens once. A timer that was executed is kept until the dossier ends, which
//! is what keeps the same clock from being told twice.
//!
//! The clocks: an online dossier alerts its officer after 2 working hours (the interlinked decree of 2025, art. 6.4) and is
//! to be checked within 8, one on paper within a working day (Resolution 66.7/2025); papers received elsewhere go to who
//! decides within a working day (room `handovers`); an apology is due a working day before the due date (Decree
//! 118/2025); a linked dossier is to be acknowledged within 2 working hours (Decree 63/2024, art. 7.4); and an applicant's
//! silence ends a dossier where its rule says so (art. 6.4a), before receipt after the time that its clock of silence
//! gives. A wait that takes longer than the rule excludes sets the clock going again, and an agency that is asked for its
//! opinion has its term (room `consultations`).

pub mod facts;
pub mod http;
pub mod rules;

mod fire;
mod notices;
mod schedule;
mod store;
mod worker;

pub use notices::Notice;
pub(crate) use notices::{Told, follow, hand_on, tell, tell_at_once};
pub use rules::TimerKind;
pub(crate) use schedule::reschedule;
pub use worker::TimerWorker;
pub(crate) use worker::forgetting;
