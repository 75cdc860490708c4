//! Definitions as the API shows them.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_kernel::{Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::faults::DefinitionFault;
use super::formula::Formula;
use super::model::{ClassesOf, Count, Element, ElementKind, Indicator, IndicatorSet, Measure, Method, Variant};
use super::store::{BriefRow, VersionRow};
use super::vocabulary::{AsOf, Field, FieldType, Subject};
use super::words;

/// A set of indicators (bộ chỉ số).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = IndicatorSet)]
pub struct SetView {
    /// Its id.
    pub id: Uuid,
    /// Its code.
    #[schema(example = "qd766")]
    pub code: String,
    /// Its name, in the version that governs today, or else in the latest.
    pub name: Text,
    /// The version that governs today; `null` where none does.
    pub current: Option<VersionBrief>,
    /// How many versions there are.
    #[schema(minimum = 1)]
    pub versions: usize,
    /// Rises with every version that is recorded.
    pub version: i64,
}

/// A version of a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = IndicatorSetVersion)]
pub struct VersionBrief {
    /// Its id.
    pub id: Uuid,
    /// The set.
    pub set_id: Uuid,
    /// What it is called.
    #[schema(example = "2022.1")]
    pub version: String,
    /// The set's name in it.
    pub name: Text,
    /// First day that it governs. A period is governed by the version of its first day.
    pub valid_from: NaiveDate,
    /// Last day that it governs; `null` where it governs until a later one begins.
    pub valid_to: Option<NaiveDate>,
    /// SHA-256 of its text, in hexadecimal.
    pub sha256: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

impl From<&BriefRow> for VersionBrief {
    fn from(row: &BriefRow) -> Self {
        Self {
            id: row.id.0,
            set_id: row.set_id.0,
            version: row.label.clone(),
            name: Text::new(&row.name_vi, &row.name_en),
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            sha256: row.sha256.clone(),
            recorded_at: row.recorded_at.0,
        }
    }
}

impl From<&VersionRow> for VersionBrief {
    fn from(row: &VersionRow) -> Self {
        Self {
            id: row.id.0,
            set_id: row.set_id.0,
            version: row.label.clone(),
            name: Text::new(&row.name_vi, &row.name_en),
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            sha256: row.sha256.clone(),
            recorded_at: row.recorded_at.0,
        }
    }
}

/// A version of a set with everything it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IndicatorSetDefinition {
    /// The version.
    #[serde(flatten)]
    pub version: VersionBrief,
    /// What it defines.
    pub definition: SetDefinition,
}

/// What a set defines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SetDefinition {
    /// Code of the set.
    pub code: String,
    /// What the version is called.
    pub version: String,
    /// Its name.
    pub name: Text,
    /// The law it follows.
    pub source: String,
    /// Remarks.
    pub note: Option<Text>,
    /// The kinds of periods that it is scored for; the first is the usual one.
    #[schema(example = json!(["month", "quarter"]))]
    pub periods: Vec<String>,
    /// What all groups come to at most; `null` for a set that only counts. A decimal as text: nothing is lost on the way.
    #[schema(example = "100")]
    pub total: Option<String>,
    /// Groups.
    pub groups: Vec<GroupView>,
    /// Indicators, in the order of the law.
    pub indicators: Vec<IndicatorView>,
    /// What is counted.
    pub measures: Vec<MeasureView>,
    /// What people enter.
    pub elements: Vec<ElementView>,
    /// Classes of scores, the best first.
    pub classes: Vec<ClassView>,
    /// By what the class of a score is found: `points`, or `measured` alone, drawn up to the total.
    pub classes_of: ClassesOf,
    /// Who has fewer records than this is not ranked.
    pub ranking_minimum: Option<RankingMinimum>,
}

/// A group of indicators.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = IndicatorGroup)]
pub struct GroupView {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// What its indicators come to at most.
    pub maximum: Option<String>,
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = IndicatorDefinition)]
pub struct IndicatorView {
    /// Its number in the law.
    #[schema(example = "3.1")]
    pub code: String,
    /// A name that programs know it by.
    pub key: Option<String>,
    /// Its name.
    pub name: Text,
    /// The law it follows, where it is not the set's.
    pub source: Option<String>,
    /// First day that it is scored, where that is later than the set's.
    pub valid_from: Option<NaiveDate>,
    /// Last day that it is scored, where that is earlier than the set's.
    pub valid_to: Option<NaiveDate>,
    /// Its group.
    pub group: String,
    /// The most points it gives; 0 for what is only told.
    pub maximum: String,
    /// What its value is counted in.
    pub unit: Text,
    /// `up` when more is better, `down` when less is.
    pub direction: String,
    /// The kinds of agencies it is scored for; all where none is named.
    pub applies_to: Vec<String>,
    /// The kinds of periods it can be counted for; all where none is named. For others it is not measured.
    pub periods: Vec<String>,
    /// With how many decimals its points are shown, halves up.
    pub decimals: u32,
    /// Whether the default variant is measured at all.
    pub measured: bool,
    /// How it is scored: the default first, then what other sources say.
    pub variants: Vec<VariantView>,
    /// Remarks.
    pub note: Option<Text>,
}

