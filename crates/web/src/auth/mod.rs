//! Who is calling: bearer tokens verified, callers looked up in the directory, both remembered for a short while.
//!
//! A token says who somebody is and at most what they may do; what they may do where is a grant in the directory
//! (danh bạ). [`Authenticate`] does the waiting part before any extractor runs, because extractors of one request are
//! polled together and a bad body would else be answered before a missing token; they then only pick up the `Actor`
//! that the middleware left in the request.
//!
//! Keys come from an OIDC issuer, or without one from the development issuer, which signs with a key of its own and
//! does not exist in production.

mod authenticate;
mod authenticator;
mod claims;
mod development;
mod keys;
mod oidc;
mod refusal;
mod scopes;
mod source;
mod token;

pub use authenticate::Authenticate;
pub use authenticator::Authenticator;
pub use development::{DEVELOPMENT_ISSUER, DevelopmentIssuer, TokenRequest};
pub use oidc::{OidcIssuer, Pace};
pub use refusal::challenge;
pub use scopes::{KnownScope, SCOPES, default_scopes};
pub use source::KeySource;

#[cfg(test)]
mod tests;
