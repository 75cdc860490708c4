//! From a content to the rows of a new version: what an import and an officer's publication have in common.

use chrono::NaiveDate;
use motcua_db::sql::{Id, Json};
use motcua_journal::Stamp;
use motcua_kernel::{Error, Result, Uuid, new_id, text};

use super::content::{AgencyRule, VersionContent};
use super::facts::{Publication, PublishedFacts};
use super::life::Life;
use super::national::procedure_code;
use super::rules::{ProcedureStatus, Source};
use super::store::{ProcedureRow, VersionRow};

/// Bytes of a folded name that are kept for sorting and searching: an index entry of PostgreSQL has fewer than 2,704.
const LONGEST_FOLDED: usize = 2000;

/// A version that is about to be written.
pub(super) struct NewVersion<'a> {
    pub procedure_id: Uuid,
    pub code: &'a str,
    pub content: &'a VersionContent,
    pub source: Source,
    /// Hash of what the source said.
    pub hash: String,
    pub warnings: i64,
    pub effective_from: NaiveDate,
    pub import: Option<Uuid>,
}

/// The procedure with its new version, and what is told of it. A version that begins on a later day only waits: the
/// procedure goes on showing the one before, unless there is none.
pub(super) fn rows(
    stamp: &Stamp,
    new: &NewVersion<'_>,
    before: Option<&ProcedureRow>,
) -> Result<(ProcedureRow, VersionRow, PublishedFacts)> {
    let today = stamp.occurred.day_in_vietnam();
    let mut procedure = match before {
        Some(row) => row.clone(),
        None => blank(stamp.tenant, new)?,
    };
    procedure.version += 1;
    procedure.last_number += 1;
    let version = version_row(stamp, new, procedure.last_number)?;
    if before.is_some() && new.effective_from > today {
        let planned = procedure.next_from.map_or(new.effective_from, |next| next.min(new.effective_from));
        procedure.next_from = Some(planned);
    } else {
        show(&mut procedure, &version, new.content);
    }
    let mut facts = PublishedFacts::of(
        Publication {
            version: procedure.version,
            procedure_id: procedure.id.0,
            version_id: version.id.0,
            number: version.number,
            code: procedure.code.clone(),
            source: new.source,
            effective_from: version.effective_from,
            published_at: version.published_at.0,
            warnings: version.warnings,
        },
        new.content,
    );
    let life = Life::of(&ProcedureRow { status: facts.status.as_str().to_owned(), ..procedure.clone() })?;
    facts.status = life.status(today);
    Ok((procedure, version, facts))
}

fn blank(tenant: Uuid, new: &NewVersion<'_>) -> Result<ProcedureRow> {
    let national_code = procedure_code::parse(new.code)
        .ok_or_else(|| Error::internal(format!("{} was taken for a procedure code", new.code)))?
        .national;
    Ok(ProcedureRow {
        tenant_id: Id(tenant),
        id: Id(new.procedure_id),
        code: new.code.to_owned(),
        national_code,
        name: String::new(),
        name_folded: String::new(),
        field_code: String::new(),
        field_name: String::new(),
        field_folded: String::new(),
        levels: String::new(),
        audience: String::new(),
        competent_code: String::new(),
        issuing_code: String::new(),
        status: String::new(),
        source: String::new(),
        current_version_id: Id(Uuid::nil()),
        current_number: 0,
        last_number: 0,
        next_from: None,
        warnings: 0,
        suspension: None,
        abolition: None,
        abolished_from: None,
        popularity: 0,
        version: 0,
    })
}

/// Makes a version the one that a procedure shows.
pub(super) fn show(procedure: &mut ProcedureRow, version: &VersionRow, content: &VersionContent) {
    let named = |rule: &AgencyRule| rule.named().unwrap_or_default().to_owned();
    procedure.name.clone_from(&content.name);
    procedure.name_folded = cut(text::fold(&content.name));
    procedure.field_code.clone_from(&content.field.code);
    procedure.field_name.clone_from(&content.field.name);
    procedure.field_folded = text::fold(&content.field.name);
    procedure.levels = words(&content.levels);
    procedure.audience = words(&content.audience);
    procedure.competent_code = named(&content.competent);
    procedure.issuing_code = named(&content.issuing);
    ProcedureStatus::of(content).as_str().clone_into(&mut procedure.status);
    procedure.source.clone_from(&version.source);
    procedure.current_version_id = version.id.clone();
    procedure.current_number = version.number;
    procedure.warnings = version.warnings;
}

fn version_row(stamp: &Stamp, new: &NewVersion<'_>, number: i64) -> Result<VersionRow> {
    let decision = new.content.decision.as_ref();
    Ok(VersionRow {
        tenant_id: Id(stamp.tenant),
        id: Id(new_id()),
        procedure_id: Id(new.procedure_id),
        number,
        effective_from: new.effective_from,
        source: new.source.as_str().to_owned(),
        decision_number: decision.map(|decision| decision.number.clone()),
        decision_on: decision.and_then(|decision| decision.date),
        content_hash: new.hash.clone(),
        warnings: new.warnings,
        published_at: stamp.occurred.into(),
        import_id: new.import.map(Id),
        content: Json(serde_json::to_value(new.content).map_err(Error::internal)?),
    })
}

/// Words, each with a blank on both sides, so that one can be found among them.
fn words(list: &[String]) -> String {
    if list.is_empty() { String::new() } else { format!(" {} ", list.join(" ")) }
}

fn cut(mut folded: String) -> String {
    folded.truncate(folded.floor_char_boundary(LONGEST_FOLDED));
    folded
}
