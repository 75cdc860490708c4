//! Every field is said, by the right column and in the right type.

use chrono::NaiveDate;

use crate::definitions::filter::FieldValue;
use crate::definitions::vocabulary::{AsOf, DOSSIER, FieldType, PROCEDURE, RATING, SUBJECTS};
use crate::facts::store::AnnouncementRow;
use crate::measures::records::full::{self, at, hour};
use crate::measures::records::{
    Counted, Judged, Responsible, of_announcement, of_document, of_dossier, of_incoming, of_procedure, of_rating,
};

#[test]
fn every_field_of_the_vocabulary_is_said_by_some_full_row_and_every_role_is_filled() {
    let judged = Judged { announced_on_time: Some(true), published_on_time: Some(false) };
    let full = [
        of_dossier(&full::dossier()),
        of_dossier(&full::withdrawn()),
        of_procedure(&full::procedure(), judged),
        of_announcement(&full::announcement(), Some(&full::procedure()), judged),
        of_document(&full::document()),
        of_incoming(&full::incoming()),
        of_rating(&full::rating()),
    ];
    for subject in SUBJECTS {
        let of: Vec<&Counted> = full.iter().filter(|counted| counted.subject.name == subject.name).collect();
        assert!(!of.is_empty(), "{}", subject.name);
        for (position, field) in subject.fields.iter().enumerate() {
            let said: Vec<bool> = of.iter().map(|counted| counted.record.get(position).is_some()).collect();
            assert!(said.contains(&true), "{}.{} is never said", subject.name, field.name);
            assert!(field.may_be_absent || !said.contains(&false), "{}.{} is absent", subject.name, field.name);
            let judges = |counted: &Counted| counted.judged.iter().any(|(judged, _)| *judged == position);
            let as_of_then = field.as_of == AsOf::PeriodEnd;
            assert!(of.iter().all(|counted| judges(counted) == as_of_then), "{}.{}", subject.name, field.name);
        }
        // A procedure is counted for every agency of its levels.
        let roles = if subject.name == PROCEDURE.name { 0 } else { subject.agencies.len() };
        assert!(of.iter().all(|counted| counted.agencies.iter().flatten().count() == roles), "{}", subject.name);
    }
}

#[test]
fn a_value_is_of_the_type_that_the_vocabulary_gives_its_field() {
    let judged = Judged { announced_on_time: Some(true), published_on_time: Some(false) };
    let full = [
        of_dossier(&full::dossier()),
        of_procedure(&full::procedure(), judged),
        of_document(&full::document()),
        of_incoming(&full::incoming()),
        of_rating(&full::rating()),
    ];
    for counted in full {
        for (position, field) in counted.subject.fields.iter().enumerate() {
            let fits = match (counted.record.get(position), field.field_type) {
                (Some(FieldValue::Text(text)), FieldType::Word(words)) => words.contains(&&**text),
                (None, _)
                | (Some(FieldValue::Text(_)), FieldType::Text)
                | (Some(FieldValue::YesNo(_)), FieldType::YesNo)
                | (Some(FieldValue::Whole(_)), FieldType::Whole)
                | (Some(FieldValue::Instant(_)), FieldType::Instant)
                | (Some(FieldValue::Day(_)), FieldType::Day)
                | (Some(FieldValue::Texts(_)), FieldType::Texts) => true,
                _ => false,
            };
            assert!(fits, "{}.{}", counted.subject.name, field.name);
        }
    }
}

#[test]
fn agencies_stand_in_the_order_of_the_roles() {
    let roles: Vec<&str> = DOSSIER.agencies.iter().map(|role| role.name).collect();
    assert_eq!(roles, ["competent", "receiving", "issuing"]);
    let rows = full::dossier();
    let agencies = of_dossier(&rows).agencies;
    let (fact, case) = (&rows.fact, &rows.case);
    let expected = [
        (&fact.competent_agency_id, &fact.competent_written_agency_id),
        (&fact.receiving_agency_id, &fact.receiving_written_agency_id),
        (&case.issuing_agency_id, &case.issuing_written_agency_id),
    ];
    for (agency, (now, written)) in agencies.into_iter().zip(expected) {
        assert_eq!(agency, Some(Responsible { now: now.0, written: written.0 }));
    }
}

#[test]
fn what_was_withdrawn_was_neither_refused_nor_stopped() {
    let (stopped, withdrawn) = (of_dossier(&full::dossier()), of_dossier(&full::withdrawn()));
    let position = |name| DOSSIER.position(name).unwrap();
    assert_eq!(stopped.record.get(position("refused_or_stopped_at")), Some(&FieldValue::Instant(hour(76))));
    assert_eq!(withdrawn.record.get(position("refused_or_stopped_at")), None);
    assert_eq!(withdrawn.record.get(position("withdrawn_at")), Some(&FieldValue::Instant(hour(70))));
}

#[test]
fn an_announcement_tells_its_own_days_and_the_newest_version_the_rest() {
    let (first, newest) = (full::announcement(), full::procedure());
    let counted = of_announcement(&first, Some(&newest), Judged::default());
    let of = |name| counted.record.get(PROCEDURE.position(name).unwrap()).cloned();
    assert_eq!(of("decided_on"), first.decided_on.map(FieldValue::Day));
    assert_eq!(of("published_at"), Some(FieldValue::Instant(hour(30))));
    assert_eq!(of("service_level"), Some(FieldValue::Text("full".into())));
    assert_eq!(of("announced_on_time"), None);
    let undated = AnnouncementRow { decided_on: None, published_at: None, ..first };
    let counted = of_announcement(&undated, Some(&newest), Judged::default());
    assert_eq!(counted.record.get(PROCEDURE.position("decided_on").unwrap()), None);
    assert_eq!(counted.record.get(PROCEDURE.position("published_at").unwrap()), Some(&FieldValue::Instant(hour(50))));
}

#[test]
fn a_record_falls_on_the_day_in_vietnam_and_a_day_on_its_midnight() {
    let mut rows = full::dossier();
    rows.fact.received_at = at(17);
    let counted = of_dossier(&rows);
    let second = NaiveDate::from_ymd_opt(2026, 11, 2);
    assert_eq!(counted.placed(DOSSIER.position("received_at").unwrap()), second.map(|day| (day, hour(17))));
    assert_eq!(counted.placed(DOSSIER.position("channel").unwrap()), None);
    assert_eq!(counted.placed(DOSSIER.position("withdrawn_at").unwrap()), None);
    let rated = of_rating(&full::rating()).placed(RATING.position("month_on").unwrap());
    assert_eq!(rated, NaiveDate::from_ymd_opt(2026, 11, 1).map(|day| (day, hour(-7))));
}
