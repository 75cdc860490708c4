//! From the figures of an agency and a period to the points of an indicator, with every step in words.
//!
//! All numbers are exact fractions; nothing is rounded here but what is said for people. What can't be said is said to be
//! not measured, with the reason; it is never 0.

use std::collections::BTreeMap;

use motcua_kernel::Text;

use crate::definitions::exact::Exact;
use crate::definitions::formula::Formula;
use crate::definitions::model::{
    Indicator, Method, Part, RatioMethod, RatioScoring, Step, Tier, ValueScoring, Variant, WhenZero,
};

/// What is known of an agency and a period.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// Measures by code, and numbers that people entered as `element.` and their code. What is not here was not counted
    /// or not entered, which is not 0.
    pub numbers: BTreeMap<String, Exact>,
    /// Words that people entered, by the element's code.
    pub words: BTreeMap<String, String>,
    /// What people said yes or no to, by the element's code.
    pub answers: BTreeMap<String, bool>,
}

/// One step of a reckoning.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// What was done, for people.
    pub text: Text,
    /// What came of it.
    pub result: Option<Exact>,
}

/// The points of an indicator, and how they came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The numerator.
    pub numerator: Option<Exact>,
    /// The denominator.
    pub denominator: Option<Exact>,
    /// The ratio, or the value that was counted or entered.
    pub value: Option<Exact>,
    /// The points, from 0 to the maximum; none when it is not measured or only told.
    pub points: Option<Exact>,
    /// Why it is not measured.
    pub not_measured: Option<Text>,
    /// How it came about.
    pub steps: Vec<Said>,
}

impl Score {
    fn new() -> Self {
        Self { numerator: None, denominator: None, value: None, points: None, not_measured: None, steps: Vec::new() }
    }

    /// One that is not measured.
    #[must_use]
    pub fn not_measured(reason: Text) -> Self {
        Self { not_measured: Some(reason), ..Self::new() }
    }

    fn unmeasured(mut self, reason: Text) -> Self {
        self.not_measured = Some(reason);
        self
    }

    pub(super) fn say(&mut self, vi: impl Into<String>, en: impl Into<String>, result: Option<&Exact>) {
        self.steps.push(Said { text: Text::new(vi, en), result: result.cloned() });
    }

    /// Settles the points: never below 0 and never above the maximum, and says so where that changes them.
    fn give(mut self, points: &Exact, maximum: &Exact) -> Self {
        let given = points.clone().max(Exact::zero()).min(maximum.clone());
        if given != *points {
            let vi = format!("Giới hạn trong khoảng 0 đến {maximum} điểm.");
            self.say(vi, format!("Kept between 0 and {maximum} points."), Some(&given));
        }
        self.points = Some(given);
        self
    }
}

/// The score of an indicator by one of its variants. A sum is none here: it is of other indicators (see [`super::total`]).
#[must_use]
pub fn score(indicator: &Indicator, variant: &Variant, figures: &Figures) -> Score {
    let maximum = &indicator.maximum;
    match &variant.method {
        Method::NotMeasured(reason) => Score::not_measured(reason.clone()),
        Method::Ratio(method) => ratio(method, maximum, figures),
        Method::Value { value, scoring } => of_value(value, scoring, maximum, figures),
        Method::Tiers { element, tiers } => of_tiers(element, tiers, maximum, figures),
        Method::YesNo { element } => {
            let whole = Part { element: element.clone(), share: Exact::one() };
            of_parts(&[whole], maximum, figures)
        }
        Method::Composite(parts) => of_parts(parts, maximum, figures),
        Method::Sum(_) => Score::new(),
    }
}

/// The value of a formula; the name of what is missing where it has none.
fn reckon<'f>(formula: &'f Formula, figures: &Figures) -> Result<Exact, &'f str> {
    match formula.names().iter().find(|name| !figures.numbers.contains_key(*name)) {
        Some(missing) => Err(missing),
        None => Ok(formula.value(&figures.numbers)),
    }
}

