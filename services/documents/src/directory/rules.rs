//! What an account must look like, and how grants begin and end.

use chrono::NaiveDate;
use motcua_agencies::GrantRecord;
use motcua_kernel::{Error, FieldError, Role, Text, Uuid, text};

use super::persons::Person;
use crate::text_fields::one_line_fault;

/// The longest name of a caller that tokens are read with.
const LONGEST_SUBJECT: usize = 255;
const LONGEST_NAME: usize = 200;
const LONGEST_EMAIL: usize = 254;

/// A person with texts in the form in which they are stored.
pub(super) fn person(name: &str, email: Option<&str>) -> Person {
    let email = email.map(text::normalise).filter(|email| !email.is_empty());
    Person { name: text::normalise(name), email }
}

/// What is wrong with a person. No message repeats what was sent.
pub(super) fn person_faults(person: &Person) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if person.name.is_empty() || person.name.chars().count() > LONGEST_NAME {
        let text = Text::new("Họ tên phải có 1 đến 200 ký tự.", "The name must have 1 to 200 characters.");
        faults.push(FieldError::new("/name", "length", text));
    }
    let is_address = |email: &str| {
        let (user, host) = email.rsplit_once('@').unwrap_or_default();
        !user.is_empty() && !host.is_empty() && !email.contains(char::is_whitespace) && email.len() <= LONGEST_EMAIL
    };
    faults.extend(one_line_fault("/name", &person.name));
    if person.email.as_deref().is_some_and(|email| !is_address(email)) {
        let text = Text::new("Không phải địa chỉ thư điện tử.", "Not an e-mail address.");
        faults.push(FieldError::new("/email", "email", text));
    }
    faults.extend(person.email.as_deref().and_then(|email| one_line_fault("/email", email)));
    faults
}

/// What is wrong with the name an account has at the issuer.
pub(super) fn subject_faults(issuer: &str, subject: &str) -> Vec<FieldError> {
    let wrong = |text: &str| text.is_empty() || text.len() > LONGEST_SUBJECT || text.trim() != text;
    let message = || {
        Text::new(
            "Phải có 1 đến 255 byte, không khoảng trắng ở đầu và cuối.",
            "Must have 1 to 255 bytes and no white space around it.",
        )
    };
    [("/issuer", issuer), ("/subject", subject)]
        .into_iter()
        .filter_map(|(pointer, text)| {
            let length = wrong(text).then(|| FieldError::new(pointer, "length", message()));
            length.or_else(|| one_line_fault(pointer, text))
        })
        .collect()
}

/// Adds a grant to those an officer has.
///
/// # Errors
/// When it would end before it begins, or the officer holds the role there on some of these days already.
pub(super) fn add(grants: &mut Vec<GrantRecord>, new: GrantRecord) -> Result<(), Error> {
    if new.valid_to.is_some_and(|end| end <= new.valid_from) {
        let text = Text::new("valid_to phải sau valid_from.", "valid_to must be after valid_from.");
        return Err(Error::invalid_field("/valid_to", "order", text));
    }
    let before = |end: Option<NaiveDate>, start: NaiveDate| end.is_some_and(|end| end <= start);
    let meets = |held: &GrantRecord| {
        held.agency_id == new.agency_id
            && held.role == new.role
            && !before(held.valid_to, new.valid_from)
            && !before(new.valid_to, held.valid_from)
    };
    if grants.iter().any(meets) {
        return Err(Error::conflict(
            "grant.exists",
            "Cán bộ đã có vai trò này tại cơ quan trong cùng thời gian.",
            "The officer holds this role there on some of these days already.",
        ));
    }
    grants.push(new);
    grants.sort_by_key(|grant| (grant.agency_id, grant.role, grant.valid_from));
    Ok(())
}

/// Ends a role in an agency on a day: what would begin later never begins.
///
/// # Errors
/// `grant.none` when the officer doesn't hold it on that day or later.
pub(super) fn end(grants: &mut Vec<GrantRecord>, agency: Uuid, role: Role, on: NaiveDate) -> Result<(), Error> {
    let mut ended = false;
    grants.retain_mut(|grant| {
        let goes_on = grant.valid_to.is_none_or(|end| on < end);
        if grant.agency_id != agency || grant.role != role || !goes_on {
            return true;
        }
        ended = true;
        grant.valid_to = Some(on);
        grant.valid_from < on
    });
    if ended {
        return Ok(());
    }
    Err(Error::conflict(
        "grant.none",
        "Cán bộ không có vai trò này tại cơ quan từ ngày đó.",
        "The officer doesn't hold this role there on that day or later.",
    ))
}

#[cfg(test)]
mod tests {
    use motcua_kernel::new_id;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn grant(agency: Uuid, from: &str, to: Option<&str>) -> GrantRecord {
        GrantRecord { agency_id: agency, role: Role::Clerk, valid_from: day(from), valid_to: to.map(day) }
    }

    #[test]
    fn a_role_is_held_once_at_a_time() {
        let agency = new_id();
        let mut grants = vec![grant(agency, "2026-01-01", Some("2026-02-01"))];
        assert_eq!(add(&mut grants, grant(agency, "2026-01-31", None)).unwrap_err().code, "grant.exists");
        assert_eq!(add(&mut grants, grant(agency, "2025-01-01", None)).unwrap_err().code, "grant.exists");
        add(&mut grants, grant(agency, "2026-02-01", None)).unwrap();
        add(&mut grants, grant(new_id(), "2026-01-15", None)).unwrap();
        assert_eq!(
            add(&mut grants, grant(new_id(), "2026-01-01", Some("2026-01-01"))).unwrap_err().fields[0].code,
            "order"
        );
        assert_eq!(grants.len(), 3);
    }

    #[test]
    fn a_role_ends_on_its_day_and_one_that_had_not_begun_is_gone() {
        let agency = new_id();
        let mut grants = vec![
            grant(agency, "2025-01-01", Some("2025-06-01")),
            grant(agency, "2026-01-01", Some("2026-02-01")),
            grant(agency, "2026-02-01", None),
        ];
        end(&mut grants, agency, Role::Clerk, day("2026-01-10")).unwrap();
        assert_eq!(
            grants,
            [grant(agency, "2025-01-01", Some("2025-06-01")), grant(agency, "2026-01-01", Some("2026-01-10"))]
        );
        assert_eq!(end(&mut grants, agency, Role::Clerk, day("2026-01-10")).unwrap_err().code, "grant.none");
        assert_eq!(end(&mut grants, agency, Role::Leader, day("2026-01-01")).unwrap_err().code, "grant.none");
    }

    #[test]
    fn faults_of_persons_never_repeat_the_person() {
        let faults = person_faults(&person(&"Nguyễn".repeat(50), Some("a b@c")));
        assert_eq!(faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["/name", "/email"]);
        assert!(!format!("{faults:?}").contains("Nguyễn"));
        assert!(person_faults(&person(" Lê Thị A ", Some("a@quangtri.example"))).is_empty());
        assert_eq!(person("A", Some(" ")).email, None);
        assert!(!format!("{:?}", person("Lê Thị A", None)).contains("Lê"));
        assert_eq!(subject_faults("i", " s").len(), 1);
    }
}
