//! The marks of a document: urgency (mức độ khẩn), circulation (dấu chỉ dẫn phạm vi lưu hành) and secrecy (dấu chỉ độ
//! mật), as Decree 30/2020/NĐ-CP, Annex I, II.9 has them.
//!
//! State secrets never enter a system on a network (Decision 28/2018/QĐ-TTg, Article 1.2): a secrecy mark is refused at
//! every entrance, and the attempt is logged without content.

use motcua_kernel::{Actor, Error, FieldError, Kind, Result, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How urgent a document is (mức độ khẩn).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// No mark.
    #[default]
    Normal,
    /// KHẨN.
    Urgent,
    /// THƯỢNG KHẨN.
    VeryUrgent,
    /// HỎA TỐC.
    Express,
}

/// Who may keep a document, and how long (dấu chỉ dẫn phạm vi lưu hành).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CirculationMark {
    /// XEM XONG TRẢ LẠI: to be given back when read.
    ReturnAfterReading,
    /// LƯU HÀNH NỘI BỘ: for the agency alone.
    InternalOnly,
}

/// A secrecy mark (dấu chỉ độ mật).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecrecyMark {
    /// No mark.
    None,
    /// MẬT.
    Confidential,
    /// TỐI MẬT.
    Secret,
    /// TUYỆT MẬT.
    TopSecret,
}

/// Refuses every secrecy mark, before anything else of a request is looked at.
///
/// # Errors
/// `document.secret_refused`.
pub(crate) fn refuse_secret(mark: Option<SecrecyMark>) -> Result<()> {
    if mark.is_none_or(|mark| mark == SecrecyMark::None) {
        return Ok(());
    }
    let text = || {
        Text::new(
            "Hệ thống kết nối mạng không tiếp nhận văn bản mang dấu mật.",
            "A system on a network takes no document with a secrecy mark.",
        )
    };
    let mut error = Error::new(Kind::Invalid, "document.secret_refused", text().vi, text().en);
    error.fields = vec![FieldError::new("/secrecy", "document.secret_refused", text())];
    Err(error)
}

/// Notes an attempt to bring in a secret, without a word of what was sent.
pub(crate) fn note_secret(actor: &Actor, error: &Error) {
    if error.code == "document.secret_refused" {
        metrics::counter!("documents_secret_refused_total").increment(1);
        tracing::warn!(target: "security", actor = actor.reference(), "a document with a secrecy mark was refused");
    }
}
