//! Webhooks (đẩy sự kiện): the feed, pushed to the systems that have subscribed, by the conventions of Standard Webhooks.
//!
//! A subscription belongs to the API client or the administrator who made it, and stands at a position of the feed, as a
//! follower does. What lies behind it is queued, a row an event, as far as types and agency ask for it and the owner may
//! see it; each event goes out under its own id, however often it is tried. **What a delivery holds, its owner may see at
//! that moment**: account and roles are asked for anew every time, and the predicate is the feed's. While the owner may not
//! keep webhooks any more, nothing goes out, and the position stays where it is.
//!
//! Events about one object go one after the other in the order of the feed: a later one waits until the earlier is taken or
//! given up, and those about other objects go on meanwhile. Which row may go is decided in the database, so any number of
//! copies of a service deliver together. A copy that dies leaves what it was sending to the others when its lease ends: an
//! event may come twice, with the same `webhook-id`, and is never lost.
//!
//! A receiver that takes nothing is tried for about three days, then the event is given up and the log shows it; it can be
//! replayed. A receiver that answers 410, or has taken nothing at all for five days, is left alone until its owner says
//! otherwise. Nobody makes the service call a machine that only the service can reach: see `guard`.

pub mod facts;
pub mod http;
pub mod view;

mod addresses;
mod claim;
mod guard;
mod ops;
mod outcome;
mod owner;
mod queue;
mod read;
mod replays;
mod room;
mod rules;
mod secret;
mod seen;
mod sender;
mod store;
mod sweep;
mod worker;

pub use http::routes;
pub use room::{AgencyLookup, Setup, Webhooks};
