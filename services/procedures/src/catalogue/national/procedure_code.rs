//! Procedure codes (mã thủ tục hành chính).
//!
//! The national part is one digit, a dot and six digits. A province that publishes a procedure as its own appends its
//! electronic identification code, new style (`1.000948.H38`) or the reversed old one (`3.000181.000.00.00.H22`).

/// A code taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProcedureCode {
    pub national: String,
    pub province_suffix: Option<String>,
}

/// Longest electronic identification code of an agency (Decision 20/2020/QĐ-TTg, Article 4).
const LONGEST_SUFFIX: usize = 35;

/// Takes a code apart; `None` when it is not one.
pub(crate) fn parse(written: &str) -> Option<ProcedureCode> {
    let mut groups = written.splitn(3, '.');
    let (first, second) = (groups.next()?, groups.next()?);
    if !(is_digits(first, 1) && is_digits(second, 6)) {
        return None;
    }
    let province_suffix = match groups.next() {
        None => None,
        Some(suffix) if is_agency_code(suffix) => Some(suffix.to_owned()),
        Some(_) => return None,
    };
    Some(ProcedureCode { national: format!("{first}.{second}"), province_suffix })
}

fn is_digits(group: &str, length: usize) -> bool {
    group.len() == length && group.bytes().all(|byte| byte.is_ascii_digit())
}

/// Groups of two or three digits around one group of a letter and two digits, at the start or at the end.
fn is_agency_code(suffix: &str) -> bool {
    let groups: Vec<&str> = suffix.split('.').collect();
    let lettered = |group: &str| {
        group.strip_prefix(|letter: char| letter.is_ascii_uppercase()).is_some_and(|rest| is_digits(rest, 2))
    };
    let numbered = |group: &&str| is_digits(group, 2) || is_digits(group, 3);
    suffix.len() <= LONGEST_SUFFIX
        && groups.iter().filter(|group| lettered(group)).count() == 1
        && groups.iter().filter(|group| numbered(group)).count() == groups.len() - 1
        && (groups.first().is_some_and(|group| lettered(group)) || groups.last().is_some_and(|group| lettered(group)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_national_code_has_no_suffix() {
        assert_eq!(parse("1.014466"), Some(ProcedureCode { national: "1.014466".to_owned(), province_suffix: None }));
    }

    #[test]
    fn a_province_suffix_is_new_or_old_style() {
        for (code, suffix) in
            [("1.000948.H38", "H38"), ("3.000181.000.00.00.H22", "000.00.00.H22"), ("1.014466.H12.07", "H12.07")]
        {
            let parsed = parse(code).expect(code);
            assert_eq!(parsed.province_suffix.as_deref(), Some(suffix));
            assert!(code.starts_with(&parsed.national) && parsed.national.len() == 8);
        }
    }

    #[test]
    fn other_spellings_are_not_codes() {
        for code in [
            "",
            "1",
            "1.01446",
            "1.0144666",
            "11.014466",
            "1,014466",
            "a.014466",
            "1.014466.",
            "1.014466.h12",
            "1.014466.12",
            "1.014466.H1",
            "1.014466.00.H12.00",
            "١.014466",
            "1.014466.H12.H13",
        ] {
            assert_eq!(parse(code), None, "{code}");
        }
    }
}
