//! Figures as the API shows them.

use chrono::{DateTime, Utc};
use motcua_agencies::Named;
use motcua_kernel::{Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{CountedBy, Counts, Figure, Rate};
use super::store::Extent;

/// The figures (số liệu giải quyết hồ sơ) of an agency in a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DossierFigures {
    /// The agency that stands for the one asked for today: successions are followed.
    pub agency: Named,
    /// Whether everything below the agency is counted as well.
    pub with_below: bool,
    /// The month, from midnight to midnight in Vietnam.
    #[schema(example = "2026-11")]
    pub month: String,
    /// Which of a dossier's agencies it is counted for.
    pub by: CountedBy,
    /// The figures.
    pub figures: Figures,
    /// Everything that happened until this instant is in the figures.
    pub data_as_of: DateTime<Utc>,
}

/// The figures themselves. `finished` is `on_time` + `late` + `no_due_date`; `received` counts other dossiers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figures {
    /// Received in the month (tiếp nhận): by the instant of receipt, whatever became of them later.
    pub received: FigureValue,
    /// Finished with a result in the month (đã giải quyết), whenever they were received.
    pub finished: FigureValue,
    /// Of the finished, those not after their due instant (đúng hạn, gồm trước hạn), as Decision 766/QĐ-TTg compares.
    pub on_time: FigureValue,
    /// Of the finished, those after their due instant (quá hạn).
    pub late: FigureValue,
    /// Of the finished, those without a due instant: neither on time nor late.
    pub no_due_date: FigureValue,
    /// On time of those that were on time or late (tỷ lệ đúng hạn).
    pub on_time_rate: RateView,
}

/// A figure and where the dossiers behind it are listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureValue {
    /// How many dossiers.
    #[schema(minimum = 0)]
    pub value: i64,
    /// Path of the list of these dossiers: it has exactly as many entries.
    #[schema(
        example = "/v1/dossier-figures/records?agency=under:019aa5c2-7b1e-7c44-9d0a-5b8f2f0c6a11&month=2026-11&by=competent&figure=late"
    )]
    pub records: String,
}

/// A rate with its parts: over several agencies parts are summed, never rates averaged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RateView {
    /// On time.
    #[schema(minimum = 0, example = 2)]
    pub numerator: i64,
    /// On time or late.
    #[schema(minimum = 0, example = 3)]
    pub denominator: i64,
    /// Per cent with two decimals, rounded half up; `null` when the denominator is 0, because that is not 0 %.
    #[schema(minimum = 0, maximum = 100, example = 66.67)]
    pub percent: Option<f64>,
}

impl From<Rate> for RateView {
    fn from(rate: Rate) -> Self {
        Self { numerator: rate.numerator, denominator: rate.denominator, percent: rate.percent() }
    }
}

impl Figures {
    /// The figures of an extent, with links to their records.
    pub(super) fn new(counts: &Counts, extent: &Extent) -> Self {
        let value = |figure: Figure| FigureValue { value: counts.of(figure), records: records_link(extent, figure) };
        Self {
            received: value(Figure::Received),
            finished: value(Figure::Finished),
            on_time: value(Figure::OnTime),
            late: value(Figure::Late),
            no_due_date: value(Figure::NoDueDate),
            on_time_rate: counts.on_time_rate().into(),
        }
    }
}

/// By id and not by code: a code may mean another agency tomorrow.
fn records_link(extent: &Extent, figure: Figure) -> String {
    let under = if extent.with_below { "under:" } else { "" };
    let Extent { agency, by, month, .. } = extent;
    let (by, figure) = (by.as_str(), figure.as_str());
    format!("/v1/dossier-figures/records?agency={under}{agency}&month={month}&by={by}&figure={figure}")
}

/// The figures of an agency and of each one directly below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DossierFigureBreakdown {
    /// The agency and everything below it: the sum of all the following.
    #[serde(flatten)]
    pub total: DossierFigures,
    /// What the agency does itself.
    pub own: Figures,
    /// The agencies directly below it, each with everything below it, in the order of their codes. Closed ones only when
    /// something is still theirs.
    pub children: Vec<ChildFigures>,
}

/// The figures of an agency directly below, with everything below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChildFigures {
    /// The agency.
    pub agency: Named,
    /// Its figures.
    pub figures: Figures,
}

/// A dossier behind a figure: facts that name no person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DossierRecord {
    /// Id of the dossier in the service of procedures.
    pub dossier_id: Uuid,
    /// Dossier code (mã hồ sơ).
    #[schema(example = "H50.12-261121-0001")]
    pub code: Option<String>,
    /// Code of the procedure.
    #[schema(example = "2.002080")]
    pub procedure_code: String,
    /// Name of the procedure.
    pub procedure_name: String,
    /// National state now (`TrangThaiHoSo`), 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    pub national_state: i32,
    /// Received it (nơi tiếp nhận).
    pub receiving: RecordAgency,
    /// Decides it (cơ quan có thẩm quyền).
    pub competent: RecordAgency,
    /// When it was received.
    pub received_at: Option<DateTime<Utc>>,
    /// When it was due (hẹn trả).
    pub due_at: Option<DateTime<Utc>>,
    /// When processing ended with a result.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why the figure counts it.
    pub reason: CountingReason,
}

/// An agency of a dossier: responsible now, and as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordAgency {
    /// The agency responsible now.
    #[serde(flatten)]
    pub now: Named,
    /// The code the dossier was written with; a succession does not change it.
    #[schema(example = "H50.12")]
    pub written_code: String,
}

/// Why a figure counts a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CountingReason {
    /// Stable code.
    #[schema(example = "finished_by_due")]
    pub code: String,
    /// For people.
    pub text: Text,
}
