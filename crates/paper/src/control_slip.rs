//! Form 06, control slip (Phiếu kiểm soát quá trình giải quyết hồ sơ): goes with the dossier, a row for every hand-over; shows who had it
//! when, and who was late.

use chrono::{DateTime, Utc};
use motcua_clock::Timeliness;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::parties::Matter;
use crate::sheet::{Block, Body, Column, Head, Table};
use crate::words;

/// Control slip.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ControlSlip {
    /// The dossier and its procedure.
    pub matter: Matter,
    /// Who is in charge (cơ quan, bộ phận giải quyết hồ sơ).
    pub lead_agency: String,
    /// Who takes part (cơ quan phối hợp giải quyết).
    pub supporting_agencies: Vec<String>,
    /// When the result is due.
    pub due_at: Option<DateTime<Utc>>,
    /// The hand-overs, in order.
    pub hops: Vec<Hop>,
}

/// One hand-over (một lần giao, nhận hồ sơ).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hop {
    /// Who hands over (bên giao).
    pub from_agency: String,
    /// Who receives (bên nhận).
    pub to_agency: String,
    /// When (giờ, phút, ngày giao nhận).
    pub handed_over_at: Option<DateTime<Utc>>,
    /// The person who hands over (người giao).
    pub giver: Option<String>,
    /// The person who receives (người nhận).
    pub receiver: Option<String>,
    /// How the step that ended here stood to its term (kết quả giải quyết): `early`, `on_time` or `late`.
    #[schema(value_type = Option<String>, example = "on_time")]
    pub result: Option<Timeliness>,
    /// Remarks; why, where it was late (ghi chú).
    pub note: Option<String>,
}

impl ControlSlip {
    pub(crate) fn body(&self) -> Body {
        let mut blocks = vec![
            self.matter.line(),
            Block::field("Cơ quan (bộ phận) giải quyết hồ sơ", Some(&self.lead_agency)),
            Block::field("Cơ quan phối hợp giải quyết", Some(&self.supporting_agencies.join("; "))),
        ];
        if self.due_at.is_some() {
            blocks.push(Block::field("Thời gian hẹn trả kết quả", Some(&words::moment(self.due_at))));
        }
        blocks.push(self.hops_table());
        Body { subtitle: Some(self.matter.code_line()), blocks, signatures: Vec::new() }
    }

    fn hops_table(&self) -> Block {
        let hand_over = vec![
            Column::centred("Thời gian", 19),
            Column::centred("Người giao", 15),
            Column::centred("Người nhận", 15),
        ];
        let heads = vec![
            Head::text("Tên cơ quan, đơn vị", 24),
            Head::group("Giao, nhận hồ sơ", hand_over),
            Head::centred("Kết quả giải quyết (trước hạn, đúng hạn, quá hạn)", 13),
            Head::text("Ghi chú", 14),
        ];
        let mut table = Table::new("Các lần giao, nhận hồ sơ:", heads);
        table.tall_rows = true;
        for hop in &self.hops {
            table.row(&[
                format!("Giao: {}\nNhận: {}", hop.from_agency, hop.to_agency),
                words::moment(hop.handed_over_at),
                hop.giver.clone().unwrap_or_default(),
                hop.receiver.clone().unwrap_or_default(),
                hop.result.map(|result| words_of(result).to_owned()).unwrap_or_default(),
                hop.note.clone().unwrap_or_default(),
            ]);
        }
        table.block()
    }
}

const fn words_of(result: Timeliness) -> &'static str {
    match result {
        Timeliness::Early => "Trước hạn",
        Timeliness::OnTime => "Đúng hạn",
        Timeliness::Late => "Quá hạn",
    }
}
