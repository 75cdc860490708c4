//! Ratings (phiếu đánh giá) as records.

use super::said::{day, text, whole};
use super::{Counted, responsible};
use crate::definitions::vocabulary::RATING;
use crate::facts::store::RatingRow;

/// A rating as a record. It stays with the agency that was rated, whoever came after.
pub(crate) fn of_rating(row: &RatingRow) -> Counted {
    let fields = [
        ("month_on", day(row.month_on)),
        ("field_code", text(row.field_code.as_str())),
        ("procedure_code", text(row.procedure_code.as_str())),
        ("total", whole(row.total)),
        ("time_limit", whole(row.time_limit)),
        ("step_times", whole(row.step_times)),
        ("contacts", whole(row.contacts)),
        ("agencies_contacted", whole(row.agencies_contacted)),
        ("one_stop", whole(row.one_stop)),
        ("transparency", whole(row.transparency)),
        ("attitude", whole(row.attitude)),
        ("feedback_handling", whole(row.feedback_handling)),
        ("online_service", whole(row.online_service)),
        ("lowest", whole(row.lowest)),
    ];
    let agencies = [responsible(&row.agency_id, &row.agency_id)];
    Counted::new(&RATING, &row.rating_id, fields, agencies, [])
}
