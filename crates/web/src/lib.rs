//! The HTTP chassis: everything the conventions of the API ask of every endpoint, done once, so that no handler repeats it.
//!
//! A handler takes [`Read`] or [`Write`] (or [`Upload`], or [`Public`] where anybody may ask), calls a use case, and answers a [`Reply`] (or a [`Download`])
//! or an error of the kernel; the rest happens here. A service is started by [`server::start`].

pub mod auth;
pub mod download;
pub mod entity_tag;
pub mod health;
pub mod openapi;
pub mod page;
pub mod problem;
pub mod public;
pub mod read;
pub mod reply;
pub mod server;
pub mod settings;
pub mod telemetry;
pub mod trace;
pub mod upload;
pub mod write;

mod body;
mod disposition;
mod docs;
mod error_responses;
mod fingerprint;
mod head;
mod layers;
mod limits;
mod measure;
mod misfit;
mod query;
mod refusal;
mod routes;
mod status;

pub use body::BodyGuard;
pub use download::Download;
pub use health::Check;
pub use limits::{BodyLimit, Limits};
pub use page::{List, PageQuery};
pub use problem::{Problem, WebResult};
pub use public::{Public, PublicRead};
pub use read::{NoQuery, Read};
pub use reply::Reply;
pub use server::{About, Running, Service, Stopping, start};
pub use trace::TraceContext;
pub use upload::{Pieces, Upload};
pub use write::{NoBody, Write};
