//! From a national record to a version, and what a province completed in it.

use motcua_clock::Term;
use serde_json::{Value, json};

use super::content::{Channel, ChannelRule, VersionContent};
use super::facts::PartsCheck;
use super::national::{RequiredPart, parse_line};
use super::rules::{ProcedureStatus, bases_effective_on, has_fee};
use super::source_words::SourceWords;
use super::{from_national, local_settings, motcua_format};

fn record() -> Value {
    json!({
        "code": "1.001193", "name": "Thủ tục đăng ký khai sinh", "decision": "163/QĐ-BTP", "level": "Cấp xã",
        "kind": "TTHC không được luật giao cho địa phương quy định", "field": "Hộ tịch",
        "audience": "Công dân Việt Nam", "issuing_ministry": "Bộ Tư pháp", "implementing_agency": "UBND cấp xã",
        "competent_authority": "Chủ tịch UBND cấp xã", "receiving_address": "", "coordinating_agency": "",
        "online_channel": "yes", "postal_channel": "no", "in_person_channel": "yes", "n_documents": 1, "n_legal_bases": 1,
        "channels": [row("Trực tiếp", "5 Ngày làm việc", "Miễn phí"), row("Trực tuyến", "3 Ngày", "8,000 Đồng")],
        "dossier": [{"group": "--", "name": "Tờ khai", "form_file": "TK.docx", "originals": 1, "copies": 2}],
        "legal_basis": [{"number": "60/2014/QH13", "title": "Luật Hộ tịch"}],
        "result_items": [{"code": "KQ.G15.000031", "name": "Giấy khai sinh"}],
        "steps": "Nộp hồ sơ.", "conditions": "Không.", "source": "nguồn", "source_date": "2026-06", "source_url": ""
    })
}

fn row(channel: &str, term: &str, fee: &str) -> Value {
    json!({"channel": channel, "time_raw": term, "time_value": null, "time_unit": "",
        "fee_kind": if fee.starts_with("Miễn") { "miễn phí" } else { "có phí" }, "fee_amounts_vnd": [], "fee_and_note": fee})
}

fn content(record: &Value) -> VersionContent {
    from_national::content(&parse_line(1, &record.to_string()).unwrap().procedure).unwrap()
}

fn rule(content: &VersionContent, channel: Channel) -> &ChannelRule {
    content.channels.iter().find(|rule| rule.channel == channel).unwrap()
}

#[test]
fn a_clean_record_fills_the_content_and_the_rest_is_kept_in_source() {
    let content = content(&record());
    assert_eq!(
        (content.levels.as_slice(), content.audience.as_slice()),
        (&["commune".into()][..], &["citizen".into()][..])
    );
    assert_eq!(rule(&content, Channel::InPerson).term, Some(Term::working_days(5)));
    assert_eq!(rule(&content, Channel::Online).term, Some(Term::calendar_days(3)));
    assert_eq!(rule(&content, Channel::Online).fees[0].amount, 8000);
    assert_eq!(rule(&content, Channel::InPerson).fee_statement.as_deref(), Some("free"));
    let component = &content.components[0];
    assert_eq!(
        (component.code.as_str(), component.originals, component.copies, component.required),
        ("1.001193-TP01", 1, 2, false)
    );
    let words = SourceWords::of(&content).unwrap();
    assert_eq!((words.steps.as_deref(), words.conditions.as_deref()), (Some("Nộp hồ sơ."), Some("Không.")));
    assert_eq!(words.competent_authorities, ["Chủ tịch UBND cấp xã"]);
    assert_eq!(words.channels.len(), 2);
    assert_eq!(
        (PartsCheck::of(&content).complete, has_fee(&content), bases_effective_on(&content)),
        (true, true, None)
    );
}

#[test]
fn a_record_knows_nothing_of_who_decides_here() {
    let mut record = record();
    let quiet = content(&record);
    assert_eq!((quiet.competent.named(), quiet.issuing.named()), (None, None));
    assert_eq!((quiet.issuing_document.kind.as_str(), quiet.form), ("TB", None));
    record["result_items"][0]["name"] = json!("QUYẾT ĐỊNH công nhận");
    assert_eq!(content(&record).issuing_document.kind, "QĐ");
}

