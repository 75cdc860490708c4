//! Following the feeds: facts are made of events and of nothing else.
//!
//! A page of events is read whole, then written with a few statements: of several events about one object only the newest
//! is kept, but what only one of them tells (that another agency became responsible, that a type is unknown) is kept of
//! each. Versions decide what is newer, so where a page was cut, and whether it comes twice, changes no row.

mod documents;
mod procedures;
mod unknown;

use motcua_kernel::{Error, Kind};

pub use documents::DocumentFollow;
pub use procedures::DossierFollow;

/// The error while a feed has not been followed to its end for the first time.
pub(crate) fn not_ready() -> Error {
    let cause = "a feed was never followed to its end";
    let (vi, en) = (
        "Số liệu đang được dựng từ đầu; vui lòng thử lại sau ít phút.",
        "The figures are being built from the beginning; please try again in a few minutes.",
    );
    Error::new(Kind::Unavailable, "figures.not_ready", vi, en).because(cause)
}
