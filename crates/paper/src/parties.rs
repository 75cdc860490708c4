//! Who and what nearly every form names: the applicant, the matter, and who signs for the agency.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::sheet::{Block, Signature, printable};
use crate::words;

/// Who a form is made out to (cá nhân, tổ chức nộp hồ sơ). Personal data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormApplicant)]
pub struct Applicant {
    /// Full name (họ tên hoặc tên tổ chức).
    #[schema(example = "Nguyễn Thị Hồng Hạnh")]
    pub name: String,
    /// Personal identification number or tax code (số định danh cá nhân/CCCD hoặc mã số thuế).
    pub identity_number: Option<String>,
    /// Address (địa chỉ).
    pub address: Option<String>,
    /// Telephone number (số điện thoại).
    pub phone: Option<String>,
    /// E-mail address (thư điện tử).
    pub email: Option<String>,
}

/// The dossier and the procedure that a form is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Matter {
    /// Dossier code (mã hồ sơ); a dossier refused before receipt has none.
    #[schema(example = "H50.12-261121-0001")]
    pub dossier_code: Option<String>,
    /// The procedure (tên thủ tục hành chính).
    pub procedure_name: String,
    /// Its code (mã thủ tục).
    #[schema(example = "1.014466")]
    pub procedure_code: Option<String>,
    /// What is asked for, where that is more than the procedure's name (nội dung yêu cầu giải quyết).
    pub request: Option<String>,
}

/// Who signs for the agency (người có thẩm quyền ký).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signer {
    /// By whose authority, where not by the signer's own (thẩm quyền ký: TM., KT., TL., TUQ., Q.): Decree 30/2020/NĐ-CP, article 13.
    #[schema(example = "KT. GIÁM ĐỐC")]
    pub authority: Option<String>,
    /// Position (chức vụ).
    #[schema(example = "PHÓ GIÁM ĐỐC")]
    pub position: Option<String>,
    /// Full name (họ tên).
    pub name: Option<String>,
}

impl Applicant {
    /// The lines that name the applicant, under the label a form has for the name.
    pub(crate) fn lines(&self, label: &str) -> Vec<Block> {
        let mut lines = vec![Block::strong(label, Some(&self.name))];
        if self.identity_number.is_some() {
            lines.push(Block::field("Số định danh cá nhân/Mã số thuế", self.identity_number.as_deref()));
        }
        lines.push(Block::field("Địa chỉ", self.address.as_deref()));
        lines.push(Block::beside(&[("Số điện thoại", self.phone.as_deref()), ("Thư điện tử", self.email.as_deref())]));
        lines
    }
}

impl Matter {
    /// The line under the title.
    pub(crate) fn code_line(&self) -> String {
        format!("Mã hồ sơ: {}", words::or_dots(self.dossier_code.as_deref()))
    }

    /// What is asked for: in the applicant's words, or else by the name and code of the procedure.
    pub(crate) fn asked(&self) -> String {
        if let Some(request) = &self.request {
            return request.clone();
        }
        match &self.procedure_code {
            Some(code) => format!("{} (mã thủ tục {code})", self.procedure_name),
            None => self.procedure_name.clone(),
        }
    }

    /// The line that says it.
    pub(crate) fn line(&self) -> Block {
        Block::field("Nội dung yêu cầu giải quyết", Some(&self.asked()))
    }
}

impl Signer {
    /// The place to sign; without a position the head of the agency signs.
    pub(crate) fn signature(&self) -> Signature {
        let mut capacity: Vec<String> = [&self.authority, &self.position]
            .into_iter()
            .flatten()
            .map(|line| printable(&line.to_uppercase()))
            .collect();
        if capacity.is_empty() {
            capacity.push("THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ".to_owned());
        }
        Signature {
            capacity, hint: "(Ký, ghi rõ họ tên và đóng dấu)", name: self.name.as_deref().map(printable)
        }
    }
}
