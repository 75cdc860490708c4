//! Writing a batch of lines in one transaction: look at what stands there, then insert together.

use std::collections::BTreeMap;

use motcua_db::sql::{Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, Journal, Stamp};
use motcua_kernel::{Error, Result, Uuid, new_id, text};
use serde_json::Value;

use super::RefusedLine;
use super::store::{self as import_store, Counts};
use crate::catalogue::content::VersionContent;
use crate::catalogue::facts::{PUBLISHED, Publication, PublishedFacts};
use crate::catalogue::from_national::word;
use crate::catalogue::national::Warning;
use crate::catalogue::rules::{ProcedureStatus, Source};
use crate::catalogue::store::{self, ProcedureRow, VersionRow, WarningRow};
use crate::catalogue::{local_settings, read_content};

/// Bytes of a folded name that are kept for sorting and searching: an index entry of PostgreSQL has fewer than 2,704.
const LONGEST_FOLDED: usize = 2000;

/// Lines that are written together.
pub(super) struct Batch {
    /// Who speaks; none as long as no line could be read.
    pub source: Option<Source>,
    /// How each line ends, so far as the line alone decides it.
    pub endings: Vec<Ending>,
    /// Bytes of the file read with this batch.
    pub bytes: u64,
    /// Warnings on its lines.
    pub warnings_by_code: BTreeMap<String, u64>,
}

/// How a line ends, so far as the line alone decides it.
pub(super) enum Ending {
    /// A procedure.
    Accepted(Box<Accepted>),
    /// The same as an earlier line of the file, with its warnings.
    SaidBefore(Vec<Warning>),
    /// No procedure.
    Refused(RefusedLine),
}

/// A line that is a procedure.
pub(super) struct Accepted {
    pub code: String,
    pub national_code: String,
    pub content: VersionContent,
    pub warnings: Vec<Warning>,
    pub hash: String,
}

impl Ending {
    pub(super) fn warnings(&self) -> &[Warning] {
        match self {
            Self::Accepted(accepted) => &accepted.warnings,
            Self::SaidBefore(warnings) => warnings,
            Self::Refused(_) => &[],
        }
    }
}

impl Batch {
    pub(super) fn refused(&self) -> impl Iterator<Item = &RefusedLine> {
        self.endings.iter().filter_map(|ending| match ending {
            Ending::Refused(refused) => Some(refused),
            _ => None,
        })
    }

    fn accepted(&self) -> impl Iterator<Item = &Accepted> {
        self.endings.iter().filter_map(|ending| match ending {
            Ending::Accepted(accepted) => Some(accepted.as_ref()),
            _ => None,
        })
    }

    /// Writes the batch and says how its lines ended.
    pub(super) fn write(&self, tx: &mut Conn, journal: &Journal, stamp: &Stamp, import: Uuid) -> TxResult<Counts> {
        import_store::insert_refusals(tx, stamp.tenant, import, self.refused())?;
        let mut counts = Counts {
            lines: self.endings.len() as u64,
            refused: self.refused().count() as u64,
            unchanged: self.endings.iter().filter(|ending| matches!(ending, Ending::SaidBefore(_))).count() as u64,
            ..Counts::default()
        };
        let Some(source) = self.source else { return Ok(counts) };
        let codes: Vec<&str> = self.accepted().map(|accepted| accepted.code.as_str()).collect();
        let standing = store::by_codes(tx, stamp.tenant, &codes)?;
        let ids: Vec<Id> = standing.values().map(|row| row.id.clone()).collect();
        let last_said = store::last_said(tx, stamp.tenant, &ids, source.as_str())?;
        let mut news = Vec::new();
        for accepted in self.accepted() {
            let before = standing.get(&accepted.code);
            if before.and_then(|row| last_said.get(&row.id.0)) == Some(&accepted.hash) {
                counts.unchanged += 1;
                continue;
            }
            if accepted.warnings.is_empty() {
                counts.loaded += 1;
            } else {
                counts.with_warnings += 1;
            }
            news.push((accepted, before));
        }
        publish(tx, journal, stamp, Origin { source, import }, &news)?;
        Ok(counts)
    }
}

#[derive(Clone, Copy)]
struct Origin {
    source: Source,
    import: Uuid,
}

