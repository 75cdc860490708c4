//! Inter-linked procedures (liên thông thủ tục hành chính): one application, and dossiers of other procedures at other
//! agencies that follow from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::AgencyRule;

/// A dossier of another procedure that a dossier of this one brings about (bước liên thông).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LinkedStep {
    /// Code, unique within the version.
    #[schema(required = true, example = "residence")]
    pub code: String,
    /// Name, for the applicant.
    #[schema(required = true, example = "Đăng ký thường trú cho trẻ")]
    pub name: String,
    /// Code of the procedure that its dossier is of.
    #[schema(required = true, example = "1.004222")]
    pub procedure: String,
    /// Which agency receives its dossier: `receiving` is the one that received the first dossier.
    #[schema(required = true)]
    pub agency: AgencyRule,
    /// From when: `on_receipt` of the first dossier, or `on_result` of it; on receipt when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "on_receipt")]
    pub starts: Option<String>,
    /// Codes of steps that must have ended with a result before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["birth"]))]
    pub after: Vec<String>,
    /// How its form is filled, by property.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub form_map: BTreeMap<String, FormSource>,
    /// Papers that are passed on to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<PassedComponent>,
    /// What of the first dossier waits until it has ended: `approval` or `return`; nothing when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "return")]
    pub must_end_before: Option<String>,
    /// The law that links the procedures.
    #[schema(required = true, example = "Nghị định 63/2024/NĐ-CP, Điều 7")]
    pub legal_basis: String,
}

/// Where a property of a form comes from: one of the two.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FormSource {
    /// A place in the first dossier's form, as a JSON Pointer; the property is left out where nothing stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/child/name")]
    pub from: Option<String>,
    /// A constant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub value: Option<Value>,
}

/// A paper that is passed on: out of the first dossier, or the result of a step, or the first dossier's own result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PassedComponent {
    /// The component it becomes, by its code in the linked procedure.
    #[schema(required = true, example = "1.004222-TP02")]
    pub code: String,
    /// A component of the first dossier, by code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_component: Option<String>,
    /// The result of a step before, by the step's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "birth")]
    pub from_step: Option<String>,
    /// The first dossier's own result.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub from_result: bool,
}

/// When a step can start at the earliest.
pub const STARTS: [&str; 2] = [ON_RECEIPT, ON_RESULT];
/// Once the first dossier is received.
pub const ON_RECEIPT: &str = "on_receipt";
/// Once its own result is issued.
pub const ON_RESULT: &str = "on_result";

/// What of the first dossier can wait for a step.
pub const GATES: [&str; 2] = [BEFORE_APPROVAL, BEFORE_RETURN];
/// Its decision.
pub const BEFORE_APPROVAL: &str = "approval";
/// The hand-over of its result.
pub const BEFORE_RETURN: &str = "return";

impl LinkedStep {
    /// Whether it waits for the first dossier's own result.
    #[must_use]
    pub fn waits_for_result(&self) -> bool {
        self.starts.as_deref() == Some(ON_RESULT)
    }
}
