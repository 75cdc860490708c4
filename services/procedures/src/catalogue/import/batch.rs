//! Writing a batch of lines in one transaction: look at what stands there, then insert together.

use std::collections::BTreeMap;

use motcua_db::sql::{Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, Journal, Stamp};
use motcua_kernel::{Error, Result, Uuid, new_id};
use serde_json::Value;

use super::RefusedLine;
use super::store::{self as import_store, Counts};
use crate::catalogue::content::VersionContent;
use crate::catalogue::facts::PUBLISHED;
use crate::catalogue::from_national::word;
use crate::catalogue::life::Life;
use crate::catalogue::national::{Warning, WarningCode};
use crate::catalogue::publishing::{self, NewVersion};
use crate::catalogue::rules::Source;
use crate::catalogue::store::{self, ProcedureRow, VersionRow, WarningRow};
use crate::catalogue::{local_settings, read_content};

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
            if remarks(accepted, before, stamp)?.is_empty() {
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
        let remarks = remarks(accepted, *before, stamp)?;
        let (procedure, version, told) = publishing::rows(
            stamp,
            &NewVersion {
                procedure_id: before.map_or_else(new_id, |row| row.id.0),
                code: &accepted.code,
                content: &content,
                source: origin.source,
                hash: accepted.hash.clone(),
                warnings: i64::try_from(remarks.len()).map_err(Error::internal)?,
                effective_from: stamp.occurred.day_in_vietnam(),
                import: Some(origin.import),
            },
            *before,
        )?;
        warnings.extend(warning_rows(&version, &remarks)?);
        facts.push(told);
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

/// The line's warnings, and what our own decisions add: a source that goes on telling of a procedure we have abolished, or
/// for which we have planned a version, changes neither.
fn remarks(accepted: &Accepted, before: Option<&ProcedureRow>, stamp: &Stamp) -> Result<Vec<Warning>> {
    let mut remarks = accepted.warnings.clone();
    let Some(row) = before else { return Ok(remarks) };
    let today = stamp.occurred.day_in_vietnam();
    if let Some(abolition) = Life::of(row)?.abolished(today) {
        remarks.push(Warning::of(WarningCode::RecordAbolishedHere, Some(&abolition.decision.number)));
    }
    if let Some(day) = row.next_from {
        remarks.push(Warning::of(WarningCode::RecordVersionPlanned, Some(&day.to_string())));
    }
    Ok(remarks)
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
