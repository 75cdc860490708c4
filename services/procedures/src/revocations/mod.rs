//! Results that are revoked (thu hồi kết quả giải quyết thủ tục hành chính): the paper was given and stands no longer.
//!
//! The dossier keeps its state, because it was decided and handed over as recorded; its result says that it was revoked,
//! by which decision and law, and is offered to nobody for re-use any more.

pub mod http;
mod ops;

pub(crate) use http::revoke_result;
