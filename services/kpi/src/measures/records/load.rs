//! Loading records from the rows of their facts.

use std::collections::BTreeMap;

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Uuid};

use super::{Counted, of_document, of_dossier, of_incoming, of_rating};
use crate::facts::store;

/// Records of a subject behind an id, in the order of their ids.
///
/// # Errors
/// When the database fails, or there are no such records.
pub(crate) fn after(conn: &mut Conn, tenant: Uuid, subject: &str, id: Uuid, most: i64) -> TxResult<Vec<Counted>> {
    let ids = match subject {
        "dossier" => store::dossier_ids_after(conn, tenant, id, most)?,
        "document" => store::document_ids_after(conn, tenant, id, most)?,
        "incoming_document" => store::incoming_ids_after(conn, tenant, id, most)?,
        "rating" => store::rating_ids_after(conn, tenant, id, most)?,
        other => return Err(Error::internal(format!("no records of {other}")).into()),
    };
    of_ids(conn, tenant, subject, &ids)
}

/// These records, in the order of the ids.
///
/// # Errors
/// When the database fails, or there are no such records.
pub(crate) fn of_ids(conn: &mut Conn, tenant: Uuid, subject: &str, ids: &[Uuid]) -> TxResult<Vec<Counted>> {
    let mut all: Vec<Counted> = match subject {
        "dossier" => store::dossiers_of(conn, tenant, ids.iter().copied())?.values().map(of_dossier).collect(),
        "document" => store::documents_of(conn, tenant, ids.iter().copied())?.values().map(of_document).collect(),
        "incoming_document" => {
            store::incoming_of(conn, tenant, ids.iter().copied())?.values().map(of_incoming).collect()
        }
        "rating" => store::ratings_of(conn, tenant, ids.iter().copied())?.values().map(of_rating).collect(),
        other => return Err(Error::internal(format!("no records of {other}")).into()),
    };
    let places: BTreeMap<Uuid, usize> = ids.iter().copied().zip(0..).collect();
    all.sort_by_key(|record| places.get(&record.id).copied());
    Ok(all)
}
