//! Our own format: one procedure a line, with what a national record can't know (who decides, who issues, the form).
//!
//! It is written by people who can mend it, so it is read strictly: an unknown or repeated key, a code in use twice, a
//! reason where none belongs, or a form that is no JSON Schema refuses the line. `crates/motcua/demo` documents it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use motcua_clock::Term;
use motcua_kernel::{Text, text};
use serde::Deserialize;
use serde_json::{Value, json};

use super::content::{
    AgencyRule, Channel, ChannelRule, Component, Decision, Fee, Field, IssuingDocument, LegalBasis, ResultPaper,
    VersionContent,
};
use super::from_national::word;
use super::national::{Audience, Level, procedure_code};

/// Why a line is not taken: a stable code and what is wrong.
pub(super) type Fault = (&'static str, Text);

/// One line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    code: String,
    name: String,
    #[serde(default)]
    name_en: Option<String>,
    field: FieldRecord,
    level: Levels,
    audience: Vec<Audience>,
    #[serde(default)]
    decision: Option<DecisionRecord>,
    legal_bases: Vec<Basis>,
    channels: Vec<Rule>,
    components: Vec<Paper>,
    results: Vec<ResultRecord>,
    agencies: Agencies,
    issuing: IssuingRecord,
    #[serde(default)]
    form: Option<Value>,
    #[serde(default)]
    service_level: Option<ServiceLevel>,
    #[serde(default)]
    partial_reason: Option<PartialReason>,
    #[serde(default)]
    description_vi: Option<String>,
    #[serde(default)]
    description_en: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldRecord {
    code: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionRecord {
    number: String,
    date: Option<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultRecord {
    code: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuingRecord {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    symbol: Option<String>,
}

/// One level, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Levels {
    One(Level),
    Several(Vec<Level>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Basis {
    number: String,
    title: String,
    #[serde(default)]
    effective_on: Option<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    channel: Channel,
    #[serde(default)]
    term: Option<Term>,
    fees: Vec<FeeRecord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeeRecord {
    kind: FeeWord,
    #[serde(default)]
    name: String,
    amount: i64,
}

#[derive(Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum FeeWord {
    Fee,
    Charge,
    Other,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paper {
    code: String,
    name: String,
    originals: u32,
    copies: u32,
    required: bool,
    digitise: bool,
    #[serde(default)]
    group: Option<String>,
    #[serde(default)]
    form_file: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Agencies {
    competent: AgencyRule,
    issuing: AgencyRule,
}

#[derive(Deserialize, serde::Serialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum ServiceLevel {
    Full,
    Partial,
}

/// Decree 224/2026/NĐ-CP, article 14.
#[derive(Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum PartialReason {
    PresenceRequired,
    OnSiteCheck,
    Technical,
    Other,
}

/// Whether a line's value is one of ours and not a national record.
pub(super) fn is_ours(line: &Value) -> bool {
    line.get("agencies").is_some_and(Value::is_object) && line.get("issuing").is_some_and(Value::is_object)
}

/// The code of the procedure of a line, for telling which line is meant; none when there is none.
pub(super) fn code_of(line: &str) -> Option<String> {
    let value: Value = serde_json::from_str(line).ok()?;
    value.get("code").and_then(Value::as_str).map(|code| code.chars().take(60).collect())
}

/// Reads a line.
pub(super) fn read(line: &str) -> Result<(String, VersionContent), Fault> {
    let line = text::normalise(line);
    // Legal in JSON, and in no text column of PostgreSQL.
    if line.contains("\\u0000") {
        return Err(invalid("a text holds the character NUL"));
    }
    let record: Record = serde_json::from_str(&line).map_err(|error| invalid(&error.to_string()))?;
    check(&record)?;
    let code = record.code.clone();
    let content = content(record).map_err(|error| invalid(&error.to_string()))?;
    Ok((code, content))
}

fn check(record: &Record) -> Result<(), Fault> {
    if procedure_code::parse(&record.code).is_none() {
        return Err(invalid("`code` is no procedure code"));
    }
    if text::normalise(&record.name).is_empty() {
        return Err(invalid("`name` is empty"));
    }
    let channels: BTreeSet<Channel> = record.channels.iter().map(|rule| rule.channel).collect();
    if channels.len() != record.channels.len() {
        return Err(invalid("a channel stands twice in `channels`"));
    }
    if record.channels.iter().any(|rule| rule.term.is_some_and(|term| term.count == 0)) {
        return Err(invalid("a term of 0 is no term"));
    }
    if record.channels.iter().flat_map(|rule| &rule.fees).any(|fee| fee.amount < 0) {
        return Err(invalid("a fee is below 0"));
    }
    let components: BTreeSet<&str> = record.components.iter().map(|paper| paper.code.as_str()).collect();
    if components.len() != record.components.len() || components.contains("") {
        return Err(invalid("every component needs a code of its own"));
    }
    if record.agencies.competent.0.is_empty() || record.agencies.issuing.0.is_empty() || record.issuing.kind.is_empty()
    {
        return Err(invalid("`agencies` and `issuing.type` must name somebody and something"));
    }
    if (record.service_level == Some(ServiceLevel::Partial)) != record.partial_reason.is_some() {
        return Err(invalid("`partial_reason` is given with the service level `partial`, and only then"));
    }
    if record.description_vi.is_some() != record.description_en.is_some() {
        return Err(invalid("`description_vi` and `description_en` are given together"));
    }
    match &record.form {
        Some(schema) => check_form(schema),
        None => Ok(()),
    }
}

/// A schema must compile, and take the examples it shows.
fn check_form(schema: &Value) -> Result<(), Fault> {
    let broken = |en: &str| {
        let vi = format!("Lược đồ biểu mẫu không dùng được: {en}");
        ("form.broken", Text::new(vi, format!("The form's schema can't be used: {en}")))
    };
    let validator = crate::forms::compile(schema).map_err(|error| broken(error.inside.as_deref().unwrap_or("?")))?;
    let examples = schema.get("examples").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match examples.iter().find_map(|example| validator.validate(example).err()) {
        Some(error) => Err(broken(&format!("the example at `{}`: {error}", error.instance_path()))),
        None => Ok(()),
    }
}

fn content(record: Record) -> motcua_kernel::Result<VersionContent> {
    let levels = match record.level {
        Levels::One(level) => vec![level],
        Levels::Several(levels) => levels,
    };
    let description = record.description_vi.zip(record.description_en);
    Ok(VersionContent {
        name: text::normalise(&record.name),
        name_en: record.name_en,
        field: Field { code: record.field.code, name: text::normalise(&record.field.name) },
        levels: levels.iter().map(word).collect::<Result<_, _>>()?,
        audience: record.audience.iter().map(word).collect::<Result<_, _>>()?,
        decision: record.decision.map(|DecisionRecord { number, date }| Decision { number, date }),
        legal_bases: record
            .legal_bases
            .into_iter()
            .map(|Basis { number, title, effective_on }| LegalBasis { number, title, effective_on })
            .collect(),
        channels: record.channels.into_iter().map(rule).collect::<Result<_, _>>()?,
        components: record.components.into_iter().map(component).collect(),
        results: record.results.into_iter().map(|ResultRecord { code, name }| ResultPaper { code, name }).collect(),
        competent: record.agencies.competent,
        issuing: record.agencies.issuing,
        issuing_document: IssuingDocument { kind: record.issuing.kind, symbol: record.issuing.symbol },
        form: record.form,
        service_level: record.service_level.as_ref().map(word).transpose()?,
        partial_reason: record.partial_reason.as_ref().map(word).transpose()?,
        description: description.map(|(vi, en)| Text::new(vi, en)),
        source: json!({}),
    })
}

fn rule(rule: Rule) -> motcua_kernel::Result<ChannelRule> {
    let fee = |fee: FeeRecord| Ok(Fee { kind: word(&fee.kind)?, name: fee.name, amount: fee.amount });
    Ok(ChannelRule {
        channel: rule.channel,
        term: rule.term,
        term_text: None,
        fees: rule.fees.into_iter().map(fee).collect::<motcua_kernel::Result<_>>()?,
        fee_statement: None,
        note: None,
    })
}

fn component(paper: Paper) -> Component {
    Component {
        code: paper.code,
        name: paper.name,
        originals: paper.originals,
        copies: paper.copies,
        required: paper.required,
        digitise: paper.digitise,
        group: paper.group,
        form_file: paper.form_file,
    }
}

fn invalid(en: &str) -> Fault {
    (
        "record.invalid",
        Text::new(format!("Dòng không đúng cấu trúc: {en}."), format!("The line is not well formed: {en}.")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(change: impl FnOnce(&mut Value)) -> String {
        let mut line = json!({
            "code": "2.002080", "name": "Thanh toán thù lao cho hòa giải viên", "name_en": "Mediators' remuneration",
            "field": {"code": "G15-HG01", "name": "Hòa giải ở cơ sở"}, "level": "commune",
            "audience": ["citizen", "business"], "decision": {"number": "2338/QĐ-BTP", "date": null},
            "legal_bases": [{"number": "35/2013/QH13", "title": "Luật Hòa giải ở cơ sở", "effective_on": "2014-01-01"}],
            "channels": [{"channel": "online", "term": {"count": 5, "unit": "working_day"}, "fees": []}],
            "components": [{"code": "TP01", "name": "Giấy đề nghị", "originals": 1, "copies": 0, "required": true,
                "digitise": false}],
            "results": [{"code": "KQ.G15.000059", "name": "Quyết định thanh toán"}],
            "agencies": {"competent": "receiving", "issuing": "H50"}, "issuing": {"type": "QĐ"},
            "form": {"type": "object", "properties": {"team": {"type": "string"}}, "examples": [{"team": "Tổ 1"}]},
            "service_level": "full"
        });
        change(&mut line);
        line.to_string()
    }

    #[test]
    fn a_line_says_everything_a_version_holds() {
        let (code, content) = read(&line(|_| {})).unwrap();
        assert_eq!(code, "2.002080");
        assert_eq!(
            (content.levels, content.audience),
            (vec!["commune".into()], vec!["citizen".into(), "enterprise".into()])
        );
        assert_eq!((content.competent.named(), content.issuing.named()), (None, Some("H50")));
        assert_eq!(content.issuing_document.kind, "QĐ");
        assert_eq!(content.channels[0].term, Some(Term::working_days(5)));
        assert_eq!(content.service_level.as_deref(), Some("full"));
        assert!(content.form.is_some() && content.components[0].required);
    }

    #[test]
    fn a_line_with_a_fault_is_refused_and_says_which() {
        type Change = fn(&mut Value);
        let faults: [(Change, &str); 14] = [
            (|l| l["surprise"] = json!(1), "surprise"),
            (|l| l["field"]["colour"] = json!(1), "colour"),
            (|l| l["code"] = json!("2.80"), "code"),
            (|l| l["name"] = json!(" "), "name"),
            (|l| l["level"] = json!("village"), "level"),
            (|l| l["channels"] = json!([l["channels"][0].clone(), l["channels"][0].clone()]), "twice"),
            (|l| l["channels"][0]["term"]["count"] = json!(0), "term"),
            (|l| l["channels"][0]["fees"] = json!([{"kind": "fee", "amount": -1}]), "below 0"),
            (|l| l["components"] = json!([l["components"][0].clone(), l["components"][0].clone()]), "code of its own"),
            (|l| l["agencies"]["issuing"] = json!(""), "agencies"),
            (|l| l["service_level"] = json!("partial"), "partial_reason"),
            (|l| l["description_vi"] = json!("x"), "description_en"),
            (|l| l["name"] = json!("a\u{0}b"), "NUL"),
            (|l| l["decision"] = json!({"number": "1/QĐ", "date": "2026-02-30"}), "date"),
        ];
        for (change, word) in faults {
            let (code, reason) = read(&line(change)).unwrap_err();
            // serde does not name the field of a wrong value.
            assert_eq!(code, "record.invalid", "{}", reason.en);
            assert!(reason.en.contains(word) || reason.en.contains("column"), "{word}: {}", reason.en);
        }
    }

    #[test]
    fn a_form_that_can_not_be_used_or_contradicts_its_example_refuses_the_line() {
        for form in [
            json!({"type": "objekt"}),
            json!({"$ref": "https://example.com/schema.json"}),
            json!({"type": "object", "required": ["team"], "examples": [{}]}),
        ] {
            assert_eq!(read(&line(|l| l["form"] = form)).unwrap_err().0, "form.broken");
        }
    }

    #[test]
    fn a_national_record_is_not_taken_for_ours() {
        assert!(is_ours(&serde_json::from_str(&line(|_| {})).unwrap()));
        assert!(!is_ours(&json!({"code": "2.002080", "name": "x", "channels": [], "decision": "2338/QĐ-BTP"})));
    }
}
