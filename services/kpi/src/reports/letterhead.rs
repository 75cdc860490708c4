//! What all reports begin and end with.

use chrono::{DateTime, NaiveDate, Utc};
use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;
use motcua_kernel::text::Language;
use motcua_paper::Letterhead;
use motcua_paper::sheet::Signature;

use crate::pages::load::parent_of;
use crate::pages::numbers::instant;
use crate::periods::Period;
use crate::scores::Context;

/// The agency above one.
///
/// # Errors
/// When the database fails.
pub(super) fn above(conn: &mut Conn, context: &Context, agency: Uuid) -> TxResult<Option<Named>> {
    match parent_of(conn, context.tenant, agency)? {
        Some(parent) => Ok(names(conn, context.tenant, &[parent], context.named_on())?.remove(&parent)),
        None => Ok(None),
    }
}

/// The head of a report of an agency; the place is written by hand.
pub(super) fn letterhead(above: Option<&Named>, agency: &str, on: NaiveDate) -> Letterhead {
    Letterhead {
        superior: above.map(|above| above.name.clone()),
        agency: agency.to_owned(),
        number: None,
        place: None,
        date: Some(on),
    }
}

/// Until when it is counted, and by which definition.
pub(super) fn sources(set: (&str, &str, &str), data_as_of: Option<DateTime<Utc>>) -> Vec<String> {
    let (name, version, source) = set;
    let fresh = data_as_of.map_or_else(|| "chưa có số liệu".to_owned(), |at| instant(at, Language::Vietnamese));
    vec![
        format!("Số liệu đến {fresh} (giờ Việt Nam)."),
        format!("Bộ chỉ số: {name}, phiên bản {version}. {source}."),
        "“–” là chưa có số liệu hoặc chưa đo được, không phải bằng 0.".to_owned(),
    ]
}

/// `tháng 10/2026 (01/10/2026 – 31/10/2026)`
pub(super) fn period(period: Period) -> String {
    let language = Language::Vietnamese;
    let long = crate::pages::period_names::long(period, language);
    format!("{long} ({})", crate::pages::period_names::days(period, language))
}

/// Who made it and who answers for it, by hand.
pub(super) fn signatures() -> Vec<Signature> {
    vec![Signature::by_hand("NGƯỜI LẬP BIỂU", None), Signature::by_hand("THỦ TRƯỞNG CƠ QUAN", None)]
}
