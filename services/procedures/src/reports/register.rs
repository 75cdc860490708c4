//! The register of dossiers (sổ theo dõi hồ sơ, form 07): what an agency and those below it received in a period, row by
//! row, with names. Reading it is kept in the read audit.

use std::sync::Arc;

use motcua_agencies::Named;
use motcua_clock::vietnam_time::local_date;
use motcua_db::sql::{At, Id};
use motcua_kernel::{Actor, Error, FieldError, Result, Text, Uuid};
use motcua_paper::{Content, Form, FormSet, Letterhead, Register, RegisterRow};

use super::ops::{may_report, within_reach};
use super::rules::Period;
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::store::{self, DossierRow};
use crate::dossiers::{Dossiers, applicant};
use crate::representatives;
use crate::representatives::view::Representative;

/// More rows than a book of a busy desk has in a month; a longer period is asked for in parts.
const MOST_ROWS: i64 = 5_000;

/// The register as a form, and the dossiers whose personal data it shows.
///
/// # Errors
/// `register.too_long` for more rows than one answer holds; otherwise as of a report.
pub(super) async fn register(
    room: &Dossiers,
    actor: Arc<Actor>,
    agency: String,
    period: Period,
) -> Result<(Form, Vec<Uuid>)> {
    may_report(&actor)?;
    actor.require_scope("procedures:dossiers:read")?;
    let now = room.db.clock.business();
    let (today, (from, to)) = (now.day_in_vietnam(), period.instants()?);
    let tenant = actor.tenant;
    let own = room.clone();
    let (named, rows, submitters) = room
        .db
        .read("register", move |conn| {
            let (named, agencies) = within_reach(conn, &actor, &agency, today)?;
            let agencies = agencies.into_iter().map(Id).collect();
            let rows = store::received_between(conn, tenant, agencies, (At(from), At(to)), MOST_ROWS + 1)?;
            let ids: Vec<Id> = rows.iter().map(|row| row.id.clone()).collect();
            let submitters = representatives::names_of(conn, &own.db.vault, tenant, &ids)?;
            Ok((named, rows, submitters))
        })
        .await?;
    if rows.len() > usize::try_from(MOST_ROWS).map_err(Error::internal)? {
        return Err(too_long());
    }
    let subjects = rows.iter().map(|row| row.id.0).collect();
    let rows = rows.iter().map(|row| line(room, row, &named, submitters.get(&row.id.0))).collect::<Result<_>>()?;
    let content = Register { book: None, from: Some(period.from), to: Some(period.to), rows, keeper: None };
    let letterhead =
        Letterhead { superior: None, agency: named.name, number: None, place: None, date: local_date(now.0).ok() };
    let form = Form { set: FormSet::default(), letterhead, tracking: None, content: Content::Register(content) };
    Ok((form, subjects))
}

fn line(room: &Dossiers, row: &DossierRow, named: &Named, submitter: Option<&Representative>) -> Result<RegisterRow> {
    let facts: DossierFacts = store::facts(row)?;
    let of = applicant(room, row)?;
    let contact: Vec<&str> = [of.address.as_deref(), of.phone.as_deref()].into_iter().flatten().collect();
    let here = facts.agencies.competent.responsible_id == named.id;
    let handed_in_by = submitter.map(|submitter| format!("Người nộp: {}", submitter.name));
    let notes: Vec<String> = facts.ended_at.map(|_| facts.state.name().vi).into_iter().chain(handed_in_by).collect();
    Ok(RegisterRow {
        dossier_code: row.code.clone().unwrap_or_default(),
        procedure_name: facts.procedure.name,
        sets: Some(1),
        applicant_name: of.name,
        contact: Some(contact.join(", ")).filter(|contact| !contact.is_empty()),
        lead_agency: if here { named.name.clone() } else { facts.agencies.competent.written_code },
        received_at: facts.received_at,
        due_at: facts.due_at.or(facts.first_due_at),
        sent_at: facts.processing_at,
        result_received_at: facts.finished_at,
        returned_at: facts.returned_at,
        return_method: None,
        signed_by: None,
        note: Some(notes.join("; ")).filter(|notes| !notes.is_empty()),
    })
}

fn too_long() -> Error {
    let text = Text::new(
        "Sổ có hơn 5.000 dòng; hãy chọn kỳ ngắn hơn.",
        "The register has more than 5,000 rows; choose a shorter period.",
    );
    let mut error = Error::malformed("register.too_long", text.vi.clone(), text.en.clone()).with("parameter", "period");
    error.fields = vec![FieldError::new("", "period", text)];
    error
}