fn missing(name: &str) -> Text {
    match name.strip_prefix("element.") {
        Some(element) => not_entered(element),
        None => Text::new(format!("Chưa có số đo `{name}`."), format!("There is no count `{name}` yet.")),
    }
}

fn not_entered(element: &str) -> Text {
    Text::new(format!("Chưa nhập số liệu `{element}`."), format!("Nobody has entered `{element}`."))
}

fn ratio(method: &RatioMethod, maximum: &Exact, figures: &Figures) -> Score {
    let mut score = Score::new();
    let (numerator, denominator) = match (reckon(&method.numerator, figures), reckon(&method.denominator, figures)) {
        (Ok(numerator), Ok(denominator)) => (numerator, denominator),
        (Err(name), _) | (_, Err(name)) => return score.unmeasured(missing(name)),
    };
    let (of, to) = (method.numerator.source(), method.denominator.source());
    score.say(format!("Tử số: {of}."), format!("Numerator: {of}."), Some(&numerator));
    score.say(format!("Mẫu số: {to}."), format!("Denominator: {to}."), Some(&denominator));
    (score.numerator, score.denominator) = (Some(numerator.clone()), Some(denominator.clone()));
    let Some(ratio) = numerator.over(&denominator).filter(|_| !denominator.is_negative()) else {
        return without_denominator(score, &denominator, method, maximum);
    };
    if denominator < Exact::from(method.minimum_sample) {
        let least = method.minimum_sample;
        return score.unmeasured(Text::new(
            format!("Mẫu số {denominator} nhỏ hơn mẫu tối thiểu {least}."),
            format!("The denominator {denominator} is below the minimum sample {least}."),
        ));
    }
    score.say("Tỷ lệ: tử số chia mẫu số.", "Ratio: numerator by denominator.", Some(&ratio));
    score.value = Some(ratio.clone());
    let points = match &method.scoring {
        RatioScoring::Information => return score,
        RatioScoring::Ratio => {
            let points = maximum * &ratio;
            score.say(format!("{maximum} × tỷ lệ."), format!("{maximum} × ratio."), Some(&points));
            points
        }
        RatioScoring::Threshold(threshold) if ratio >= *threshold => {
            let vi = format!("Đạt ngưỡng {threshold}: điểm tối đa.");
            score.say(vi, format!("The threshold {threshold} is reached: the maximum."), Some(maximum));
            maximum.clone()
        }
        RatioScoring::Threshold(threshold) => {
            let points = (maximum * &ratio).over(threshold).unwrap_or_else(Exact::zero);
            let vi = format!("Chưa đạt ngưỡng {threshold}: {maximum} × tỷ lệ / {threshold}.");
            score.say(vi, format!("Below the threshold {threshold}: {maximum} × ratio / {threshold}."), Some(&points));
            points
        }
        RatioScoring::Capped(coefficient) => {
            let points = coefficient * &ratio;
            score.say(format!("{coefficient} × tỷ lệ."), format!("{coefficient} × ratio."), Some(&points));
            points
        }
        RatioScoring::Steps(steps) => of_steps(&mut score, steps, &ratio),
        RatioScoring::Formula(formula) => {
            let numbers = BTreeMap::from([
                ("ratio".to_owned(), ratio),
                ("numerator".to_owned(), numerator),
                ("denominator".to_owned(), denominator),
                ("maximum".to_owned(), maximum.clone()),
            ]);
            of_formula(&mut score, formula, &numbers)
        }
    };
    score.give(&points, maximum)
}

fn without_denominator(mut score: Score, denominator: &Exact, method: &RatioMethod, maximum: &Exact) -> Score {
    if denominator.is_negative() {
        return score.unmeasured(Text::new(
            "Mẫu số âm: số liệu mâu thuẫn.",
            "The denominator is negative: the figures contradict each other.",
        ));
    }
    match method.when_zero {
        WhenZero::NotMeasured => score.unmeasured(Text::new(
            "Mẫu số bằng 0: không có gì để đo.",
            "The denominator is 0: there is nothing to measure.",
        )),
        // What is only told has no points, whatever the policy.
        WhenZero::Zero | WhenZero::Full if method.scoring == RatioScoring::Information => score,
        WhenZero::Zero => {
            let none = Exact::zero();
            score.say(
                "Mẫu số bằng 0: theo quy định, 0 điểm.",
                "The denominator is 0: by the rule, no points.",
                Some(&none),
            );
            score.give(&none, maximum)
        }
        WhenZero::Full => {
            let (vi, en) =
                ("Mẫu số bằng 0: theo quy định, điểm tối đa.", "The denominator is 0: by the rule, the maximum.");
            score.say(vi, en, Some(maximum));
            score.give(maximum, maximum)
        }
    }
}

