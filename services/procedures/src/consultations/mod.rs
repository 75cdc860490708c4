//! Consultations (lấy ý kiến): other agencies are asked for their opinion before a dossier is decided.
//!
//! A processor of the deciding agency asks, by a rule of the procedure version or beside the rules, several agencies at
//! once. Each of them becomes a party of the dossier: it sees it, and does nothing with it but answer, by the end of a
//! term counted by its own calendar. Where the clock of the procedure takes the wait out, the dossier is `paused`
//! meanwhile; where it does not, the term runs on. All, the majority or the first of the answers conclude it, by what
//! the rule says ([`rules::outcome`]), and in that transaction a dossier that waited goes on.
//!
//! Silence means something only where the law says so: a rule with `consent` and its legal basis makes of it a consent
//! (đồng ý do quá hạn trả lời) at the due instant itself. Otherwise the agency is overdue, its officers and whoever asked
//! are told, and its answer says why it is late. A consultation ends once: concluded, taken back with a reason, or
//! closed with its dossier. While it is open nobody decides the dossier.
//!
//! What a due instant was when an agency was asked stays so: it stands in the letter. Everything that changes a
//! consultation takes its dossier's row first, so two answers at once are counted one after the other.

pub mod facts;
pub mod http;
pub mod rules;
pub mod view;

mod answer;
mod ask;
mod cancel;
mod conclude;
mod guard;
mod inbox;
mod overdue;
mod read;

pub(crate) mod store;

pub(crate) use conclude::dossier_ended;
pub(crate) use guard::{require_none_open, require_not_waited_for};
pub(crate) use overdue::{Overdue, opinions_due, time_passed};
pub(crate) use read::{consulted, may_read_file, visible_among};
pub(crate) use store::follow;
