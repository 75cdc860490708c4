//! Where the value of a target comes from: approved element values now, scores when they are counted here.

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Text, Uuid};

use super::store::TargetRow;
use crate::elements::rules::number::Number;
use crate::elements::store::{elements, values};

/// A value that was found, and of which period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Measured {
    pub value: Number,
    pub period: String,
}

/// A value, or why there is none.
pub(super) type Found = std::result::Result<Measured, Text>;

/// Something that knows values of what targets are of.
pub(super) trait Source {
    /// The newest value of each of these targets' things, of periods within the target's; as many statements for one as for
    /// many. None where this source does not know such things at all.
    ///
    /// # Errors
    /// When the database fails.
    fn values(&self, conn: &mut Conn, tenant: Uuid, targets: &[TargetRow]) -> TxResult<Vec<Option<Found>>>;
}

/// Values that people entered and approved.
pub(super) struct ElementValues;

impl Source for ElementValues {
    fn values(&self, conn: &mut Conn, tenant: Uuid, targets: &[TargetRow]) -> TxResult<Vec<Option<Found>>> {
        let of_elements = || targets.iter().filter(|target| target.subject_kind == "element");
        let Some(first) = of_elements().map(|target| target.first_day).min() else {
            return Ok(targets.iter().map(|_| None).collect());
        };
        let last = of_elements().map(|target| target.last_day).max().unwrap_or(first);
        let codes: Vec<&str> = of_elements().map(|target| target.subject_code.as_str()).collect();
        let known = elements::with_codes(conn, tenant, &codes)?;
        let agencies: Vec<Uuid> = of_elements().map(|target| target.written_agency_id.0).collect();
        let ids: Vec<Uuid> = known.iter().map(|element| element.id.0).collect();
        let rows = values::counting_within(conn, tenant, &ids, &agencies, (first, last))?;
        let find = |target: &TargetRow| -> Option<Found> {
            if target.subject_kind != "element" {
                return None;
            }
            let element = known.iter().find(|element| element.code == target.subject_code).map(|element| &element.id);
            let of_target = rows.iter().filter(|row| {
                Some(&row.element_id) == element
                    && row.written_agency_id == target.written_agency_id
                    && row.first_day >= target.first_day
                    && row.last_day <= target.last_day
            });
            let newest = of_target.max_by_key(|row| (row.last_day, row.first_day));
            Some(match newest.and_then(|row| Some((row, row.value.parse::<Number>().ok()?))) {
                Some((row, value)) => Ok(Measured { value, period: row.period.clone() }),
                None => Err(Text::new(
                    "Chưa có số liệu được duyệt trong kỳ.",
                    "There is no approved value in the period yet.",
                )),
            })
        };
        Ok(targets.iter().map(find).collect())
    }
}

/// The value of each target: of the first source that knows its thing.
pub(super) fn values(conn: &mut Conn, tenant: Uuid, targets: &[TargetRow]) -> TxResult<Vec<Found>> {
    let sources: [&dyn Source; 1] = [&ElementValues];
    let mut found: Vec<Option<Found>> = targets.iter().map(|_| None).collect();
    for source in sources {
        for (place, value) in found.iter_mut().zip(source.values(conn, tenant, targets)?) {
            if place.is_none() {
                *place = value;
            }
        }
    }
    let unknown = || {
        Err(Text::new(
            "Chỉ tiêu này chưa được tính trong hệ thống.",
            "This indicator is not counted in the system yet.",
        ))
    };
    Ok(found.into_iter().map(|value| value.unwrap_or_else(unknown)).collect())
}
