//! How one service calls another: over HTTP, with a token of its own, patiently but not for ever.
//!
//! [`Peer`] stands for one other service. It knows nothing of what that service offers; the hand-written clients of each
//! contract are built on it. What it does know is what every call needs: timeouts, a few retries of calls that may be
//! repeated, a token that is renewed in time, the id of the request on whose behalf the call is made, and errors that
//! tell "try later" from "never" ([`PeerError::may_succeed_later`]).
//!
//! It depends on no other crate of ours. Tokens come from a [`TokenSource`], which either asks an OAuth 2.0 issuer or
//! calls a function of the program's: in development the program mints tokens itself, and only the program knows both
//! this crate and the issuer's.

mod answer;
mod call;
mod error;
mod peer;
mod timing;
mod token;

pub use answer::Answer;
pub use call::{ByteStream, Call, Opening};
pub use error::PeerError;
pub use peer::Peer;
pub use timing::Timing;
pub use token::{AccessToken, ClientCredentials, TokenSource};
