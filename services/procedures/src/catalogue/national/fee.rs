//! The cell of fees (phí, lệ phí), in which the source also keeps the description of the term.
//!
//! Two pages, two styles. One writes the fee, a note in brackets and the description without a space between them:
//! `Miễn phí(Không có)05 ngày làm việc`, `50,000 Việt Nam Đồng(50.000 đồng/lần)Nộp hồ sơ …`. The other repeats labelled
//! parts: `Phí : 2.000.000 Đồng (…) Lệ phí : 0 Đồng …`. Only the amount at the head is a stated fee; amounts inside notes
//! depend on cases that no machine can tell apart. A head below 1,000 đồng is not used: it is thousands (`150 VNĐ` for
//! 150.000), dollars (`155 VNĐ` for 155 USD) or a placeholder (`1 Việt Nam Đồng`).

use serde::{Deserialize, Serialize};

use super::warning::WarningCode;

/// Stated fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fee {
    /// Which of the two kinds of the law.
    pub kind: FeeKind,
    /// Amount in đồng.
    pub amount: i64,
}

/// Kind of fee by the Law on Fees and Charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeKind {
    /// Fee for a service (phí).
    Fee,
    /// Charge for an administrative act (lệ phí).
    Charge,
    /// The source does not say which.
    Unspecified,
}

/// What the cell says as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeStatement {
    /// Free of charge (miễn phí).
    Free,
    /// There is a fee, whether its amount could be read or not (có phí).
    Charged,
    /// Nothing is said (không có thông tin).
    NotStated,
}

/// Below this a stated amount is not an amount of money in đồng.
const LEAST_AMOUNT: i64 = 1_000;

/// What was found in a cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FeeCell<'cell> {
    pub statement: FeeStatement,
    /// Usable amounts.
    pub fees: Vec<Fee>,
    /// The part of the cell that speaks of the fee.
    pub note: Option<&'cell str>,
    /// The rest of the cell.
    pub description: Option<&'cell str>,
    /// Numbers stated at a head, usable or not.
    pub stated: Vec<i64>,
    /// What could not be understood.
    pub faults: Vec<WarningCode>,
}

/// Takes a cell apart. Anything is a cell: what is no fee is description.
pub(super) fn take_apart(cell: &str) -> FeeCell<'_> {
    let cell = cell.trim();
    let mut found = FeeCell {
        statement: FeeStatement::NotStated,
        fees: Vec::new(),
        note: None,
        description: None,
        stated: Vec::new(),
        faults: Vec::new(),
    };
    let rest = if let Some(rest) = cell.strip_prefix("Miễn phí") {
        found.statement = FeeStatement::Free;
        note_end(&mut found, rest)
    } else if let Some((amount, currency, rest)) = money(cell) {
        found.statement = FeeStatement::Charged;
        accept(&mut found, FeeKind::Unspecified, amount, currency);
        note_end(&mut found, rest)
    } else {
        labelled_parts(&mut found, cell)
    };
    let (note, description) = cell.split_at_checked(cell.len() - rest.len()).unwrap_or((cell, ""));
    found.note = non_empty(note);
    found.description = non_empty(description);
    found
}

/// Whether the digits of the term are also those at the head of the fee: one number was read into both cells, or two
/// numbers (1 day, 20 thousand đồng) have become one.
pub(super) fn joined_with_term(term: &str, cell: &str) -> bool {
    let only_digits = !term.is_empty() && term.bytes().all(|byte| byte.is_ascii_digit());
    only_digits
        && cell.trim().strip_prefix(term).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
        && money(cell.trim()).is_some()
}

/// The ways in which an amount may be written in a text.
pub(super) fn is_written_in(amount: i64, text: &str) -> bool {
    let plain = amount.to_string();
    let grouped = |separator: &str| {
        let mut groups: Vec<String> = Vec::new();
        let mut left = amount;
        while left >= 1_000 {
            groups.push(format!("{:03}", left % 1_000));
            left /= 1_000;
        }
        groups.push(left.to_string());
        groups.reverse();
        groups.join(separator)
    };
    text.contains(&plain) || text.contains(&grouped(".")) || text.contains(&grouped(","))
}

