//! The API of reports.

use actix_web::get;
use actix_web::web::Data;
use motcua_kernel::Error;
use motcua_web::{Read, Reply, WebResult};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::ops::{self, Form06};
use super::rules::Period;
use super::{register, sheet};
use crate::dossiers::Dossiers;
use crate::papers::pdf;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Of which agency, when, and as what.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Form06Query {
    /// The agency, by code or id, with everything below it.
    #[param(example = "H50")]
    pub agency: String,
    /// `2026-11` (a month), `2026-Q1` (a reporting quarter, 15 December to 14 March), `2026` (a reporting year, 15
    /// December to 14 December), or `2026-01-01..2026-01-31` (any days, both included).
    #[param(example = "2026-Q4")]
    pub period: String,
    /// As what; JSON when absent.
    #[param(inline)]
    pub format: Option<ReportFormat>,
}

/// How a report is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// JSON.
    Json,
    /// A sheet for a spreadsheet program (XLSX).
    Xlsx,
}

/// Report how dossiers were received and solved
///
/// The periodic report Biểu 06/VPCP/KSTT of an agency with everything below it: by field, with (1) = (5) + (9), (5) = (6)
/// + (7) + (8) and (9) = (10) + (11). What was turned down, stopped or withdrawn after receipt counts as solved, by the
/// instant of its end; what waits for the applicant counts as in term.
#[utoipa::path(
    operation_id = "get_form_06",
    tag = "reports",
    params(Form06Query),
    responses((status = 200, description = "The report.", content(
        (Form06 = "application/json"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["procedures:reports:read"]))
)]
#[get("/reports/form-06")]
pub(crate) async fn get_form_06(room: Data<Dossiers>, request: Read<Form06Query>) -> WebResult {
    let Read { actor, query } = request;
    let period = Period::parse(&query.period)?;
    let report = ops::form_06(&room, actor, query.agency, period).await?;
    match query.format {
        None | Some(ReportFormat::Json) => Reply::object(&report, None, false),
        Some(ReportFormat::Xlsx) => {
            let name = format!("bieu-06-{}-{}.xlsx", report.agency.code, query.period.replace("..", "-"));
            Reply::file(&name, XLSX, sheet::form_06(&report)?)
        }
    }
}

/// Of which agency, when, and as what.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegisterQuery {
    /// The receiving agency, by code or id, with everything below it.
    #[param(example = "H50.12")]
    pub agency: String,
    /// As of a report: `2026-11`, `2026-Q1`, `2026` or `2026-01-01..2026-01-31`.
    #[param(example = "2026-11")]
    pub period: String,
    /// As what; JSON when absent.
    #[param(inline)]
    pub format: Option<RegisterFormat>,
}

/// How a register is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegisterFormat {
    /// Its facts.
    Json,
    /// A page to print.
    Html,
    /// A sheet for a spreadsheet program.
    Xlsx,
    /// PDF/A, where the service was built with it; 501 otherwise.
    Pdf,
}

/// Read the register of dossiers
///
/// Form 07 of the set: what an agency and those below it received in a period, with names, at most 5,000 rows. Carries
/// personal data: the reading is kept in the read audit.
#[utoipa::path(
    operation_id = "get_register",
    tag = "reports",
    params(RegisterQuery),
    responses(
        (status = 200, description = "The register.", content(
            (motcua_paper::Form = "application/json"),
            (String = "text/html"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )),
        (status = 501, description = "`form.no_pdf`: the service was built without PDF.")
    ),
    security(("bearer" = ["procedures:reports:read", "procedures:dossiers:read"]))
)]
#[get("/reports/register")]
pub(crate) async fn get_register(room: Data<Dossiers>, request: Read<RegisterQuery>) -> WebResult {
    let Read { actor, query } = request;
    let period = Period::parse(&query.period)?;
    let (form, subjects) = register::register(&room, actor.clone(), query.agency, period).await?;
    if !subjects.is_empty() {
        crate::audit::personal_read(&room.db, &actor, "get_register", subjects).await?;
    }
    match query.format {
        None | Some(RegisterFormat::Json) => Reply::object(&form, None, true),
        Some(RegisterFormat::Html) => Reply::html(motcua_paper::html(&form)).map(Reply::personal),
        Some(RegisterFormat::Xlsx) => {
            let name = format!("so-theo-doi-{}.xlsx", query.period.replace("..", "-"));
            Reply::file(&name, XLSX, sheet::register(&form)?).map(Reply::personal)
        }
        Some(RegisterFormat::Pdf) => {
            let name = format!("so-theo-doi-{}.pdf", query.period.replace("..", "-"));
            let now = room.db.clock.business().0;
            let file = tokio::task::spawn_blocking(move || pdf::print(&form, now)).await.map_err(Error::internal)??;
            Reply::file(&name, "application/pdf", file).map(Reply::personal)
        }
    }
}
