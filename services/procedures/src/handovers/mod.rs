//! Hand-overs of papers (bàn giao hồ sơ giấy): who gave which papers of a dossier to whom, when, and what arrived.
//!
//! The control slip (form 06, Circular 03/2025/TT-VPCP) goes with the papers of a dossier and has a row for each time they
//! change hands; here each row is an act of the giver and one of the receiver. Who has a paper now follows from the rows
//! alone: the receiving desk has what came at the counter or by post, the agency that decides has the result it made, and
//! everything else was received from somebody. So nobody hands over what they do not have, and whoever hands over at the
//! same moment waits for the other. What the receiver reports missing stays with the giver, who is told.
//!
//! Where a desk elsewhere received the dossier, its papers go to the agency that decides within a working day
//! (`fixed_clocks.paper_transfer` of the clock rule); a timer tells the desk when they have not.

pub mod facts;
pub mod http;
pub mod rules;
pub mod view;

mod access;
mod give;
mod papers;
mod read;
mod receive;
mod slip;
mod store;

pub(crate) use access::{transferred, visible_among};
pub(crate) use slip::hops;
