//! Each contradiction and each gap by itself, and all together.

use serde_json::{Value, json};

use super::*;

/// A content without a fault.
pub(crate) fn whole() -> Value {
    json!({
        "name": "Hỗ trợ học phí", "field": {"code": "H50-GD01", "name": "Giáo dục"}, "levels": ["commune"],
        "audience": ["citizen"],
        "legal_bases": [{"number": "12/2026/NQ-HĐND", "title": "Nghị quyết về học phí", "effective_on": "2026-12-01"}],
        "sequence": "Nộp hồ sơ tại bộ phận một cửa.", "sets": 1,
        "channels": [
            {"channel": "online", "term": {"count": 5, "unit": "working_day"}, "fees": [
                {"kind": "fee", "name": "Phí thẩm định", "amount": 50000, "collected": "at_receipt",
                    "applicants": ["citizen"], "valid_from": "2027-01-01", "valid_to": "2028-01-01",
                    "reductions": [{"code": "poor", "name": "Hộ nghèo", "percent": 100, "legal_basis": "12/2026/NQ-HĐND"}]}
            ]},
            {"channel": "in_person", "term": {"count": 5, "unit": "working_day"}, "fees": []}
        ],
        "components": [
            {"code": "TP01", "name": "Đơn đề nghị", "originals": 1, "copies": 0, "required": true},
            {"code": "TP02", "name": "Giấy xác nhận cư trú", "originals": 0, "copies": 1, "digitise": true,
                "digitisation_ground": "earlier_result", "replaced_by": {"database": "population"}}
        ],
        "results": [{"code": "KQ01", "name": "Quyết định hỗ trợ"}],
        "competent": "receiving", "issuing": "receiving", "issuing_document": {"type": "QĐ"},
        "process": [{"name": "Thẩm định", "role": "processor", "half_days": 6}, {"name": "Ký", "role": "approver", "half_days": 4}],
        "form": {
            "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "x-order": ["school", "name"],
            "properties": {
                "name": {"title": "Họ tên", "type": "string", "x-prefill": "applicant.name", "x-personal": true},
                "school": {"title": "Trường", "enum": ["a", "b"], "x-labels": {"a": {"vi": "A", "en": "A"}}},
                "home": {"title": "Nơi ở", "type": "string", "x-prefill": "database.population.residence"}
            },
            "examples": [{"name": "Ví Dụ", "school": "a"}]
        },
        "consultations": [{"code": "YK01", "name": "Lấy ý kiến về quy hoạch", "agencies": ["H50.3", "H50.4"],
            "term": {"count": 3, "unit": "working_day"}, "join": "all", "silence": "consent",
            "legal_basis": "Luật Quy hoạch 2017, Điều 19"}],
        "service_level": "full", "proactive_level": 2, "connected_databases": ["population"]
    })
}

fn told(faults: &[FieldError]) -> Vec<(&str, &str)> {
    faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.as_str())).collect()
}

fn content(change: impl FnOnce(&mut Value)) -> VersionContent {
    let mut content = whole();
    change(&mut content);
    serde_json::from_value(content).unwrap()
}

#[test]
fn a_whole_content_has_no_fault() {
    let content = content(|_| {});
    assert_eq!(told(&contradictions(&content)), []);
    assert_eq!(told(&gaps(&content)), []);
}

