//! The slow recount (đếm lại từ đầu): random histories of a province are told to the service, and what it answers is held
//! against a count by plain code that shares no rule with it; and Decision 766 against a computation in Python.
//!
//! `MOTCUA_TEST_SEED` names another history, `MOTCUA_TEST_SIZE=full` tells 20,000 events instead of 2,000.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a surprise is the failure of the test that meets it"
)]

mod asking;
mod decision766;
mod dice;
mod history;
mod plain;
mod random;
mod waiting;

#[path = "../kpi/neighbour.rs"]
#[allow(dead_code, reason = "shared with the tests of `kpi`, which use more of it")]
mod neighbour;
#[path = "../kpi/province.rs"]
#[allow(dead_code, reason = "shared with the tests of `kpi`, which use more of it")]
mod province;
#[path = "../kpi/setting.rs"]
#[allow(dead_code, reason = "shared with the tests of `kpi`, which use more of it")]
mod setting;
#[path = "../kpi/taking.rs"]
#[allow(dead_code, reason = "shared with the tests of `kpi`, which use more of it")]
mod taking;
