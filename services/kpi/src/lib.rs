//! The service of indicators (đánh giá, chỉ tiêu): what the work of agencies adds up to, live, and which dossiers say so.
//!
//! It follows the feeds of `documents` and `procedures` (room [`facts`]) and answers from what it derived (room
//! [`indicators`]); while the others are down it answers with what it has and says how old that is. Its own are the sets of
//! indicators as data (room [`definitions`]), the figures that no system knows and people enter (room [`elements`]), and
//! what is aimed at (room [`targets`]), and what was published for good (room [`publishing`]). People look at all of it on the pages (room [`pages`]).

pub mod alerts;
pub mod definitions;
pub mod digests;
pub mod elements;
pub mod exports;
pub mod facts;
pub mod pages;
pub mod periods;
pub mod publishing;
pub mod quality;
pub mod reports;
pub mod scores;
pub mod targets;

mod measures;
mod migrations;
mod reach;
mod service;

pub use facts::{TableDigest, digest, replay};
pub use measures::filling::fill as fill_measures;
pub use migrations::MIGRATIONS;
pub use service::{ABOUT, event_schemas, open, open_existing, public_routes, routes, start};
