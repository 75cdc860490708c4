//! The legal clock's reminders and escalations, pushed.

use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::desk::{province, subscribed};
use crate::receiver::{Message, Receiver};

const REMINDERS: [&str; 8] = [
    "dossier.alerted.v1",
    "dossier.check_overdue.v1",
    "dossier.papers_overdue.v1",
    "dossier.apology_due.v1",
    "dossier.overdue.v1",
    "dossier.escalated.v1",
    "dossier.acknowledgement_overdue.v1",
    "dossier.wait_limit_passed.v1",
];

on_both_databases! {
    async fn who_asks_for_reminders_alone_gets_each_as_its_clock_passes(database) {
        let (province, receiver) = (province(database).await, Receiver::start());
        let keeper = province.officer("C1", "administrator");
        let (_, secret) = subscribed(&keeper, &receiver, &REMINDERS).await;
        let id = province.portal().submitted().await;
        // Past the two working hours in which a desk is alerted, then past the day by which it must have checked.
        province.travel("2026-11-16T04:30:00Z");
        let alerted = receiver.until("the alert", |messages| messages.len() == 1).await;
        assert_eq!((alerted[0].kind(), alerted[0].subject()), (REMINDERS[0], format!("dossiers/{id}").as_str()));
        assert_eq!(alerted[0].event["data"]["clock"], json!("alert"));
        province.travel("2026-11-17T10:00:01Z");
        receiver.until("the missed check", |messages| messages.len() >= 2).await;
        // A dossier that was received, and then nobody does anything: overdue, and for so long that its leader is told.
        let late = province.processing("2.002080").await;
        province.travel("2027-01-18T10:00:00Z");
        let of_late = |one: &&Message| one.subject() == format!("dossiers/{late}");
        let told = |messages: &[Message]| {
            let kinds: Vec<&str> = messages.iter().filter(of_late).map(Message::kind).collect();
            ["dossier.overdue.v1", "dossier.escalated.v1"].iter().all(|kind| kinds.contains(kind))
        };
        let messages = receiver.until("overdue and escalated", told).await;
        assert!(messages.iter().all(|one| one.is_signed_by(&secret) && REMINDERS.contains(&one.kind())));
        assert!(messages.iter().filter(of_late).map(Message::position).is_sorted());
        let text = String::from_utf8(messages[1].body.clone()).unwrap();
        assert!(!text.contains("Ví Dụ") && !text.contains("045190000001"), "{text}");
        province.stop().await;
    }
}
