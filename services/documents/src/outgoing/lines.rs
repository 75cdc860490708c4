//! What the register of outgoing documents (sổ đăng ký văn bản đi) shows of them.

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Result, Uuid, Vault};

use super::store::{self, DocumentRow, Personal};
use crate::document_types::DocumentType;
use crate::registers::{RegisterKind, RegisteredDocuments, SHEET_COLUMNS, SheetLine};

/// The lines of outgoing documents.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutgoingLines;

impl RegisteredDocuments for OutgoingLines {
    fn kind(&self) -> RegisterKind {
        RegisterKind::Outgoing
    }

    fn numbers(&self, conn: &mut Conn, tenant: Uuid, register: Uuid) -> TxResult<Vec<(Uuid, i64, String)>> {
        store::numbers_in(conn, tenant, register)
    }

    fn cells(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        actor: &Actor,
        lines: &[SheetLine],
    ) -> TxResult<Vec<[String; SHEET_COLUMNS]>> {
        let ids: Vec<Uuid> = lines.iter().filter_map(|line| line.document).collect();
        let seen = store::among(conn, actor, &ids)?;
        let row = |line: &SheetLine| line.document.and_then(|id| seen.get(&id));
        Ok(lines.iter().map(|line| cells(vault, line, row(line))).collect::<Result<_>>()?)
    }
}

/// The columns as the decree orders them. Receivers, who keeps a copy, how many there are and when they were handed over
/// come with the sending of documents; until then they are left to be written by hand.
fn cells(vault: &Vault, line: &SheetLine, document: Option<&DocumentRow>) -> Result<[String; SHEET_COLUMNS]> {
    // The decree's list says which decisions it means (cá biệt); the book names the type alone.
    let name = DocumentType::by_code(&line.document_type).map_or("", |known| known.vi);
    let name = name.split(" (").next().unwrap_or_default();
    let personal = document.map(|row| Personal::open(vault, row)).transpose()?;
    let subject = personal.as_ref().map_or_else(|| name.to_owned(), |texts| format!("{name}: {}", texts.subject));
    let signer = personal.and_then(|texts| texts.signer_name).unwrap_or_default();
    let by_hand = String::new;
    Ok([
        line.full_number.clone(),
        line.on.format("%d/%m/%Y").to_string(),
        subject,
        signer,
        by_hand(),
        by_hand(),
        by_hand(),
        by_hand(),
        by_hand(),
        line.note.clone(),
    ])
}
