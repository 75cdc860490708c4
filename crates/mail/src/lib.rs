//! E-mail (thư điện tử) as services send it: written down first, sent afterwards, and tried again until a server takes it.
//!
//! A service writes a [`Mail`] in the transaction of what it tells of, so none is forgotten; which table it stands in is the
//! service's own ([`Outbox`]). A [`Posting`] sends what waits: a copy of the service takes a row for a while, sends it, and
//! writes down how it went. A copy that dies in between leaves the row to the others, so a message may come twice but is
//! never lost; it has the same `Message-ID` then, by which mail programs see that it is the same. What the server does not
//! take is tried again, later each time; after some days it is given up, visibly.
//!
//! Addresses are sealed wherever they are stored. What a message says is the service's own; this crate knows the server, its
//! protection and its answers, and nothing else.

mod address;
mod outbox;
mod posting;
mod sender;

pub use address::is_sendable;
pub use outbox::{GIVEN_UP, Letter, Mail, Outbox, SENT, WAITING};
pub use posting::Posting;