/// A way of scoring an indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = IndicatorVariant)]
pub struct VariantView {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Which source says so.
    pub source: Option<String>,
    /// The rule in words.
    pub rule: Text,
    /// The numerator, or the value.
    pub numerator: Option<FormulaView>,
    /// The denominator.
    pub denominator: Option<FormulaView>,
    /// Why it is not measured.
    pub not_measured: Option<Text>,
}

/// A formula and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FormulaView {
    /// As it is written.
    pub formula: String,
    /// The measures it is made of, and elements with `element.` before their codes.
    pub figures: Vec<String>,
}

impl From<&Formula> for FormulaView {
    fn from(formula: &Formula) -> Self {
        Self { formula: formula.source().to_owned(), figures: formula.names().to_vec() }
    }
}

/// A named count of records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = MeasureDefinition)]
pub struct MeasureView {
    /// How formulas call it.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// What kind of record it counts.
    pub subject: String,
    /// `within` the period, `until_end` of it, `before_start` of it, or as it is `now`.
    pub window: String,
    /// The field by which a record falls into the period.
    pub on: Option<String>,
    /// Which records, in CEL; all where it says nothing.
    pub when: Option<String>,
    /// For which agency a record is counted.
    pub agency: String,
    /// What is counted: `records`, `distinct` values of a field, or the `sum` of one.
    pub count: String,
    /// The field that is counted or summed.
    pub field: Option<String>,
}

/// What people enter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SetElement)]
pub struct ElementView {
    /// Its code, the same in every set.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// What it is counted in.
    pub unit: Text,
    /// `count`, `decimal`, `yes_no` or `choice`.
    pub kind: String,
    /// The words of a choice.
    pub choices: Vec<String>,
}

/// A class of scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ScoreClass)]
pub struct ClassView {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// It holds from here on.
    pub at_least: String,
}

/// Who has too few records to be ranked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RankingMinimum {
    /// The measure.
    pub measure: String,
    /// So many are needed.
    pub at_least: i64,
}

/// The text of a version, as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IndicatorSetText {
    /// YAML.
    pub text: String,
    /// SHA-256 of it, in hexadecimal.
    pub sha256: String,
}

/// What a check of a text found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IndicatorSetCheck {
    /// Whether it could be recorded as it is.
    pub accepted: bool,
    /// Every fault, in the order of the text.
    pub faults: Vec<DefinitionFault>,
    /// Why it can't be recorded beside what there is, although nothing is wrong with it: `indicator_set.differs`,
    /// `indicator_set.overlaps` or `indicator_set.changes_the_past`.
    pub conflict: Option<CheckConflict>,
    /// What it defines, when it can be read.
    pub definition: Option<SetDefinition>,
}

/// Why a text can't be recorded beside what there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckConflict {
    /// Stable code.
    pub code: String,
    /// For people.
    pub message: Text,
}

/// What formulas may say about a kind of record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VocabularySubject {
    /// How definitions call it.
    #[schema(example = "dossier")]
    pub name: String,
    /// What it is.
    pub meaning: Text,
    /// For whom it may be counted; the first where a measure does not say.
    pub agencies: Vec<VocabularyWord>,
    /// Its fields.
    pub fields: Vec<VocabularyField>,
}

/// A word of definitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VocabularyWord {
    /// The word.
    pub name: String,
    /// What it means.
    pub meaning: Text,
}

/// A field that formulas may name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VocabularyField {
    /// How formulas call it, after the subject and a dot.
    #[schema(example = "due_at")]
    pub name: String,
    /// `yes_no`, `whole`, `text`, `word`, `instant`, `day` or `texts`.
    #[serde(rename = "type")]
    pub field_type: String,
    /// The words of a `word`.
    pub words: Vec<String>,
    /// Whether a record may lack it: a formula asks `has(…)` first.
    pub may_be_absent: bool,
    /// Whether it is judged as of the end of the period that is counted, not as of now.
    pub as_of_period_end: bool,
    /// What it means.
    pub meaning: Text,
}

impl From<&Subject> for VocabularySubject {
    fn from(subject: &Subject) -> Self {
        let word =
            |name: &str, vi: &str, en: &str| VocabularyWord { name: name.to_owned(), meaning: Text::new(vi, en) };
        Self {
            name: subject.name.to_owned(),
            meaning: Text::new(subject.vi, subject.en),
            agencies: subject.agencies.iter().map(|role| word(role.name, role.vi, role.en)).collect(),
            fields: subject.fields.iter().map(VocabularyField::from).collect(),
        }
    }
}

