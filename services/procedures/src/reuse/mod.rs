//! Re-use (tái sử dụng) of what a person handed in or was given before.
//!
//! Decree 118/2025/NĐ-CP and Circular 01/2023/TT-VPCP: nobody hands in again what the administration has. Offered are the
//! files of earlier dossiers of the same person that are a component of the procedure: handed in as the same component,
//! or being the paper the component asks for, by its code (`MaKetQuaThayThe`), handed in before or given as a result. A
//! file that is re-used is linked, not copied, and names the dossier it comes from.

pub mod http;
mod ops;
mod rules;
mod sources;
mod store;
pub mod view;

pub(crate) use http::{list_reusable_components, search_reusable_components};
pub(crate) use sources::{Whose, source_fault};
