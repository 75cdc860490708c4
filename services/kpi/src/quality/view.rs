//! The data's own quality as the API shows it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::Named;
use motcua_kernel::{Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::elements::DAYS;
use super::measure::{Fault, Found};

/// So many agencies are named for each fault.
const WORST: usize = 10;

/// The quality of the data (chất lượng dữ liệu).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DataQuality {
    /// The day by which values are due or late.
    pub as_of: NaiveDate,
    /// What is followed.
    pub feeds: Vec<FeedQuality>,
    /// Every kind of fault, also those of which there are none.
    pub faults: Vec<DataFault>,
}

/// How well a feed is followed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FeedQuality {
    /// The service that tells it.
    #[schema(example = "procedures")]
    pub feed: String,
    /// Until when everything has come; `null` before it was followed to its end once.
    pub data_as_of: Option<DateTime<Utc>>,
    /// How long ago that is, in seconds.
    pub lag_seconds: Option<i64>,
    /// Events of unknown types that nothing could be taken from.
    #[schema(minimum = 0)]
    pub unknown_events: i64,
}

/// A kind of fault and how often it is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DataFault {
    /// `facts_without_agency`, `facts_incomplete`, `elements_missing`, `elements_late` or `elements_outliers`, as the gauge
    /// is called.
    #[schema(example = "facts_incomplete")]
    pub fault: String,
    /// Of which kind: of facts without an agency the kind of record, of incomplete ones what is wrong (`due_at`, `order`,
    /// `code`, `field`).
    #[schema(example = "due_at")]
    pub of: Option<String>,
    /// What it means.
    pub meaning: Text,
    /// How often it is there, of the agencies that the caller sees.
    #[schema(minimum = 0)]
    pub count: i64,
    /// The agencies with the most, at most ten.
    pub agencies: Vec<AgencyFaults>,
}

/// How often a fault is there for an agency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgencyFaults {
    /// The agency; without code and name where it is not known here.
    pub agency: Named,
    /// How often.
    pub count: i64,
}

impl DataFault {
    pub(super) fn of(found: &Found, named: &BTreeMap<Uuid, Named>) -> Self {
        let (fault, of) = match found.fault {
            Fault::WithoutAgency(subject) => ("facts_without_agency", Some(subject)),
            Fault::Incomplete(field) => ("facts_incomplete", Some(field)),
            Fault::Missing => ("elements_missing", None),
            Fault::Late => ("elements_late", None),
            Fault::Odd => ("elements_outliers", None),
        };
        let mut worst: Vec<AgencyFaults> = found
            .counts
            .iter()
            .map(|(id, count)| {
                let unknown = || Named { id: *id, code: String::new(), name: String::new() };
                AgencyFaults { agency: named.get(id).cloned().unwrap_or_else(unknown), count: *count }
            })
            .collect();
        worst.sort_by(|a, b| (b.count, &a.agency.code).cmp(&(a.count, &b.agency.code)));
        worst.truncate(WORST);
        Self {
            fault: fault.to_owned(),
            of: of.map(str::to_owned),
            meaning: meaning(found.fault),
            count: found.count(),
            agencies: worst,
        }
    }
}

fn meaning(fault: Fault) -> Text {
    match fault {
        Fault::WithoutAgency(_) => Text::new(
            "Bản ghi của cơ quan chưa có trong danh mục ở đây, nên chưa được tính cho ai.",
            "Records of an agency that is not known here, so they count for nobody yet.",
        ),
        Fault::Incomplete("due_at") => Text::new(
            "Hồ sơ đã giải quyết mà không có hạn trả kết quả.",
            "Dossiers that are done without ever having had a due instant.",
        ),
        Fault::Incomplete("order") => Text::new(
            "Hồ sơ giải quyết xong trước khi được tiếp nhận.",
            "Dossiers that were done before they were received.",
        ),
        Fault::Incomplete("code") => {
            Text::new("Hồ sơ đã tiếp nhận mà không có mã.", "Dossiers that were received and have no code.")
        }
        Fault::Incomplete(_) => Text::new("Hồ sơ không rõ lĩnh vực.", "Dossiers whose field of work is not known."),
        Fault::Missing => Text::new(
            format!("Số liệu của kỳ gần nhất đã quá {DAYS} ngày sau kỳ mà chưa ai nhập."),
            format!("Values of the newest period that ended more than {DAYS} days ago, which nobody entered."),
        ),
        Fault::Late => Text::new(
            format!("Số liệu nhập chậm hơn {DAYS} ngày sau khi hết kỳ."),
            format!("Values entered more than {DAYS} days after the end of their period."),
        ),
        Fault::Odd => Text::new("Số liệu có cảnh báo bất thường.", "Values with a warning that they are odd."),
    }
}
