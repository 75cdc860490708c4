//! What may be delegated, for how long, and what ends it.

use chrono::NaiveDate;
use motcua_agencies::{DelegationEnd, DelegationRecord, GrantRecord, OfficerRecord};
use motcua_kernel::{Error, Result, Role, Text, Uuid};

/// The first day of a time on which a role is not held there; none when it is held throughout.
fn first_day_without(
    grants: &[GrantRecord],
    agency: Uuid,
    role: Role,
    from: NaiveDate,
    to: NaiveDate,
) -> Option<NaiveDate> {
    let mut day = from;
    while day < to {
        let holds = |grant: &&GrantRecord| {
            grant.agency_id == agency
                && grant.role == role
                && grant.valid_from <= day
                && grant.valid_to.is_none_or(|end| day < end)
        };
        let Some(grant) = grants.iter().find(holds) else { return Some(day) };
        day = grant.valid_to?;
    }
    None
}

/// Checks a new delegation against the two officers and what has been delegated between whomever so far.
///
/// # Errors
/// `order` and `past` at the days; `delegation.to_oneself` and `delegation.delegate_unknown` at the delegate;
/// `delegation.delegator_closed`, `delegation.passed_on`, `delegation.not_held`, `delegation.exists`.
pub(super) fn check(
    new: &DelegationRecord,
    delegator: &OfficerRecord,
    delegate: &OfficerRecord,
    others: &[DelegationRecord],
    today: NaiveDate,
) -> Result<()> {
    if new.valid_to <= new.valid_from {
        let text = Text::new("valid_to phải sau valid_from.", "valid_to must be after valid_from.");
        return Err(Error::invalid_field("/valid_to", "order", text));
    }
    if new.valid_from < today {
        let text = Text::new("Không ủy quyền lùi ngày.", "A delegation does not begin before today.");
        return Err(Error::invalid_field("/valid_from", "past", text));
    }
    if delegate.id == delegator.id {
        let text = Text::new("Không ủy quyền cho chính mình.", "Nobody delegates to themselves.");
        return Err(Error::invalid_field("/delegate", "delegation.to_oneself", text));
    }
    if !delegate.active {
        return Err(delegate_unknown());
    }
    if !delegator.active {
        return Err(Error::conflict(
            "delegation.delegator_closed",
            "Tài khoản của người ủy quyền đã khóa.",
            "The account of the officer whose post it is, is closed.",
        ));
    }
    let (from, to) = (new.valid_from, new.valid_to);
    let meets = |other: &&DelegationRecord| {
        other.agency_id == new.agency_id && other.role == new.role && other.valid_from < to && from < other.end()
    };
    if let Some(day) = first_day_without(&delegator.grants, new.agency_id, new.role, from, to) {
        let lent = others.iter().filter(meets).any(|other| other.delegate_id == delegator.id);
        return Err(if lent { passed_on() } else { not_held(day) });
    }
    let again = |other: &DelegationRecord| other.delegator_id == delegator.id && other.delegate_id == delegate.id;
    if others.iter().filter(meets).any(again) {
        return Err(Error::conflict(
            "delegation.exists",
            "Vai trò này đã được ủy quyền cho người đó trong cùng thời gian.",
            "This post is delegated to that officer on some of these days already.",
        ));
    }
    Ok(())
}

pub(super) fn delegate_unknown() -> Error {
    let text = Text::new(
        "Không có cán bộ nào có tài khoản đang mở mang mã hoặc tên này.",
        "There is no officer with an open account under this id or name.",
    );
    Error::invalid_field("/delegate", "delegation.delegate_unknown", text)
}

fn passed_on() -> Error {
    Error::conflict(
        "delegation.passed_on",
        "Vai trò được ủy quyền không được ủy quyền lại cho người khác.",
        "What is held by delegation can't be delegated again.",
    )
}

fn not_held(day: NaiveDate) -> Error {
    Error::conflict(
        "delegation.not_held",
        format!("Người ủy quyền không giữ vai trò này tại cơ quan vào ngày {}.", day.format("%d/%m/%Y")),
        format!("The officer whose post it is does not hold this role there on {day}."),
    )
    .with("first_day_without", day.to_string())
}

/// Ends a delegation on a day.
///
/// # Errors
/// `past` at the day, or `delegation.ended` when it is over by then anyway.
pub(super) fn end(record: &mut DelegationRecord, on: NaiveDate, today: NaiveDate) -> Result<()> {
    if on < today {
        let text = Text::new("Không chấm dứt lùi ngày.", "A delegation does not end before today.");
        return Err(Error::invalid_field("/ends_on", "past", text));
    }
    if record.end() <= on {
        return Err(Error::conflict(
            "delegation.ended",
            "Ủy quyền đã hết hiệu lực trước ngày đó.",
            "The delegation is over by that day already.",
        )
        .with("ended_on", record.end().to_string()));
    }
    (record.ended_on, record.end_reason) = (Some(on), Some(DelegationEnd::Ended));
    Ok(())
}

/// Ends a delegation that one of its two officers, as they are now, no longer carries. False when they do.
pub(super) fn end_with(record: &mut DelegationRecord, officer: &OfficerRecord, today: NaiveDate) -> bool {
    if record.end() <= today {
        return false;
    }
    if !officer.active {
        (record.ended_on, record.end_reason) = (Some(today), Some(DelegationEnd::AccountClosed));
        return true;
    }
    if record.delegator_id != officer.id {
        return false;
    }
    let from = record.valid_from.max(today);
    let Some(day) = first_day_without(&officer.grants, record.agency_id, record.role, from, record.end()) else {
        return false;
    };
    (record.ended_on, record.end_reason) = (Some(day), Some(DelegationEnd::PostEnded));
    true
}

