//! Look-ups in databases instead of papers (tra cứu cơ sở dữ liệu thay thế thành phần hồ sơ).
//!
//! Resolution 66.7/2025/NQ-CP: no paper is asked for whose data stand in a published database. A portal looks up as it
//! submits, an officer at the desk or while working; what is kept is which database was asked when, and what it said. The
//! newest look-up of a component counts: found, the component is not missing; not found or a mismatch, the paper is asked
//! for after all, and the citizen is told to have the database corrected.

mod http;
mod ops;
mod rules;
mod store;
pub mod view;

pub(crate) use http::{create_dossier_lookups, list_dossier_lookups};
pub(crate) use ops::keep;
pub(crate) use rules::{failed, faults, replaced, settle};
pub(crate) use store::of;
