//! What may be entered for an element: its kind, its bounds, and one canonical text for every value.

use chrono::NaiveDate;
use motcua_kernel::{Text, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::formula::{Operand, Type};
use super::number::{DecimalMark, Number, Unreadable};
use crate::periods::{Period, PeriodKind};

/// What kind of values an element has (kiểu số liệu).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ElementKind {
    /// A whole number that is not negative: `1113`.
    Count,
    /// A decimal number: `-3.5`.
    Decimal,
    /// A percentage from 0, written without the sign: `74.3`.
    Percent,
    /// `yes` or `no`.
    YesNo,
    /// One of the listed choices, by its code.
    Choice,
}

impl ElementKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Decimal => "decimal",
            Self::Percent => "percent",
            Self::YesNo => "yes_no",
            Self::Choice => "choice",
        }
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Count | Self::Decimal | Self::Percent)
    }

    /// What its values are in a formula.
    pub(crate) fn formula_type(self) -> Type {
        match self {
            Self::Count | Self::Decimal | Self::Percent => Type::Number,
            Self::YesNo => Type::Truth,
            Self::Choice => Type::Text,
        }
    }

    /// A stored value as a formula takes it; none for what can't be one of this kind.
    pub(crate) fn operand(self, value: &str) -> Option<Operand> {
        match self {
            Self::Count | Self::Decimal | Self::Percent => value.parse::<Number>().ok().map(Operand::from),
            Self::YesNo => Some(Operand::Truth(value == "yes")),
            Self::Choice => Some(Operand::Text(value.to_owned())),
        }
    }
}

/// What a value is held against.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    pub kind: ElementKind,
    pub decimals: u8,
    pub minimum: Option<Number>,
    pub maximum: Option<Number>,
    pub choices: Vec<String>,
}

/// Why a text is no value of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ValueFault {
    pub code: &'static str,
    pub message: Text,
}

