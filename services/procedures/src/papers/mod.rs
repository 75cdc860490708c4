//! The official forms of a dossier (biểu mẫu, Circular 03/2025/TT-VPCP): receipt, supplement request, refusal, apology, stop
//! notice and control slip, filled from what the dossier knows, as data, as a page to print, or as PDF.
//!
//! A form is made when it is asked for and never stored: it says what the dossier says. The wording and the layout are
//! `motcua-paper`'s; PDF needs the feature `pdf` and answers 501 without it, because a typesetter takes minutes to build.

pub mod http;

mod fill;
mod ops;
pub(crate) mod pdf;
