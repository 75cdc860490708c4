//! Reports (báo cáo) as official papers: the form 06 of dossiers, the scorecard of an agency, the monthly bulletin.
//!
//! Each is made of the same figures as API and pages, at one moment, and laid out once: a page to print, PDF and workbook
//! are of one sheet and can't say different things. They are Vietnamese, as official papers are.

pub mod form06;
pub mod http;

mod bulletin;
mod letterhead;
mod pdf;
mod printing;
mod scorecard;
