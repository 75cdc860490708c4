//! The API of notices.

use actix_web::get;
use actix_web::web::Data;
use motcua_kernel::filter::Filter;
use motcua_kernel::{Page, Result, Uuid};
use motcua_web::{List, PageQuery, Reply, WebResult};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::notices::{self, Narrow, Notice};
use super::rules::TimerKind;
use crate::dossiers::Dossiers;

/// What a list of notices is narrowed to.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoticesQuery {
    /// The clock, one or `in:` several.
    #[param(example = "in:apology,overdue")]
    pub kind: Option<String>,
    /// The dossier.
    pub dossier: Option<Uuid>,
    /// `me`: only those of dossiers the caller works on.
    #[param(inline)]
    pub officer: Option<NoticeOfficer>,
}

/// Whose notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeOfficer {
    /// The caller's.
    Me,
}

/// List notices
///
/// That clocks of dossiers have passed, for the roles the calling officer holds in their agencies, the newest first: the
/// desk hears of new online dossiers and of checks that were missed, processors of apologies and overdue dossiers,
/// approvers and leaders of what stays overdue.
#[utoipa::path(
    operation_id = "list_notices",
    tag = "notices",
    params(NoticesQuery, PageQuery),
    responses((status = 200, description = "A page of notices.", body = Page<Notice>)),
    security(("bearer" = ["procedures:dossiers:read"]))
)]
#[get("/notices")]
pub(crate) async fn list_notices(room: Data<Dossiers>, request: List<NoticesQuery>) -> WebResult {
    let List { actor, query, page } = request;
    let narrow = Narrow {
        kinds: kinds(query.kind.as_deref())?,
        dossier: query.dossier,
        mine: query.officer == Some(NoticeOfficer::Me),
    };
    Reply::page(&notices::list(&room, actor, narrow, page).await?)
}

fn kinds(text: Option<&str>) -> Result<Vec<String>> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let words = match Filter::parse("kind", text)? {
        Filter::Is(word) => vec![word],
        Filter::In(words) => words,
        _ => return Err(Filter::refuse("kind", text)),
    };
    if words.iter().any(|word| TimerKind::from_word(word).is_none()) {
        return Err(Filter::refuse("kind", text));
    }
    Ok(words)
}
