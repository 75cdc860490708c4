//! What an agency issued in a time (báo cáo văn bản đi; Decree 30/2020/NĐ-CP, Annex VI, Part V), counted by type.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use motcua_agencies::{Named, authority_in, names, resolve};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, Result, Role, Text, Uuid};
use motcua_paper::sheet::Column;
use motcua_paper::{Book, Letterhead};
use serde::Serialize;
use utoipa::ToSchema;

use super::OutgoingDocuments;
use super::rules::READ;
use super::states::DocumentState;
use super::store::outgoing_documents;
use crate::document_types::DocumentType;
use crate::letterhead::letterhead;

/// Who keeps and directs the documents of an agency.
const KEEPERS: [Role; 4] = [Role::Clerk, Role::Leader, Role::Approver, Role::Administrator];
/// The longest time: a year, the leap day included.
const MOST_DAYS: i64 = 366;

/// Documents counted. Every one of them is in exactly one of the six.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct OutgoingCounts {
    /// All that have a number of these days (tổng số).
    pub total: i64,
    /// Issued and unchanged since (đã phát hành).
    pub issued: i64,
    /// Issued and corrected since (đã đính chính).
    pub corrected: i64,
    /// Issued and replaced since (bị thay thế).
    pub replaced: i64,
    /// Issued and recalled since (bị thu hồi).
    pub recalled: i64,
    /// Numbered and not issued yet (chưa phát hành).
    pub unissued: i64,
    /// Given up before they were issued (hủy số).
    pub void: i64,
}

impl OutgoingCounts {
    fn add(&mut self, state: DocumentState, count: i64) {
        self.total += count;
        *match state {
            DocumentState::Issued => &mut self.issued,
            DocumentState::Corrected => &mut self.corrected,
            DocumentState::Replaced => &mut self.replaced,
            DocumentState::Recalled => &mut self.recalled,
            DocumentState::Numbered | DocumentState::Sealed => &mut self.unissued,
            DocumentState::Void => &mut self.void,
        } += count;
    }
}

/// The documents of one type.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OutgoingReportRow {
    /// Code of the type.
    #[serde(rename = "type")]
    #[schema(example = "QĐ")]
    pub document_type: String,
    /// Its name in words.
    pub type_name: String,
    /// How many.
    #[serde(flatten)]
    pub counts: OutgoingCounts,
}

/// What an agency issued in a time (báo cáo văn bản đi).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OutgoingReport {
    /// The agency.
    pub agency: Named,
    /// The first day of the documents.
    pub from: NaiveDate,
    /// The last day of the documents.
    pub to: NaiveDate,
    /// When it was counted.
    pub as_of: DateTime<Utc>,
    /// By type, in the order of their codes.
    pub rows: Vec<OutgoingReportRow>,
    /// Everything together.
    pub total: OutgoingCounts,
}

