//! What the register of incoming documents (sổ đăng ký văn bản đến) shows of them, as a sheet.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_kernel::time::day_in_vietnam;
use motcua_kernel::{Actor, Uuid, Vault};

use super::register::{IncomingRegisterLine, lines_of};
use super::{IncomingDocuments, store};
use crate::registers::{RegisterKind, RegisteredDocuments, SHEET_COLUMNS, SheetLine};

impl RegisteredDocuments for IncomingDocuments {
    fn kind(&self) -> RegisterKind {
        RegisterKind::Incoming
    }

    fn numbers(&self, conn: &mut Conn, tenant: Uuid, register: Uuid) -> TxResult<Vec<(Uuid, i64, String)>> {
        let numbers = store::numbers_in(conn, tenant, register)?;
        Ok(numbers.into_iter().map(|(id, number)| (id, number, String::new())).collect())
    }

    fn cells(
        &self,
        conn: &mut Conn,
        _vault: &Vault,
        actor: &Actor,
        lines: &[SheetLine],
    ) -> TxResult<Vec<[String; SHEET_COLUMNS]>> {
        let ids: Vec<Uuid> = lines.iter().filter_map(|line| line.document).collect();
        let seen = store::among(conn, actor, &ids)?;
        let shown = lines_of(conn, self, actor.tenant, seen)?.register;
        let shown: BTreeMap<Uuid, IncomingRegisterLine> =
            shown.into_iter().map(|line| (line.document_id, line)).collect();
        Ok(lines.iter().map(|line| cells(line, line.document.and_then(|id| shown.get(&id)))).collect())
    }
}

/// The columns as the decree orders them.
fn cells(line: &SheetLine, document: Option<&IncomingRegisterLine>) -> [String; SHEET_COLUMNS] {
    let number = line.number.to_string();
    let Some(document) = document else {
        let empty = String::new;
        let (on, note) = (written(line.on), line.note.clone());
        return [on, number, empty(), empty(), empty(), empty(), empty(), empty(), empty(), note];
    };
    let notes = [document.note.clone().unwrap_or_default(), line.note.clone()];
    let notes: Vec<String> = notes.into_iter().filter(|note| !note.is_empty()).collect();
    [
        written(document.arrived_on),
        number,
        document.issuer.clone(),
        document.full_number.clone(),
        document.issued_on.map(written).unwrap_or_default(),
        document.type_and_subject.clone(),
        document.recipient.clone().unwrap_or_default(),
        document.transferred_at.map(|at| written(day_in_vietnam(at))).unwrap_or_default(),
        document.acknowledged_at.map(|at| written(day_in_vietnam(at))).unwrap_or_default(),
        notes.join("; "),
    ]
}

fn written(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}
