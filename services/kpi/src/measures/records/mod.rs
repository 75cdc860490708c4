pub(crate) mod load;
use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::Uuid;
use crate::definitions::filter::Record;
use crate::definitions::vocabulary::Subject;
use crate::facts::store::*;
#[derive(Debug, Clone)]
pub(crate) struct Responsible { pub now: Uuid, pub written: Uuid }
#[derive(Debug, Clone)]
pub(crate) struct Turn { pub at: DateTime<Utc>, pub scheduled: bool }
#[derive(Debug, Clone)]
pub(crate) struct Counted { pub subject: &'static Subject, pub id: Uuid, pub record: Record, pub agencies: Vec<Option<Responsible>>, pub turns: Vec<Turn> }
impl Counted {
    pub(crate) fn as_of(&self, _at: DateTime<Utc>) -> Record { self.record.clone() }
    pub(crate) fn placed(&self, _position: usize) -> Option<(NaiveDate, DateTime<Utc>)> { None }
}
fn stub() -> Counted { std::process::abort() }
pub(crate) fn of_dossier(_: &DossierRows) -> Counted { stub() }
pub(crate) fn of_document(_: &DocumentRow) -> Counted { stub() }
pub(crate) fn of_incoming(_: &IncomingDocumentRow) -> Counted { stub() }
pub(crate) fn of_rating(_: &RatingRow) -> Counted { stub() }
pub(crate) fn of_announcement(_: &AnnouncementRow, _: Option<&ProcedureRow>, _: Option<bool>, _: Option<bool>) -> Counted { stub() }
pub(crate) fn of_procedure(_: &ProcedureRow, _: Option<bool>, _: Option<bool>) -> Counted { stub() }
