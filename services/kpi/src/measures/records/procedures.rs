//! Procedures (thủ tục) as records, as they stand now and as each of them was announced.

use chrono::NaiveDate;
use motcua_db::sql::At;

use super::Counted;
use super::said::{day, instant, text, texts, whole, yes};
use crate::definitions::vocabulary::PROCEDURE;
use crate::facts::store::{AnnouncementRow, ProcedureRow};

/// Whether it was announced and published in time, which a calendar says (`facts::announcing`); none where a day is
/// unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Judged {
    pub announced_on_time: Option<bool>,
    pub published_on_time: Option<bool>,
}

/// A procedure as it stands now.
pub(crate) fn of_procedure(row: &ProcedureRow, judged: Judged) -> Counted {
    let told = Told {
        code: &row.code,
        published_at: Some(&row.published_at),
        decided_on: row.decided_on,
        bases_effective_on: row.bases_effective_on,
    };
    Counted::new(&PROCEDURE, &row.procedure_id, told.said(judged).into_iter().chain(newest(row)), [], [])
}

/// An announcement (công bố) of a procedure by itself. What it does not tell stands as in the newest version; its id is
/// that of the procedure.
pub(crate) fn of_announcement(row: &AnnouncementRow, procedure: Option<&ProcedureRow>, judged: Judged) -> Counted {
    let told = Told {
        code: &row.code,
        // An abolition is announced and not published.
        published_at: row.published_at.as_ref().or(procedure.map(|procedure| &procedure.published_at)),
        decided_on: row.decided_on,
        bases_effective_on: row.bases_effective_on,
    };
    let newest = procedure.map(newest).into_iter().flatten();
    Counted::new(&PROCEDURE, &row.procedure_id, told.said(judged).into_iter().chain(newest), [], [])
}

type Field = (&'static str, Option<crate::definitions::filter::FieldValue>);

/// What an announcement tells itself.
struct Told<'r> {
    code: &'r str,
    published_at: Option<&'r At>,
    decided_on: Option<NaiveDate>,
    bases_effective_on: Option<NaiveDate>,
}

impl Told<'_> {
    fn said(self, judged: Judged) -> [Field; 6] {
        [
            ("code", text(self.code)),
            ("published_at", instant(self.published_at)),
            ("decided_on", day(self.decided_on)),
            ("bases_effective_on", day(self.bases_effective_on)),
            ("announced_on_time", yes(judged.announced_on_time)),
            ("published_on_time", yes(judged.published_on_time)),
        ]
    }
}

fn newest(row: &ProcedureRow) -> [Field; 13] {
    [
        ("field_code", text(row.field_code.as_str())),
        ("levels", Some(texts(&row.levels))),
        ("audience", Some(texts(&row.audience))),
        ("channels", Some(texts(&row.channels))),
        ("status", text(row.status.as_str())),
        ("source", text(row.source.as_str())),
        ("effective_from", day(row.effective_from)),
        ("parts_complete", yes(row.parts_complete)),
        ("service_level", text(row.service_level.as_deref())),
        ("proactive_level", whole(row.proactive_level.map(i64::from))),
        ("has_fee", yes(row.has_fee)),
        ("returns_paper", yes(row.returns_paper)),
        ("connected_databases", Some(texts(&row.connected_databases))),
    ]
}
