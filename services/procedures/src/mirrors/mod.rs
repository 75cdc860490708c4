//! Mirrored dossiers (hồ sơ đồng bộ từ hệ thống của bộ, ngành): dossiers that a ministry's own system takes and works on, as
//! that system tells of them.
//!
//! Decree 224, article 15.1: where a ministry has a system for the whole country, dossiers are handled there, and the
//! system tells the province of receipt and progress. The province then has two kinds of dossiers, and this is the second:
//! it is never moved here, has no clock and no timers of ours, and says only what its source said, with the instant `as_of`
//! which it was true. A later word replaces an earlier one whole; an earlier one, which came late, changes nothing and is
//! refused by `mirror.older`, so a source that repeats itself in any order does no harm, and needs no version. A state is kept as the code the
//! source gave, 1 to 10, and never made into another one. An ended dossier goes on only by a later word of its source, and
//! the history says that it was reopened.
//!
//! A citizen sees mirrored dossiers in a list of their own; the list of dossiers stays that of the dossiers handled here,
//! and so does tracking without login.

pub mod facts;
pub mod http;
pub mod rules;
pub mod view;

mod put;
mod read;
mod store;
mod succession;

pub(crate) use store::{is_mirrored, visible_among};
pub(crate) use succession::move_mirrors;
