//! Giving numbers to the measures of sets.

use std::collections::BTreeSet;

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Result, Uuid};

use super::slot::{Key, tallied};
use super::store;
use crate::definitions::Definitions;
use crate::definitions::model::IndicatorSet;

/// Gives every measure of a set a number, where it has none. It is counted from the next moment on, and what was there
/// before is counted in the background.
///
/// # Errors
/// When the database fails.
pub(crate) fn register(tx: &mut Conn, tenant: Uuid, set: &IndicatorSet) -> TxResult<()> {
    let keys = set.measures.iter().flat_map(tallied);
    let text = |key: Key| Ok((key.subject().to_owned(), key.text()?));
    store::register(tx, tenant, &keys.map(text).collect::<Result<BTreeSet<_>>>()?)
}

/// Does so for every version there is: one may have been recorded before anything was tallied.
///
/// # Errors
/// When the database fails.
pub(crate) async fn prepare(definitions: &Definitions, tenant: Uuid) -> Result<()> {
    let own = definitions.clone();
    definitions
        .db
        .write("measures_prepare", move |tx| {
            for set in own.all(tx, tenant)? {
                register(tx, tenant, &set)?;
            }
            Ok(())
        })
        .await
}
