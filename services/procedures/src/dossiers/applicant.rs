//! Whether an applicant can be who they say: shapes of numbers and addresses, every fault at once.

use motcua_kernel::text::is_one_line;
use motcua_kernel::{FieldError, Text};

use super::view::{Applicant, ApplicantKind};

/// Every fault of an applicant, with pointers below `/applicant`.
pub(crate) fn faults(applicant: &Applicant) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, code: &str, vi: &str, en: &str| {
        faults.push(FieldError::new(format!("/applicant/{field}"), code, Text::new(vi, en)));
    };
    let name = applicant.name.trim().chars().count();
    if name == 0 {
        fault("name", "required", "Cần có họ tên hoặc tên tổ chức.", "A name is required.");
    } else if name > 200 || !is_one_line(&applicant.name) {
        fault(
            "name",
            "name",
            "Tên có nhiều nhất 200 ký tự, trên một dòng.",
            "A name has at most 200 characters, on one line.",
        );
    }
    if !identity_fits(applicant.kind, &applicant.identity_number) {
        match applicant.kind {
            ApplicantKind::Citizen => fault(
                "identity_number",
                "identity_number",
                "Số định danh cá nhân có 12 chữ số (hoặc 9 chữ số của CMND cũ).",
                "A personal identification number has 12 digits (an old identity card 9).",
            ),
            _ => fault(
                "identity_number",
                "tax_code",
                "Mã số thuế có 10 chữ số, 10 chữ số kèm -001, hoặc 12 chữ số.",
                "A tax code has 10 digits, 10 digits with -001, or 12 digits.",
            ),
        }
    }
    if applicant.phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
        fault("phone", "phone", "Số điện thoại có 8 đến 15 chữ số.", "A telephone number has 8 to 15 digits.");
    }
    if applicant.email.as_deref().is_some_and(|email| !is_email(email)) {
        fault("email", "email", "Địa chỉ thư điện tử không hợp lệ.", "Not an e-mail address.");
    }
    if applicant.address.as_deref().is_some_and(|address| address.chars().count() > 500) {
        fault("address", "max_length", "Địa chỉ có nhiều nhất 500 ký tự.", "An address has at most 500 characters.");
    }
    if applicant.unit_code.as_deref().is_some_and(|code| !digits(code, &[2, 5])) {
        fault("unit_code", "unit_code", "Mã đơn vị hành chính có 2 hoặc 5 chữ số.", "A unit code has 2 or 5 digits.");
    }
    faults
}

fn digits(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether this can be the number of a person.
pub(crate) fn is_person_number(number: &str) -> bool {
    identity_fits(ApplicantKind::Citizen, number)
}

/// Whether this can be the number of any applicant.
pub(crate) fn is_identity_number(number: &str) -> bool {
    is_person_number(number) || identity_fits(ApplicantKind::Organisation, number)
}

fn identity_fits(kind: ApplicantKind, number: &str) -> bool {
    match kind {
        ApplicantKind::Citizen => digits(number, &[9, 12]),
        ApplicantKind::Business | ApplicantKind::Organisation => match number.split_once('-') {
            Some((head, branch)) => digits(head, &[10]) && digits(branch, &[3]),
            None => digits(number, &[10, 12]),
        },
    }
}

/// Whether this can be a telephone number.
pub(crate) fn is_phone(text: &str) -> bool {
    let plain = text.strip_prefix('+').unwrap_or(text);
    let kept: String = plain.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
    (8..=15).contains(&kept.len()) && kept.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text has the shape of an e-mail address.
fn is_email(text: &str) -> bool {
    let fits = text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    fits && text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.contains('@') && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applicant(kind: ApplicantKind, number: &str) -> Applicant {
        Applicant {
            kind,
            name: "Trần Thị Ví Dụ".into(),
            identity_number: number.into(),
            phone: None,
            email: None,
            address: None,
            unit_code: None,
        }
    }

    #[test]
    fn numbers_of_persons_and_organisations_have_their_own_shapes() {
        for (kind, number, good) in [
            (ApplicantKind::Citizen, "045190000001", true),
            (ApplicantKind::Citizen, "123456789", true),
            (ApplicantKind::Citizen, "04519000000", false),
            (ApplicantKind::Citizen, "04519000000１", false),
            (ApplicantKind::Business, "0100109106", true),
            (ApplicantKind::Business, "0100109106-001", true),
            (ApplicantKind::Organisation, "01001091", false),
        ] {
            assert_eq!(faults(&applicant(kind, number)).is_empty(), good, "{number}");
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let broken = Applicant {
            name: "  ".into(),
            phone: Some("12".into()),
            email: Some("a@b".into()),
            unit_code: Some("1".into()),
            ..applicant(ApplicantKind::Citizen, "x")
        };
        assert_eq!(faults(&broken).len(), 5);
    }
}
