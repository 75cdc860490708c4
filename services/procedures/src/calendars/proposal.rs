//! A change as it is asked for, and everything that is wrong with it.

use chrono::NaiveDate;
use motcua_calendars::{View, YearTable};
use motcua_clock::{
    AgencyException, Calendar, CalendarFault, ExceptionProblem, LineFault, OfficeHours, OfficeHoursError, OfficeSession,
};
use motcua_kernel::text::says_something;
use motcua_kernel::{FieldError, Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::exceptions::CreateCalendarException;
use super::office_hours::UpdateOfficeHours;
use super::years::UpdateCalendarYear;

/// The most special days of a year.
const MOST_DAYS: usize = 100;
/// The longest name, reason or source.
const LONGEST_TEXT: usize = 500;
/// The longest note.
const LONGEST_NOTE: usize = 2000;

/// What is to be changed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proposal {
    /// Decree the days off of a year, in place of what stood there.
    Year {
        /// The year.
        #[schema(example = 2027)]
        year: i32,
        /// All of it.
        table: UpdateCalendarYear,
    },
    /// Make a day of an agency another one.
    Exception {
        /// The agency, with all below it.
        agency_id: Uuid,
        /// The exception.
        exception: CreateCalendarException,
    },
    /// Take an exception back.
    Revocation {
        /// The exception.
        exception_id: Uuid,
        /// The decision (văn bản), 1 to 500 characters.
        source: String,
    },
    /// Give an agency other office hours.
    OfficeHours {
        /// The agency, with all below it that have none of their own.
        agency_id: Uuid,
        /// The hours.
        hours: UpdateOfficeHours,
    },
}

impl Proposal {
    /// The word for its kind.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Year { .. } => "year",
            Self::Exception { .. } => "exception",
            Self::Revocation { .. } => "revocation",
            Self::OfficeHours { .. } => "office_hours",
        }
    }

    /// The decree it comes from.
    pub(super) fn source(&self) -> &str {
        match self {
            Self::Year { table, .. } => &table.source,
            Self::Exception { exception, .. } => &exception.source,
            Self::Revocation { source, .. } => source,
            Self::OfficeHours { hours, .. } => &hours.source,
        }
    }
}

/// The table of a year, or everything that is wrong with it, with pointers into what was sent; also where it does not fit
/// the other years of the calendar.
pub(super) fn year_table(
    year: i32,
    sent: &UpdateCalendarYear,
    national: &Calendar,
) -> Result<YearTable, Vec<FieldError>> {
    let table = sent.table(year);
    let mut faults = Vec::new();
    for (field, text) in [("name_vi", &sent.name_vi), ("name_en", &sent.name_en), ("source", &sent.source)] {
        if !says_something(text) {
            faults.push(fault(format!("/{field}"), &CalendarFault::EmptyField(field)));
        }
        faults.extend(too_long(format!("/{field}"), text, LONGEST_TEXT));
    }
    faults.extend(too_long("/note".to_owned(), &sent.note, LONGEST_NOTE));
    if sent.days.len() > MOST_DAYS {
        let text = Text::new("Một năm có nhiều nhất 100 ngày đặc biệt.", "A year has at most 100 special days.");
        faults.push(FieldError::new("/days", "max_items", text));
        return Err(faults);
    }
    for (at, day) in sent.days.iter().enumerate() {
        for (field, text) in [("name_vi", &day.name_vi), ("name_en", &day.name_en), ("source", &day.source)] {
            faults.extend(too_long(format!("/days/{at}/{field}"), text, LONGEST_TEXT));
        }
        faults.extend(too_long(format!("/days/{at}/note"), &day.note, LONGEST_NOTE));
    }
    match Calendar::from_entries(vec![table.year.clone()], table.days.clone()) {
        Ok(newer) => {
            faults.extend(national.pairs_broken_by(&newer).iter().map(|(date, wrong)| unpaired(sent, *date, wrong)));
        }
        Err(error) => faults.extend(error.faults.iter().map(placed)),
    }
    if faults.is_empty() { Ok(table) } else { Err(faults) }
}

/// A fault of an entry with its place: the year is line 1, the days follow.
fn placed(line: &LineFault) -> FieldError {
    let Some(at) = line.line.checked_sub(2) else { return fault(String::new(), &line.fault) };
    let field = match &line.fault {
        CalendarFault::EmptyField(field) => field,
        CalendarFault::LinkedDateNotWanted(_)
        | CalendarFault::LinkedDateMissing(_)
        | CalendarFault::WrongPair { .. } => "linked_date",
        _ => "date",
    };
    fault(format!("/days/{at}/{field}"), &line.fault)
}

