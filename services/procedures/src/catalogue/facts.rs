//! What the event of a published version tells: everything the indicators on publishing need (Decision 766/QĐ-TTg, 1.1
//! to 1.3: announced in time, complete, offered online).

use chrono::{DateTime, NaiveDate, Utc};
use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::content::{Channel, Decision, Field, VersionContent};
use super::life::{Abolition, Life, Suspension};
use super::national::RequiredPart;
use super::rules::{self, ProcedureStatus, Source};
use super::store::ProcedureRow;

/// A version was published.
pub const PUBLISHED: EventKind = EventKind { name: "procedure.published.v1", subject: "procedures" };

/// No new dossiers are taken for the time being.
pub const SUSPENDED: EventKind = EventKind { name: "procedure.suspended.v1", subject: "procedures" };
/// A suspension ended, or an abolition was withdrawn before its day.
pub const RESUMED: EventKind = EventKind { name: "procedure.resumed.v1", subject: "procedures" };
/// It was abolished, from a day that may be still to come.
pub const ABOLISHED: EventKind = EventKind { name: "procedure.abolished.v1", subject: "procedures" };

/// An event is below 20 kB whatever a source calls a procedure.
const LONGEST_TEXT: usize = 1000;

/// A version of a procedure as it was published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublishedFacts {
    /// The version of the procedure's row these facts belong to; later facts have a higher one.
    pub version: i64,
    /// The procedure.
    pub procedure_id: Uuid,
    /// The version.
    pub version_id: Uuid,
    /// Which version of the procedure it is, from 1.
    pub number: i64,
    /// Code of the procedure.
    pub code: String,
    /// Name, at most 1,000 characters.
    pub name: String,
    /// Field; its code is empty when the source has none.
    pub field: Field,
    /// Whether dossiers are taken in the province.
    pub status: ProcedureStatus,
    /// Where it comes from.
    pub source: Source,
    /// First day on which it is in force.
    pub effective_from: NaiveDate,
    /// When it was published here.
    pub published_at: DateTime<Utc>,
    /// The announcing decision, when the source has one; its date is null when the source has none.
    pub decision: Option<Decision>,
    /// The latest day on which one of its legal bases takes effect, of those whose day is known.
    pub bases_effective_on: Option<NaiveDate>,
    /// The seven parts.
    pub check: PartsCheck,
    /// Levels that carry it out.
    pub levels: Vec<String>,
    /// Channels it is offered on.
    pub channels: Vec<Channel>,
    /// `full`, `partial`, or null when nobody has said.
    pub service_level: Option<String>,
    /// Why it is only partial.
    pub partial_reason: Option<String>,
    /// Whether some channel asks for money.
    pub has_fee: bool,
    /// Whether it ends with a paper.
    pub returns_paper: bool,
    /// How proactive the service is, 1 to 4; null when nobody has said.
    pub proactive_level: Option<u8>,
    /// Who may ask for it; absent in events of before it was told.
    #[serde(default)]
    pub audience: Vec<String>,
    /// Databases it is connected to, by code.
    pub connected_databases: Vec<String>,
    /// How many remarks stand on it.
    pub warnings: i64,
}

/// Where a published procedure stands after it was suspended, resumed or abolished.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LifeFacts {
    /// The version of the procedure's row these facts belong to; later facts have a higher one.
    pub version: i64,
    /// The procedure.
    pub procedure_id: Uuid,
    /// The version that it shows.
    pub version_id: Uuid,
    /// Code of the procedure.
    pub code: String,
    /// Name, at most 1,000 characters.
    pub name: String,
    /// Field; its code is empty when the source has none.
    pub field: Field,
    /// Levels that carry it out.
    pub levels: Vec<String>,
    /// Whether dossiers are taken, on the day of the event.
    pub status: ProcedureStatus,
    /// Why not for the time being; null when they are.
    pub suspension: Option<Suspension>,
    /// From when and by which decision it is abolished; null when it is not. The day its legal basis takes effect counts
    /// for announcing in time.
    pub abolition: Option<Abolition>,
}

impl LifeFacts {
    pub(super) fn of(row: &ProcedureRow, life: &Life, today: NaiveDate) -> Self {
        Self {
            version: row.version,
            procedure_id: row.id.0,
            version_id: row.current_version_id.0,
            code: row.code.clone(),
            name: cut(&row.name),
            field: Field { code: cut(&row.field_code), name: cut(&row.field_name) },
            levels: row.levels.split_whitespace().map(str::to_owned).collect(),
            status: life.status(today),
            suspension: life.suspension.clone(),
            abolition: life.abolition.clone(),
        }
    }
}

/// Whether the seven parts are there (Decree 63/2010/NĐ-CP, article 8.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartsCheck {
    /// All of them.
    pub complete: bool,
    /// Those that are not.
    #[schema(value_type = Vec<String>, example = json!(["steps"]))]
    pub missing: Vec<RequiredPart>,
}

impl PartsCheck {
    /// The check of a content.
    #[must_use]
    pub fn of(content: &VersionContent) -> Self {
        let missing = rules::missing_parts(content);
        Self { complete: missing.is_empty(), missing }
    }
}

/// What of the facts does not follow from the content.
pub(super) struct Publication {
    pub version: i64,
    pub procedure_id: Uuid,
    pub version_id: Uuid,
    pub number: i64,
    pub code: String,
    pub source: Source,
    pub effective_from: NaiveDate,
    pub published_at: DateTime<Utc>,
    pub warnings: i64,
}

impl PublishedFacts {
    pub(super) fn of(publication: Publication, content: &VersionContent) -> Self {
        Self {
            version: publication.version,
            procedure_id: publication.procedure_id,
            version_id: publication.version_id,
            number: publication.number,
            code: publication.code,
            name: cut(&content.name),
            field: Field { code: cut(&content.field.code), name: cut(&content.field.name) },
            status: ProcedureStatus::of(content),
            source: publication.source,
            effective_from: publication.effective_from,
            published_at: publication.published_at,
            decision: content.decision.as_ref().map(|decision| Decision { number: cut(&decision.number), ..*decision }),
            bases_effective_on: rules::bases_effective_on(content),
            check: PartsCheck::of(content),
            levels: content.levels.clone(),
            channels: content.channels.iter().map(|rule| rule.channel).collect(),
            service_level: content.service_level.clone(),
            partial_reason: content.partial_reason.clone(),
            has_fee: rules::has_fee(content),
            returns_paper: !content.results.is_empty(),
            proactive_level: content.proactive_level,
            audience: content.audience.clone(),
            connected_databases: content.connected_databases.clone(),
            warnings: publication.warnings,
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}
