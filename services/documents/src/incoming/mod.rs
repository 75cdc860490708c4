//! Incoming documents (văn bản đến): what reaches an agency, from its arrival to the answer.
//!
//! One row is one document with one agency that received it: where it stands there. It came from outside (paper, e-mail,
//! another system), or it is an outgoing document of another agency of this installation, and then nothing is copied: what
//! it says, and its file, are read from the original through the receiver's row.
//!
//! Decree 30/2020/NĐ-CP, Articles 20 to 24: the clerk receives it and looks whether it is for the agency, genuine and
//! whole; returns it with a reason, or registers it under the next number of arrival; brings it before a leader the same
//! day, at the latest the next working day, urgent ones at once. The leader says who has the lead, who takes part, who is
//! to know, and until when. They work on it, report, ask, answer; the leader follows and closes.
//!
//! `received` → (`returned` | `registered`) → `submitted` → `assigned` → `processing` → `finished`; the sender can take a
//! document back (lấy lại: `taken_back`, at once before it is registered, later when the receiver agrees), and its issuer
//! can revoke it for everybody (thu hồi: `cancelled`). These two are never the same. Nothing is ever deleted: number,
//! times, reasons and every word said about it stay.
//!
//! Who sees a document is its circle ([`store`]): those who keep and direct the agency's documents, and those it was given
//! to. Nobody else, of the same agency or another.

mod assign;
mod create;
pub mod create_request;
pub mod dispatches;
pub mod facts;
pub mod http;
mod intake;
mod lines;
mod named_agencies;
mod new_row;
mod people;
mod read;
pub mod register;
pub mod rules;
mod search;
mod sharing;
mod show;
mod steps;
mod store;
mod succession;
pub mod transition;
pub mod view;

use motcua_db::{Conn, Db, TxResult};
use motcua_journal::Journal;
use motcua_kernel::{Actor, Uuid};

use crate::working_days::WorkingDays;

pub use dispatches::revoke_receivers;
pub(crate) use sharing::{Arrived, arrived, own_files, responsible_for, with_own_file};
pub use store::visible_among;
pub use succession::move_documents;

/// The act of a sender who asks to have a document back, among the notes.
const TAKE_BACK: &str = "take_back";
/// The act of an issuer who revokes a document, among the notes.
const CANCEL: &str = "cancel";
/// The act of an issuer who replaces a document by another, among the notes.
const REPLACE: &str = "replace";
/// The act of an issuer who corrects a document by an official letter, among the notes.
const CORRECT: &str = "correct";
/// The arrival of a document, among the notes.
const RECEIVE: &str = "receive";

/// The room of incoming documents.
#[derive(Debug, Clone)]
pub struct IncomingDocuments {
    db: Db,
    journal: Journal,
    days: WorkingDays,
}

impl IncomingDocuments {
    /// The room over the service's database, journal and calendars.
    #[must_use]
    pub fn new(db: Db, journal: Journal, days: WorkingDays) -> Self {
        Self { db, journal, days }
    }
}

/// Whether a file is that of an incoming document the caller may see.
///
/// # Errors
/// When the database fails.
pub fn sees_file(conn: &mut Conn, actor: &Actor, file: Uuid) -> TxResult<bool> {
    store::sees_file(conn, actor, file)
}

/// Of these dispatches, those the caller may see as their sender: for the feed.
///
/// # Errors
/// When the database fails.
pub fn dispatches_visible_among(conn: &mut Conn, actor: &Actor, ids: &[Uuid]) -> TxResult<Vec<Uuid>> {
    store::by_sight(conn, actor, ids)
}

/// What a sealed instruction belongs to.
fn instruction_of(document: Uuid, revision: i32) -> String {
    format!("incoming_assignments.instruction:{document}:{revision}")
}
