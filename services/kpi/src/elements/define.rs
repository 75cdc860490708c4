//! Defining elements: what is allowed, and writing it.

use std::collections::BTreeSet;
use std::sync::Arc;

use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, Failure, TxResult, is_unique_violation};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::text::{is_one_line, normalise};
use motcua_kernel::{Actor, Answer, Authority, Error, FieldError, Idempotency, Result, SystemTime, Text, Uuid, new_id};
use serde::Serialize;

use super::http::definitions::{DataElement, ElementDefinition};
use super::judge::RuleBook;
use super::rules::entry::ElementKind;
use super::rules::number::{MOST_DECIMALS, Number};
use super::store::{elements, values};
use super::{Elements, WRITE, facts, refusals};
use crate::periods::PeriodKind;
use crate::reach;

const LONGEST_CODE: usize = 60;
const LONGEST_NAME: usize = 300;
const MOST_CHOICES: usize = 100;
const MOST_RULES: usize = 20;
/// Words of CEL, which can't be names in it.
const WORDS: [&str; 20] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "while",
];

pub(super) async fn create(
    room: &Elements,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    definition: ElementDefinition,
) -> Result<Answer> {
    admit(room, &actor).await?;
    let own = room.clone();
    room.db
        .write_once("data_element_create", actor.tenant, key, move |tx| {
            let at = Moment::of(&own.db.clock);
            let by = may_define(tx, &actor, &own)?;
            let row = row(new_id(), actor.tenant, 1, definition.clone(), at.now)?;
            if elements::named(tx, actor.tenant, &row.code)?.is_some() {
                return Err(exists().into());
            }
            check_rules(&row, elements::all(tx, actor.tenant)?)?;
            match elements::insert(tx, &row) {
                Err(Failure::Database(error)) if is_unique_violation(&error) => return Err(exists().into()),
                other => other?,
            }
            facts::tell_element(tx, &own.journal, &Stamp::of(&by, at), &row)?;
            let path = format!("/v1/data-elements/{}", row.id.0);
            Ok(Answer::created(path, &DataElement::of(&row)?)?.version(1))
        })
        .await
}

pub(super) async fn update(
    room: &Elements,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    definition: ElementDefinition,
) -> Result<Answer> {
    admit(room, &actor).await?;
    let own = room.clone();
    room.db
        .write_once("data_element_update", actor.tenant, key, move |tx| {
            let at = Moment::of(&own.db.clock);
            let by = may_define(tx, &actor, &own)?;
            let known = elements::find(tx, actor.tenant, id)?.ok_or_else(Error::not_found)?;
            refusals::check_version(known.version, version)?;
            let row = row(id, actor.tenant, version + 1, definition.clone(), at.now)?;
            let mut faults = Vec::new();
            if row.code != known.code {
                faults.push(fixed("/code"));
            }
            if values::any_of(tx, actor.tenant, id)? {
                let pairs = [
                    ("/kind", row.kind == known.kind),
                    ("/decimals", row.decimals == known.decimals),
                    ("/period_kind", row.period_kind == known.period_kind),
                ];
                faults.extend(pairs.into_iter().filter(|(_, same)| !same).map(|(pointer, _)| fixed(pointer)));
            }
            if !faults.is_empty() {
                return Err(Error::invalid(faults).into());
            }
            let others = elements::all(tx, actor.tenant)?.into_iter().filter(|other| other.id != row.id).collect();
            check_rules(&row, others)?;
            if !elements::update(tx, &row)? {
                return Err(refusals::stale(version + 1).into());
            }
            facts::tell_element(tx, &own.journal, &Stamp::of(&by, at), &row)?;
            Ok(Answer::done(&DataElement::of(&row)?)?.version(row.version))
        })
        .await
}

/// Before a kept answer is given again: whoever has lost the right since hears nothing.
async fn admit(room: &Elements, actor: &Arc<Actor>) -> Result<()> {
    actor.require_scope(WRITE)?;
    let (own, asking) = (room.clone(), Arc::clone(actor));
    room.db.read("data_element_right", move |conn| may_define(conn, &asking, &own).map(drop)).await
}