fn of_steps(score: &mut Score, steps: &[Step], value: &Exact) -> Exact {
    let step = steps.iter().find(|step| *value >= step.at_least);
    let points = step.map_or_else(Exact::zero, |step| step.points.clone());
    match step {
        Some(step) => {
            let from = &step.at_least;
            score.say(format!("Đạt mốc từ {from}."), format!("The step from {from} on is reached."), Some(&points));
        }
        None => score.say("Dưới mọi mốc.", "Below every step.", Some(&points)),
    }
    points
}

fn of_formula(score: &mut Score, formula: &Formula, numbers: &BTreeMap<String, Exact>) -> Exact {
    let points = formula.value(numbers);
    let source = formula.source();
    score.say(format!("Công thức: {source}."), format!("Formula: {source}."), Some(&points));
    points
}

fn of_value(formula: &Formula, scoring: &ValueScoring, maximum: &Exact, figures: &Figures) -> Score {
    let mut score = Score::new();
    let value = match reckon(formula, figures) {
        Ok(value) => value,
        Err(name) => return score.unmeasured(missing(name)),
    };
    let source = formula.source();
    score.say(format!("Giá trị: {source}."), format!("Value: {source}."), Some(&value));
    score.value = Some(value.clone());
    let points = match scoring {
        ValueScoring::Information => return score,
        ValueScoring::Steps(steps) => of_steps(&mut score, steps, &value),
        ValueScoring::External { worst, best } => {
            let share = (&value - worst).over(&(best - worst)).unwrap_or_else(Exact::zero);
            let points = maximum * &share;
            let vi = format!("Chuẩn hóa giữa {worst} và {best}, nhân {maximum}.");
            score.say(vi, format!("Brought between {worst} and {best}, times {maximum}."), Some(&points));
            points
        }
        ValueScoring::Formula(formula) => {
            let numbers = BTreeMap::from([("value".to_owned(), value), ("maximum".to_owned(), maximum.clone())]);
            of_formula(&mut score, formula, &numbers)
        }
    };
    score.give(&points, maximum)
}

fn of_tiers(element: &str, tiers: &[Tier], maximum: &Exact, figures: &Figures) -> Score {
    let mut score = Score::new();
    let found = figures.words.get(element).and_then(|word| tiers.iter().find(|tier| tier.word == *word));
    let Some(Tier { word, share }) = found else { return score.unmeasured(not_entered(element)) };
    let points = maximum * share;
    let vi = format!("`{element}` là `{word}`: {share} × {maximum}.");
    score.say(vi, format!("`{element}` is `{word}`: {share} × {maximum}."), Some(&points));
    score.give(&points, maximum)
}

/// Every part must have been answered: a missing answer is not a no.
fn of_parts(parts: &[Part], maximum: &Exact, figures: &Figures) -> Score {
    let mut score = Score::new();
    if let Some(part) = parts.iter().find(|part| !figures.answers.contains_key(&part.element)) {
        return score.unmeasured(not_entered(&part.element));
    }
    let mut points = Exact::zero();
    for Part { element, share } in parts {
        let yes = figures.answers.get(element).copied().unwrap_or_default();
        let gives = if yes { maximum * share } else { Exact::zero() };
        let (vi, en) = if yes { ("có", "yes") } else { ("không", "no") };
        score.say(format!("`{element}`: {vi}."), format!("`{element}`: {en}."), Some(&gives));
        points = &points + &gives;
    }
    score.give(&points, maximum)
}
