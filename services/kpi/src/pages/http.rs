//! Pages as answers: what their addresses take, and the policy under which a browser shows them.

use motcua_kernel::text::Language;
use motcua_web::{Reply, WebResult};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::models::{AgencyPage, IndicatorPage, OperationsPage};
use super::view::{Audience, Theme, View};
use super::{agency_page, indicator_page, operations_page};

/// Beside what every page may not do: no frame around it, no form out of it, no other base for its links.
const POLICY: &str = "frame-ancestors 'none'; form-action 'none'; base-uri 'none'";
/// A wall screen asks again no oftener than this, in seconds.
const SOONEST: u32 = 15;

/// A language of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PageLanguage {
    /// Vietnamese (tiếng Việt).
    Vi,
    /// English.
    En,
}

impl PageLanguage {
    /// The language itself.
    pub(crate) fn language(self) -> Language {
        match self {
            Self::Vi => Language::Vietnamese,
            Self::En => Language::English,
        }
    }
}

/// Colours of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PageTheme {
    /// Light (nền sáng).
    Light,
    /// Dark (nền tối).
    Dark,
}

/// What the address of every page may say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Code of the set; the usual one without it.
    #[param(example = "qd766")]
    pub set: Option<String>,
    /// The period; the one that goes on without it.
    #[param(example = "2026-11")]
    pub period: Option<String>,
    /// The language; Vietnamese without it.
    #[param(inline)]
    pub lang: Option<PageLanguage>,
    /// The colours; those of the reader's system without it.
    #[param(inline)]
    pub theme: Option<PageTheme>,
    /// For wall screens: after so many seconds the browser asks again, at least 15.
    pub refresh: Option<u32>,
}

impl PageQuery {
    /// How the page is to be shown.
    #[must_use]
    pub fn view(&self, audience: Audience) -> View {
        View {
            language: match self.lang {
                Some(PageLanguage::En) => Language::English,
                Some(PageLanguage::Vi) | None => Language::Vietnamese,
            },
            theme: match self.theme {
                Some(PageTheme::Light) => Theme::Light,
                Some(PageTheme::Dark) => Theme::Dark,
                None => Theme::System,
            },
            audience,
            set: self.set.clone(),
            period: self.period.clone(),
            agency: None,
        }
    }
}

/// The operations centre as an answer.
///
/// # Errors
/// Never in practice.
pub fn show_operations(view: &View, model: &OperationsPage, refresh: Option<u32>) -> WebResult {
    answer(operations_page(view, model), refresh)
}

/// The page of an agency as an answer.
///
/// # Errors
/// Never in practice.
pub fn show_agency(view: &View, model: &AgencyPage, refresh: Option<u32>) -> WebResult {
    answer(agency_page(view, model), refresh)
}

/// The page of an indicator as an answer.
///
/// # Errors
/// Never in practice.
pub fn show_indicator(view: &View, model: &IndicatorPage, refresh: Option<u32>) -> WebResult {
    answer(indicator_page(view, model), refresh)
}

fn answer(page: String, refresh: Option<u32>) -> WebResult {
    let reply =
        Reply::html(page)?.header("content-security-policy", POLICY)?.header("referrer-policy", "no-referrer")?;
    match refresh {
        // As a header and not in the page: who reads with a screen reader never asked for it.
        Some(seconds) => reply.header("refresh", seconds.max(SOONEST)),
        None => Ok(reply),
    }
}