fn may_define(conn: &mut Conn, actor: &Actor, room: &Elements) -> TxResult<Authority> {
    let today = room.db.clock.business().day_in_vietnam();
    Ok(reach::administers_all(conn, actor, today)?.ok_or_else(refusals::not_defining)?)
}

/// An element as it is defined, in normal form.
///
/// # Errors
/// Every fault at once.
pub(super) fn row(
    id: Uuid,
    tenant: Uuid,
    version: i64,
    definition: ElementDefinition,
    now: SystemTime,
) -> Result<elements::ElementRow> {
    let mut faults = Vec::new();
    check_shape(&definition, &mut faults);
    let mut line = |text: &str, pointer: &str| {
        let text = normalise(text);
        if !is_one_line(&text) || text.chars().count() > LONGEST_NAME {
            let (vi, en) = ("Cần một dòng chữ, nhiều nhất 300 ký tự.", "One line of text, at most 300 characters.");
            faults.push(fault(pointer, "text.one_line", vi, en));
        }
        text
    };
    let (name_vi, name_en) = (line(&definition.name.vi, "/name/vi"), line(&definition.name.en, "/name/en"));
    let (unit, legal_source) = (line(&definition.unit, "/unit"), line(&definition.legal_source, "/legal_source"));
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let text = |number: Option<String>| number.map(|text| text.trim().to_owned());
    Ok(elements::ElementRow {
        tenant_id: Id(tenant),
        id: Id(id),
        code: definition.code,
        name_vi,
        name_en,
        unit,
        kind: definition.kind.as_str().to_owned(),
        decimals: i32::from(definition.decimals),
        minimum: text(definition.minimum),
        maximum: text(definition.maximum),
        choices: json(&definition.choices)?,
        period_kind: definition.period_kind,
        agency_kinds: json(&definition.agency_kinds)?,
        needs_evidence: definition.needs_evidence,
        legal_source,
        rules: json(&definition.rules)?,
        outliers: json(&definition.outliers)?,
        defined_at: At::from(now),
        version,
    })
}

fn json(value: &impl Serialize) -> Result<Json> {
    Ok(Json(serde_json::to_value(value).map_err(Error::internal)?))
}

fn check_shape(definition: &ElementDefinition, faults: &mut Vec<FieldError>) {
    if !is_code(&definition.code) || WORDS.contains(&definition.code.as_str()) {
        faults.push(code_fault("/code"));
    }
    let is_number = definition.kind.is_number();
    let most = if definition.kind == ElementKind::Decimal || definition.kind == ElementKind::Percent {
        MOST_DECIMALS
    } else {
        0
    };
    if definition.decimals > most {
        let (vi, en) = (format!("Nhiều nhất {most}."), format!("At most {most}."));
        faults.push(fault("/decimals", "value.maximum", &vi, &en));
    }
    let mut number = |text: &Option<String>, pointer: &str, allowed: bool| {
        let text = text.as_deref()?.trim();
        let read =
            text.parse::<Number>().ok().filter(|number| allowed && number.fits(definition.decimals.min(MOST_DECIMALS)));
        if read.is_none() {
            let (vi, en) = ("Không phải số phù hợp với loại số liệu.", "No number that fits the kind of element.");
            faults.push(fault(pointer, "value.number", vi, en));
        }
        read
    };
    let minimum = number(&definition.minimum, "/minimum", is_number);
    let maximum = number(&definition.maximum, "/maximum", is_number);
    let limits = [
        ("/outliers/change_percent", &definition.outliers.change_percent),
        ("/outliers/deviations", &definition.outliers.deviations),
    ];
    for (pointer, limit) in limits {
        let Some(text) = limit else { continue };
        if !is_number || !text.parse::<Number>().is_ok_and(|number| !number.is_negative()) {
            let (vi, en) = (
                "Cần số không âm, cho số liệu là số.",
                "A number that is not negative, for elements that are numbers.",
            );
            faults.push(fault(pointer, "value.number", vi, en));
        }
    }
    if minimum.zip(maximum).is_some_and(|(minimum, maximum)| minimum > maximum) {
        faults.push(fault(
            "/maximum",
            "order",
            "Lớn nhất phải không nhỏ hơn nhỏ nhất.",
            "The maximum is below the minimum.",
        ));
    }
    if definition.period_kind.parse::<PeriodKind>().is_err() {
        let known: Vec<&str> = PeriodKind::ALL.into_iter().map(PeriodKind::as_str).collect();
        let known = known.join(", ");
        faults.push(fault(
            "/period_kind",
            "enum",
            &format!("Chỉ nhận một trong: {known}."),
            &format!("Must be one of: {known}."),
        ));
    }
    check_lists(definition, faults);
}