/// Writes new versions with their warnings and tells of them.
fn publish(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    origin: Origin,
    news: &[(&Accepted, Option<&ProcedureRow>)],
) -> TxResult<()> {
    let current = news.iter().filter_map(|(_, before)| Some(before.as_ref()?.current_version_id.clone())).collect();
    let contents = store::contents(tx, stamp.tenant, current)?;
    let (mut new, mut changed, mut versions, mut warnings, mut facts) = (vec![], vec![], vec![], vec![], vec![]);
    for (accepted, before) in news {
        let content = completed(accepted, origin.source, *before, &contents)?;
        let procedure = procedure_row(stamp.tenant, accepted, &content, origin.source, *before)?;
        let version = version_row(stamp, accepted, &content, origin, &procedure)?;
        warnings.extend(warning_rows(&version, &accepted.warnings)?);
        facts.push(PublishedFacts::of(
            Publication {
                version: procedure.version,
                procedure_id: procedure.id.0,
                version_id: version.id.0,
                number: version.number,
                code: procedure.code.clone(),
                source: origin.source,
                effective_from: version.effective_from,
                published_at: version.published_at.0,
                warnings: version.warnings,
            },
            &content,
        ));
        versions.push(version);
        if before.is_some() { changed.push(procedure) } else { new.push(procedure) }
    }
    store::insert_procedures(tx, &new)?;
    for row in &changed {
        store::update_procedure(tx, row)?;
    }
    store::insert_versions(tx, &versions)?;
    store::insert_warnings(tx, &warnings)?;
    for facts in facts {
        let data = serde_json::to_value(&facts).map_err(Error::internal)?;
        let change = Change { kind: PUBLISHED, subject: facts.procedure_id, version: facts.version, data: &data };
        journal.record(tx, stamp, &change)?;
    }
    Ok(())
}

/// What the new version says: the record, and for a national one what was completed here.
fn completed(
    accepted: &Accepted,
    source: Source,
    before: Option<&ProcedureRow>,
    contents: &BTreeMap<Uuid, Value>,
) -> Result<VersionContent> {
    let mut content = accepted.content.clone();
    if source == Source::National
        && let Some(stored) = before.and_then(|row| contents.get(&row.current_version_id.0))
    {
        local_settings::keep(&mut content, &read_content(stored.clone())?);
    }
    Ok(content)
}

fn procedure_row(
    tenant: Uuid,
    accepted: &Accepted,
    content: &VersionContent,
    source: Source,
    before: Option<&ProcedureRow>,
) -> Result<ProcedureRow> {
    Ok(ProcedureRow {
        tenant_id: Id(tenant),
        id: before.map_or_else(|| Id(new_id()), |row| row.id.clone()),
        code: accepted.code.clone(),
        national_code: accepted.national_code.clone(),
        name: content.name.clone(),
        name_folded: cut(text::fold(&content.name)),
        field_code: content.field.code.clone(),
        field_name: content.field.name.clone(),
        field_folded: text::fold(&content.field.name),
        levels: words(&content.levels),
        audience: words(&content.audience),
        status: ProcedureStatus::of(content).as_str().to_owned(),
        source: source.as_str().to_owned(),
        current_version_id: Id(new_id()),
        current_number: before.map_or(0, |row| row.current_number) + 1,
        warnings: i64::try_from(accepted.warnings.len()).map_err(Error::internal)?,
        version: before.map_or(0, |row| row.version) + 1,
    })
}

fn version_row(
    stamp: &Stamp,
    accepted: &Accepted,
    content: &VersionContent,
    origin: Origin,
    procedure: &ProcedureRow,
) -> Result<VersionRow> {
    Ok(VersionRow {
        tenant_id: Id(stamp.tenant),
        id: procedure.current_version_id.clone(),
        procedure_id: procedure.id.clone(),
        number: procedure.current_number,
        effective_from: stamp.occurred.day_in_vietnam(),
        source: origin.source.as_str().to_owned(),
        decision_number: content.decision.as_ref().map(|decision| decision.number.clone()),
        decision_on: content.decision.as_ref().and_then(|decision| decision.date),
        content_hash: accepted.hash.clone(),
        warnings: procedure.warnings,
        published_at: stamp.occurred.into(),
        import_id: Some(Id(origin.import)),
        content: Json(serde_json::to_value(content).map_err(Error::internal)?),
    })
}

fn warning_rows(version: &VersionRow, warnings: &[Warning]) -> Result<Vec<WarningRow>> {
    (1..)
        .zip(warnings)
        .map(|(seq, warning)| {
            Ok(WarningRow {
                tenant_id: version.tenant_id.clone(),
                version_id: version.id.clone(),
                seq,
                code: warning.code.to_string(),
                kind: warning.kind().map(|kind| word(&kind)).transpose()?.unwrap_or_default(),
                pointer: warning.pointer.clone(),
                also: Json(serde_json::to_value(&warning.also).map_err(Error::internal)?),
                vi: warning.message.vi.to_string(),
                en: warning.message.en.to_string(),
                value: warning.value.clone(),
            })
        })
        .collect()
}

/// Words, each with a blank on both sides, so that one can be found among them.
fn words(list: &[String]) -> String {
    if list.is_empty() { String::new() } else { format!(" {} ", list.join(" ")) }
}

fn cut(mut folded: String) -> String {
    folded.truncate(folded.floor_char_boundary(LONGEST_FOLDED));
    folded
}
