//! A set of indicators (bộ chỉ số) as it is once it has been read and found right.

use chrono::NaiveDate;
use motcua_agencies::AgencyKind;
use motcua_kernel::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::exact::Exact;
use super::filter::Filter;
use super::formula::Formula;
use super::vocabulary::{AgencyRole, Field, Subject};
use crate::periods::PeriodKind;

/// One version of one set.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorSet {
    /// Code of the set: `qd766`.
    pub code: String,
    /// Which version: `2022.1`.
    pub version: String,
    /// Its name.
    pub name: Text,
    /// The law it follows.
    pub source: String,
    /// First day that it governs.
    pub valid_from: NaiveDate,
    /// Last day that it governs; open where nobody has said.
    pub valid_to: Option<NaiveDate>,
    /// Remarks on what is known and what is not.
    pub note: Option<Text>,
    /// The kinds of periods that it is scored for; the first is the usual one.
    pub periods: Vec<PeriodKind>,
    /// What all groups come to at most; none for a set that only counts.
    pub total: Option<Exact>,
    /// Groups, in the order of the law.
    pub groups: Vec<Group>,
    /// What is counted.
    pub measures: Vec<Measure>,
    /// What people enter because no system knows it.
    pub elements: Vec<Element>,
    /// Indicators, in the order of the law.
    pub indicators: Vec<Indicator>,
    /// How agencies are ranked; none where they are not.
    pub ranking: Option<Ranking>,
}

/// A group of indicators (nhóm chỉ số).
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// What its indicators come to at most; none in a set that only counts.
    pub maximum: Option<Exact>,
}

/// A named count of records (số đo).
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// How formulas call it.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// What kind of record.
    pub subject: &'static Subject,
    /// Which records of all there are.
    pub window: Window,
    /// Which of those.
    pub when: Option<Filter>,
    /// For which agency a record is counted.
    pub agency: &'static AgencyRole,
    /// What is counted of them.
    pub count: Count,
}

/// By what a record falls into a period (trục thời gian).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Window {
    /// The field lies within the period.
    Within(&'static Field),
    /// The field lies before the end of the period: what there is then.
    UntilEnd(&'static Field),
    /// The field lies before the start of the period: what there was then.
    BeforeStart(&'static Field),
    /// Every record as it is now, whatever the period.
    Now,
}

impl Window {
    /// The word as definitions write it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Within(_) => "within",
            Self::UntilEnd(_) => "until_end",
            Self::BeforeStart(_) => "before_start",
            Self::Now => "now",
        }
    }

    /// The field that is looked at.
    #[must_use]
    pub fn field(&self) -> Option<&'static Field> {
        match self {
            Self::Within(field) | Self::UntilEnd(field) | Self::BeforeStart(field) => Some(field),
            Self::Now => None,
        }
    }
}

/// What is counted of records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Count {
    /// The records.
    Records,
    /// How many different values a field has among them, for each agency by itself.
    Distinct(&'static Field),
    /// The sum of a field.
    Sum(&'static Field),
}

/// Something that people enter for an agency and a period (số liệu nhập).
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// Its code, the same in every set.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// What it is counted in.
    pub unit: Text,
    /// What kind of value.
    pub kind: ElementKind,
}

/// What kind of value an element has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ElementKind {
    /// A whole number, not negative.
    Count,
    /// A decimal.
    Decimal,
    /// Yes or no.
    YesNo,
    /// One of these words.
    Choice(Vec<String>),
}

impl ElementKind {
    /// The word as definitions write it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Decimal => "decimal",
            Self::YesNo => "yes_no",
            Self::Choice(_) => "choice",
        }
    }
}

/// An indicator (chỉ tiêu, chỉ số thành phần).
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Its number in the law: `3.1`.
    pub code: String,
    /// A name that programs know it by, where its source has one: `PUBLISH_ON_TIME`.
    pub key: Option<String>,
    /// Its name.
    pub name: Text,
    /// The law it follows, where it is not the set's.
    pub source: Option<String>,
    /// First day that it is scored, where that is later than the set's.
    pub valid_from: Option<NaiveDate>,
    /// Last day that it is scored, where that is earlier than the set's.
    pub valid_to: Option<NaiveDate>,
    /// Code of its group.
    pub group: String,
    /// The most points it gives; 0 for what is only told.
    pub maximum: Exact,
    /// What its value is counted in.
    pub unit: Text,
    /// Whether more is better.
    pub direction: Direction,
    /// The kinds of agencies it is scored for; all where none is named.
    pub applies_to: Vec<AgencyKind>,
    /// The kinds of periods it can be counted for; all where none is named.
    pub periods: Vec<PeriodKind>,
    /// With how many decimals its points are shown, halves up.
    pub decimals: u32,
    /// How it is scored: the default first, then what other sources say. Never empty.
    pub variants: Vec<Variant>,
    /// Remarks.
    pub note: Option<Text>,
}

