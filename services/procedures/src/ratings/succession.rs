//! Ratings follow the agency that goes on with the work.

use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use super::store;

/// How many are moved in one transaction: others write in between.
const TOGETHER: i64 = 200;

/// Gives some of a closed agency's ratings to the one that went on with its work; which agency was rated stays written.
/// Returns how many changed. The feed hears of a rating once, so nothing is told.
///
/// # Errors
/// When the database fails.
pub fn move_ratings(tx: &mut Conn, tenant: Uuid, from: Uuid, to: Uuid) -> TxResult<usize> {
    store::move_responsible(tx, tenant, from, to, TOGETHER)
}
