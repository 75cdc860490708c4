//! What the API shows of the catalogue.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::{Error, Result, Text, Uuid};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::content::{Decision, Field, VersionContent};
use super::facts::PartsCheck;
use super::import::REFUSALS;
use super::import::store::{ImportRow, RefusalRow};
use super::life::{Abolition, Life, Suspension};
use super::national;
use super::rules::ProcedureStatus;
use super::store::{ProcedureRow, VersionHead, VersionRow, WarningRow};

/// A procedure (thủ tục hành chính) in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProcedureSummary {
    /// Id.
    pub id: Uuid,
    /// Code (mã thủ tục); a province's own procedure has the province's code behind it.
    #[schema(example = "2.002080")]
    pub code: String,
    /// Name in Vietnamese.
    pub name: String,
    /// Field (lĩnh vực); its code is empty when the source has none.
    pub field: Field,
    /// Levels that carry it out: `ministry`, `province`, `district`, `commune`, `other_body`.
    pub levels: Vec<String>,
    /// Who may ask for it: `citizen`, `enterprise`, `organisation` …
    pub audience: Vec<String>,
    /// Whether dossiers are taken here.
    pub status: ProcedureStatus,
    /// Where the current version comes from: `national`, `demo` or `local`.
    pub source: String,
    /// The current version.
    pub current_version_id: Uuid,
    /// Which version of the procedure that is, from 1.
    pub current_number: i64,
    /// First day of the next version that is published already; null when none is planned.
    pub next_version_from: Option<NaiveDate>,
    /// Why no new dossiers are taken at present; null while it is not suspended.
    pub suspension: Option<Suspension>,
    /// From when it is abolished and by which decision; null while nobody has.
    pub abolition: Option<Abolition>,
    /// Dossiers submitted in the last twelve months, counted from time to time.
    pub popularity: i64,
    /// How many warnings stand on it.
    pub warnings: i64,
}

impl ProcedureSummary {
    pub(super) fn of(row: &ProcedureRow, today: NaiveDate) -> Result<Self> {
        let life = Life::of(row)?;
        let split = |words: &str| words.split_whitespace().map(str::to_owned).collect();
        Ok(Self {
            id: row.id.0,
            code: row.code.clone(),
            name: row.name.clone(),
            field: Field { code: row.field_code.clone(), name: row.field_name.clone() },
            levels: split(&row.levels),
            audience: split(&row.audience),
            status: life.status(today),
            source: row.source.clone(),
            current_version_id: row.current_version_id.0,
            current_number: row.current_number,
            next_version_from: row.next_from,
            suspension: life.suspension,
            abolition: life.abolition,
            popularity: row.popularity,
            warnings: row.warnings,
        })
    }
}

/// A procedure with its current version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Procedure {
    /// The procedure.
    #[serde(flatten)]
    pub summary: ProcedureSummary,
    /// Its current version.
    pub version: ProcedureVersion,
}

/// A version of a procedure (phiên bản thủ tục) without what it says.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProcedureVersionSummary {
    /// Id.
    pub id: Uuid,
    /// Which version of the procedure it is, from 1.
    pub number: i64,
    /// First day on which it is in force.
    pub effective_from: NaiveDate,
    /// First day on which the next version is in force instead; null for the newest.
    pub effective_to: Option<NaiveDate>,
    /// Where it comes from: `national`, `demo` or `local`.
    pub source: String,
    /// The announcing decision (quyết định công bố); its date is null when the source has none.
    pub decision: Option<Decision>,
    /// How many warnings stand on it.
    pub warnings: i64,
    /// When it was published here.
    pub published_at: DateTime<Utc>,
    /// The import that brought it.
    pub import_id: Option<Uuid>,
}

impl ProcedureVersionSummary {
    pub(super) fn of(head: &VersionHead, effective_to: Option<NaiveDate>) -> Self {
        Self {
            id: head.id.0,
            number: head.number,
            effective_from: head.effective_from,
            effective_to,
            source: head.source.clone(),
            decision: decision(head.decision_number.as_ref(), head.decision_on),
            warnings: head.warnings,
            published_at: head.published_at.0,
            import_id: head.import_id.as_ref().map(|id| id.0),
        }
    }
}

/// A version of a procedure, whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProcedureVersion {
    /// The procedure.
    pub procedure_id: Uuid,
    /// The version.
    #[serde(flatten)]
    pub summary: ProcedureVersionSummary,
    /// Whether it has the seven parts a procedure must have.
    pub check: PartsCheck,
    /// What it says.
    #[schema(value_type = VersionContent)]
    pub content: Value,
}

impl ProcedureVersion {
    pub(super) fn of(row: VersionRow, effective_to: Option<NaiveDate>) -> Result<Self> {
        let content = super::read_content(row.content.0.clone())?;
        Ok(Self {
            procedure_id: row.procedure_id.0,
            summary: ProcedureVersionSummary {
                id: row.id.0,
                number: row.number,
                effective_from: row.effective_from,
                effective_to,
                source: row.source,
                decision: decision(row.decision_number.as_ref(), row.decision_on),
                warnings: row.warnings,
                published_at: row.published_at.0,
                import_id: row.import_id.map(|id| id.0),
            },
            check: PartsCheck::of(&content),
            content: row.content.0,
        })
    }
}

