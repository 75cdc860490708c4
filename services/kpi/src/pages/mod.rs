//! Pages (trang điều hành): the figures as people look at them, on a wall screen, at a desk and on a telephone.
//!
//! Three pages: the operations centre, an agency, an indicator. Each is one answer that needs nothing else: no script, no
//! font, no picture from elsewhere, so that it works without the internet and under a policy that forbids all of that.
//! What a page shows is a model ([`models`]); what it looks like is here, in Vietnamese and English, light, dark and on
//! paper. Charts are SVG made here ([`charts`]), each with its figures as a table. A page for anybody has sums alone: the
//! records behind a figure are drawn for callers with a token, whatever the model holds.

pub mod http;
pub mod models;
pub mod view;

mod agency;
mod beside;
mod charts;
mod frame;
mod indicator;
pub(crate) mod load;
pub(crate) mod numbers;
mod operations;
mod parts;
pub(crate) mod period_names;
mod records;
pub(crate) mod routes;
pub(crate) mod trend;
mod trouble;

pub use agency::agency_page;
pub use indicator::indicator_page;
pub(crate) use operations::brief;
pub use operations::operations_page;