#[test]
fn rows_of_one_channel_that_differ_give_no_term_and_no_fee_but_lose_no_word() {
    let mut record = record();
    record["channels"] =
        json!([row("Trực tiếp", "5 Ngày làm việc", "Miễn phí"), row("Trực tiếp", "30 Ngày", "9,000 Đồng")]);
    let content = content(&record);
    let rule = rule(&content, Channel::InPerson);
    assert_eq!((rule.term, rule.term_text.as_deref()), (None, Some("5 Ngày làm việc\n30 Ngày")));
    assert_eq!((rule.fees.len(), rule.fee_statement.as_deref()), (0, Some("charged")));
    assert_eq!(SourceWords::of(&content).unwrap().channels.len(), 3, "two rows, and the online way without one");
    assert!(has_fee(&content));
}

#[test]
fn rows_that_agree_on_the_term_give_it() {
    let mut record = record();
    record["channels"] =
        json!([row("Trực tiếp", "5 Ngày làm việc", "7,000 Đồng"), row("Trực tiếp", "5 Ngày làm việc", "9,000 Đồng")]);
    let content = content(&record);
    assert_eq!(rule(&content, Channel::InPerson).term, Some(Term::working_days(5)));
    assert!(rule(&content, Channel::InPerson).fees.is_empty());
}

#[test]
fn a_term_the_calendar_can_not_count_stays_text_with_a_warning_and_is_a_term_for_the_seven_parts() {
    for text in ["8 Giờ", "2 Tháng", "1 Năm", "1.5 Ngày làm việc"] {
        let mut record = record();
        record["channels"] = json!([row("Trực tiếp", text, "Miễn phí")]);
        let parsed = parse_line(1, &record.to_string()).unwrap();
        assert!(parsed.warnings.iter().any(|warning| warning.code == "term.not_countable"), "{text}");
        let content = from_national::content(&parsed.procedure).unwrap();
        assert_eq!(rule(&content, Channel::InPerson).term, None);
        assert_eq!(rule(&content, Channel::InPerson).term_text.as_deref(), Some(text));
        assert!(!PartsCheck::of(&content).missing.contains(&RequiredPart::Term));
    }
}

#[test]
fn counts_that_are_not_certain_are_told_apart_from_none() {
    let mut record = record();
    record["dossier"][0]["originals"] = json!(20_241);
    let content = content(&record);
    assert_eq!(content.components[0].originals, 0);
    assert_eq!(SourceWords::of(&content).unwrap().components[0].originals, None);
}

#[test]
fn what_is_missing_of_the_seven_parts_is_named() {
    let mut record = record();
    for (member, empty) in
        [("steps", json!("")), ("dossier", json!([])), ("audience", json!("")), ("implementing_agency", json!(""))]
    {
        record[member] = empty;
    }
    assert_eq!(
        PartsCheck::of(&content(&record)).missing,
        [RequiredPart::Steps, RequiredPart::Components, RequiredPart::Audience, RequiredPart::ImplementingAgency]
    );
}

#[test]
fn a_procedure_of_central_bodies_alone_is_not_local() {
    for (level, status) in [
        ("Cấp bộ", ProcedureStatus::NotLocal),
        ("Cấp bộ, Cơ quan khác", ProcedureStatus::NotLocal),
        ("Cấp bộ, Cấp tỉnh", ProcedureStatus::Offered),
        ("Cấp xã", ProcedureStatus::Offered),
        ("", ProcedureStatus::Offered),
    ] {
        let mut record = record();
        record["level"] = json!(level);
        assert_eq!(ProcedureStatus::of(&content(&record)), status, "{level}");
    }
}

/// The same procedure as the province has completed it.
fn completed() -> VersionContent {
    let line = json!({
        "code": "1.001193", "name": "Thủ tục đăng ký khai sinh", "name_en": "Birth registration",
        "field": {"code": "G15-HT01", "name": "Hộ tịch"}, "level": "commune", "audience": ["citizen"],
        "decision": {"number": "163/QĐ-BTP", "date": "2026-01-15"},
        "legal_bases": [{"number": "60/2014/QH13", "title": "Luật Hộ tịch", "effective_on": "2016-01-01"}],
        "channels": [{"channel": "in_person", "term": {"count": 1, "unit": "working_day"}, "fees": [{"kind": "charge", "amount": 8000}]}],
        "components": [{"code": "1.001193-TP01", "name": "Tờ khai", "originals": 1, "copies": 0, "required": true, "digitise": true}],
        "results": [{"code": "", "name": "Giấy khai sinh"}],
        "agencies": {"competent": "H50.12", "issuing": "H50"}, "issuing": {"type": "QĐ"},
        "form": {"type": "object"}, "service_level": "partial", "partial_reason": "technical",
        "description_vi": "Mô tả.", "description_en": "Description."
    });
    motcua_format::read(&line.to_string()).unwrap().1
}