#[test]
fn every_contradiction_is_found_at_its_place() {
    type Change = fn(&mut Value);
    let cases: [(Change, &str, &str); 44] = [
        (|c| c["name"] = json!(" "), "/name", "required"),
        (|c| c["name"] = json!("a\nb"), "/name", "text.one_line"),
        (|c| c["levels"] = json!(["village"]), "/levels/0", "enum"),
        (|c| c["audience"] = json!(["citizen", "citizen"]), "/audience/1", "repeated"),
        (|c| c["legal_bases"][0]["number"] = json!(""), "/legal_bases/0/number", "required"),
        (|c| c["sequence"] = json!(""), "/sequence", "length"),
        (|c| c["competent"] = json!(""), "/competent", "required"),
        (|c| c["issuing_document"] = json!({}), "/issuing_document/type", "required"),
        (|c| c["channels"][1]["channel"] = json!("online"), "/channels/1/channel", "repeated"),
        (|c| c["channels"][1]["term"]["count"] = json!(0), "/channels/1/term/count", "term.zero"),
        (
            |c| c["channels"][0]["clock"] = json!({"term": {"count": 99, "unit": "working_day"}}),
            "/channels/0/clock/term",
            "clock.other_term",
        ),
        (
            |c| {
                let term = c["channels"][0]["term"].clone();
                c["channels"][0]["clock"] =
                    json!({"term": term, "waits": [{"kind": "supplement", "excluded": true, "legal_basis": "Luật"}]});
            },
            "/channels/0/clock/waits/0/kind",
            "clock_rule.supplement_among_waits",
        ),
        (|c| c["channels"][0]["fee_statement"] = json!("free"), "/channels/0/fee_statement", "fee.free_and_charged"),
        (|c| c["channels"][0]["fees"][0]["kind"] = json!("tax"), "/channels/0/fees/0/kind", "enum"),
        (|c| c["channels"][0]["fees"][0]["amount"] = json!(-1), "/channels/0/fees/0/amount", "minimum"),
        (
            |c| c["channels"][0]["fees"][0]["valid_to"] = json!("2027-01-01"),
            "/channels/0/fees/0/valid_to",
            "fee.no_day",
        ),
        (|c| c["channels"][0]["fees"][0]["applicants"] = json!(["child"]), "/channels/0/fees/0/applicants/0", "enum"),
        (
            |c| c["channels"][0]["fees"][0]["reductions"][0]["percent"] = json!(0),
            "/channels/0/fees/0/reductions/0/percent",
            "range",
        ),
        (
            |c| c["channels"][0]["fees"][0]["reductions"][0]["legal_basis"] = json!(""),
            "/channels/0/fees/0/reductions/0/legal_basis",
            "required",
        ),
        (|c| c["components"][1]["code"] = json!("TP01"), "/components/1/code", "repeated"),
        (
            |c| c["components"][1]["digitise"] = json!(false),
            "/components/1/digitisation_ground",
            "digitisation.not_asked",
        ),
        (
            |c| c["components"][1]["replaced_by"]["database"] = json!("land"),
            "/components/1/replaced_by/database",
            "database.not_connected",
        ),
        (
            |c| c["components"][1]["replaced_by"]["database"] = json!("cards"),
            "/components/1/replaced_by/database",
            "enum",
        ),
        (|c| c["sets"] = json!(0), "/sets", "minimum"),
        (|c| c["results"][0]["name"] = json!(""), "/results/0/name", "required"),
        (|c| c["process"][0]["role"] = json!(""), "/process/0/role", "required"),
        (|c| c["process"][0]["role"] = json!("king"), "/process/0/role", "enum"),
        (|c| c["channels"][1]["term"]["count"] = json!(4), "/channels/1/term", "process.longer_than_term"),
        (|c| c["consultations"][0]["agencies"] = json!([]), "/consultations/0/agencies", "required"),
        (|c| c["consultations"][0]["agencies"] = json!(["H50.3", "H50.3"]), "/consultations/0/agencies/1", "repeated"),
        (
            |c| c["consultations"][0]["agencies"] = json!(["receiving"]),
            "/consultations/0/agencies/0",
            "consultation.own_agency",
        ),
        (|c| c["consultations"][0]["term"]["count"] = json!(0), "/consultations/0/term/count", "term.zero"),
        (
            |c| c["consultations"][0]["term"]["count"] = json!(6),
            "/consultations/0/term",
            "consultation.longer_than_term",
        ),
        (|c| c["consultations"][0]["join"] = json!("most"), "/consultations/0/join", "enum"),
        (
            |c| c["consultations"][0]["legal_basis"] = json!(null),
            "/consultations/0/legal_basis",
            "consultation.silence_without_basis",
        ),
        (
            |c| c["consultations"] = json!([c["consultations"][0], c["consultations"][0]]),
            "/consultations/1/code",
            "repeated",
        ),
        (|c| c["service_level"] = json!("partial"), "/partial_reason", "partial_reason.required"),
        (|c| c["partial_reason"] = json!("technical"), "/partial_reason", "partial_reason.unexpected"),
        (|c| c["channels"][0]["channel"] = json!("post"), "/service_level", "service_level.no_online_channel"),
        (|c| c["proactive_level"] = json!(5), "/proactive_level", "range"),
        (|c| c["form"]["x-order"] = json!(["school", "age"]), "/form/x-order/1", "form.no_property"),
        (
            |c| c["form"]["properties"]["name"]["x-prefill"] = json!("mother.name"),
            "/form/properties/name/x-prefill",
            "form.prefill_unknown",
        ),
        (|c| c["form"]["properties"]["name"]["x-personal"] = json!("yes"), "/form/properties/name/x-personal", "type"),
        (
            |c| c["form"]["properties"]["school"]["x-labels"] = json!({"z": {}}),
            "/form/properties/school/x-labels",
            "form.label_of_nothing",
        ),
    ];
    for (change, pointer, code) in cases {
        assert_eq!(told(&contradictions(&content(change))), [(pointer, code)]);
    }
}

