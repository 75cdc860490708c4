//! Our own format: one procedure a line, with what a national record can't know (who decides, who issues, the form).
//!
//! It is written by people who can mend it, so it is read strictly: an unknown or repeated key, a code in use twice, a
//! reason where none belongs, or a form that is no JSON Schema refuses the line. `crates/motcua/demo` documents it.

mod record;

use motcua_kernel::text::Language;
use motcua_kernel::{FieldError, Text, text};
use serde_json::{Value, json};

use super::check;
use super::content::{
    ChannelRule, Component, ConsultationRule, Decision, Fee, Field, IssuingDocument, LegalBasis, ProcessStep,
    Reduction, Replacement, ResultPaper, VersionContent,
};
use super::from_national::word;
use super::national::procedure_code;
use record::{
    Basis, ConsultationRecord, DecisionRecord, FeeRecord, Levels, Paper, Record, ReductionRecord, ReplacementRecord,
    ResultRecord, Rule, StepRecord,
};

/// Why a line is not taken: a stable code and what is wrong.
pub(super) type Fault = (&'static str, Text);

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
    consistent(&content, &code)?;
    Ok((code, content))
}

fn check(record: &Record) -> Result<(), Fault> {
    if procedure_code::parse(&record.code).is_none() {
        return Err(invalid("`code` is no procedure code"));
    }
    if record.description_vi.is_some() != record.description_en.is_some() {
        return Err(invalid("`description_vi` and `description_en` are given together"));
    }
    Ok(())
}

/// What contradicts itself refuses the line, with every fault named by its place in the content.
fn consistent(content: &VersionContent, code: &str) -> Result<(), Fault> {
    let mut faults = check::contradictions(content);
    faults.extend(check::linked_to_itself(content, code));
    let Some(first) = faults.first() else { return Ok(()) };
    let in_form = faults.iter().all(|fault| fault.pointer.starts_with("/form"));
    let told = |language| {
        let one = |fault: &FieldError| format!("{}: {}", fault.pointer, fault.message.in_language(language));
        faults.iter().map(one).collect::<Vec<_>>().join(" ")
    };
    if in_form && (first.code == "form.broken" || first.code == "form.example") {
        return Err(("form.broken", Text::new(told(Language::Vietnamese), told(Language::English))));
    }
    Err((
        "record.invalid",
        Text::new(
            format!("Dòng không đúng cấu trúc: {}", told(Language::Vietnamese)),
            format!("The line is not well formed: {}", told(Language::English)),
        ),
    ))
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
        service_level: record.service_level,
        partial_reason: record.partial_reason,
        proactive_level: record.proactive_level,
        connected_databases: record.connected_databases,
        sequence: record.sequence,
        conditions: record.conditions,
        sets: record.sets,
        process: record.process.into_iter().map(step).collect(),
        consultations: record.consultations.into_iter().map(consultation).collect(),
        linked: record.linked,
        description: description.map(|(vi, en)| Text::new(vi, en)),
        source: json!({}),
    })
}

fn rule(rule: Rule) -> motcua_kernel::Result<ChannelRule> {
    Ok(ChannelRule {
        channel: rule.channel,
        term: rule.term,
        clock: rule.clock,
        term_text: None,
        fees: rule.fees.into_iter().map(fee).collect::<motcua_kernel::Result<_>>()?,
        fee_statement: None,
        note: None,
    })
}

fn fee(fee: FeeRecord) -> motcua_kernel::Result<Fee> {
    let reduction = |one: ReductionRecord| Reduction {
        code: one.code,
        name: one.name,
        percent: one.percent,
        legal_basis: one.legal_basis,
    };
    Ok(Fee {
        kind: fee.kind,
        code: fee.code,
        name: fee.name,
        amount: fee.amount,
        collected: fee.collected,
        valid_from: fee.valid_from,
        valid_to: fee.valid_to,
        places: fee.places,
        applicants: fee.applicants.iter().map(word).collect::<motcua_kernel::Result<_>>()?,
        reductions: fee.reductions.into_iter().map(reduction).collect(),
        legal_basis: fee.legal_basis,
    })
}

fn component(paper: Paper) -> Component {
    let replacement =
        |ReplacementRecord { database, legal_basis }: ReplacementRecord| Replacement { database, legal_basis };
    Component {
        code: paper.code,
        name: paper.name,
        originals: paper.originals,
        copies: paper.copies,
        required: paper.required,
        digitise: paper.digitise,
        digitisation_ground: paper.digitisation_ground,
        replaced_by: paper.replaced_by.map(replacement),
        result_code: paper.result_code,
        group: paper.group,
        form_file: paper.form_file,
    }
}

fn consultation(record: ConsultationRecord) -> ConsultationRule {
    ConsultationRule {
        code: record.code,
        name: record.name,
        agencies: record.agencies,
        term: Some(record.term),
        join: record.join,
        silence: record.silence,
        legal_basis: record.legal_basis,
    }
}

fn step(step: StepRecord) -> ProcessStep {
    ProcessStep {
        name: step.name,
        role: step.role,
        agency: step.agency,
        unit: step.unit,
        half_days: step.half_days,
        product: step.product,
        legal_basis: step.legal_basis,
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
    use motcua_clock::Term;

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
            (|l| l["channels"] = json!([l["channels"][0].clone(), l["channels"][0].clone()]), "/channels/1/channel"),
            (|l| l["channels"][0]["term"]["count"] = json!(0), "/channels/0/term"),
            (|l| l["channels"][0]["fees"] = json!([{"kind": "fee", "amount": -1}]), "below 0"),
            (
                |l| l["components"] = json!([l["components"][0].clone(), l["components"][0].clone()]),
                "/components/1/code",
            ),
            (|l| l["agencies"]["issuing"] = json!(""), "/issuing"),
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
