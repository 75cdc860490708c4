//! The members of a line, read strictly.

use chrono::NaiveDate;
use motcua_clock::{ClockRule, Term};
use serde::Deserialize;
use serde_json::Value;

use crate::catalogue::content::{AgencyRule, Channel, Collection, DigitisationGround, LinkedStep};
use crate::catalogue::national::{Audience, Level};

/// One line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    pub code: String,
    pub name: String,
    #[serde(default)]
    pub name_en: Option<String>,
    pub field: FieldRecord,
    pub level: Levels,
    pub audience: Vec<Audience>,
    #[serde(default)]
    pub decision: Option<DecisionRecord>,
    pub legal_bases: Vec<Basis>,
    pub channels: Vec<Rule>,
    pub components: Vec<Paper>,
    pub results: Vec<ResultRecord>,
    pub agencies: Agencies,
    pub issuing: IssuingRecord,
    #[serde(default)]
    pub form: Option<Value>,
    #[serde(default)]
    pub service_level: Option<String>,
    #[serde(default)]
    pub partial_reason: Option<String>,
    #[serde(default)]
    pub proactive_level: Option<u8>,
    #[serde(default)]
    pub connected_databases: Vec<String>,
    #[serde(default)]
    pub sequence: Option<String>,
    #[serde(default)]
    pub conditions: Option<String>,
    #[serde(default)]
    pub sets: Option<u32>,
    #[serde(default)]
    pub process: Vec<StepRecord>,
    #[serde(default)]
    pub consultations: Vec<ConsultationRecord>,
    #[serde(default)]
    pub linked: Vec<LinkedStep>,
    #[serde(default)]
    pub description_vi: Option<String>,
    #[serde(default)]
    pub description_en: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldRecord {
    pub code: String,
    pub name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionRecord {
    pub number: String,
    pub date: Option<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResultRecord {
    pub code: String,
    pub name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IssuingRecord {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub symbol: Option<String>,
}

/// One level, or several.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Levels {
    One(Level),
    Several(Vec<Level>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Basis {
    pub number: String,
    pub title: String,
    #[serde(default)]
    pub effective_on: Option<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub channel: Channel,
    #[serde(default)]
    pub term: Option<Term>,
    #[serde(default)]
    pub clock: Option<ClockRule>,
    pub fees: Vec<FeeRecord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeeRecord {
    pub kind: String,
    #[serde(default)]
    pub name: String,
    pub amount: i64,
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub collected: Option<Collection>,
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    #[serde(default)]
    pub places: Vec<String>,
    #[serde(default)]
    pub applicants: Vec<Audience>,
    #[serde(default)]
    pub reductions: Vec<ReductionRecord>,
    #[serde(default)]
    pub legal_basis: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReductionRecord {
    pub code: String,
    pub name: String,
    pub percent: u8,
    pub legal_basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paper {
    pub code: String,
    pub name: String,
    pub originals: u32,
    pub copies: u32,
    pub required: bool,
    pub digitise: bool,
    #[serde(default)]
    pub digitisation_ground: Option<DigitisationGround>,
    #[serde(default)]
    pub replaced_by: Option<ReplacementRecord>,
    #[serde(default)]
    pub result_code: Option<String>,
    #[serde(default)]
    pub group: Option<String>,
    #[serde(default)]
    pub form_file: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplacementRecord {
    pub database: String,
    #[serde(default)]
    pub legal_basis: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepRecord {
    pub name: String,
    pub role: String,
    #[serde(default)]
    pub agency: Option<String>,
    #[serde(default)]
    pub unit: Option<String>,
    pub half_days: u32,
    #[serde(default)]
    pub product: Option<String>,
    #[serde(default)]
    pub legal_basis: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsultationRecord {
    pub code: String,
    pub name: String,
    pub agencies: Vec<AgencyRule>,
    pub term: Term,
    pub join: String,
    pub silence: String,
    #[serde(default)]
    pub legal_basis: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Agencies {
    pub competent: AgencyRule,
    pub issuing: AgencyRule,
}
