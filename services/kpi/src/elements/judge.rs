//! What is odd or wrong about values: outliers, and rules between elements of the same agency and period.

use std::collections::BTreeMap;

use motcua_agencies::AgencyKind;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Result, Text, Uuid};

use super::http::values::ValueNotice;
use super::rules::entry::ElementKind;
use super::rules::formula::{Formula, FormulaFault, Verdict};
use super::rules::number::Number;
use super::rules::outlier::{OutlierRule, jumps, strays};
use super::store::elements::ElementRow;
use super::store::values::{self, ValueRow};

/// Changed by more than the element allows against the period before.
const CHANGE: &str = "outlier.change";
/// Far from the peers.
const PEERS: &str = "outlier.peers";

/// A warning in words.
pub(super) fn notice(code: &str) -> ValueNotice {
    let message = match code {
        CHANGE => Text::new("Thay đổi bất thường so với kỳ trước.", "It changed unusually against the period before."),
        _ => Text::new(
            "Chênh lệch bất thường so với các cơ quan cùng loại.",
            "It is unusually far from the agency's peers.",
        ),
    };
    ValueNotice { code: code.to_owned(), message }
}

/// What is odd about a value beside the one before and those of its peers.
pub(super) fn odd(rule: &OutlierRule, value: &str, before: Option<&str>, peers: &[String]) -> Result<Vec<String>> {
    let number = |text: &str| text.parse::<Number>().map_err(|fault| Error::internal(format!("a number: {fault:?}")));
    let value = number(value)?;
    let mut codes = Vec::new();
    if let (Some(percent), Some(before)) = (&rule.change_percent, before)
        && jumps(value, number(before)?, number(percent)?)
    {
        codes.push(CHANGE.to_owned());
    }
    if let Some(deviations) = &rule.deviations {
        let peers = peers.iter().map(|peer| number(peer)).collect::<Result<Vec<_>>>()?;
        if strays(value, &peers, number(deviations)?) {
            codes.push(PEERS.to_owned());
        }
    }
    Ok(codes)
}

/// The codes of what is odd about a value that is about to be stored.
pub(super) fn warnings(
    conn: &mut Conn,
    element: &ElementRow,
    row: &ValueRow,
    agency_kind: AgencyKind,
) -> TxResult<Vec<String>> {
    let rule = element.outliers()?;
    if !element.kind()?.is_number() || rule == OutlierRule::default() {
        return Ok(Vec::new());
    }
    let before = match row.period()?.previous() {
        Some(before) => {
            let (tenant, agency, element) = (row.tenant_id.0, row.written_agency_id.0, row.element_id.0);
            values::of_agencies(conn, tenant, &[agency], &[element], &[before.to_string()])?.pop()
        }
        None => None,
    };
    let peers = match rule.deviations {
        Some(_) => values::of_peers(conn, row, agency_kind.as_str())?,
        None => Vec::new(),
    };
    Ok(odd(&rule, &row.value, before.as_ref().map(|before| before.value.as_str()), &peers)?)
}

/// The rules of all elements, ready to be judged.
pub(super) struct RuleBook {
    elements: BTreeMap<String, (Uuid, ElementKind)>,
    rules: Vec<Rule>,
}

struct Rule {
    /// `element_code/rule_code`
    code: String,
    message: Text,
    formula: Formula,
}

/// A rule that does not fit the elements there are.
#[derive(Debug)]
pub(super) struct UnfitRule {
    /// Code of the element it belongs to.
    pub element: String,
    /// Which of its rules.
    pub place: usize,
    /// Why.
    pub fault: FormulaFault,
}

impl RuleBook {
    /// The rules of these elements.
    ///
    /// # Errors
    /// The rules that do not fit, for who defines elements; a defect for everybody else.
    pub(super) fn new(elements: &[ElementRow]) -> Result<Result<Self, Vec<UnfitRule>>> {
        let mut known = BTreeMap::new();
        let mut periods = BTreeMap::new();
        for element in elements {
            known.insert(element.code.clone(), (element.id.0, element.kind()?));
            periods.insert(element.code.as_str(), element.period_kind.as_str());
        }
        let (mut rules, mut unfit) = (Vec::new(), Vec::new());
        for element in elements {
            for (place, rule) in element.rules()?.into_iter().enumerate() {
                let type_of = |name: &str| known.get(name).map(|(_, kind)| kind.formula_type());
                let formula = Formula::parse(&rule.formula, type_of).and_then(|formula| {
                    let same = |name: &String| periods.get(name.as_str()) == Some(&element.period_kind.as_str());
                    if formula.names().iter().all(same) { Ok(formula) } else { Err(other_periods()) }
                });
                let code = format!("{}/{}", element.code, rule.code);
                match formula {
                    Ok(formula) => rules.push(Rule { code, message: rule.message, formula }),
                    Err(fault) => unfit.push(UnfitRule { element: element.code.clone(), place, fault }),
                }
            }
        }
        Ok(if unfit.is_empty() { Ok(Self { elements: known, rules }) } else { Err(unfit) })
    }