fn fault(code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> ValueFault {
    ValueFault { code, message: Text::new(vi, en) }
}

impl Bounds {
    /// The canonical text of a value: the form in which it is stored, compared and shown.
    ///
    /// # Errors
    /// The first fault. No message repeats what was sent.
    pub(crate) fn canonical(&self, written: &str, mark: DecimalMark) -> Result<String, ValueFault> {
        let written = text::normalise(written);
        match self.kind {
            ElementKind::YesNo => yes_no(&written),
            ElementKind::Choice => self.choice(&written),
            ElementKind::Count | ElementKind::Decimal | ElementKind::Percent => self.number(&written, mark),
        }
    }

    fn choice(&self, written: &str) -> Result<String, ValueFault> {
        if self.choices.iter().any(|choice| choice == written) {
            return Ok(written.to_owned());
        }
        let known = self.choices.join(", ");
        Err(fault("value.choice", format!("Chỉ nhận một trong: {known}."), format!("Must be one of: {known}.")))
    }

    fn number(&self, written: &str, mark: DecimalMark) -> Result<String, ValueFault> {
        let number = Number::read(written, mark).map_err(|reason| unreadable(reason, mark))?;
        let negative_forbidden = matches!(self.kind, ElementKind::Count | ElementKind::Percent);
        if number.is_negative() && negative_forbidden {
            return Err(fault("value.negative", "Số liệu này không được âm.", "This value can't be negative."));
        }
        let decimals = if self.kind == ElementKind::Count { 0 } else { self.decimals };
        if !number.fits(decimals) {
            return Err(if decimals == 0 {
                fault("value.not_whole", "Chỉ nhận số nguyên.", "A whole number is expected.")
            } else {
                let (vi, en) = (
                    format!("Nhiều nhất {decimals} chữ số sau dấu thập phân."),
                    format!("At most {decimals} digits behind the point."),
                );
                fault("value.decimals", vi, en)
            });
        }
        if let Some(minimum) = self.minimum.filter(|minimum| number < *minimum) {
            return Err(fault("value.minimum", format!("Nhỏ nhất là {minimum}."), format!("At least {minimum}.")));
        }
        if let Some(maximum) = self.maximum.filter(|maximum| number > *maximum) {
            return Err(fault("value.maximum", format!("Lớn nhất là {maximum}."), format!("At most {maximum}.")));
        }
        Ok(number.text(decimals))
    }
}

fn yes_no(written: &str) -> Result<String, ValueFault> {
    match written.to_lowercase().as_str() {
        "yes" | "true" | "có" => Ok("yes".to_owned()),
        "no" | "false" | "không" => Ok("no".to_owned()),
        _ => Err(fault("value.yes_no", "Chỉ nhận: yes (có), no (không).", "Must be yes or no.")),
    }
}

fn unreadable(reason: Unreadable, mark: DecimalMark) -> ValueFault {
    match (reason, mark) {
        (Unreadable::Mark, DecimalMark::Point) => fault(
            "value.decimal_mark",
            "Có dấu phẩy: dấu thập phân đã khai báo là dấu chấm, và không nhận dấu phân cách hàng nghìn.",
            "It has a comma: the decimal mark is declared to be a point, and thousands are not separated.",
        ),
        (Unreadable::Mark, DecimalMark::Comma) => fault(
            "value.decimal_mark",
            "Có dấu chấm: dấu thập phân đã khai báo là dấu phẩy, và không nhận dấu phân cách hàng nghìn.",
            "It has a point: the decimal mark is declared to be a comma, and thousands are not separated.",
        ),
        (Unreadable::Shape, _) => fault("value.number", "Không phải là số.", "This is no number."),
        (Unreadable::Digits, _) => fault(
            "value.digits",
            "Nhiều nhất 15 chữ số trước và 6 chữ số sau dấu thập phân.",
            "At most 15 digits before and 6 behind the point.",
        ),
    }
}

/// The period a text names for an element.
///
/// # Errors
/// `period.malformed`, `period.kind` for one of another kind, `period.future` for one that has not begun.
pub(crate) fn period_for(kind: PeriodKind, written: &str, today: NaiveDate) -> Result<Period, ValueFault> {
    let Ok(period) = written.parse::<Period>() else {
        return Err(fault(
            "period.malformed",
            "Không phải là kỳ, ví dụ 2026-11, 2026-Q4, 2026, 2026-RQ4.",
            "This is no period, such as 2026-11, 2026-Q4, 2026, 2026-RQ4.",
        ));
    };
    if period.kind() != kind {
        let kind = kind.as_str();
        let (vi, en) = (
            format!("Số liệu này nhập theo kỳ loại {kind}."),
            format!("This element is entered for periods of the kind {kind}."),
        );
        return Err(fault("period.kind", vi, en));
    }
    if period.first_day() > today {
        return Err(fault("period.future", "Kỳ này chưa bắt đầu.", "This period has not begun."));
    }
    Ok(period)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(kind: ElementKind) -> Bounds {
        let number = |text: &str| Some(text.parse().unwrap());
        let (minimum, maximum) = if kind == ElementKind::Percent { (None, number("100")) } else { (None, None) };
        Bounds { kind, decimals: 2, minimum, maximum, choices: vec!["a".into(), "b".into()] }
    }

    fn read(kind: ElementKind, written: &str) -> Result<String, &'static str> {
        bounds(kind).canonical(written, DecimalMark::Point).map_err(|fault| fault.code)
    }

    #[test]
    fn a_value_has_one_text() {
        assert_eq!(read(ElementKind::Count, " 0113 "), Ok("113".into()));
        assert_eq!(read(ElementKind::Percent, "74.3"), Ok("74.30".into()));
        assert_eq!(read(ElementKind::Decimal, "-0"), Ok("0.00".into()));
        assert_eq!(read(ElementKind::YesNo, "Co\u{301}"), Ok("yes".into()));
        assert_eq!(read(ElementKind::Choice, "b"), Ok("b".into()));
    }

    #[test]
    fn what_does_not_fit_is_refused_by_code() {
        for (kind, written, code) in [
            (ElementKind::Count, "-1", "value.negative"),
            (ElementKind::Count, "1.5", "value.not_whole"),
            (ElementKind::Count, "1.113", "value.not_whole"),
            (ElementKind::Count, "", "value.number"),
            (ElementKind::Percent, "74,3", "value.decimal_mark"),
            (ElementKind::Percent, "100.01", "value.maximum"),
            (ElementKind::Percent, "74.333", "value.decimals"),
            (ElementKind::Percent, "74%", "value.number"),
            (ElementKind::YesNo, "1", "value.yes_no"),
            (ElementKind::Choice, "c", "value.choice"),
            (ElementKind::Decimal, "1234567890123456", "value.digits"),
        ] {
            assert_eq!(read(kind, written), Err(code), "{written}");
        }
        let comma = |written: &str| bounds(ElementKind::Percent).canonical(written, DecimalMark::Comma);
        assert_eq!(comma("74,3").unwrap(), "74.30");
        assert_eq!(comma("74.3").unwrap_err().code, "value.decimal_mark");
    }

    #[test]
    fn a_period_is_of_the_elements_kind_and_has_begun() {
        let read = |text: &str| {
            let today = "2026-11-22".parse().unwrap();
            period_for(PeriodKind::Quarter, text, today).map(|period| period.to_string()).map_err(|fault| fault.code)
        };
        assert_eq!(read("2026-Q4"), Ok("2026-Q4".into()));
        assert_eq!(read("2027-Q1"), Err("period.future"));
        assert_eq!(read("2026-RQ4"), Err("period.kind"));
        assert_eq!(read("Q4/2026"), Err("period.malformed"));
    }
}
