//! What the register of outgoing documents (sổ đăng ký văn bản đi) shows of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::time::day_in_vietnam;
use motcua_kernel::{Actor, Result, Uuid, Vault};

use super::details::{DetailsRow, details_of};
use super::receivers::{Receivers, Sent};
use super::store::{self, DocumentRow, Personal};
use crate::document_types::DocumentType;
use crate::registers::{RegisterKind, RegisteredDocuments, SHEET_COLUMNS, SheetLine};

/// A cell names so many receivers at most: a document for every agency of a province would fill the page.
const MOST_NAMED: usize = 20;

/// The lines of outgoing documents.
#[derive(Debug, Clone)]
pub struct OutgoingLines {
    receivers: Arc<dyn Receivers>,
}

impl OutgoingLines {
    /// With the room that knows to whom documents were sent.
    #[must_use]
    pub fn new(receivers: Arc<dyn Receivers>) -> Self {
        Self { receivers }
    }
}

impl RegisteredDocuments for OutgoingLines {
    fn kind(&self) -> RegisterKind {
        RegisterKind::Outgoing
    }

    fn numbers(&self, conn: &mut Conn, tenant: Uuid, register: Uuid) -> TxResult<Vec<(Uuid, i64, String)>> {
        store::numbers_in(conn, tenant, register)
    }

    fn unissued(&self, conn: &mut Conn, tenant: Uuid, register: Uuid) -> TxResult<Vec<String>> {
        store::unissued_in(conn, tenant, register)
    }

    fn cells(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        actor: &Actor,
        lines: &[SheetLine],
    ) -> TxResult<Vec<[String; SHEET_COLUMNS]>> {
        let ids: Vec<Uuid> = lines.iter().filter_map(|line| line.document).collect();
        let documents = store::among(conn, actor, &ids)?;
        let ids: Vec<Uuid> = documents.keys().copied().collect();
        let details = details_of(conn, actor.tenant, &ids)?;
        let mut sent: BTreeMap<Uuid, Vec<Sent>> = BTreeMap::new();
        for one in self.receivers.sent(conn, actor.tenant, &ids)? {
            sent.entry(one.document).or_default().push(one);
        }
        let units = details.values().filter_map(|row| row.unit_id.as_ref().map(|id| id.0));
        let agencies: BTreeSet<Uuid> = sent.values().flatten().map(|one| one.receiver).chain(units).collect();
        let agencies: Vec<Uuid> = agencies.into_iter().collect();
        let day = lines.iter().map(|line| line.on).max().unwrap_or_default();
        let named = names(conn, actor.tenant, &agencies, day)?;
        let shown = |line: &SheetLine| {
            let id = line.document?;
            let sent = sent.get(&id).map(Vec::as_slice).unwrap_or_default();
            Some(Shown { row: documents.get(&id)?, details: details.get(&id), sent, named: &named })
        };
        Ok(lines.iter().map(|line| cells(vault, line, shown(line).as_ref())).collect::<Result<_>>()?)
    }
}

/// A document as the book shows it.
struct Shown<'a> {
    row: &'a DocumentRow,
    details: Option<&'a DetailsRow>,
    sent: &'a [Sent],
    named: &'a BTreeMap<Uuid, Named>,
}

/// The columns as the decree orders them. What nobody has told the system is left to be written by hand.
fn cells(vault: &Vault, line: &SheetLine, document: Option<&Shown<'_>>) -> Result<[String; SHEET_COLUMNS]> {
    // The decree's list says which decisions it means (cá biệt); the book names the type alone.
    let name = DocumentType::by_code(&line.document_type).map_or("", |known| known.vi);
    let name = name.split(" (").next().unwrap_or_default();
    let personal = document.map(|shown| Personal::open(vault, shown.row)).transpose()?;
    let subject = personal.as_ref().map_or_else(|| name.to_owned(), |texts| format!("{name}: {}", texts.subject));
    let signer = personal.and_then(|texts| texts.signer_name).unwrap_or_default();
    let [receivers, keeper, copies, sent_on, receipt, recalled] = document.map(Shown::sending).unwrap_or_default();
    let note = [line.note.clone(), recalled].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
    Ok([
        line.full_number.clone(),
        day(line.on),
        subject,
        signer,
        receivers,
        keeper,
        copies,
        sent_on,
        receipt,
        note.join("; "),
    ])
}

impl Shown<'_> {
    /// Receivers; who keeps the file copy; how many copies; when it was sent; who confirmed it; and what became of it.
    fn sending(&self) -> [String; 6] {
        let name = |agency: Uuid| self.named.get(&agency).map(|named| named.name.clone()).unwrap_or_default();
        let mut receivers: Vec<String> = self.sent.iter().take(MOST_NAMED).map(|one| name(one.receiver)).collect();
        if let Some(more) = self.sent.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
            receivers.push(format!("và {more} nơi khác"));
        }
        let keeper = self.details.and_then(|details| details.unit_id.as_ref()).map(|unit| name(unit.0));
        let said = self.details.and_then(|details| details.copies).map(|copies| copies.to_string());
        let counted = (!self.sent.is_empty()).then(|| self.sent.len().to_string());
        let days: BTreeSet<NaiveDate> = self.sent.iter().map(|one| one.on).collect();
        let days: Vec<String> = days.into_iter().map(day).collect();
        let registered = self.sent.iter().filter(|one| one.registered).count();
        // In the system a receipt is signed by entering the document into the receiver's register.
        let receipt = match (registered, self.sent.len()) {
            (0, _) => String::new(),
            (1, 1) => "Đã tiếp nhận".to_owned(),
            (registered, all) => format!("Đã tiếp nhận {registered}/{all}"),
        };
        let recalled = self.details.and_then(|details| details.recalled_at.as_ref());
        [
            receivers.join("; "),
            keeper.unwrap_or_default(),
            said.or(counted).unwrap_or_default(),
            days.join("; "),
            receipt,
            recalled.map(|at| format!("Thu hồi ngày {}", day(day_in_vietnam(at.0)))).unwrap_or_default(),
        ]
    }
}

fn day(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}
