//! Where the value of a target comes from: approved values of elements, scores of indicators.

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Text, Uuid};

use super::http::SubjectKind;
use super::indicators::{IndicatorValues, not_counted};
use super::store::TargetRow;
use crate::definitions::exact::Exact;
use crate::elements::rules::number::Number;
use crate::elements::store::elements;
use crate::elements::store::values::{self, Reporters};
use crate::scores::Scores;

/// A value that was found, and of which period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Measured {
    pub value: Exact,
    pub period: String,
    /// Last day of the period.
    pub last_day: NaiveDate,
}

/// A value, or why there is none.
pub(super) type Found = std::result::Result<Measured, Text>;

/// What a source knows of what a target is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// What it is counted in; none where it is not defined.
    pub unit: Option<Text>,
    pub found: Found,
}

/// Something that knows values of what targets are of.
pub(super) trait Source {
    /// The newest value of each of these targets' things, of periods within the target's. The statements grow with the
    /// periods that are asked about, not with the targets. None where this source does not know such things at all.
    ///
    /// # Errors
    /// When the database fails.
    fn values(&self, conn: &mut Conn, tenant: Uuid, targets: &[TargetRow]) -> TxResult<Vec<Option<Known>>>;
}

/// Values that people entered and approved.
pub(super) struct ElementValues;

impl Source for ElementValues {
    fn values(&self, conn: &mut Conn, tenant: Uuid, targets: &[TargetRow]) -> TxResult<Vec<Option<Known>>> {
        let of_elements = || targets.iter().filter(|target| target.subject_kind == SubjectKind::Element.as_str());
        let Some(first) = of_elements().map(|target| target.first_day).min() else {
            return Ok(targets.iter().map(|_| None).collect());
        };
        let last = of_elements().map(|target| target.last_day).max().unwrap_or(first);
        let codes: Vec<&str> = of_elements().map(|target| target.subject_code.as_str()).collect();
        let known = elements::with_codes(conn, tenant, &codes)?;
        let agencies: Vec<Uuid> = of_elements().map(|target| target.written_agency_id.0).collect();
        let ids: Vec<Uuid> = known.iter().map(|element| element.id.0).collect();
        let rows = values::counting_within(conn, tenant, (&ids, Reporters::Written(&agencies)), (first, last))?;
        let find = |target: &TargetRow| -> Option<Known> {
            if target.subject_kind != SubjectKind::Element.as_str() {
                return None;
            }
            let element = known.iter().find(|element| element.code == target.subject_code);
            let of_target = rows.iter().filter(|row| {
                Some(&row.element_id) == element.map(|element| &element.id)
                    && row.written_agency_id == target.written_agency_id
                    && row.first_day >= target.first_day
                    && row.last_day <= target.last_day
            });
            let newest = of_target.max_by_key(|row| (row.last_day, row.first_day));
            let found = match newest.and_then(|row| Some((row, row.value.parse::<Number>().ok()?.exact()))) {
                Some((row, value)) => Ok(Measured { value, period: row.period.clone(), last_day: row.last_day }),
                None => Err(Text::new(
                    "Chưa có số liệu được duyệt trong kỳ.",
                    "There is no approved value in the period yet.",
                )),
            };
            Some(Known { unit: element.map(|element| Text::new(&element.unit, &element.unit)), found })
        };
        Ok(targets.iter().map(find).collect())
    }
}

/// The value of each target: of the first source that knows its thing.
pub(super) fn values(conn: &mut Conn, scores: &Scores, tenant: Uuid, targets: &[TargetRow]) -> TxResult<Vec<Known>> {
    let sources: [&dyn Source; 2] = [&ElementValues, &IndicatorValues { scores }];
    let mut found: Vec<Option<Known>> = targets.iter().map(|_| None).collect();
    for source in sources {
        for (place, value) in found.iter_mut().zip(source.values(conn, tenant, targets)?) {
            if place.is_none() {
                *place = value;
            }
        }
    }
    let unknown = || Known { unit: None, found: Err(not_counted()) };
    Ok(found.into_iter().map(|value| value.unwrap_or_else(unknown)).collect())
}