fn decision(number: Option<&String>, date: Option<NaiveDate>) -> Option<Decision> {
    Some(Decision { number: number?.clone(), date })
}

/// A remark (cảnh báo) about a version: something in its source that is missing, unclear, contradictory, or was changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProcedureWarning {
    /// Its place in the list, from 1.
    pub seq: i64,
    /// Stable code; `GET /v1/procedure-warning-codes` lists all.
    #[schema(example = "term.unit_missing")]
    pub code: String,
    /// `missing`, `unclear`, `contradiction` or `changed`.
    pub kind: String,
    /// JSON Pointer into the source's record.
    #[schema(example = "/channels/0/time_raw")]
    pub pointer: String,
    /// Other places with the same code and value.
    pub also: Vec<String>,
    /// What is wrong and what was done about it.
    pub message: Text,
    /// The value as the source writes it, at most 200 characters.
    pub value: Option<String>,
}

impl ProcedureWarning {
    pub(super) fn of(row: WarningRow) -> Result<Self> {
        Ok(Self {
            seq: row.seq,
            code: row.code,
            kind: row.kind,
            pointer: row.pointer,
            also: serde_json::from_value(row.also.0).map_err(Error::internal)?,
            message: Text::new(row.vi, row.en),
            value: row.value,
        })
    }
}

/// Every code a warning or a refusal may have.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProcedureWarningCodes {
    /// Codes of warnings, in the order of the parts of a procedure.
    pub warnings: Vec<WarningCodeView>,
    /// Codes of refusals of lines.
    pub refusals: Vec<RefusalCodeView>,
}

/// A code of a warning.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WarningCodeView {
    /// The code.
    pub code: &'static str,
    /// `missing`, `unclear`, `contradiction` or `changed`.
    #[schema(value_type = String)]
    pub kind: national::WarningKind,
    /// What it means.
    pub message: Text,
}

/// A code of a refusal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RefusalCodeView {
    /// The code.
    pub code: &'static str,
    /// What it means.
    pub message: Text,
}

impl ProcedureWarningCodes {
    pub(super) fn all() -> Self {
        let warnings = national::WARNINGS
            .iter()
            .map(|row| WarningCodeView { code: row.code, kind: row.kind, message: Text::new(row.vi, row.en) })
            .collect();
        let refusals = national::REFUSALS
            .iter()
            .chain(&REFUSALS)
            .map(|row| RefusalCodeView { code: row.code, message: Text::new(row.vi, row.en) })
            .collect();
        Self { warnings, refusals }
    }
}

/// An import of a file of procedures (lần nhập danh mục).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Import {
    /// Id.
    pub id: Uuid,
    /// Name of the file.
    pub file_name: String,
    /// Who speaks in it: `national`, `demo` or `local`; null while no line could be read.
    pub source: Option<String>,
    /// Who imported it.
    pub actor: String,
    /// `running`, `finished`, or `failed` when the file broke off. One that was killed stays `running`, and `updated_at`
    /// stands still; what it had written stays, and importing the file again completes it.
    pub state: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it last wrote lines.
    pub updated_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Lines read: the sum of the next four.
    pub lines: i64,
    /// Lines loaded as they are.
    pub loaded: i64,
    /// Lines loaded with warnings.
    pub with_warnings: i64,
    /// Lines with nothing new.
    pub unchanged: i64,
    /// Lines refused.
    pub refused: i64,
    /// How many warnings of each code stand on the lines that were not refused.
    #[schema(value_type = Object, example = json!({"term.unit_missing": 12}))]
    pub warnings_by_code: Value,
}

impl From<ImportRow> for Import {
    fn from(row: ImportRow) -> Self {
        Self {
            id: row.id.0,
            file_name: row.file_name,
            source: row.source,
            actor: row.actor,
            state: row.state,
            started_at: row.started_at.0,
            updated_at: row.updated_at.0,
            finished_at: row.finished_at.map(|at| at.0),
            lines: row.lines,
            loaded: row.loaded,
            with_warnings: row.with_warnings,
            unchanged: row.unchanged,
            refused: row.refused,
            warnings_by_code: row.warnings_by_code.0,
        }
    }
}

/// A line that an import refused.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportRefusal {
    /// Number of the line, from 1.
    pub line: i64,
    /// Stable code of the reason.
    #[schema(example = "record.not_json")]
    pub code: String,
    /// The procedure's code as written, where there is one.
    pub procedure_code: Option<String>,
    /// Why.
    pub reason: Text,
}

impl From<RefusalRow> for ImportRefusal {
    fn from(row: RefusalRow) -> Self {
        Self { line: row.line, code: row.code, procedure_code: row.procedure_code, reason: Text::new(row.vi, row.en) }
    }
}