#[test]
fn what_a_province_completed_stays_and_what_the_record_says_wins() {
    let mut next = content(&record());
    local_settings::keep(&mut next, &completed());
    assert_eq!((next.competent.named(), next.issuing.named()), (Some("H50.12"), Some("H50")));
    assert_eq!((next.issuing_document.kind.as_str(), next.field.code.as_str()), ("QĐ", "G15-HT01"));
    assert_eq!(next.name_en.as_deref(), Some("Birth registration"));
    assert!(next.form.is_some() && next.description.is_some());
    assert_eq!((next.service_level.as_deref(), next.partial_reason.as_deref()), (Some("partial"), Some("technical")));
    assert!(next.components[0].required && next.components[0].digitise);
    assert_eq!(next.components[0].copies, 2, "as the record says");
    assert_eq!(rule(&next, Channel::InPerson).term, Some(Term::working_days(5)), "as the record says");
    assert!(rule(&next, Channel::InPerson).fees.is_empty(), "free, as the record says");
    assert_eq!(next.decision.unwrap().date.unwrap().to_string(), "2026-01-15");
    assert_eq!(next.legal_bases[0].effective_on.unwrap().to_string(), "2016-01-01");
}

#[test]
fn the_kind_of_a_fee_stays_with_its_amount() {
    let mut record = record();
    record["channels"] = json!([row("Trực tiếp", "5 Ngày làm việc", "8,000 Đồng")]);
    let mut next = content(&record);
    assert_eq!(rule(&next, Channel::InPerson).fees[0].kind, "other");
    local_settings::keep(&mut next, &completed());
    assert_eq!(rule(&next, Channel::InPerson).fees[0].kind, "charge");

    record["channels"] = json!([row("Trực tiếp", "5 Ngày làm việc", "9,000 Đồng")]);
    let mut dearer = content(&record);
    local_settings::keep(&mut dearer, &next);
    let fee = &rule(&dearer, Channel::InPerson).fees[0];
    assert_eq!((fee.kind.as_str(), fee.amount), ("other", 9000));
}

#[test]
fn another_name_another_paper_another_decision_need_completing_again() {
    let mut record = record();
    record["name"] = json!("Thủ tục khác");
    record["field"] = json!("Chứng thực");
    record["decision"] = json!("9/QĐ-BTP");
    record["dossier"][0]["name"] = json!("Giấy khác");
    let mut next = content(&record);
    local_settings::keep(&mut next, &completed());
    assert_eq!((next.name_en, next.field.code.as_str(), next.components[0].required), (None, "", false));
    assert_eq!(next.decision.unwrap().date, None);
}

#[test]
fn a_term_completed_here_holds_exactly_as_long_as_the_records_rows_stay() {
    let mut unreadable = record();
    unreadable["channels"] = json!([row("Trực tiếp", "5", "Miễn phí")]);
    let mut first = content(&unreadable);
    local_settings::keep(&mut first, &completed());
    assert_eq!(rule(&first, Channel::InPerson).term, Some(Term::working_days(1)));
    assert_eq!(rule(&first, Channel::InPerson).term_text.as_deref(), Some("5"));

    // Something else of the record changes: the completed term goes on.
    unreadable["steps"] = json!("Nộp hồ sơ và chờ.");
    let mut second = content(&unreadable);
    local_settings::keep(&mut second, &first);
    assert_eq!(rule(&second, Channel::InPerson).term, Some(Term::working_days(1)));

    // The row changes and is still unreadable: nobody has completed this one.
    unreadable["channels"] = json!([row("Trực tiếp", "7", "Miễn phí")]);
    let mut third = content(&unreadable);
    local_settings::keep(&mut third, &second);
    assert_eq!(rule(&third, Channel::InPerson).term, None);
}

#[test]
fn a_certain_term_that_the_record_loses_is_not_carried_on() {
    let before = content(&record());
    let mut record = record();
    record["channels"][0]["time_raw"] = json!("");
    let mut next = content(&record);
    local_settings::keep(&mut next, &before);
    assert_eq!(rule(&next, Channel::InPerson).term, None);
}

#[test]
fn a_kind_of_document_that_was_only_read_off_the_result_is_read_again() {
    let before = content(&record());
    let mut record = record();
    record["result_items"][0]["name"] = json!("Quyết định công nhận");
    let mut next = content(&record);
    local_settings::keep(&mut next, &before);
    assert_eq!(next.issuing_document.kind, "QĐ");
}