/// Whether the number stands in the text only as the year of a document: `năm 2016`, `249/2016/TT-BTC`.
pub(super) fn is_only_a_year(amount: i64, text: &str) -> bool {
    let plain = amount.to_string();
    (1_945..=2_100).contains(&amount)
        && text.contains(&plain)
        && text.match_indices(&plain).all(|(index, _)| {
            let before = text.get(..index).unwrap_or_default();
            before.ends_with('/') || before.trim_end().ends_with("năm")
        })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Currency {
    Dong,
    Dollar,
}

fn accept(found: &mut FeeCell<'_>, kind: FeeKind, amount: Option<i64>, currency: Currency) {
    if currency == Currency::Dollar {
        found.faults.push(WarningCode::FeeForeignCurrency);
        return;
    }
    let Some(amount) = amount else {
        found.faults.push(WarningCode::FeeUnreadable);
        return;
    };
    found.stated.push(amount);
    if amount != 0 && amount < LEAST_AMOUNT {
        found.faults.push(WarningCode::FeeAmountImplausible);
    } else {
        found.fees.push(Fee { kind, amount });
    }
}

/// A number and a currency at the start of a text, and what follows.
fn money(text: &str) -> Option<(Option<i64>, Currency, &str)> {
    let (number, rest) = number(text)?;
    let (currency, rest) = currency(rest.trim_start())?;
    Some((amount(number), currency, rest))
}

fn number(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|character: char| !(character.is_ascii_digit() || character == '.' || character == ','));
    let (number, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
    number.starts_with(|character: char| character.is_ascii_digit()).then_some((number, rest))
}

fn currency(text: &str) -> Option<(Currency, &str)> {
    const DONG: [&str; 6] = ["Việt Nam Đồng", "Việt Nam đồng", "VNĐ", "VND", "Đồng", "đồng"];
    DONG.iter()
        .find_map(|name| text.strip_prefix(name))
        .map(|rest| (Currency::Dong, rest))
        .or_else(|| text.strip_prefix("USD").map(|rest| (Currency::Dollar, rest)))
}

/// Digits, or groups of three behind one kind of separator.
fn amount(number: &str) -> Option<i64> {
    let separators: Vec<char> = number.chars().filter(|character| !character.is_ascii_digit()).collect();
    let one_kind = separators.windows(2).all(|pair| pair.first() == pair.last());
    let mut groups = number.split(['.', ',']);
    let first = groups.next()?.len();
    let well_grouped = separators.is_empty() || ((1..=3).contains(&first) && groups.all(|group| group.len() == 3));
    if !(one_kind && well_grouped) {
        return None;
    }
    number.replace(['.', ','], "").parse().ok()
}

/// Steps over a note in brackets right behind the head; an open bracket swallows the rest, because its end is not known.
fn note_end<'cell>(found: &mut FeeCell<'cell>, rest: &'cell str) -> &'cell str {
    if !rest.starts_with('(') {
        return rest;
    }
    let mut depth = 0_usize;
    for (index, character) in rest.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return rest.get(index + character.len_utf8()..).unwrap_or_default();
        }
    }
    found.faults.push(WarningCode::FeeBracketOpen);
    ""
}

/// Reads `Phí : 50.000 Đồng (…) Lệ phí : 0 Đồng`, as many parts as there are, and gives back what follows them.
fn labelled_parts<'cell>(found: &mut FeeCell<'cell>, cell: &'cell str) -> &'cell str {
    let mut rest = cell;
    let mut statements = Vec::new();
    while let Some((kind, value)) = label(rest.trim_start()) {
        let Some((word, currency, after)) = labelled_value(value) else {
            // No currency at all: the part refers to some circular and reaches to the end of the cell.
            found.faults.push(WarningCode::FeeUnreadable);
            statements.push(FeeStatement::Charged);
            rest = "";
            break;
        };
        statements.push(labelled_amount(found, kind, word, currency));
        rest = note_end(found, after.trim_start());
    }
    found.statement = if statements.contains(&FeeStatement::Charged) {
        FeeStatement::Charged
    } else if statements.is_empty() || statements.contains(&FeeStatement::NotStated) {
        FeeStatement::NotStated
    } else {
        FeeStatement::Free
    };
    rest.trim_start_matches([' ', ':'])
}