fn linked(change: impl FnOnce(&mut Value)) -> VersionContent {
    content(|c| {
        c["linked"] = json!([
            {"code": "a", "name": "Bước một", "procedure": "1.004222", "agency": "H50.12", "legal_basis": "Điều 7",
                "form_map": {"name": {"from": "/name"}, "kind": {"value": 1}},
                "components": [{"code": "TP", "from_component": "TP01"}]},
            {"code": "b", "name": "Bước hai", "procedure": "1.004223", "agency": "receiving", "legal_basis": "Điều 7",
                "after": ["a"], "components": [{"code": "TP", "from_step": "a"}], "must_end_before": "return"}
        ]);
        change(&mut c["linked"]);
    })
}

#[test]
fn every_contradiction_of_linked_steps_is_found_at_its_place() {
    type Change = fn(&mut Value);
    assert_eq!(told(&contradictions(&linked(|_| {}))), []);
    let cases: [(Change, &str, &str); 20] = [
        (|l| l[1]["code"] = json!(""), "/linked/1/code", "required"),
        (|l| l[0]["name"] = json!(" "), "/linked/0/name", "required"),
        (|l| l[0]["legal_basis"] = json!(""), "/linked/0/legal_basis", "required"),
        (|l| l[0]["agency"] = json!(""), "/linked/0/agency", "required"),
        (|l| l[0]["procedure"] = json!("khai sinh"), "/linked/0/procedure", "procedure.code"),
        (|l| l[0]["starts"] = json!("tomorrow"), "/linked/0/starts", "enum"),
        (|l| l[0]["must_end_before"] = json!("receipt"), "/linked/0/must_end_before", "enum"),
        (|l| l[0]["after"] = json!(["z"]), "/linked/0/after/0", "linked.unknown_step"),
        (|l| l[0]["after"] = json!(["a"]), "/linked/0/after", "linked.cycle"),
        (
            |l| {
                l[0]["starts"] = json!("on_result");
                l[1]["must_end_before"] = json!("approval");
            },
            "/linked/1/must_end_before",
            "linked.after_approval",
        ),
        (|l| l[0]["form_map"]["name"] = json!({}), "/linked/0/form_map/name", "linked.one_source"),
        (|l| l[0]["form_map"]["name"]["value"] = json!(1), "/linked/0/form_map/name", "linked.one_source"),
        (|l| l[0]["form_map"]["name"]["from"] = json!("name"), "/linked/0/form_map/name/from", "pointer"),
        (|l| l[0]["form_map"]["name"]["from"] = json!("/age"), "/linked/0/form_map/name/from", "form.no_property"),
        (|l| l[0]["components"][0]["code"] = json!(""), "/linked/0/components/0/code", "required"),
        (
            |l| l[0]["components"][0]["from_component"] = json!("TP09"),
            "/linked/0/components/0/from_component",
            "component.unknown",
        ),
        (|l| l[0]["components"][0]["from_step"] = json!("b"), "/linked/0/components/0", "linked.one_source"),
        (|l| l[1]["after"] = json!([]), "/linked/1/components/0/from_step", "linked.not_before"),
        (
            |l| l[1]["components"][0] = json!({"code": "TP", "from_result": true}),
            "/linked/1/components/0/from_result",
            "linked.no_result_yet",
        ),
        (|l| l[1]["code"] = json!("a"), "/linked/1/code", "repeated"),
    ];
    for (change, pointer, code) in cases {
        let found = contradictions(&linked(change));
        assert!(told(&found).contains(&(pointer, code)), "{pointer} {code}: {:?}", told(&found));
    }
}

