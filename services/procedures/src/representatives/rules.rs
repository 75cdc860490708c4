//! What is wrong with a representative by themselves: every fault at once, with pointers below `/representative`.

use chrono::NaiveDate;
use motcua_kernel::text::is_one_line;
use motcua_kernel::{FieldError, Text};

use super::view::{MandateKind, Representative, RepresentativeKind};
use crate::dossiers::{is_person_number, is_phone};

pub(super) fn faults(representative: &Representative, today: NaiveDate) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, code: &str, vi: &str, en: &str| {
        faults.push(FieldError::new(format!("/representative/{field}"), code, Text::new(vi, en)));
    };
    if !is_one_line(&representative.name) {
        fault("name", "required", "Cần có họ tên.", "A name is required.");
    } else if representative.name.chars().count() > 200 || !is_one_line(&representative.name) {
        let (vi, en) =
            ("Tên có nhiều nhất 200 ký tự, trên một dòng.", "A name has at most 200 characters, on one line.");
        fault("name", "name", vi, en);
    }
    if !is_person_number(&representative.identity_number) {
        fault(
            "identity_number",
            "identity_number",
            "Số định danh cá nhân có 12 chữ số (hoặc 9 chữ số của CMND cũ).",
            "A personal identification number has 12 digits (an old identity card 9).",
        );
    }
    if representative.phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
        fault("phone", "phone", "Số điện thoại có 8 đến 15 chữ số.", "A telephone number has 8 to 15 digits.");
    }
    let mandate = &representative.mandate;
    if mandate.number.as_deref().is_some_and(|number| !is_one_line(number) || number.chars().count() > 100) {
        let (vi, en) =
            ("Số giấy tờ có từ 1 đến 100 ký tự, trên một dòng.", "A number has 1 to 100 characters, on one line.");
        fault("mandate/number", "text.one_line", vi, en);
    }
    if !fits(representative.kind, mandate.kind) {
        fault(
            "mandate/kind",
            "mandate.kind",
            "Loại giấy tờ này không chứng minh tư cách đại diện đã khai.",
            "A paper of this kind does not prove the capacity that is claimed.",
        );
    }
    let authorised = representative.kind == RepresentativeKind::Authorised;
    if authorised && mandate.number.is_none() && mandate.file_id.is_none() {
        fault(
            "mandate",
            "mandate.proof_required",
            "Người được ủy quyền cần số văn bản ủy quyền hoặc tệp của văn bản đó.",
            "Who is authorised gives the number of the authorisation or a file of it.",
        );
    }
    if mandate.issued_on.is_some_and(|issued| issued > today) {
        fault("mandate/issued_on", "date.in_future", "Ngày này chưa đến.", "The day has not come yet.");
    }
    match (mandate.issued_on, mandate.valid_to) {
        (Some(issued), Some(last)) if last < issued => {
            fault("mandate/valid_to", "mandate.never_valid", "Hết hạn trước ngày cấp.", "It ends before it begins.");
        }
        (_, Some(last)) if last < today => fault(
            "mandate/valid_to",
            "mandate.ended",
            "Thời hạn ủy quyền hoặc đại diện đã hết.",
            "The mandate has ended.",
        ),
        _ => {}
    }
    faults
}

/// Which papers prove which capacity.
fn fits(kind: RepresentativeKind, mandate: MandateKind) -> bool {
    use MandateKind::{
        AuthorisationContract, AuthorisationLetter, GuardianshipDecision, Law, Registration, ServiceContract,
    };
    match kind {
        RepresentativeKind::Authorised => matches!(mandate, AuthorisationLetter | AuthorisationContract),
        RepresentativeKind::Guardian => matches!(mandate, GuardianshipDecision | Law),
        RepresentativeKind::LegalRepresentative => matches!(mandate, Registration | Law),
        RepresentativeKind::PostalAgent => matches!(mandate, ServiceContract | AuthorisationLetter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::representatives::view::Mandate;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn authorised() -> Representative {
        Representative {
            kind: RepresentativeKind::Authorised,
            name: "Lê Văn Thí Dụ".into(),
            identity_number: "045188000002".into(),
            phone: None,
            mandate: Mandate {
                kind: MandateKind::AuthorisationLetter,
                number: Some("12/2026".into()),
                issued_on: Some(day("2026-11-01")),
                valid_to: Some(day("2026-11-16")),
                file_id: None,
            },
        }
    }

    fn codes(representative: &Representative, today: &str) -> Vec<String> {
        faults(representative, day(today)).into_iter().map(|fault| fault.code).collect()
    }

    #[test]
    fn a_mandate_holds_on_its_last_day_and_not_after_it() {
        assert_eq!(codes(&authorised(), "2026-11-16"), [""; 0]);
        assert_eq!(codes(&authorised(), "2026-11-17"), ["mandate.ended"]);
    }

    #[test]
    fn who_is_authorised_proves_it_and_parents_need_no_paper() {
        let mut bare = authorised();
        bare.mandate = Mandate { number: None, issued_on: None, valid_to: None, ..bare.mandate };
        assert_eq!(codes(&bare, "2026-11-16"), ["mandate.proof_required"]);
        bare.kind = RepresentativeKind::Guardian;
        bare.mandate.kind = MandateKind::Law;
        assert_eq!(codes(&bare, "2026-11-16"), [""; 0]);
        bare.mandate.kind = MandateKind::ServiceContract;
        assert_eq!(codes(&bare, "2026-11-16"), ["mandate.kind"]);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let mut broken = authorised();
        broken.name = " ".into();
        broken.identity_number = "12".into();
        broken.phone = Some("1".into());
        broken.mandate.number = Some("a\nb".into());
        broken.mandate.issued_on = Some(day("2027-01-01"));
        let told = ["required", "identity_number", "phone", "text.one_line", "date.in_future", "mandate.never_valid"];
        assert_eq!(codes(&broken, "2026-11-16"), told);
    }
}
