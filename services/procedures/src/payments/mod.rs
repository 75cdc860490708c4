//! Fees, charges and financial duties (phí, lệ phí, nghĩa vụ tài chính) of dossiers, and what is paid for them.
//!
//! A dossier owes the fees of its channel from its submission; a financial duty adds obligations when it is asked for.
//! Money comes in attempts: each pays parts of one obligation or several, keeps them for itself while it is pending, and
//! counts only when it succeeds. Whoever moves money of a dossier waits for the others who do, so no đồng is paid twice
//! and none goes beyond what is owed. An attempt whose outcome nobody tells for a day (a setting) expires by itself: it never
//! counts as paid and keeps nothing any more. Money that comes after all is believed when it is still owed, as a late
//! success; when less than came is open by then it is refused by `payment.expired_and_paid`, because only what is owed can
//! be taken, and is to be given back. Nothing is paid back by itself, also when the licence is refused (Decree
//! 118/2025/NĐ-CP, article 24; the decree on inter-linked procedures, article 9): a refund is an act with a reason. When
//! all obligations of the duty that a dossier waits for are paid, the dossier goes on.

pub mod facts;
pub mod http;
pub mod rules;
pub mod view;

mod cashier;
mod duty;
mod expire;
mod owing;
mod pay;
mod read;
mod refund;
mod waive;

pub(crate) mod store;

pub(crate) use duty::{ask, paid_elsewhere};
pub(crate) use expire::worker as expiry_worker;
pub(crate) use owing::{owe, require_paid, still_due};
pub(crate) use read::visible_among;
