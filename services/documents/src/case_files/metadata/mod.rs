//! A case file and its documents in the fields of Decree 30/2020/NĐ-CP, Annex VI, Part II: what another system, or the
//! archive, takes over. Names are those of the annex, in the way the API writes names.
//!
//! Packages of the archive (SIP, Circular 05/2025/TT-BNV) are made of the same fields, and come with the archive's room.

pub mod http;
pub mod limits;
mod ops;