/// The report, as a table and as paper.
///
/// # Errors
/// `agency.unknown`, `report.period`; `report.not_yours` for those who neither keep nor direct the agency's documents.
pub(super) async fn report(
    room: &OutgoingDocuments,
    actor: Arc<Actor>,
    reference: String,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<(OutgoingReport, Book)> {
    actor.require_scope(READ)?;
    if from > to || (to - from).num_days() >= MOST_DAYS {
        let text = Text::new("Kỳ phải từ 1 ngày đến 1 năm.", "The period must have 1 day to 1 year.");
        return Err(Error::malformed("report.period", text.vi, text.en).with("parameter", "to"));
    }
    let now = room.db.clock.business();
    let today = now.day_in_vietnam();
    let (report, head) = room
        .db
        .read_snapshot("outgoing_report", move |conn| {
            let found = resolve(conn, actor.tenant, &reference, today)?;
            let [agency] = found.as_slice() else { return Err(not_yours().into()) };
            let may = match actor.kind {
                ActorKind::Service => true,
                ActorKind::Officer => authority_in(conn, &actor, *agency, &KEEPERS)?.is_some(),
                ActorKind::Client | ActorKind::Citizen => false,
            };
            if !may {
                return Err(not_yours().into());
            }
            let named = names(conn, actor.tenant, &[*agency], today)?.remove(agency);
            let named: Named = named.ok_or_else(|| Error::internal(format!("the agency {agency} has no name")))?;
            let rows = rows(conn, actor.tenant, *agency, (from, to))?;
            let total = total(&rows);
            let report = OutgoingReport { agency: named, from, to, as_of: now.0, rows, total };
            Ok((report, letterhead(conn, actor.tenant, *agency, today)?))
        })
        .await?;
    let book = paper(&report, head);
    Ok((report, book))
}

fn rows(
    conn: &mut Conn,
    tenant: Uuid,
    agency: Uuid,
    (from, to): (NaiveDate, NaiveDate),
) -> TxResult<Vec<OutgoingReportRow>> {
    let counted: Vec<(String, String, i64)> = outgoing_documents::table
        .group_by((outgoing_documents::document_type, outgoing_documents::state))
        .select((outgoing_documents::document_type, outgoing_documents::state, count_star()))
        .filter(outgoing_documents::tenant_id.eq(Id(tenant)))
        .filter(outgoing_documents::responsible_agency_id.eq(Id(agency)))
        .filter(outgoing_documents::issued_on.ge(from).and(outgoing_documents::issued_on.le(to)))
        .load(conn)?;
    let mut by_type: BTreeMap<String, OutgoingCounts> = BTreeMap::new();
    for (document_type, state, count) in counted {
        let known = DocumentState::from_word(&state);
        let state = known.ok_or_else(|| Error::internal(format!("unknown state of a document: {state}")))?;
        by_type.entry(document_type).or_default().add(state, count);
    }
    let named = by_type.into_iter().map(|(document_type, counts)| {
        let type_name = DocumentType::by_code(&document_type).map(|known| known.vi.to_owned());
        OutgoingReportRow { type_name: type_name.unwrap_or_else(|| document_type.clone()), document_type, counts }
    });
    Ok(named.collect())
}

fn total(rows: &[OutgoingReportRow]) -> OutgoingCounts {
    rows.iter().map(|row| row.counts).fold(OutgoingCounts::default(), |sum, one| OutgoingCounts {
        total: sum.total + one.total,
        issued: sum.issued + one.issued,
        corrected: sum.corrected + one.corrected,
        replaced: sum.replaced + one.replaced,
        recalled: sum.recalled + one.recalled,
        unissued: sum.unissued + one.unissued,
        void: sum.void + one.void,
    })
}

const fn column(label: &'static str, width: u32, centred: bool) -> Column {
    Column { label, width, centred }
}

const COLUMNS: [Column; 9] = [
    column("STT\n(1)", 12, true),
    column("Loại văn bản\n(2)", 78, false),
    column("Tổng số văn bản đi\n(3)", 26, true),
    column("Đã phát hành\n(4)", 26, true),
    column("Đã đính chính\n(5)", 26, true),
    column("Bị thay thế\n(6)", 26, true),
    column("Bị thu hồi\n(7)", 26, true),
    column("Chưa phát hành\n(8)", 26, true),
    column("Hủy số\n(9)", 22, true),
];

fn paper(report: &OutgoingReport, letterhead: Letterhead) -> Book {
    let cells = |number: String, name: String, counts: &OutgoingCounts| {
        let shown = [
            counts.total,
            counts.issued,
            counts.corrected,
            counts.replaced,
            counts.recalled,
            counts.unissued,
            counts.void,
        ];
        [number, name].into_iter().chain(shown.map(|count| count.to_string())).collect::<Vec<String>>()
    };
    let named = report.rows.iter().enumerate();
    let named = named.map(|(at, row)| cells((at + 1).to_string(), row.type_name.clone(), &row.counts));
    let total = cells(String::new(), "TỔNG SỐ".to_owned(), &report.total);
    let short = |day: NaiveDate| day.format("%d/%m/%Y").to_string();
    Book {
        letterhead,
        title: "Báo cáo văn bản đi".to_owned(),
        subtitle: Some(format!("Văn bản ghi ngày từ {} đến {}", short(report.from), short(report.to))),
        columns: COLUMNS.to_vec(),
        rows: named.chain([total]).collect(),
        notes: vec!["(3) = (4) + (5) + (6) + (7) + (8) + (9).".to_owned()],
    }
}

fn not_yours() -> Error {
    Error::forbidden(
        "report.not_yours",
        "Chỉ văn thư, lãnh đạo và quản trị của cơ quan (hoặc cấp trên) xem báo cáo này.",
        "Only clerks, leaders and administrators of the agency, or above it, read this report.",
    )
}
