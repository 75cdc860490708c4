//! Drafts (dự thảo): a document on its way from its author to the agency's signature.
//!
//! Decree 30/2020/NĐ-CP, Articles 10 to 18. An officer drafts; the head of the drafting unit answers for what it says, and
//! the clerk for form and procedure: two checks by two persons, neither of whom wrote any version of it (Article 12). Whoever
//! has the authority signs (room `signing`), be it who checked its form: Article 12.2 makes that person answer for the form
//! before the head, and Article 13 gives the signature to a post; neither keeps the two apart, and the head of an office who
//! sees to the form signs by order every day. Then it gets its number and day, the agency's signature, and is issued (room
//! `outgoing`), each within the next working day of the signature; what is late is told as late, never refused.
//!
//! Every version of the text is kept. An approval is of one revision: a changed draft goes back to who approved it
//! (Article 11), or to the successor in the post, and nobody can sign past them. A revision and a signature at the same
//! moment both have read a version, and one of them hears that it is stale.
//!
//! The clerk's number is that of the register like any other: the next, a reserved or a late one. A draft that is given up
//! after that leaves a void number behind.
//!
//! A draft has a circle: its author, those it was given to, its checkers, who may sign for the agency, and those who keep
//! or lead it; and who is asked for an opinion sees the text with its revisions and nothing else. Who sees a draft finds it
//! by its words. A draft follows the agency
//! and the unit that answer for it; a signature of an agency that has closed lapses with it.
//!
//! The digital signature itself comes later: a signature has a place for it (`signature`), and a signed file may take the
//! place of the revision's file as the draft is signed. What it is about is told by the SHA-256 of that file now.

pub mod facts;
pub mod http;
pub mod view;

mod access;
mod answer;
mod comment;
mod consult;
pub mod consult_http;
mod create;
mod finish;
mod read;
mod request;
mod rules;
mod search;
mod sign;
mod store;
mod succession;
mod tell;
mod transition;

use motcua_db::{Conn, Db, TxResult};
use motcua_journal::Journal;
use motcua_kernel::{Actor, BusinessTime, Uuid};

use crate::outgoing::OutgoingDocuments;
use crate::working_days::WorkingDays;

pub use rules::{AnswerState, DraftAction, DraftState, Stance};
pub use search::DraftSearch;
pub use succession::{move_consulted, move_drafts, move_units};

/// The room of drafts.
#[derive(Debug, Clone)]
pub struct Drafts {
    db: Db,
    journal: Journal,
    documents: OutgoingDocuments,
    working_days: WorkingDays,
    /// Whose tokens are believed: the issuer of accounts that name none.
    issuer: String,
}

impl Drafts {
    /// The room over the service's database and journal, for accounts at an issuer; what is signed goes to the room of
    /// documents, and deadlines count by working days.
    #[must_use]
    pub fn new(
        db: Db,
        journal: Journal,
        documents: OutgoingDocuments,
        working_days: WorkingDays,
        issuer: impl Into<String>,
    ) -> Self {
        Self { db, journal, documents, working_days, issuer: issuer.into() }
    }
}

/// Of these drafts, those whose circle the caller belongs to: for the feed. Who is asked for an opinion hears of the
/// consultation, and not of who checks and signs.
///
/// # Errors
/// When the database fails.
pub fn visible_among(conn: &mut Conn, actor: &Actor, at: BusinessTime, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let viewer = access::Viewer::of(conn, actor, at)?;
    store::circle_among(conn, &viewer, ids)
}

/// Of these consultations, those of drafts whose circle the caller belongs to, and those that ask the caller.
///
/// # Errors
/// When the database fails.
pub fn consultations_visible_among(
    conn: &mut Conn,
    actor: &Actor,
    at: BusinessTime,
    ids: &[Uuid],
) -> TxResult<Vec<Uuid>> {
    let viewer = access::Viewer::of(conn, actor, at)?;
    store::consultations_visible_among(conn, &viewer, ids)
}

/// Of these consultations, those of drafts whose circle the caller belongs to: who answered what is told to nobody else.
///
/// # Errors
/// When the database fails.
pub fn answers_visible_among(conn: &mut Conn, actor: &Actor, at: BusinessTime, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    let viewer = access::Viewer::of(conn, actor, at)?;
    store::answers_visible_among(conn, &viewer, ids)
}

/// Whether a file is one of a draft the caller may see.
///
/// # Errors
/// When the database fails.
pub fn sees_file(conn: &mut Conn, actor: &Actor, at: BusinessTime, file: Uuid) -> TxResult<bool> {
    let viewer = access::Viewer::of(conn, actor, at)?;
    store::sees_file(conn, &viewer, file)
}

/// Whether a file is one of a version or of a signature of any draft, whoever asks.
///
/// # Errors
/// When the database fails.
pub(crate) fn has_file(conn: &mut Conn, tenant: Uuid, file: Uuid) -> TxResult<bool> {
    store::has_file(conn, tenant, file)
}
