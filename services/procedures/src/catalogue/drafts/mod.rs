//! Drafts (dự thảo): how the province writes its own procedures and completes national ones.
//!
//! A draft is of a new procedure, whose code ends with the province's, or of a new version of one that stands here. It is
//! written freely, may be full of faults, and is seen by those who keep the catalogue only; asking for its faults tells
//! all of them at once. Publishing needs a content without fault, the announcing decision and a first day, today or later
//! and behind every version that is planned. Then it is a version, and never changes again.
//!
//! A procedure has one open draft at most. A draft that was begun from a version which is not the newest any more, because
//! the national record has changed meanwhile, is refused until its author has looked at the newest (`based_on`).

pub mod http;
mod ops;
mod store;
pub mod view;
