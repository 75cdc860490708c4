//! Procedures and their announcements as records.

use super::{Counted, Fields};
use crate::definitions::vocabulary::PROCEDURE;
use crate::facts::store::{AnnouncementRow, ProcedureRow};

/// A procedure in its newest version, and whether that was announced and published in time.
pub(crate) fn of_procedure(row: &ProcedureRow, announced: Option<bool>, published: Option<bool>) -> Counted {
    let mut fields = Fields::with_capacity(PROCEDURE.fields.len());
    tell(&mut fields, row);
    fields.at("published_at", &row.published_at);
    fields.day_if("decided_on", row.decided_on);
    fields.day_if("bases_effective_on", row.bases_effective_on);
    fields.yes_no_if("announced_on_time", announced);
    fields.yes_no_if("published_on_time", published);
    Counted::plain(row.procedure_id.0, fields.record(&PROCEDURE), Vec::new())
}

/// An announcement by itself: its own days and code, and for the rest what its procedure says now.
pub(crate) fn of_announcement(
    row: &AnnouncementRow,
    procedure: Option<&ProcedureRow>,
    announced: Option<bool>,
    published: Option<bool>,
) -> Counted {
    let mut fields = Fields::with_capacity(PROCEDURE.fields.len());
    if let Some(procedure) = procedure {
        tell(&mut fields, procedure);
    }
    fields.text("code", &row.code);
    fields.at_if("published_at", row.published_at.as_ref());
    fields.day_if("decided_on", row.decided_on);
    fields.day_if("bases_effective_on", row.bases_effective_on);
    fields.yes_no_if("announced_on_time", announced);
    fields.yes_no_if("published_on_time", published);
    Counted::plain(row.procedure_id.0, fields.record(&PROCEDURE), Vec::new())
}

fn tell(fields: &mut Fields, row: &ProcedureRow) {
    fields.text("code", &row.code);
    fields.text("field_code", &row.field_code);
    fields.texts("levels", &row.levels);
    fields.texts("audience", &row.audience);
    fields.texts("channels", &row.channels);
    fields.text("status", &row.status);
    fields.text("source", &row.source);
    fields.day_if("effective_from", Some(row.effective_from));
    fields.yes_no("parts_complete", row.parts_complete);
    fields.text_if("service_level", row.service_level.as_ref());
    fields.whole_if("proactive_level", row.proactive_level.map(i64::from));
    fields.yes_no("has_fee", row.has_fee);
    fields.yes_no("returns_paper", row.returns_paper);
    fields.texts("connected_databases", &row.connected_databases);
}
