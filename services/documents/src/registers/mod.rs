//! Registers (sổ đăng ký văn bản): the books that number an agency's documents, one sequence a book and year.
//!
//! Decree 30/2020/NĐ-CP, Article 15: numbers of an agency begin with 01 on 1 January and end on 31 December, and the head
//! of the agency decides which documents share a sequence. So the mapping from document types to books is data, dated by
//! year, because a type that changed its book within a year would bring out a number twice: with its
//! first number of a year its book of that year stands. Where nothing was decided, every type has a book of its own,
//! named by its code; normative documents always have (`QPPL-QĐ`); what comes in shares one (`ĐẾN`, Article 22). A council or
//! committee that numbers for itself (Annex I, II.3) is an agency of its own in the directory, with its own books.
//!
//! The law tolerates gaps; we do not. A number is taken by one statement on the row of its sequence and given back by the
//! rollback of its transaction ([`take_number`]), so every number from 1 to the last is in the register:
//!
//! - **used**: a document has it, from the start or after it was
//! - **reserved** (giữ số) for a document to come, which gets it by [`use_reservation`] within the year, or it becomes
//! - **void** (hủy số), with a reason, and is never given again. What was issued is recalled or replaced, never void; what
//!   was numbered and given up before it was issued is ([`void_unissued`]).
//!
//! A **late number** (số chèn, `12a`) stands behind another number, by a decision that it names ([`take_late_number`]).
//!
//! A register is **closed** when its year has ended (or its agency). Its last number and a digest of every line go into
//! the journal, whose chain signs them, and nothing can be added; anybody may have the book counted and held against it.
//!
//! Why a number was reserved or is void may name a person, so these texts are sealed and their reading is audited.

pub mod class;
mod closing;
pub mod facts;
pub mod http;
mod inventory;
mod numbering;
mod plans;
mod read;
mod refusals;
mod reserving;
mod rules;
mod sheet;
mod store;
mod view;
mod voiding;

use std::sync::Arc;

use motcua_agencies::authority_in;
use motcua_db::{Conn, Db, TxResult};
use motcua_journal::Journal;
use motcua_kernel::{Actor, Authority, Error, Result, Role, Uuid};

pub use class::NumberClass;
pub use numbering::{
    Late, Meant, NewEntry, Reservation, enter, take_arrival_number, take_late_number, take_number, tell_late_number,
    use_reservation,
};
pub(crate) use numbering::{decision_fault, was_reserved};
pub use rules::{LateDecision, Numbered, RegisterKind, full_number, suffixed_number};
pub use sheet::{COLUMNS as SHEET_COLUMNS, RegisteredDocuments, SheetLine};
pub(crate) use store::symbol_of;
pub use store::{move_rows, plans_visible_among, visible_among};
pub(crate) use voiding::{GivenUp, void_unissued};

/// The room of registers.
#[derive(Clone)]
pub struct Registers {
    db: Db,
    journal: Journal,
    documents: Vec<Arc<dyn RegisteredDocuments>>,
}

impl std::fmt::Debug for Registers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registers").finish_non_exhaustive()
    }
}

impl Registers {
    /// The room over the service's database and journal. The rooms whose documents stand in registers say what the
    /// printed books show of them.
    #[must_use]
    pub fn new(db: Db, journal: Journal, documents: Vec<Arc<dyn RegisteredDocuments>>) -> Self {
        Self { db, journal, documents }
    }

    fn documents_of(&self, kind: RegisterKind) -> Result<&Arc<dyn RegisteredDocuments>> {
        let room = self.documents.iter().find(|room| room.kind() == kind);
        room.ok_or_else(|| Error::internal(format!("no room has the documents of {} registers", kind.as_str())))
    }
}

/// The scope by which registers are read.
const READ: &str = "documents:registers:read";
/// The scope by which they are kept.
const WRITE: &str = "documents:registers:write";

/// The right of who keeps a register: a clerk (văn thư) or leader of the agency responsible for it, or above.
fn keeper(conn: &mut Conn, actor: &Actor, responsible: Uuid) -> TxResult<Authority> {
    let held = authority_in(conn, actor, responsible, &[Role::Clerk, Role::Leader])?;
    Ok(held.ok_or_else(refusals::not_keeper)?)
}