#[cfg(test)]
mod tests {
    use motcua_kernel::new_id;

    use super::*;

    const AGENCY: Uuid = Uuid::from_u128(7);

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn officer(grants: &[(&str, Option<&str>)]) -> OfficerRecord {
        let grant = |(from, to): &(&str, Option<&str>)| GrantRecord {
            agency_id: AGENCY,
            role: Role::Approver,
            valid_from: day(from),
            valid_to: to.map(day),
        };
        OfficerRecord {
            id: new_id(),
            issuer: "i".into(),
            subject: "s".into(),
            active: true,
            grants: grants.iter().map(grant).collect(),
            version: 1,
        }
    }

    fn delegation(from: &OfficerRecord, to: &OfficerRecord, days: (&str, &str)) -> DelegationRecord {
        DelegationRecord {
            id: new_id(),
            delegator_id: from.id,
            delegate_id: to.id,
            agency_id: AGENCY,
            role: Role::Approver,
            valid_from: day(days.0),
            valid_to: day(days.1),
            ended_on: None,
            end_reason: None,
            legal_basis: String::new(),
            version: 1,
        }
    }

    fn refusal(outcome: Result<()>) -> String {
        let error = outcome.unwrap_err();
        error.fields.first().map_or(error.code.clone(), |field| field.code.clone())
    }

    #[test]
    fn a_post_is_delegated_only_on_days_on_which_it_is_held() {
        let today = day("2026-11-16");
        let head = officer(&[("2026-01-01", Some("2026-12-01")), ("2026-12-01", Some("2027-01-01"))]);
        let deputy = officer(&[]);
        let try_ = |days| check(&delegation(&head, &deputy, days), &head, &deputy, &[], today);
        assert!(try_(("2026-11-20", "2027-01-01")).is_ok(), "two grants that follow each other are one post");
        assert_eq!(refusal(try_(("2026-11-20", "2027-01-02"))), "delegation.not_held");
        assert_eq!(refusal(try_(("2026-11-20", "2026-11-20"))), "order");
        assert_eq!(refusal(try_(("2026-11-15", "2026-11-20"))), "past");
    }

    #[test]
    fn a_delegated_post_is_neither_passed_on_nor_given_twice_nor_kept_in_the_family() {
        let today = day("2026-11-16");
        let (head, deputy, third) = (officer(&[("2026-01-01", None)]), officer(&[]), officer(&[]));
        let days = ("2026-11-20", "2026-12-01");
        let given = [delegation(&head, &deputy, days)];
        let try_ = |from: &OfficerRecord, to: &OfficerRecord, days| {
            check(&delegation(from, to, days), from, to, &given, today)
        };
        assert_eq!(refusal(try_(&deputy, &third, ("2026-11-20", "2026-11-25"))), "delegation.passed_on");
        assert_eq!(refusal(try_(&deputy, &third, ("2026-12-01", "2026-12-05"))), "delegation.not_held");
        assert_eq!(refusal(try_(&head, &deputy, ("2026-11-30", "2026-12-05"))), "delegation.exists");
        assert!(try_(&head, &deputy, ("2026-12-01", "2026-12-05")).is_ok());
        assert!(try_(&head, &third, days).is_ok());
        assert_eq!(refusal(try_(&head, &head, days)), "delegation.to_oneself");
        let (mut closed, mut gone) = (third.clone(), head.clone());
        (closed.active, gone.active) = (false, false);
        assert_eq!(refusal(try_(&head, &closed, days)), "delegation.delegate_unknown");
        assert_eq!(refusal(try_(&gone, &third, days)), "delegation.delegator_closed");
    }

    #[test]
    fn a_delegation_ends_by_hand_once_and_not_in_the_past() {
        let (head, deputy) = (officer(&[("2026-01-01", None)]), officer(&[]));
        let mut given = delegation(&head, &deputy, ("2026-11-20", "2026-12-01"));
        assert_eq!(refusal(end(&mut given, day("2026-11-21"), day("2026-11-22"))), "past");
        end(&mut given, day("2026-11-25"), day("2026-11-22")).unwrap();
        assert_eq!(given.end(), day("2026-11-25"));
        assert_eq!(refusal(end(&mut given, day("2026-11-26"), day("2026-11-22"))), "delegation.ended");
        end(&mut given, day("2026-11-22"), day("2026-11-22")).unwrap();
        assert!(!given.is_in_force(day("2026-11-22")) && given.is_in_force(day("2026-11-21")));
    }

    #[test]
    fn what_no_longer_stands_behind_a_delegation_ends_it() {
        let (mut head, mut deputy) = (officer(&[("2026-01-01", None)]), officer(&[]));
        let given = delegation(&head, &deputy, ("2026-11-20", "2026-12-01"));
        let today = day("2026-11-22");
        let ended = |officer: &OfficerRecord| {
            let mut record = given.clone();
            end_with(&mut record, officer, today).then(|| (record.end(), record.end_reason.unwrap()))
        };
        assert_eq!((ended(&head), ended(&deputy)), (None, None));
        head.grants[0].valid_to = Some(day("2026-11-25"));
        assert_eq!(ended(&head), Some((day("2026-11-25"), DelegationEnd::PostEnded)));
        head.grants.clear();
        assert_eq!(ended(&head), Some((today, DelegationEnd::PostEnded)));
        deputy.active = false;
        assert_eq!(ended(&deputy), Some((today, DelegationEnd::AccountClosed)));
    }
}