impl Indicator {
    /// The variant that is used where none is asked for.
    #[must_use]
    pub fn default_variant(&self) -> Option<&Variant> {
        self.variants.first()
    }

    /// The variant of a code.
    #[must_use]
    pub fn variant(&self, code: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.code == code)
    }

    /// Whether it is scored on a day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}

/// Whether more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}

impl Direction {
    /// The word as definitions write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// One way of scoring an indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its code: `default` where there is only one.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Which source says so, where it is not the indicator's.
    pub source: Option<String>,
    /// How.
    pub method: Method,
}

/// How an indicator comes to its points.
#[derive(Debug, Clone, PartialEq)]
pub enum Method {
    /// Nobody can say, and why.
    NotMeasured(Text),
    /// Of a ratio.
    Ratio(RatioMethod),
    /// Of one value: a count, or what people entered.
    Value {
        /// What is counted or was entered.
        value: Formula,
        /// The points of it.
        scoring: ValueScoring,
    },
    /// Of the word that an element says.
    Tiers {
        /// The element.
        element: String,
        /// What each word gives.
        tiers: Vec<Tier>,
    },
    /// The maximum where an element says yes.
    YesNo {
        /// The element.
        element: String,
    },
    /// Fixed shares of the maximum, each given by an element that says yes.
    Composite(Vec<Part>),
    /// The sum of other indicators' points.
    Sum(Vec<String>),
}

/// Points of a ratio: Σ numerators / Σ denominators.
#[derive(Debug, Clone, PartialEq)]
pub struct RatioMethod {
    /// What is counted.
    pub numerator: Formula,
    /// Of what.
    pub denominator: Formula,
    /// The points of a ratio.
    pub scoring: RatioScoring,
    /// What holds when the denominator is 0.
    pub when_zero: WhenZero,
    /// Below this denominator nothing is said; 0 where any will do.
    pub minimum_sample: i64,
}

/// What holds when the denominator is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenZero {
    /// It is not measured.
    NotMeasured,
    /// It gives no points.
    Zero,
    /// It gives all points.
    Full,
}

impl WhenZero {
    /// The word as definitions write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotMeasured => "not_measured",
            Self::Zero => "zero",
            Self::Full => "full",
        }
    }
}

/// The points of a ratio r.
#[derive(Debug, Clone, PartialEq)]
pub enum RatioScoring {
    /// None: the ratio is only told.
    Information,
    /// r × maximum.
    Ratio,
    /// The maximum from a threshold on, below it r / threshold × maximum.
    Threshold(Exact),
    /// coefficient × r, at most the maximum.
    Capped(Exact),
    /// A table: the first step whose bound is reached.
    Steps(Vec<Step>),
    /// A formula over `ratio`, `numerator`, `denominator` and `maximum`.
    Formula(Formula),
}

/// A step of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// It is reached by values from here on.
    pub at_least: Exact,
    /// What it gives.
    pub points: Exact,
}

/// The points of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueScoring {
    /// None: the value is only told.
    Information,
    /// A table: the first step whose bound is reached.
    Steps(Vec<Step>),
    /// A value of others, brought between the worst and the best.
    External {
        /// What gives no points.
        worst: Exact,
        /// What gives all.
        best: Exact,
    },
    /// A formula over `value` and `maximum`.
    Formula(Formula),
}

/// A word and the share of the maximum that it gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Tier {
    /// The word, as the element has it.
    pub word: String,
    /// The share, 0 to 1.
    pub share: Exact,
}

/// A part of a composite.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Code of the element that says yes.
    pub element: String,
    /// The share, 0 to 1.
    pub share: Exact,
}

/// How agencies are ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// Who has fewer records than this is not ranked.
    pub minimum_sample: Option<MinimumSample>,
    /// Classes (xếp loại), the best first; the last begins at 0.
    pub classes: Vec<Class>,
    /// By what the class of a score is found.
    pub classes_of: ClassesOf,
}

/// By what the class of a score is found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClassesOf {
    /// By its points.
    #[default]
    Points,
    /// By its points as a share of what the measured indicators could come to, drawn up to the total of the set: what can't
    /// be measured lowers nobody's class.
    Measured,
}

impl ClassesOf {
    /// The word as definitions write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Measured => "measured",
        }
    }
}

/// Who has too few records to be ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct MinimumSample {
    /// What is counted.
    pub measure: String,
    /// So many are needed.
    pub at_least: i64,
}

/// A class of scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// It holds from here on, in points of the total.
    pub at_least: Exact,
}
