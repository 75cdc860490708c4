//! Form 07, register (Sổ theo dõi hồ sơ): every dossier a desk has received, a row each, from receipt to the result handed over.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::receipt::ReturnMethod;
use crate::sheet::{Body, Column, Head, Signature, Table};
use crate::words;

/// Register of dossiers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Register {
    /// The book (quyển số).
    pub book: Option<String>,
    /// First day of receipt that it covers.
    pub from: Option<NaiveDate>,
    /// Last day of receipt that it covers.
    pub to: Option<NaiveDate>,
    /// The dossiers, in order of receipt.
    pub rows: Vec<RegisterRow>,
    /// Who keeps it (người lập sổ).
    pub keeper: Option<String>,
}

/// One dossier in the register. Personal data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegisterRow {
    /// Dossier code (mã hồ sơ).
    pub dossier_code: String,
    /// The procedure (tên thủ tục hành chính).
    pub procedure_name: String,
    /// How many sets (số lượng hồ sơ, bộ).
    pub sets: Option<u32>,
    /// Whose it is (tên cá nhân, tổ chức).
    pub applicant_name: String,
    /// Address and telephone (địa chỉ, số điện thoại).
    pub contact: Option<String>,
    /// Who is in charge (cơ quan chủ trì giải quyết).
    pub lead_agency: String,
    /// Received (nhận hồ sơ).
    pub received_at: Option<DateTime<Utc>>,
    /// Due (hẹn trả kết quả).
    pub due_at: Option<DateTime<Utc>>,
    /// Sent to the competent agency (chuyển hồ sơ đến cơ quan giải quyết).
    pub sent_at: Option<DateTime<Utc>>,
    /// Result received from it (nhận kết quả từ cơ quan giải quyết).
    pub result_received_at: Option<DateTime<Utc>>,
    /// Result handed over (trả kết quả).
    pub returned_at: Option<DateTime<Utc>>,
    /// How it was handed over (phương thức nhận kết quả).
    pub return_method: Option<ReturnMethod>,
    /// Who signed for it, where that is recorded (ký nhận).
    pub signed_by: Option<String>,
    /// Remarks (ghi chú).
    pub note: Option<String>,
}

impl Register {
    pub(crate) fn body(&self) -> Body {
        let mut table = Table::new("", Self::heads());
        for (at, row) in self.rows.iter().enumerate() {
            table.row(&[
                (at + 1).to_string(),
                row.dossier_code.clone(),
                row.procedure_name.clone(),
                words::count(row.sets),
                row.applicant_name.clone(),
                row.contact.clone().unwrap_or_default(),
                row.lead_agency.clone(),
                words::short_day(row.received_at),
                words::short_day(row.due_at),
                words::short_day(row.sent_at),
                words::short_day(row.result_received_at),
                words::short_day(row.returned_at),
                row.return_method.map(|method| method.words().to_owned()).unwrap_or_default(),
                row.signed_by.clone().unwrap_or_default(),
                row.note.clone().unwrap_or_default(),
            ]);
        }
        let signatures = vec![Signature::by_hand("NGƯỜI LẬP SỔ", self.keeper.as_deref())];
        Body { subtitle: Some(self.period()), blocks: vec![table.block()], signatures }
    }

    fn heads() -> Vec<Head> {
        let days = vec![
            Column::centred("Nhận hồ sơ", 21),
            Column::centred("Hẹn trả kết quả", 21),
            Column::centred("Chuyển đến cơ quan giải quyết", 21),
            Column::centred("Nhận kết quả từ cơ quan giải quyết", 21),
        ];
        let handing_over =
            vec![Column::centred("Ngày, tháng, năm", 21), Column::text("Phương thức", 19), Column::text("Ký nhận", 15)];
        vec![
            Head::centred("STT", 11),
            Head::text("Mã hồ sơ", 25),
            Head::text("Tên thủ tục hành chính", 30),
            Head::centred("Số bộ", 8),
            Head::text("Tên cá nhân, tổ chức", 24),
            Head::text("Địa chỉ, số điện thoại", 25),
            Head::text("Cơ quan chủ trì giải quyết", 22),
            Head::group("Ngày, tháng, năm", days),
            Head::group("Trả kết quả", handing_over),
            Head::text("Ghi chú", 14),
        ]
    }

    fn period(&self) -> String {
        let book = self.book.as_deref().unwrap_or(words::DOTS);
        format!("Quyển số {book}, từ {} đến {}", words::day(self.from), words::day(self.to))
    }
}
