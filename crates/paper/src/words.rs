//! Times and money as official Vietnamese papers write them (Decree 30/2020/NĐ-CP, Annex I: days under ten and the months January and
//! February carry a zero). What is not known yet is a row of dots, to be filled in by hand.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use motcua_kernel::Money;
use motcua_kernel::time::{day_in_vietnam, vietnam};

/// The dots that stand for a short fact.
pub(crate) const DOTS: &str = "……";

/// A text, or dots where there is none.
pub(crate) fn or_dots(text: Option<&str>) -> &str {
    text.map(str::trim).filter(|text| !text.is_empty()).unwrap_or("……………………………")
}

/// `ngày 05 tháng 01 năm 2026`.
pub(crate) fn day(day: Option<NaiveDate>) -> String {
    let Some(day) = day else { return format!("ngày {DOTS} tháng {DOTS} năm {DOTS}") };
    let month = if day.month() < 3 { format!("{:02}", day.month()) } else { day.month().to_string() };
    format!("ngày {:02} tháng {month} năm {}", day.day(), day.year())
}

/// `15 giờ 05 phút, ngày 21 tháng 11 năm 2026`, in Vietnam.
pub(crate) fn moment(at: Option<DateTime<Utc>>) -> String {
    let Some(at) = at else { return format!("{DOTS} giờ {DOTS} phút, {}", day(None)) };
    let local = at.with_timezone(&vietnam());
    format!("{:02} giờ {:02} phút, {}", local.hour(), local.minute(), day(Some(local.date_naive())))
}

/// `Đông Hà, ngày 21 tháng 11 năm 2026`.
pub(crate) fn place_and_day(place: Option<&str>, on: Option<NaiveDate>) -> String {
    format!("{}, {}", place.unwrap_or(DOTS), day(on))
}

/// `21/11/2026`, in Vietnam, for the narrow columns of a table; nothing for what has not happened.
pub(crate) fn short_day(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| day_in_vietnam(at).format("%d/%m/%Y").to_string()).unwrap_or_default()
}

/// `150.000 đồng`.
pub(crate) fn money(money: Money) -> String {
    let digits = money.amount.unsigned_abs().to_string();
    let mut grouped = String::from(if money.amount < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    format!("{grouped} đồng")
}

/// A count, or nothing.
pub(crate) fn count(count: Option<u32>) -> String {
    count.map(|count| count.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn days_under_ten_and_the_first_two_months_carry_a_zero() {
        assert_eq!(day(NaiveDate::from_ymd_opt(2026, 1, 5)), "ngày 05 tháng 01 năm 2026");
        assert_eq!(day(NaiveDate::from_ymd_opt(2026, 3, 15)), "ngày 15 tháng 3 năm 2026");
        assert_eq!(day(NaiveDate::from_ymd_opt(2026, 11, 21)), "ngày 21 tháng 11 năm 2026");
    }

    #[test]
    fn an_instant_is_told_in_vietnam() {
        assert_eq!(moment(Some(at("2026-11-21T08:05:59Z"))), "15 giờ 05 phút, ngày 21 tháng 11 năm 2026");
        assert_eq!(moment(Some(at("2026-12-31T17:00:00Z"))), "00 giờ 00 phút, ngày 01 tháng 01 năm 2027");
        assert_eq!(short_day(Some(at("2026-12-31T17:00:00Z"))), "01/01/2027");
    }

    #[test]
    fn what_is_not_known_is_dots() {
        assert_eq!(moment(None), "…… giờ …… phút, ngày …… tháng …… năm ……");
        assert_eq!(place_and_day(None, None), "……, ngày …… tháng …… năm ……");
        assert_eq!(or_dots(Some("  ")), or_dots(None));
    }

    #[test]
    fn money_has_a_point_every_three_digits() {
        let words = |amount| money(Money::vnd(amount));
        assert_eq!(words(0), "0 đồng");
        assert_eq!(words(500), "500 đồng");
        assert_eq!(words(150_000), "150.000 đồng");
        assert_eq!(words(1_234_567_890), "1.234.567.890 đồng");
    }
}
