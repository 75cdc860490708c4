//! Opening a case file: by a line of the file plan, or beside it.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use motcua_agencies::open_agency;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Failure, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::text::normalise;
use motcua_kernel::time::deserialize_optional_day;
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Text, Uuid, new_id};
use serde::Deserialize;
use utoipa::ToSchema;

use super::rules::{AccessMode, Kind, State};
use super::show;
use crate::case_files::people::{caller_id, is_fit, unfit, works_for};
use crate::case_files::retention::{Retention, RetentionPeriod};
use crate::case_files::store::{self, CaseFileRow, Content};
use crate::case_files::{CaseFiles, KEEPERS, WRITE, facts, plans, search};
use crate::marks::{self, SecrecyMark};
use crate::text_fields::{needed, optional, required};

pub(super) const LONGEST_TITLE: usize = 2000;
pub(super) const LONGEST_DESCRIPTION: usize = 2000;
pub(super) const LONGEST_LANGUAGE: usize = 50;
const LONGEST_NOTATION: usize = 60;
const DEFAULT_LANGUAGE: &str = "Tiếng Việt";

/// A case file to be opened.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "agency": "H50.12", "notation": "01.TCCB", "title": "Hồ sơ tuyển dụng công chức năm 2026", "retention": {"years": 20}
}))]
pub struct CreateCaseFile {
    /// The agency by code or id; it must be open today.
    #[schema(example = "H50.12")]
    pub agency: String,
    /// A line of the agency's issued file plan, by id. Without it the case file is not on the plan, and notation, title
    /// and retention must be given.
    #[serde(default)]
    pub plan_entry: Option<Uuid>,
    /// Its notation, at most 60 characters, for one that is not on the plan.
    #[serde(default)]
    #[schema(max_length = 60, example = "01.TCCB")]
    pub notation: Option<String>,
    /// What it is about, at most 2,000 characters; that of the plan when left out. Personal data.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub title: Option<String>,
    /// How long it is kept; as the plan says when left out.
    #[serde(default)]
    pub retention: Option<RetentionPeriod>,
    /// More about it, at most 2,000 characters. Personal data.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    /// What kind of work it is about.
    #[serde(default)]
    pub kind: Kind,
    /// The officer who keeps it, by id; you when left out. Another is named by those who keep or direct the documents.
    #[serde(default)]
    pub creator: Option<Uuid>,
    /// The first day of the work, today when left out.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub started_on: Option<NaiveDate>,
    /// The language of its documents, `Tiếng Việt` when left out.
    #[serde(default)]
    #[schema(max_length = 50)]
    pub language: Option<String>,
    /// Who may use it.
    #[serde(default)]
    pub rights: AccessMode,
    /// A secrecy mark, with which a case file is refused.
    #[serde(default)]
    pub secrecy: Option<SecrecyMark>,
}

/// What is asked for, in normal form and within its limits.
struct Asked {
    agency: String,
    plan_entry: Option<Uuid>,
    notation: Option<String>,
    title: Option<String>,
    retention: Option<Retention>,
    description: Option<String>,
    kind: Kind,
    creator: Option<Uuid>,
    started_on: NaiveDate,
    language: String,
    rights: AccessMode,
}

/// Whether a text can be the notation of a case file: letters, digits, dots, hyphens, strokes and underscores.
pub(in crate::case_files) fn notation_fault(text: &str, pointer: &str) -> Option<FieldError> {
    let allowed = |sign: char| sign.is_alphanumeric() || matches!(sign, '.' | '-' | '/' | '_');
    if text.is_empty() || (text.chars().all(allowed) && text.chars().any(char::is_alphanumeric)) {
        return None;
    }
    let message = Text::new(
        "Ký hiệu hồ sơ gồm chữ cái, chữ số, dấu chấm, gạch nối, gạch chéo, gạch dưới.",
        "A notation has letters, digits, dots, hyphens, strokes and underscores.",
    );
    Some(FieldError::new(pointer, "case_file.notation_invalid", message))
}

