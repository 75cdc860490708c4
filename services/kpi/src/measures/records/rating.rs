//! Ratings as records.

use super::{Counted, Fields, Responsible};
use crate::definitions::vocabulary::RATING;
use crate::facts::store::RatingRow;

/// A rating.
pub(crate) fn of_rating(row: &RatingRow) -> Counted {
    let mut fields = Fields::with_capacity(RATING.fields.len());
    fields.day_if("month_on", Some(row.month_on));
    fields.text("field_code", &row.field_code);
    fields.text("procedure_code", &row.procedure_code);
    for (name, score) in [
        ("total", row.total),
        ("time_limit", row.time_limit),
        ("step_times", row.step_times),
        ("contacts", row.contacts),
        ("agencies_contacted", row.agencies_contacted),
        ("one_stop", row.one_stop),
        ("transparency", row.transparency),
        ("attitude", row.attitude),
        ("feedback_handling", row.feedback_handling),
        ("online_service", row.online_service),
    ] {
        fields.whole_if(name, score);
    }
    // A rating without any score says nothing low.
    fields.whole("lowest", row.lowest.unwrap_or(2));
    Counted::plain(row.rating_id.0, fields.record(&RATING), vec![Responsible::of(&row.agency_id, &row.agency_id)])
}
