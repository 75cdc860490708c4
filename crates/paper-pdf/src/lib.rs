//! The official forms as PDF, set by typst from the same [`motcua_paper::Sheet`] that the HTML page shows.
//!
//! A crate of its own, because a typesetter costs minutes of building: who offers PDF asks for it behind the feature `pdf`.
//!
//! One template sets every form, as the wording stands in `motcua-paper` alone. A form reaches it as a JSON file and its texts are
//! strings there, never markup, so a name such as `#panic()` is printed like any other. The files are PDF/A-2a: tagged, with their
//! fonts inside, fit for the archive (Circular 05/2025/TT-BNV asks for PDF/A of digital documents).

mod fonts;
mod printer;
mod world;

pub use printer::{PdfError, Printer};
