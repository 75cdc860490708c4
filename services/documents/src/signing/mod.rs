//! Signing authorities (thẩm quyền ký): who may sign documents of an agency, in which capacity, from when to when.
//!
//! Decree 30/2020/NĐ-CP, Article 13: the head signs everything; deputies sign in the head's place (`KT.`), also while one of
//! them is in charge because there is no head; for a body that decides together its chair signs (`TM.`), or a vice chair
//! in the chair's place; an acting head signs as such (`Q.`); heads of units sign by order (`TL.`), and their deputies in
//! their place; and whoever the head has authorised in writing (`TUQ.`), who can't pass it on.
//!
//! What the article leaves no doubt about is a rule here: an authorisation has an end; what is signed by order or by
//! authorisation is for some types of document, which are named; whoever signs holds a post in the agency or in one that
//! belongs to it, on the day it begins; and nobody signed for an agency before there was one. Who is *head* of a unit, and
//! whether a case is "special" enough for an authorisation (13.3), is no datum of the directory: it is the head's to judge,
//! and the decision it rests on is named.
//!
//! What stands above the signature on the document is data: the prefix with the title of the head, and the post of who
//! signs. An agency has one head or one acting head on a day. An authorisation lives no longer than the headship it was
//! given under, and lapses when who gave it leaves the agency: it is the giver's trust, and whoever heads the agency next
//! gives their own. An authority ends with its agency: the agency that goes on with the work has a head of its own, so rows of
//! this room follow no succession.
//!
//! Administrators and leaders of the agency or above record authorities, in their own name and never their own: a post that
//! is lent for some days gives nobody the right to sign for longer. Why one was ended before its time
//! may say something about a person, so it is sealed.

pub mod facts;
pub mod http;
mod ops;
mod read;
mod rules;
mod store;

use motcua_db::Db;
use motcua_journal::Journal;
use motcua_kernel::Vault;

pub use rules::Capacity;
pub(crate) use rules::{Held, choose};
pub use store::visible_among;
pub(crate) use store::{SignedFor, held_by, signed_for};

/// The room of signing authorities.
#[derive(Debug, Clone)]
pub struct SigningAuthorities {
    db: Db,
    journal: Journal,
    /// Whose tokens are believed: the issuer of accounts that name none.
    issuer: String,
}

impl SigningAuthorities {
    /// The room over the service's database and journal, for accounts at an issuer.
    #[must_use]
    pub fn new(db: Db, journal: Journal, issuer: impl Into<String>) -> Self {
        Self { db, journal, issuer: issuer.into() }
    }

    fn vault(&self) -> &Vault {
        &self.db.vault
    }
}