fn labelled_amount(found: &mut FeeCell<'_>, kind: FeeKind, word: &str, currency: Currency) -> FeeStatement {
    // "Phí : Không Đồng" says that there is none.
    if word.eq_ignore_ascii_case("không") {
        return FeeStatement::Free;
    }
    let number = number(word).filter(|(_, after)| after.is_empty()).and_then(|(number, _)| amount(number));
    accept(found, kind, number, currency);
    match (number, currency) {
        (Some(0), Currency::Dong) => FeeStatement::Free,
        // An empty value or a lone letter ("o Đồng") says nothing; words say that some fee is due.
        (None, Currency::Dong) if word.chars().count() < 2 => FeeStatement::NotStated,
        _ => FeeStatement::Charged,
    }
}

fn label(text: &str) -> Option<(FeeKind, &str)> {
    [("Lệ phí", FeeKind::Charge), ("Phí", FeeKind::Fee)]
        .into_iter()
        .find_map(|(label, kind)| Some((kind, text.strip_prefix(label)?.trim_start().strip_prefix(':')?)))
}

/// The words up to the nearest currency, the currency, and what follows it.
fn labelled_value(text: &str) -> Option<(&str, Currency, &str)> {
    let dong = text.find("Đồng").map(|index| (index, Currency::Dong, "Đồng".len()));
    let dollar = text.find("USD").map(|index| (index, Currency::Dollar, "USD".len()));
    let (index, currency, length) = [dong, dollar].into_iter().flatten().min_by_key(|(index, ..)| *index)?;
    Some((text.get(..index)?.trim(), currency, text.get(index + length..)?))
}

