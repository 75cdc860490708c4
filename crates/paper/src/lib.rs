//! The seven official forms of the one-stop mechanism (biểu mẫu của cơ chế một cửa, một cửa liên thông): what each of them
//! says as data, and the page that is printed from it.
//!
//! A [`Form`] goes over the API as JSON. [`Form::sheet`] puts its facts into the words and the order of the official paper, once for
//! every output: [`html`] here, the PDF in a crate of its own because a typesetter takes minutes to build. So the two can't
//! say different things, and a change of the circular is a change of one file.
//!
//! The forms are those of Circular 03/2025/TT-VPCP, Annex I, and the six of Circular 01/2018/TT-VPCP before it, which some
//! provinces still print ([`FormSet`]). The fields are those that the systems in use fill in; the exact layout of the annex of 2025
//! has not been seen, so the wording of 2018 stands where the two don't differ by name.

mod book;
pub mod control_slip;
pub mod extension;
pub mod form;
pub mod form_set;
mod html;
pub mod parties;
pub mod qr;
pub mod receipt;
pub mod refusal;
pub mod register;
mod report;
pub mod sheet;
pub mod stop_notice;
pub mod supplement_request;
mod words;
mod xlsx;

pub use book::Book;
pub use control_slip::{ControlSlip, Hop};
pub use extension::Extension;
pub use form::{Content, Form, Letterhead, Tracking};
pub use form_set::{FormCode, FormSet};
pub use html::{html, page};
pub use parties::{Applicant, Matter, Signer};
pub use receipt::{FeeItem, FeeKind, Paper, PaperKind, Receipt, ReturnMethod};
pub use refusal::Refusal;
pub use register::{Register, RegisterRow};
pub use report::Report;
pub use sheet::Sheet;
pub use stop_notice::StopNotice;
pub use supplement_request::{SupplementItem, SupplementRequest};
pub use xlsx::xlsx;
