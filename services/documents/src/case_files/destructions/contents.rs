//! What becomes of the content of documents whose case files were destroyed.
//!
//! What is known of them stays (Decree 30/2020/NĐ-CP, Annex VI, Part I). Their files can't be opened any more, and are
//! removed from the disk a moment later, unless the installation's settings keep them there:
//!
//! - a file that was uploaded into case files, once the last of these was destroyed;
//! - the files of a document that arrived from outside, once the last case file it stands in was destroyed and one of
//!   those was of the agency that received it: nobody destroys another's documents.
//!
//! An outgoing document keeps its content whatever becomes of case files: the original is kept by the agency that issued it
//! (Article 19), and an agency here that received it has no copy. So does a file that is of a draft, or of a document that
//! is in no destroyed case file.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use motcua_db::sql::Id;
use motcua_db::{Conn, Db, TxResult};
use motcua_files::FileStore;
use motcua_kernel::{Error, SystemTime, Uuid};
use motcua_service::Worker;

use super::store::DestructionRow;
use crate::case_files::CaseFiles;
use crate::case_files::contents::DocumentKind;
use crate::case_files::store::{self as case_files, CaseFileRow, DestroyedRow};
use crate::search::{self, Searchable};
use crate::{drafts, incoming, outgoing, texts};

/// How often destroyed content is looked for on the disk.
const EVERY: Duration = Duration::from_secs(5);

/// Removes destroyed content from the disk.
#[must_use]
pub fn remover(db: &Db, store: &FileStore) -> Worker {
    let (db, store) = (db.clone(), store.clone());
    Worker::every("remove destroyed files", EVERY, move || {
        let (db, store) = (db.clone(), store.clone());
        async move { motcua_files::remove_destroyed(&db, &store).await.map(drop) }
    })
}

/// Destroys what stood in case files that were just destroyed, and in no other.
pub(super) fn destroy(
    tx: &mut Conn,
    room: &CaseFiles,
    row: &DestructionRow,
    gone: &[CaseFileRow],
    now: SystemTime,
) -> TxResult<()> {
    let tenant = row.tenant_id.0;
    let documents = documents_of(tx, tenant, gone)?;
    let arrived: Vec<Uuid> =
        documents.iter().filter(|(_, kind)| **kind == DocumentKind::Incoming).map(|(id, _)| *id).collect();
    let mut files = BTreeMap::new();
    for (document, kind) in &documents {
        match kind {
            DocumentKind::Upload => drop(files.insert(*document, (*kind, *document))),
            DocumentKind::Incoming => {
                for file in incoming::own_files(tx, tenant, *document)? {
                    files.insert(file, (*kind, *document));
                }
            }
            DocumentKind::Outgoing => {}
        }
    }
    let mut destroyed = Vec::new();
    for (file, (kind, document)) in files {
        if !is_kept(tx, tenant, file, &documents)? {
            destroyed.push(DestroyedRow {
                tenant_id: row.tenant_id.clone(),
                file_id: Id(file),
                kind: kind.as_str().to_owned(),
                document_id: Id(document),
                destruction_id: row.id.clone(),
            });
        }
    }
    case_files::insert_destroyed(tx, &destroyed)?;
    let ids: Vec<Uuid> = destroyed.iter().map(|row| row.file_id.0).collect();
    for sha256 in motcua_files::destroy(tx, tenant, &ids, now)? {
        texts::forget(tx, tenant, &sha256)?;
    }
    // They are found by what is known of them, and no longer by what their files said.
    for document in arrived {
        room.arrivals.enter(tx, tenant, document)?;
    }
    Ok(())
}

/// The documents that stood in these case files, in no living one, and are their agency's to destroy. They are held: who
/// puts one of them into another case file waits, and then finds it destroyed.
fn documents_of(tx: &mut Conn, tenant: Uuid, gone: &[CaseFileRow]) -> TxResult<BTreeMap<Uuid, DocumentKind>> {
    let agencies: BTreeMap<Uuid, Uuid> = gone.iter().map(|row| (row.id.0, row.responsible_agency_id.0)).collect();
    let ids: Vec<Uuid> = agencies.keys().copied().collect();
    let mut within: BTreeMap<Uuid, (DocumentKind, BTreeSet<Uuid>)> = BTreeMap::new();
    for (kind, document, case_file) in case_files::documents_in(tx, tenant, &ids)? {
        let kind = DocumentKind::from_word(&kind).ok_or_else(|| Error::internal("unknown kind of document"))?;
        let of = within.entry(document).or_insert_with(|| (kind, BTreeSet::new()));
        of.1.extend(agencies.get(&case_file).copied());
    }
    for document in within.keys() {
        search::hold(tx, *document)?;
    }
    let all: Vec<Uuid> = within.keys().copied().collect();
    let living = case_files::in_living(tx, tenant, &all)?;
    let mut found = BTreeMap::new();
    for (document, (kind, of)) in within {
        let theirs = match kind {
            DocumentKind::Incoming => {
                incoming::responsible_for(tx, tenant, document)?.is_some_and(|agency| of.contains(&agency))
            }
            DocumentKind::Outgoing => false,
            DocumentKind::Upload => true,
        };
        if theirs && !living.contains(&document) {
            found.insert(document, kind);
        }
    }
    Ok(found)
}

/// Whether something else has a file and keeps it.
fn is_kept(conn: &mut Conn, tenant: Uuid, file: Uuid, gone: &BTreeMap<Uuid, DocumentKind>) -> TxResult<bool> {
    if !outgoing::with_file(conn, tenant, file)?.is_empty() || drafts::has_file(conn, tenant, file)? {
        return Ok(true);
    }
    if incoming::with_own_file(conn, tenant, file)?.iter().any(|document| !gone.contains_key(document)) {
        return Ok(true);
    }
    Ok(!case_files::in_living(conn, tenant, &[file])?.is_empty())
}
