//! The head of a paper: who is above, who issues it, where and when (Decree 30/2020/NĐ-CP, Annex I).

use chrono::NaiveDate;
use motcua_agencies::{load_agency, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;
use motcua_paper::Letterhead;

use crate::units::place_name;

/// The head of a paper that an agency makes on a day. Its place is the first of the units the agency serves; without one it
/// is left to be written by hand.
pub(crate) fn letterhead(conn: &mut Conn, tenant: Uuid, agency: Uuid, on: NaiveDate) -> TxResult<Letterhead> {
    let record = load_agency(conn, tenant, agency)?;
    let parent = record.as_ref().and_then(|record| record.parent_id);
    let ids: Vec<Uuid> = parent.into_iter().chain([agency]).collect();
    let mut named = names(conn, tenant, &ids, on)?;
    let place = match record.as_ref().and_then(|record| record.units.first()) {
        Some(unit) => place_name(conn, tenant, unit, on)?,
        None => None,
    };
    Ok(Letterhead {
        superior: parent.and_then(|parent| named.remove(&parent)).map(|named| named.name),
        agency: named.remove(&agency).map(|named| named.name).unwrap_or_default(),
        number: None,
        place,
        date: Some(on),
    })
}
