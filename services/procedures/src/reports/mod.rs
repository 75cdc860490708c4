//! The periodic report of dossiers (Biểu 06/VPCP/KSTT, Circular 01/2020/TT-VPCP): received, solved and in process, by
//! field, of an agency with everything below it, over a period.
//!
//! What counts where is written here once, because two systems that map it differently publish two truths:
//! - A dossier counts from its receipt. What was refused at the desk, or taken back before receipt, was never received.
//! - It is **carried over** when it was received before the period and had not ended when the period began.
//! - It is **solved** when processing ended in the period, however it ended: with a result, turned down, stopped, or
//!   withdrawn. Early, on time and late compare that end with the due instant then (room `dossiers`, column
//!   `timeliness`); an end while the clock stood still is late only where the due instant had passed before that.
//! - It is **in process** when it had not ended when the period did. It is late there when its due instant had passed;
//!   one whose clock stands still is in term, unless the due instant had passed before it stood.
//!
//! So (1) = (5) + (9), (5) = (6) + (7) + (8) and (9) = (10) + (11) hold by what the words mean, and a test holds the
//! numbers to it.

pub mod http;
pub mod ops;
pub mod rules;

mod register;
mod sheet;
mod store;