fn non_empty(text: &str) -> Option<&str> {
    let trimmed = text.trim();
    (!trimmed.is_empty()).then_some(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fee(kind: FeeKind, amount: i64) -> Fee {
        Fee { kind, amount }
    }

    #[test]
    fn free_note_and_description_are_taken_apart_without_a_space_between_them() {
        let cell = take_apart("Miễn phí(Không có (nếu có))05 ngày làm việc");
        assert_eq!(cell.statement, FeeStatement::Free);
        assert_eq!(cell.note, Some("Miễn phí(Không có (nếu có))"));
        assert_eq!(cell.description, Some("05 ngày làm việc"));
        assert_eq!(take_apart("Miễn phía) Thông báo").description, Some("a) Thông báo"));
    }

    #[test]
    fn the_amount_at_the_head_is_the_stated_fee() {
        let cell = take_apart("50,000 Việt Nam Đồng(Phí công bố: 100.000 đồng/lần)Nộp hồ sơ");
        assert_eq!(cell.statement, FeeStatement::Charged);
        assert_eq!(cell.fees, [fee(FeeKind::Unspecified, 50_000)]);
        assert_eq!(cell.description, Some("Nộp hồ sơ"));
        assert_eq!(take_apart("2.000 đồng").fees, [fee(FeeKind::Unspecified, 2_000)]);
    }

    #[test]
    fn an_amount_below_a_thousand_is_not_used_but_stays_in_the_note() {
        for cell in ["150 VNĐ(150.000 đồng/lần)", "155 VNĐ(155 USD/thẻ)", "1 Việt Nam Đồng"] {
            let found = take_apart(cell);
            assert_eq!(
                (found.statement, found.faults),
                (FeeStatement::Charged, vec![WarningCode::FeeAmountImplausible])
            );
            assert_eq!((found.fees, found.note), (vec![], Some(cell)));
        }
    }

    #[test]
    fn badly_grouped_digits_are_no_amount() {
        for cell in ["1100,000 VNĐ", "1,00 VNĐ", "1.000,00 VNĐ", "1,000,00 VNĐ", "99,999,999,999,999,999,999 VNĐ"]
        {
            let found = take_apart(cell);
            assert_eq!((found.fees, found.faults), (vec![], vec![WarningCode::FeeUnreadable]), "{cell}");
        }
    }

    #[test]
    fn a_fee_in_dollars_is_charged_and_has_no_amount_in_dong() {
        let found = take_apart("10 USD(10 USD/lần)nộp hồ sơ");
        assert_eq!((found.statement, found.fees), (FeeStatement::Charged, vec![]));
        assert_eq!(found.faults, [WarningCode::FeeForeignCurrency]);
        assert_eq!(found.note, Some("10 USD(10 USD/lần)"));
    }

    #[test]
    fn labelled_parts_are_read_one_by_one_with_their_kind() {
        let found = take_apart("Phí : 2.000.000 Đồng (Cấp mới) Lệ phí : 20000 Đồng (Cấp lại) - 15 ngày");
        assert_eq!(found.fees, [fee(FeeKind::Fee, 2_000_000), fee(FeeKind::Charge, 20_000)]);
        assert_eq!(found.description, Some("- 15 ngày"));
        let found = take_apart("Phí : 0 Đồng : 40 ngày");
        assert_eq!((found.statement, found.description), (FeeStatement::Free, Some("40 ngày")));
    }

    #[test]
    fn a_labelled_part_that_is_no_number_is_no_amount() {
        for (cell, statement, unreadable) in [
            ("Phí : Không Đồng Nộp tại tàu", FeeStatement::Free, false),
            ("Phí : o Đồng Nộp", FeeStatement::NotStated, true),
            ("Lệ phí : Đồng (Theo quy định)", FeeStatement::NotStated, true),
            ("Phí : Mức thu bằng 50% của Thông tư số 249/2016/TT-BTC năm 2016 Đồng", FeeStatement::Charged, true),
            ("Lệ phí : (Thông tư số 249/2016/TT-BTC)", FeeStatement::Charged, true),
        ] {
            let found = take_apart(cell);
            assert_eq!((found.statement, found.fees), (statement, vec![]), "{cell}");
            assert_eq!(found.faults.contains(&WarningCode::FeeUnreadable), unreadable, "{cell}");
        }
    }

    #[test]
    fn an_open_bracket_swallows_the_rest() {
        let found = take_apart("Miễn phí(đồng (Miễn từ ngày 07/4/2026)20 ngày");
        assert_eq!((found.faults, found.description), (vec![WarningCode::FeeBracketOpen], None));
    }

    #[test]
    fn what_is_no_fee_is_description() {
        let found = take_apart("07 ngày làm việc kể từ khi nhận đủ hồ sơ");
        assert_eq!((found.statement, found.note), (FeeStatement::NotStated, None));
        assert_eq!(found.description, Some("07 ngày làm việc kể từ khi nhận đủ hồ sơ"));
        assert_eq!(take_apart("  ").description, None);
    }

    #[test]
    fn a_term_that_begins_the_fee_has_run_into_it() {
        for (term, cell) in [("120", "120VNĐ"), ("140", "140,000 Việt Nam Đồng(xe)"), ("1100", "1100,000 VNĐ")] {
            assert!(joined_with_term(term, cell), "{cell}");
        }
        for (term, cell) in
            [("1", "Miễn phí"), ("1", "120VNĐ"), ("5 Ngày", "5 Ngày"), ("07", "07 ngày làm việc"), ("", "")]
        {
            assert!(!joined_with_term(term, cell), "{cell}");
        }
    }

    #[test]
    fn the_year_of_a_document_is_no_amount() {
        assert!(is_only_a_year(2016, "Thông tư số 249/2016/TT-BTC năm 2016 Đồng"));
        assert!(!is_only_a_year(2016, "2016 đồng theo Thông tư số 249/2016/TT-BTC"));
        assert!(!is_only_a_year(50_000, "năm 50000"));
    }

    #[test]
    fn an_amount_may_be_written_plain_or_grouped() {
        for text in ["20000 đồng", "20.000đ", "20,000 VNĐ"] {
            assert!(is_written_in(20_000, text));
        }
        assert!(is_written_in(1_005_000, "1.005.000"));
        assert!(!is_written_in(20_000, "20 nghìn đồng"));
    }
}