    /// The rules of stored elements, which were checked when they were defined.
    pub(super) fn of_stored(elements: &[ElementRow]) -> Result<Self> {
        Self::new(elements)?.map_err(|unfit| Error::internal(format!("stored rules do not fit: {unfit:?}")))
    }

    /// The ids of the elements that rules about one element refer to, itself among them.
    pub(super) fn related(&self, element: &str) -> Vec<Uuid> {
        let rules = self.rules.iter().filter(|rule| rule.formula.names().contains(element));
        let mut ids: Vec<Uuid> = rules
            .flat_map(|rule| rule.formula.names().iter())
            .filter_map(|name| self.elements.get(name))
            .map(|(id, _)| *id)
            .collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// The rules about an element that do not hold between values of one agency and period, by the ids of their elements.
    pub(super) fn broken(&self, element: &str, values: &BTreeMap<Uuid, &str>) -> Vec<ValueNotice> {
        let value_of = |name: &str| {
            let (id, kind) = self.elements.get(name)?;
            kind.operand(values.get(id)?)
        };
        let about = self.rules.iter().filter(|rule| rule.formula.names().contains(element));
        about
            .filter_map(|rule| match rule.formula.judge(value_of) {
                Verdict::Holds | Verdict::NotJudged => None,
                Verdict::Broken => Some(ValueNotice { code: rule.code.clone(), message: rule.message.clone() }),
                Verdict::DividesByZero => Some(ValueNotice {
                    code: rule.code.clone(),
                    message: Text::new(
                        format!("{} (không tính được: chia cho 0)", rule.message.vi),
                        format!("{} (it can't be judged: division by 0)", rule.message.en),
                    ),
                }),
            })
            .collect()
    }
}

fn other_periods() -> FormulaFault {
    FormulaFault {
        code: "formula.period",
        at: (1, 1),
        message: Text::new(
            "Công thức nhắc tới số liệu nhập theo loại kỳ khác.",
            "The formula refers to an element that is entered for another kind of periods.",
        ),
    }
}

/// The broken rules of stored values, by value; three statements, however many values.
pub(super) fn broken_rules(
    conn: &mut Conn,
    tenant: Uuid,
    rows: &[ValueRow],
    elements: &BTreeMap<Uuid, ElementRow>,
) -> TxResult<BTreeMap<Uuid, Vec<ValueNotice>>> {
    let all: Vec<ElementRow> = elements.values().cloned().collect();
    let book = RuleBook::of_stored(&all)?;
    let code = |row: &ValueRow| elements.get(&row.element_id.0).map(|element| element.code.as_str());
    let mut related: Vec<Uuid> = rows.iter().filter_map(code).flat_map(|code| book.related(code)).collect();
    related.sort();
    related.dedup();
    if related.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut periods: Vec<String> = rows.iter().map(|row| row.period.clone()).collect();
    periods.sort();
    periods.dedup();
    let mut agencies: Vec<Uuid> = rows.iter().map(|row| row.written_agency_id.0).collect();
    agencies.sort();
    agencies.dedup();
    let beside = values::of_agencies(conn, tenant, &agencies, &related, &periods)?;
    let mut known: BTreeMap<(Uuid, &str), BTreeMap<Uuid, &str>> = BTreeMap::new();
    for row in beside.iter().chain(rows) {
        let values = known.entry((row.written_agency_id.0, row.period.as_str())).or_default();
        values.insert(row.element_id.0, row.value.as_str());
    }
    let broken = |row: &ValueRow| {
        let values = known.get(&(row.written_agency_id.0, row.period.as_str()));
        let notices = code(row).zip(values).map(|(code, values)| book.broken(code, values)).unwrap_or_default();
        (row.id.0, notices)
    };
    Ok(rows.iter().map(broken).collect())
}
