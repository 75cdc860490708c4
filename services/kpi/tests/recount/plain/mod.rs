//! The plain recount (đếm lại): everything from the beginning, with maps and loops, sharing no rule with the service.

pub(crate) mod agencies;
pub(crate) mod book;
pub(crate) mod count;
pub(crate) mod dossier;
pub(crate) mod measures;
pub(crate) mod papers;
pub(crate) mod period;
