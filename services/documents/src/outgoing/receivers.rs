//! What this room asks of the one that knows who received a document.

use std::fmt;

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Authority, Uuid};

/// A document that was sent to an agency, as the book of outgoing documents shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The document.
    pub document: Uuid,
    /// The agency it was sent to.
    pub receiver: Uuid,
    /// The day it was sent, in Vietnam.
    pub on: NaiveDate,
    /// The day by which the receiver is asked to answer.
    pub due_on: Option<NaiveDate>,
    /// Whether the receiver has registered it.
    pub registered: bool,
}

/// The room that knows who received a document.
///
/// Whoever received it is told of what becomes of it (Decree 30/2020/NĐ-CP, Article 18), in the transaction that does it.
pub trait Receivers: fmt::Debug + Send + Sync {
    /// Cancels a recalled document with everybody who has it; says with how many.
    ///
    /// # Errors
    /// When the database fails.
    fn revoke(&self, tx: &mut Conn, by: &Authority, document: Uuid, reason: &str) -> TxResult<usize>;

    /// Tells everybody who has a document that another replaced it; says how many.
    ///
    /// # Errors
    /// When the database fails.
    fn tell_replaced(&self, tx: &mut Conn, by: &Authority, document: Uuid, with: Uuid) -> TxResult<usize>;

    /// Tells everybody who has a document that an official letter corrected it; says how many.
    ///
    /// # Errors
    /// When the database fails.
    fn tell_corrected(&self, tx: &mut Conn, by: &Authority, document: Uuid, letter: Uuid) -> TxResult<usize>;

    /// To whom these documents were sent, the first first. What its sender took back was not.
    ///
    /// # Errors
    /// When the database fails.
    fn sent(&self, conn: &mut Conn, tenant: Uuid, documents: &[Uuid]) -> TxResult<Vec<Sent>>;
}
