//! Form 01, receipt and appointment (Giấy tiếp nhận hồ sơ và hẹn trả kết quả): given when a dossier is accepted; what the applicant
//! holds the administration to.

use chrono::{DateTime, Utc};
use motcua_kernel::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::parties::{Applicant, Matter};
use crate::sheet::{Block, Body, Head, Signature, Table};
use crate::words;

/// Receipt and appointment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// The desk that received it (bộ phận tiếp nhận và trả kết quả).
    pub receiving_unit: String,
    /// Whose dossier it is.
    pub applicant: Applicant,
    /// The dossier and its procedure.
    pub matter: Matter,
    /// The papers handed in (thành phần hồ sơ nộp).
    pub papers: Vec<Paper>,
    /// How many sets (số lượng hồ sơ, bộ).
    pub sets: Option<u32>,
    /// The term by the rules, in words (thời gian giải quyết theo quy định).
    #[schema(example = "05 ngày làm việc")]
    pub term: Option<String>,
    /// When it was received (thời gian nhận hồ sơ).
    pub received_at: Option<DateTime<Utc>>,
    /// When the result is due (thời gian trả kết quả).
    pub due_at: Option<DateTime<Utc>>,
    /// How the result is handed over (cách nhận kết quả).
    pub return_method: Option<ReturnMethod>,
    /// Where it is handed over (nơi nhận kết quả).
    pub return_place: Option<String>,
    /// Fees and charges (phí, lệ phí); an empty list prints none.
    pub fees: Vec<FeeItem>,
    /// The book of the register (quyển số).
    pub register_book: Option<String>,
    /// The row in the book (số thứ tự).
    pub register_row: Option<u32>,
    /// Who handed it in, where that is not the applicant (người nộp hồ sơ).
    pub submitter: Option<String>,
    /// Who received it (người tiếp nhận hồ sơ).
    pub receiver: Option<String>,
}

/// A paper of the dossier (giấy tờ).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Paper {
    /// Its name (tên giấy tờ).
    pub name: String,
    /// In what form it came.
    pub kind: PaperKind,
    /// How many (số lượng).
    pub quantity: u32,
}

/// In what form a paper came (loại bản).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// Original (bản chính).
    Original,
    /// Copy (bản sao).
    Copy,
    /// Electronic (bản điện tử).
    Electronic,
}

/// How a result is handed over (cách nhận kết quả).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReturnMethod {
    /// At the desk (trực tiếp).
    Counter,
    /// By public post (bưu chính công ích).
    Post,
    /// Electronically (trực tuyến).
    Online,
}

/// One fee or charge (khoản phí, lệ phí).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeeItem {
    /// What for (tên khoản thu).
    pub name: String,
    /// Fee or charge.
    pub kind: FeeKind,
    /// How much; zero where it is waived.
    pub amount: Money,
}

/// The two kinds that the law on fees and charges (Luật Phí và lệ phí) knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeeKind {
    /// Fee for a service (phí).
    Fee,
    /// Charge for an administrative act (lệ phí).
    Charge,
}

impl Receipt {
    pub(crate) fn body(&self) -> Body {
        let mut blocks = vec![Block::field("Bộ phận tiếp nhận và trả kết quả", Some(&self.receiving_unit))];
        blocks.extend(self.applicant.lines("Tiếp nhận hồ sơ của"));
        blocks.push(self.matter.line());
        blocks.push(self.papers_table());
        blocks.push(Block::beside(&[
            ("Số lượng hồ sơ (bộ)", Some(&words::count(self.sets))),
            ("Thời gian giải quyết theo quy định", self.term.as_deref()),
        ]));
        blocks.push(Block::field("Thời gian nhận hồ sơ", Some(&words::moment(self.received_at))));
        blocks.push(Block::strong("Thời gian trả kết quả", Some(&words::moment(self.due_at))));
        blocks.push(Block::field("Đăng ký nhận kết quả", self.return_line().as_deref()));
        blocks.extend(self.fee_blocks());
        blocks.push(Block::beside(&[
            ("Vào Sổ theo dõi hồ sơ, quyển số", self.register_book.as_deref()),
            ("Số thứ tự", Some(&words::count(self.register_row))),
        ]));
        let submitter = self.submitter.as_deref().unwrap_or(&self.applicant.name);
        let signatures = vec![
            Signature::by_hand("NGƯỜI NỘP HỒ SƠ", Some(submitter)),
            Signature::by_hand("NGƯỜI TIẾP NHẬN HỒ SƠ", self.receiver.as_deref()),
        ];
        Body { subtitle: Some(self.matter.code_line()), blocks, signatures }
    }

    fn papers_table(&self) -> Block {
        let heads = vec![
            Head::centred("STT", 8),
            Head::text("Tên giấy tờ", 58),
            Head::centred("Loại bản", 20),
            Head::centred("Số lượng", 14),
        ];
        let mut table = Table::new("Thành phần hồ sơ nộp gồm:", heads);
        for (at, paper) in self.papers.iter().enumerate() {
            let kind = paper.kind.words().to_owned();
            table.row(&[(at + 1).to_string(), paper.name.clone(), kind, paper.quantity.to_string()]);
        }
        table.block()
    }

    fn return_line(&self) -> Option<String> {
        let method = self.return_method.map(ReturnMethod::words);
        match (method, &self.return_place) {
            (Some(method), Some(place)) => Some(format!("{method}, {place}")),
            (Some(method), None) => Some(method.to_owned()),
            (None, place) => place.clone(),
        }
    }

    fn fee_blocks(&self) -> Vec<Block> {
        if self.fees.is_empty() {
            return vec![Block::field("Phí, lệ phí", Some("Không"))];
        }
        let heads = vec![
            Head::centred("STT", 8),
            Head::text("Khoản thu", 52),
            Head::centred("Loại", 14),
            Head::centred("Số tiền", 26),
        ];
        let mut table = Table::new("Phí, lệ phí:", heads);
        for (at, fee) in self.fees.iter().enumerate() {
            let kind = fee.kind.words().to_owned();
            table.row(&[(at + 1).to_string(), fee.name.clone(), kind, words::money(fee.amount)]);
        }
        let total = self.fees.iter().fold(0_i64, |sum, fee| sum.saturating_add(fee.amount.amount));
        table.row(&[String::new(), "Tổng số tiền".to_owned(), String::new(), words::money(Money::vnd(total))]);
        vec![table.block()]
    }
}

impl PaperKind {
    const fn words(self) -> &'static str {
        match self {
            Self::Original => "Bản chính",
            Self::Copy => "Bản sao",
            Self::Electronic => "Bản điện tử",
        }
    }
}

impl ReturnMethod {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Counter => "Trực tiếp",
            Self::Post => "Bưu chính công ích",
            Self::Online => "Trực tuyến",
        }
    }
}

impl FeeKind {
    const fn words(self) -> &'static str {
        match self {
            Self::Fee => "Phí",
            Self::Charge => "Lệ phí",
        }
    }
}