#[test]
fn steps_that_wait_for_each_other_are_a_cycle_told_with_each() {
    let found = contradictions(&linked(|l| l[0]["after"] = json!(["b"])));
    assert_eq!(told(&found), [("/linked/0/after", "linked.cycle"), ("/linked/1/after", "linked.cycle")]);
}

#[test]
fn a_procedure_is_not_linked_to_itself_under_whichever_code() {
    let content = linked(|_| {});
    assert_eq!(told(&linked_to_itself(&content, "1.004223.H50")), [("/linked/1/procedure", "linked.itself")]);
    assert_eq!(told(&linked_to_itself(&content, "1.004299")), []);
}

#[test]
fn a_form_that_is_no_schema_of_2020_12_or_contradicts_its_example_is_refused() {
    for (form, code) in [
        (json!("form"), "form.broken"),
        (json!({"type": "objekt"}), "form.broken"),
        (json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}), "form.broken"),
        (json!({"$ref": "https://example.com/schema.json"}), "form.broken"),
        (json!({"type": "object", "required": ["team"], "examples": [{}]}), "form.example"),
    ] {
        let faults = contradictions(&content(|c| c["form"] = form.clone()));
        assert_eq!(faults.iter().map(|fault| fault.code.as_str()).collect::<Vec<_>>(), [code], "{form}");
    }
}

#[test]
fn what_publishing_needs_is_told_with_its_place() {
    let empty = VersionContent::default();
    let found = gaps(&empty);
    let pointers: Vec<&str> = found.iter().map(|fault| fault.pointer.as_str()).collect();
    for pointer in [
        "/sequence",
        "/channels",
        "/components",
        "/audience",
        "/field/name",
        "/levels",
        "/results",
        "/sets",
        "/legal_bases",
        "/service_level",
    ] {
        assert!(pointers.contains(&pointer), "{pointer}: {pointers:?}");
    }
    let unlabelled = content(|c| {
        c["components"][1].as_object_mut().unwrap().remove("digitisation_ground");
        c["channels"][0].as_object_mut().unwrap().remove("term");
        c["form"]["properties"]["name"].as_object_mut().unwrap().remove("title");
    });
    let found = gaps(&unlabelled);
    assert_eq!(
        told(&found),
        [
            ("/channels/0/term", "required"),
            ("/components/1/digitisation_ground", "required"),
            ("/form/properties/name/title", "required")
        ]
    );
}

#[test]
fn agencies_are_named_with_their_places() {
    let content = content(|c| {
        c["competent"] = json!("H50.31");
        c["channels"][0]["fees"][0]["places"] = json!(["H50.12"]);
        c["process"][0]["agency"] = json!("competent");
        c["process"][1]["agency"] = json!("H50");
    });
    let named = named_agencies(&content);
    let told: Vec<(&str, &str)> = named.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
    assert_eq!(
        told,
        [("/competent", "H50.31"), ("/channels/0/fees/0/places/0", "H50.12"), ("/process/1/agency", "H50")]
    );
}

#[test]
fn a_fee_is_owed_by_day_place_and_applicant() {
    let content = content(|c| c["channels"][0]["fees"][0]["places"] = json!(["H50.12"]));
    let rule = &content.channels[0];
    let owed = |day: &str, place, who| rule.fees_for(day.parse().unwrap(), &[place], who).len();
    assert_eq!(owed("2027-01-01", "H50.12", "citizen"), 1);
    for (day, place, who) in [
        ("2026-12-31", "H50.12", "citizen"),
        ("2028-01-01", "H50.12", "citizen"),
        ("2027-01-01", "H50.13", "citizen"),
        ("2027-01-01", "H50.12", "enterprise"),
    ] {
        assert_eq!(owed(day, place, who), 0, "{day} {place} {who}");
    }
}