fn check_lists(definition: &ElementDefinition, faults: &mut Vec<FieldError>) {
    let chooses = definition.kind == ElementKind::Choice;
    if chooses == definition.choices.is_empty() || definition.choices.len() > MOST_CHOICES {
        let (vi, en) = (
            "Loại `choice` cần từ 1 đến 100 lựa chọn; loại khác không có lựa chọn.",
            "The kind `choice` needs 1 to 100 choices; others have none.",
        );
        faults.push(fault("/choices", "length", vi, en));
    }
    let mut seen = BTreeSet::new();
    for (place, choice) in definition.choices.iter().enumerate() {
        if !is_code(&choice.code) || !seen.insert(choice.code.as_str()) {
            faults.push(code_fault(&format!("/choices/{place}/code")));
        }
    }
    if definition.rules.len() > MOST_RULES {
        faults.push(fault("/rules", "length", "Nhiều nhất 20 quy tắc.", "At most 20 rules."));
    }
    let mut seen = BTreeSet::new();
    for (place, rule) in definition.rules.iter().enumerate() {
        if !is_code(&rule.code) || !seen.insert(rule.code.as_str()) {
            faults.push(code_fault(&format!("/rules/{place}/code")));
        }
        let texts = [&rule.message.vi, &rule.message.en];
        if texts.iter().any(|text| !is_one_line(text) || text.chars().count() > LONGEST_NAME) {
            let (vi, en) = ("Cần một dòng chữ, nhiều nhất 300 ký tự.", "One line of text, at most 300 characters.");
            faults.push(fault(&format!("/rules/{place}/message"), "text.one_line", vi, en));
        }
    }
}

/// Holds the rules of an element, and of all others that refer to it, against the elements there will be.
fn check_rules(row: &elements::ElementRow, others: Vec<elements::ElementRow>) -> Result<()> {
    let all: Vec<elements::ElementRow> = others.into_iter().chain([row.clone()]).collect();
    let Err(unfit) = RuleBook::new(&all)? else { return Ok(()) };
    if let Some(other) = unfit.iter().find(|unfit| unfit.element != row.code) {
        let error = Error::conflict(
            "data_element.used",
            format!("Quy tắc của số liệu `{}` nhắc tới số liệu này.", other.element),
            format!("A rule of the element `{}` refers to this one.", other.element),
        );
        return Err(error.with("element", other.element.clone()));
    }
    let faults = unfit.into_iter().map(|unfit| {
        let (line, column) = unfit.fault.at;
        let Text { vi, en } = unfit.fault.message;
        let text =
            Text::new(format!("{vi} (dòng {line}, cột {column})"), format!("{en} (line {line}, column {column})"));
        FieldError::new(format!("/rules/{}/formula", unfit.place), unfit.fault.code, text)
    });
    Err(Error::invalid(faults.collect()))
}

fn is_code(code: &str) -> bool {
    let mut characters = code.chars();
    characters.next().is_some_and(|first| first.is_ascii_lowercase())
        && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && code.len() <= LONGEST_CODE
}

fn fault(pointer: &str, code: &str, vi: &str, en: &str) -> FieldError {
    FieldError::new(pointer, code, Text::new(vi, en))
}

fn code_fault(pointer: &str) -> FieldError {
    fault(
        pointer,
        "code",
        "Mã gồm chữ thường không dấu, chữ số và `_`, bắt đầu bằng chữ, nhiều nhất 60 ký tự, không trùng.",
        "A code has small letters, digits and `_`, begins with a letter, has at most 60 characters and is there once.",
    )
}

fn fixed(pointer: &str) -> FieldError {
    fault(pointer, "fixed", "Trường này không đổi được nữa.", "This can't change any more.")
}

fn exists() -> Error {
    Error::conflict("data_element.exists", "Đã có số liệu mang mã này.", "There is an element with this code already.")
}
