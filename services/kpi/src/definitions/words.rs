//! How an indicator is scored, in a sentence that people can argue about.

use motcua_kernel::Text;

use super::exact::Exact;
use super::model::{Method, RatioMethod, RatioScoring, Step, ValueScoring, WhenZero};

/// The rule of a method, with the maximum it works with.
pub(crate) fn rule(method: &Method, maximum: &Exact) -> Text {
    match method {
        Method::NotMeasured(reason) => {
            Text::new(format!("Chưa đo được: {}", reason.vi), format!("Not measured: {}", reason.en))
        }
        Method::Ratio(method) => of_ratio(method, maximum),
        Method::Value { value, scoring } => of_value(value.source(), scoring, maximum),
        Method::Tiers { element, tiers } => {
            let each: Vec<String> =
                tiers.iter().map(|tier| format!("{} = {} × {maximum}", tier.word, tier.share)).collect();
            let each = each.join("; ");
            Text::new(format!("Theo giá trị của {element}: {each}."), format!("By what {element} says: {each}."))
        }
        Method::YesNo { element } => {
            Text::new(format!("{maximum} điểm nếu {element}, không thì 0."), format!("{maximum} if {element}, else 0."))
        }
        Method::Composite(parts) => {
            let each: Vec<String> =
                parts.iter().map(|part| format!("{} × {maximum} ({})", part.share, part.element)).collect();
            let each = each.join(" + ");
            Text::new(format!("Tổng của từng phần đạt: {each}."), format!("The sum of what is met: {each}."))
        }
        Method::Sum(parts) => {
            let parts = parts.join(" + ");
            Text::new(format!("Tổng điểm: {parts}."), format!("The sum of the points of {parts}."))
        }
    }
}

fn of_ratio(method: &RatioMethod, maximum: &Exact) -> Text {
    let r = format!("({}) / ({})", method.numerator.source(), method.denominator.source());
    let (vi, en) = match &method.scoring {
        RatioScoring::Information => (format!("Tỷ lệ {r}, không tính điểm"), format!("The ratio {r}, without points")),
        RatioScoring::Ratio => (format!("{maximum} × {r}"), format!("{maximum} × {r}")),
        RatioScoring::Threshold(threshold) => (
            format!("min({maximum}, {maximum} × r / {threshold}), r = {r}"),
            format!("min({maximum}, {maximum} × r / {threshold}), r = {r}"),
        ),
        RatioScoring::Capped(coefficient) => (
            format!("min({maximum}, {coefficient} × r), r = {r}"),
            format!("min({maximum}, {coefficient} × r), r = {r}"),
        ),
        RatioScoring::Steps(steps) => {
            let steps = table(steps);
            (format!("Theo bảng của r = {r}: {steps}"), format!("By a table of r = {r}: {steps}"))
        }
        RatioScoring::Formula(formula) => {
            (format!("{}, r = {r}", formula.source()), format!("{}, r = {r}", formula.source()))
        }
    };
    let (zero_vi, zero_en) = match method.when_zero {
        WhenZero::NotMeasured => ("chưa đo được".to_owned(), "it is not measured".to_owned()),
        WhenZero::Zero => ("0 điểm".to_owned(), "it gives 0".to_owned()),
        WhenZero::Full => (format!("{maximum} điểm"), format!("it gives {maximum}")),
    };
    let (least_vi, least_en) = match method.minimum_sample {
        0 => (String::new(), String::new()),
        least => (format!(" Cần mẫu số từ {least}."), format!(" The denominator must be {least} at least.")),
    };
    Text::new(
        format!("{vi}. Mẫu số bằng 0: {zero_vi}.{least_vi}"),
        format!("{en}. When the denominator is 0, {zero_en}.{least_en}"),
    )
}

fn of_value(value: &str, scoring: &ValueScoring, maximum: &Exact) -> Text {
    match scoring {
        ValueScoring::Information => {
            Text::new(format!("Giá trị {value}, không tính điểm."), format!("The value {value}, without points."))
        }
        ValueScoring::Steps(steps) => {
            let steps = table(steps);
            Text::new(format!("Theo bảng của {value}: {steps}."), format!("By a table of {value}: {steps}."))
        }
        ValueScoring::External { worst, best } => Text::new(
            format!("{maximum} × ({value} − {worst}) / ({best} − {worst}), từ 0 đến {maximum}."),
            format!("{maximum} × ({value} − {worst}) / ({best} − {worst}), from 0 to {maximum}."),
        ),
        ValueScoring::Formula(formula) => {
            let source = formula.source();
            Text::new(format!("{source}, value = {value}."), format!("{source}, value = {value}."))
        }
    }
}

fn table(steps: &[Step]) -> String {
    let steps: Vec<String> = steps.iter().map(|step| format!("≥ {} → {}", step.at_least, step.points)).collect();
    steps.join("; ")
}