impl From<&Field> for VocabularyField {
    fn from(field: &Field) -> Self {
        let (field_type, words): (&str, &[&str]) = match field.field_type {
            FieldType::YesNo => ("yes_no", &[]),
            FieldType::Whole => ("whole", &[]),
            FieldType::Text => ("text", &[]),
            FieldType::Word(words) => ("word", words),
            FieldType::Instant => ("instant", &[]),
            FieldType::Day => ("day", &[]),
            FieldType::Texts => ("texts", &[]),
        };
        Self {
            name: field.name.to_owned(),
            field_type: field_type.to_owned(),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            may_be_absent: field.may_be_absent,
            as_of_period_end: field.as_of == AsOf::PeriodEnd,
            meaning: Text::new(field.vi, field.en),
        }
    }
}

impl From<&IndicatorSet> for SetDefinition {
    fn from(set: &IndicatorSet) -> Self {
        let classes = set.ranking.iter().flat_map(|ranking| &ranking.classes);
        let minimum = set.ranking.as_ref().and_then(|ranking| ranking.minimum_sample.as_ref());
        Self {
            code: set.code.clone(),
            version: set.version.clone(),
            name: set.name.clone(),
            source: set.source.clone(),
            note: set.note.clone(),
            periods: set.periods.iter().map(|kind| kind.as_str().to_owned()).collect(),
            total: set.total.as_ref().map(ToString::to_string),
            groups: set
                .groups
                .iter()
                .map(|group| GroupView {
                    code: group.code.clone(),
                    name: group.name.clone(),
                    maximum: group.maximum.as_ref().map(ToString::to_string),
                })
                .collect(),
            indicators: set.indicators.iter().map(IndicatorView::from).collect(),
            measures: set.measures.iter().map(MeasureView::from).collect(),
            elements: set.elements.iter().map(ElementView::from).collect(),
            classes: classes
                .map(|class| ClassView {
                    code: class.code.clone(),
                    name: class.name.clone(),
                    at_least: class.at_least.to_string(),
                })
                .collect(),
            classes_of: set.ranking.as_ref().map(|ranking| ranking.classes_of).unwrap_or_default(),
            ranking_minimum: minimum
                .map(|minimum| RankingMinimum { measure: minimum.measure.clone(), at_least: minimum.at_least }),
        }
    }
}

impl From<&Indicator> for IndicatorView {
    fn from(indicator: &Indicator) -> Self {
        let measured = indicator.default_variant().is_some_and(|one| !matches!(one.method, Method::NotMeasured(_)));
        Self {
            code: indicator.code.clone(),
            key: indicator.key.clone(),
            name: indicator.name.clone(),
            source: indicator.source.clone(),
            valid_from: indicator.valid_from,
            valid_to: indicator.valid_to,
            group: indicator.group.clone(),
            maximum: indicator.maximum.to_string(),
            unit: indicator.unit.clone(),
            direction: indicator.direction.as_str().to_owned(),
            applies_to: indicator.applies_to.iter().map(ToString::to_string).collect(),
            periods: indicator.periods.iter().map(|kind| kind.as_str().to_owned()).collect(),
            decimals: indicator.decimals,
            measured,
            variants: indicator.variants.iter().map(|variant| variant_view(variant, indicator)).collect(),
            note: indicator.note.clone(),
        }
    }
}

fn variant_view(variant: &Variant, indicator: &Indicator) -> VariantView {
    let (numerator, denominator) = match &variant.method {
        Method::Ratio(method) => (Some(&method.numerator), Some(&method.denominator)),
        Method::Value { value, .. } => (Some(value), None),
        Method::NotMeasured(_)
        | Method::Tiers { .. }
        | Method::YesNo { .. }
        | Method::Composite(_)
        | Method::Sum(_) => (None, None),
    };
    let not_measured = if let Method::NotMeasured(reason) = &variant.method { Some(reason.clone()) } else { None };
    VariantView {
        code: variant.code.clone(),
        name: variant.name.clone(),
        source: variant.source.clone(),
        rule: words::rule(&variant.method, &indicator.maximum),
        numerator: numerator.map(FormulaView::from),
        denominator: denominator.map(FormulaView::from),
        not_measured,
    }
}

impl From<&Measure> for MeasureView {
    fn from(measure: &Measure) -> Self {
        let (count, field) = match measure.count {
            Count::Records => ("records", None),
            Count::Distinct(field) => ("distinct", Some(field)),
            Count::Sum(field) => ("sum", Some(field)),
        };
        Self {
            code: measure.code.clone(),
            name: measure.name.clone(),
            subject: measure.subject.name.to_owned(),
            window: measure.window.as_str().to_owned(),
            on: measure.window.field().map(|field| field.name.to_owned()),
            when: measure.when.as_ref().map(|filter| filter.source().to_owned()),
            agency: measure.agency.name.to_owned(),
            count: count.to_owned(),
            field: field.map(|field| field.name.to_owned()),
        }
    }
}

impl From<&Element> for ElementView {
    fn from(element: &Element) -> Self {
        let choices = if let ElementKind::Choice(words) = &element.kind { words.clone() } else { Vec::new() };
        Self {
            code: element.code.clone(),
            name: element.name.clone(),
            unit: element.unit.clone(),
            kind: element.kind.as_str().to_owned(),
            choices,
        }
    }
}
