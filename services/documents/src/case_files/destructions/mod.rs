//! Destroying case files whose retention has ended (tiêu hủy tài liệu hết thời hạn bảo quản).
//!
//! Somebody who keeps the agency's documents proposes a list; another person, who directs them, writes down the opinion of
//! the council and the decision; then it is done, and the protocol (biên bản) says so. `proposed` → `decided` → `done`, or
//! `refused`. What is kept for ever is never destroyed.
//!
//! What is known of a case file and of its documents stays (Decree 30/2020/NĐ-CP, Annex VI: metadata are kept). Documents
//! that came in or went out belong to their registers and stay as well; files that were uploaded into the case file alone
//! can't be opened any more, and who asks for one is told of the decision.

pub mod http;
mod ops;
mod read;
mod rules;
mod sheet;
mod store;

pub(super) use store::move_destructions;