/// An entry whose other half is missing: of the year that was sent, or of another one that names a day of it.
fn unpaired(sent: &UpdateCalendarYear, date: NaiveDate, wrong: &CalendarFault) -> FieldError {
    if let Some(at) = sent.days.iter().position(|day| day.date == date) {
        return fault(format!("/days/{at}/linked_date"), wrong);
    }
    let text = Text::new(
        format!("Bảng của năm khác có ngày {date} liên kết với năm này: {}.", wrong.vi()),
        format!("The table of another year has {date}, which names a day of this one: {wrong}."),
    );
    FieldError::new("/days", wrong.code(), text)
}

fn fault(pointer: String, fault: &CalendarFault) -> FieldError {
    FieldError::new(pointer, fault.code(), Text::new(format!("{}.", fault.vi()), format!("{fault}.")))
}

fn too_long(pointer: String, text: &str, most: usize) -> Option<FieldError> {
    (text.chars().count() > most).then(|| {
        let text = Text::new(format!("Nhiều nhất {most} ký tự."), format!("At most {most} characters."));
        FieldError::new(pointer, "max_length", text)
    })
}

/// What is wrong with a source alone.
pub(super) fn source_faults(source: &str) -> Vec<FieldError> {
    let mut faults: Vec<FieldError> = too_long("/source".to_owned(), source, LONGEST_TEXT).into_iter().collect();
    if !says_something(source) {
        faults.push(fault("/source".to_owned(), &CalendarFault::EmptyField("source")));
    }
    faults
}

/// What is wrong with an exception, over what holds at its agency without it. One that changes nothing there is nearly
/// always a wrong date, and one of less work adds none to a national day off.
pub(super) fn exception_faults(
    exception: &AgencyException,
    national: &Calendar,
    view: &View,
    has_one: bool,
) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut wrong = |field: &str, problem: ExceptionProblem| {
        let text = Text::new(format!("{}.", problem.vi()), format!("{problem}."));
        faults.push(FieldError::new(format!("/{field}"), problem.code(), text));
    };
    let texts =
        [("reason_vi", &exception.reason_vi), ("reason_en", &exception.reason_en), ("source", &exception.source)];
    for (field, text) in texts {
        if !says_something(text) {
            wrong(field, ExceptionProblem::EmptyField(field));
        }
    }
    let makes = national.worked_part(exception.date).map(|part| exception.kind.over(part).part());
    match (makes, view.calendar.worked_part(exception.date)) {
        (Err(_), _) | (_, Err(_)) => wrong("date", ExceptionProblem::YearNotCovered),
        (Ok(_), Ok(_)) if has_one => wrong("date", ExceptionProblem::Twice),
        (Ok(makes), Ok(holds)) if makes == holds => wrong("kind", ExceptionProblem::ChangesNothing),
        (Ok(_), Ok(_)) => {}
    }
    for (field, text) in texts {
        faults.extend(too_long(format!("/{field}"), text, LONGEST_TEXT));
    }
    faults
}

/// Office hours of sessions, or what is wrong with them; none for none.
pub(super) fn office_hours(sent: &UpdateOfficeHours) -> Result<Option<OfficeHours>, Vec<FieldError>> {
    let mut faults = source_faults(&sent.source);
    let sessions = sent.sessions.as_ref().map(|sessions| {
        sessions.iter().map(|session| OfficeSession { opens: session.opens, closes: session.closes }).collect()
    });
    match sessions.map(OfficeHours::new).transpose() {
        Ok(hours) if faults.is_empty() => Ok(hours),
        Ok(_) => Err(faults),
        Err(error) => {
            let (code, vi) = match error {
                OfficeHoursError::NoSession => ("office_hours.no_session", "Cần ít nhất một buổi làm việc.".to_owned()),
                OfficeHoursError::ClosesBeforeOpening { opens, closes } => (
                    "office_hours.closes_before_opening",
                    format!("Buổi bắt đầu lúc {opens} kết thúc lúc {closes}, không muộn hơn."),
                ),
                OfficeHoursError::Overlap { opens, previous_closes } => (
                    "office_hours.overlap",
                    format!("Buổi bắt đầu lúc {opens} trước khi buổi trước kết thúc lúc {previous_closes}."),
                ),
            };
            faults.push(FieldError::new("/sessions", code, Text::new(vi, format!("{error}."))));
            Err(faults)
        }
    }
}
