//! Registers (sổ đăng ký văn bản): the books that number an agency's documents, one sequence a book and year.
//!
//! Decree 30/2020/NĐ-CP, Article 15: numbers of an agency begin with 01 on 1 January and end on 31 December, and the head
//! of the agency decides which documents share a sequence. So the mapping from document types to books is data, dated by
//! year, because a type that changed its book within a year would bring out a number twice ([`assign_book`]). Where
//! nothing was decided, every type has a book of its own, named by its abbreviation.
//!
//! The law tolerates gaps; we do not. A number is taken by one statement on the row of its sequence and given back by the
//! rollback of its transaction ([`take_number`]), so every number from 1 to the last belongs to one document.

pub mod http;
mod ops;
mod rules;
mod store;

use motcua_db::Db;

pub use ops::{NewEntry, assign_book, enter, take_number};
pub use rules::{Numbered, RegisterKind, full_number};
pub use store::move_rows;

/// The room of registers.
#[derive(Debug, Clone)]
pub struct Registers {
    db: Db,
}

impl Registers {
    /// The room over the service's database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}
