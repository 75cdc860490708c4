//! Which agencies a procedure has asked for their opinion, and what their silence means.

use motcua_clock::Term;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AgencyRule;

/// A consultation that the procedure provides for (lấy ý kiến cơ quan liên quan).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ConsultationRule {
    /// Code within the procedure.
    #[schema(required = true, example = "YK01")]
    pub code: String,
    /// What they are asked about.
    #[schema(required = true, example = "Lấy ý kiến về phòng cháy và quy hoạch")]
    pub name: String,
    /// Who is asked, all at once.
    #[schema(required = true, example = json!(["H50.3"]))]
    pub agencies: Vec<AgencyRule>,
    /// By when they answer, counted by the calendar of each.
    #[schema(value_type = Option<Object>, required = true, example = json!({"count": 5, "unit": "working_day"}))]
    pub term: Option<Term>,
    /// When it is concluded: `all` have answered, the `majority` is certain, or the `first` has answered.
    #[schema(required = true, example = "all")]
    pub join: String,
    /// What silence beyond the term means: `consent` (đồng ý), only where the law says so, or `none`.
    #[schema(required = true, example = "none")]
    pub silence: String,
    /// The law that provides for it; required where silence is consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Luật Xây dựng 2014, Điều 102")]
    pub legal_basis: Option<String>,
}
