//! Hand-overs of papers (bàn giao hồ sơ giấy): who gave which papers of a dossier to whom, when, and what arrived.
//!
//! The control slip (form 06, Circular 03/2025/TT-VPCP) goes with the papers of a dossier and has a row for each time they
//! change hands; here each row is an act of the giver and one of the receiver. Who has a paper now follows from the rows
//! alone. Papers come to the receiving desk and to the agency that helped to submit from outside, at the counter or by post
//! and again with every supplement, and results to the agency that makes them; nobody counts those, so these hand over what
//! they say they have. Everybody else hands over what they have received, and whoever does at the same moment waits for the
//! other. What the receiver reports missing stays with the giver, who is told. A transfer of competence moves no papers:
//! whoever had them has them still, and hands them over.
//!
//! Where a desk elsewhere received the dossier, its papers go to the agency that decides within a working day of its receipt
//! or of the last transfer (`fixed_clocks.paper_transfer` of the clock rule); a timer tells the desk when they have not.

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
