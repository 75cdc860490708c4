//! By when each step is due, and what is late. The expected instants were counted by hand over the decreed calendars.

use motcua_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::office::{MONDAY, Office};

fn step<'a>(document: &'a Value, name: &str) -> &'a Value {
    document["steps"].as_array().unwrap().iter().find(|step| step["step"] == name).unwrap()
}

async fn overdue(office: &Office) -> Vec<String> {
    office.officer("clerk-12").list("/v1/incoming-documents?overdue=true", "id").await
}

on_both_databases! {
    async fn the_next_working_day_is_that_after_the_day_of_arrival_also_in_the_evening_and_on_days_off(database) {
        let office = Office::open(database).await;
        // Friday evening, Saturday and Sunday: Monday. Monday evening: Wednesday, for the 24th is a holiday.
        for (arrived, due) in [
            ("2026-11-20T10:30:00Z", "2026-11-23T10:00:00Z"),
            ("2026-11-21T03:00:00Z", "2026-11-23T10:00:00Z"),
            ("2026-11-22T16:11:00Z", "2026-11-23T10:00:00Z"),
            ("2026-11-23T12:00:00Z", "2026-11-25T10:00:00Z"),
        ] {
            office.at(arrived);
            let document = office.take_in("clerk-12", &json!({"number": arrived})).await.ok();
            assert_eq!(step(&document, "register")["due_at"], due, "{arrived}");
        }
        office.here.stop().await;
    }

    async fn a_document_is_registered_and_submitted_by_the_end_of_the_next_working_day(database) {
        let office = Office::open(database).await;
        let document = office.arrived().await;
        assert_eq!(step(&document, "register")["due_at"], "2026-11-17T10:00:00Z");
        assert_eq!((&document["act_by_at"], &document["late"]), (&json!("2026-11-17T10:00:00Z"), &json!(false)));
        office.at("2026-11-17T09:59:00Z");
        assert_eq!(overdue(&office).await, Vec::<String>::new());
        office.at("2026-11-17T10:00:01Z");
        assert_eq!(overdue(&office).await, [document["id"].as_str().unwrap()]);
        let late = office.get("clerk-12", &document).await.ok();
        assert_eq!((&late["late"], &step(&late, "register")["late"]), (&json!(true), &json!(true)));
        assert_eq!(step(&late, "submit")["late"], false);
        // Registered late stays late; what is done is not overdue any more once it is before a leader.
        let steps = [("clerk-12", json!({"action": "register"})), ("clerk-12", json!({"action": "submit"}))];
        let done = office.steps(document, &steps).await;
        assert_eq!((&step(&done, "register")["late"], &step(&done, "submit")["late"]), (&json!(true), &json!(true)));
        assert_eq!((&done["late"], &done["act_by_at"]), (&json!(false), &Value::Null));
        assert_eq!(overdue(&office).await, Vec::<String>::new());
        office.here.stop().await;
    }

    async fn marks_of_urgency_mean_two_working_hours(database) {
        let office = Office::open(database).await;
        for urgency in ["urgent", "very_urgent", "express"] {
            let document = office.take_in("clerk-12", &json!({"urgency": urgency})).await.ok();
            let due = step(&document, "register")["due_at"].as_str().unwrap();
            assert!(due.starts_with("2026-11-16T04:00:00"), "{urgency} {due}");
        }
        // An hour before the end of Friday, and one of Monday.
        office.at("2026-11-20T09:00:00Z");
        let document = office.take_in("clerk-12", &json!({"urgency": "express"})).await.ok();
        let due: chrono::DateTime<chrono::Utc> = step(&document, "submit")["due_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(due.date_naive().to_string(), "2026-11-23");
        office.here.stop().await;
    }

    async fn a_day_off_in_the_week_is_no_working_day(database) {
        let office = Office::open(database).await;
        // Tuesday 24 November 2026 is the Day of Vietnamese Culture.
        office.at("2026-11-23T02:00:00Z");
        assert_eq!(step(&office.arrived().await, "register")["due_at"], "2026-11-25T10:00:00Z");
        office.here.stop().await;
    }

    async fn days_off_over_tet_do_not_count(database) {
        let office = Office::open(database).await;
        // Friday 13 February 2026, the last working day before nine days off (14 to 22 February).
        office.at("2026-02-13T03:00:00Z");
        let document = office.take_in("clerk-12", &json!({"issued_on": "2026-02-12"})).await.ok();
        assert_eq!(step(&document, "register")["due_at"], "2026-02-23T10:00:00Z");
        let steps = [
            ("clerk-12", json!({"action": "register"})), ("clerk-12", json!({"action": "submit"})),
            ("leader-12", json!({
                "action": "assign", "lead": {"officer_id": office.id_of("officer-12").await}, "deadline": {"working_days": 2},
            })),
        ];
        let document = office.steps(document, &steps).await;
        assert_eq!(document["assignment"]["due_at"], "2026-02-24T10:00:00Z");
        // In the middle of the days off nothing is late.
        office.at("2026-02-20T03:00:00Z");
        assert_eq!(overdue(&office).await, Vec::<String>::new());
        office.at("2026-02-24T10:00:01Z");
        assert_eq!(overdue(&office).await, [document["id"].as_str().unwrap()]);
        office.here.stop().await;
    }

    async fn an_answer_in_time_is_in_time_whenever_it_is_closed(database) {
        let office = Office::open(database).await;
        let document = office.assigned(&json!({"deadline": {"on": "2026-11-17"}})).await;
        assert_eq!(document["assignment"]["due_at"], "2026-11-17T16:59:59Z");
        let steps = [
            ("officer-12", json!({"action": "start"})),
            ("officer-12", json!({"action": "complete", "answer": {"kind": "not_needed"}})),
        ];
        let document = office.steps(document, &steps).await;
        office.at("2026-11-23T02:00:00Z");
        assert_eq!(overdue(&office).await, Vec::<String>::new());
        let closed = office.step("leader-12", &document, &json!({"action": "close"})).await.ok();
        assert_eq!(step(&closed, "resolve")["late"], false);
        office.here.stop().await;
    }

    async fn what_is_late_is_listed_by_urgency_and_then_by_its_term(database) {
        let office = Office::open(database).await;
        let mut ids = Vec::new();
        for (at, urgency) in [(MONDAY, "normal"), ("2026-11-17T02:00:00Z", "normal"), ("2026-11-18T02:00:00Z", "express")] {
            office.at(at);
            let arrived = office.take_in("clerk-12", &json!({"urgency": urgency, "number": at.get(8..10).unwrap()})).await;
            ids.push(arrived.ok()["id"].as_str().unwrap().to_owned());
        }
        office.at("2026-12-01T02:00:00Z");
        assert_eq!(overdue(&office).await, [ids[2].clone(), ids[0].clone(), ids[1].clone()]);
        office.here.stop().await;
    }

    async fn a_year_nobody_has_decreed_does_not_keep_a_document_out(database) {
        let office = Office::open(database).await;
        office.at("2031-05-05T03:00:00Z");
        let document = office.take_in("clerk-12", &json!({"issued_on": "2031-05-01"})).await.ok();
        assert_eq!((&step(&document, "register")["due_at"], &document["late"]), (&Value::Null, &json!(false)));
        office.here.stop().await;
    }
}