fn check(new: CreateCaseFile, today: NaiveDate) -> Result<Asked> {
    marks::refuse_secret(new.secrecy)?;
    let mut faults = Vec::new();
    let agency = needed(&new.agency, "/agency", 100, &mut faults);
    let notation = optional(new.notation, "/notation", LONGEST_NOTATION, &mut faults);
    let title = optional(new.title, "/title", LONGEST_TITLE, &mut faults);
    let retention = new.retention.map(|period| period.check("/retention", &mut faults));
    let description = optional(new.description, "/description", LONGEST_DESCRIPTION, &mut faults);
    let language = optional(new.language, "/language", LONGEST_LANGUAGE, &mut faults);
    if let Some(notation) = &notation {
        faults.extend(notation_fault(notation, "/notation"));
    }
    if new.plan_entry.is_some() {
        if notation.is_some() {
            let text = Text::new("Ký hiệu lấy theo danh mục hồ sơ.", "The notation is that of the file plan.");
            faults.push(FieldError::new("/notation", "case_file.notation_of_plan", text));
        }
    } else {
        for (missing, pointer) in
            [(notation.is_none(), "/notation"), (title.is_none(), "/title"), (retention.is_none(), "/retention")]
        {
            if missing && faults.iter().all(|fault: &FieldError| !fault.pointer.starts_with(pointer)) {
                faults.push(required(pointer));
            }
        }
    }
    let started_on = new.started_on.unwrap_or(today);
    if started_on > today {
        let text = Text::new("Ngày bắt đầu ở tương lai.", "The first day is still to come.");
        faults.push(FieldError::new("/started_on", "date.in_future", text));
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    Ok(Asked {
        agency: normalise(&agency),
        plan_entry: new.plan_entry,
        notation,
        title,
        retention,
        description,
        kind: new.kind,
        creator: new.creator,
        started_on,
        language: language.unwrap_or_else(|| DEFAULT_LANGUAGE.to_owned()),
        rights: new.rights,
    })
}

/// Opens a case file.
///
/// # Errors
/// `agency.closed`, `case_file.not_of_agency`, `file_plan.entry_unknown`, `retention.below_plan`, `case_file.code_taken`.
pub(super) async fn open(
    room: &CaseFiles,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateCaseFile,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let today = room.db.clock.business().day_in_vietnam();
    let asked = check(new, today).inspect_err(|error| marks::note_secret(&actor, error))?;
    let act = move |tx: &mut Conn, room: &CaseFiles, actor: &Actor| open_in(tx, room, actor, &asked);
    let answer = room.once(&actor, ("case_file_open", "create_case_file"), key, act).await?;
    room.to_who_sees(&actor, answer, |conn, actor, id| Ok(store::find(conn, actor, id, None)?.is_some())).await
}

fn open_in(tx: &mut Conn, room: &CaseFiles, actor: &Actor, asked: &Asked) -> TxResult<Answer> {
    let moment = Moment::of(&room.db.clock);
    let today = moment.occurred.day_in_vietnam();
    let agency = open_agency(tx, actor.tenant, &asked.agency, today).map_err(at_agency)?;
    let by = works_for(tx, actor, agency.id)?.ok_or_else(not_of_agency)?;
    let me = caller_id(tx, actor)?;
    let creator = asked.creator.or(me).ok_or_else(|| Error::invalid(vec![required("/creator")]))?;
    if Some(creator) != me && motcua_agencies::authority_in(tx, actor, agency.id, &KEEPERS)?.is_none() {
        return Err(not_of_agency().into());
    }
    if asked.creator.is_some() && !is_fit(tx, actor.tenant, creator, agency.id, today)? {
        return Err(Error::invalid(vec![unfit("/creator")]).into());
    }
    let planned = match asked.plan_entry {
        Some(entry) => Some(plans::issued_entry(tx, room, actor, agency.id, entry)?),
        None => None,
    };
    if let (Some(planned), Some(asked)) = (&planned, asked.retention) {
        plans::require_as_long(planned.retention, asked)?;
    }
    let id = new_id();
    let missing = || Error::internal("a case file beside the plan lacks a field");
    let (year, notation, title, retention) = match planned {
        Some(planned) => (
            planned.year,
            planned.notation,
            asked.title.clone().unwrap_or(planned.title),
            asked.retention.unwrap_or(planned.retention),
        ),
        None => (
            asked.started_on.year(),
            asked.notation.clone().ok_or_else(missing)?,
            asked.title.clone().ok_or_else(missing)?,
            asked.retention.ok_or_else(missing)?,
        ),
    };
    let content = Content { title, description: asked.description.clone() };
    let row = CaseFileRow {
        tenant_id: Id(actor.tenant),
        id: Id(id),
        written_agency_id: Id(agency.id),
        code: format!("{}.{year}.{notation}", agency.code),
        written_code: agency.code,
        responsible_agency_id: Id(agency.id),
        year,
        notation,
        plan_entry_id: asked.plan_entry.map(Id),
        kind: asked.kind.as_str().to_owned(),
        state: State::Open.as_str().to_owned(),
        retention_years: retention.0,
        rights: asked.rights.as_str().to_owned(),
        language: asked.language.clone(),
        content: content.seal(&room.db.vault, id)?,
        creator_officer_id: Id(creator),
        started_on: asked.started_on,
        ended_on: None,
        closed_at: None,
        closings: 0,
        document_total: 0,
        page_total: 0,
        list_sha256: None,
        due_on: None,
        remind_on: None,
        keep_back: None,
        archive_agency_id: None,
        hand_over_id: None,
        destruction_id: None,
        opened_at: At(moment.occurred.0),
        version: 1,
    };
    if !store::insert(tx, &row)? {
        return Err(Error::conflict(
            "case_file.code_taken",
            format!("Cơ quan đã mở hồ sơ mang mã {}.", row.code),
            format!("The agency has a case file with the code {}.", row.code),
        )
        .with("code", row.code)
        .into());
    }
    let stamp = Stamp::of(&by, moment);
    search::enter(tx, room, &row)?;
    store::note(tx, &room.db.vault, &row, "open", &by, &stamp, None)?;
    facts::tell(tx, &room.journal, &stamp, facts::OPENED, &row)?;
    let view = show::whole(tx, room, actor, &row)?;
    Ok(Answer::created(format!("/v1/case-files/{id}"), &view)?.version(row.version).personal())
}

/// An unknown agency is told at the field that names it.
fn at_agency(failure: Failure) -> Failure {
    let Failure::Refused(mut error) = failure else { return failure };
    for field in &mut error.fields {
        "/agency".clone_into(&mut field.pointer);
    }
    Failure::Refused(error)
}

fn not_of_agency() -> Error {
    Error::forbidden(
        "case_file.not_of_agency",
        "Chỉ cán bộ của cơ quan mới lập hồ sơ; lập thay người khác là việc của văn thư hoặc lãnh đạo.",
        "Only officers of the agency open its case files; for another officer its clerks and leaders do.",
    )
}
