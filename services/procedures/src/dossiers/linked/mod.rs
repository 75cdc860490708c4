//! Inter-linked dossiers (hồ sơ liên thông): what one application brings about at other agencies.
//!
//! A procedure version can have linked steps. Once its dossier is received, or its result is issued, each step whose
//! predecessors have ended with a result starts an ordinary dossier of the linked procedure: same applicant, same
//! channel, pinned to the version of the day, with a code, a term and agencies of its own. Starting is part of the
//! transaction that allows it, so nothing is lost or doubled wherever the service is killed; a link is unique by first
//! dossier and step besides. A step whose dossier can't be made (its form can't be filled, its procedure is suspended)
//! is not lost either: it is `failed` with its faults, the desk and the processor are told, and they start it again when
//! the cause is gone, with a form of their own if need be; or the approver gives it up, for a reason and by a law, so that
//! the first dossier is not held up for ever.
//!
//! A dossier that ends tells the first one in its own transaction: its result is a file of the first dossier from then
//! on, and steps that waited for it start. Steps after one that ended without a result are skipped. The end of a linked
//! dossier never ends the first; a step that `must_end_before` the approval or the return holds it up. Who withdraws the
//! first dossier withdraws the linked ones that are not decided yet.
//!
//! Decree 63/2024/NĐ-CP, article 7.4, has two clocks. The receiving agency acknowledges within 2 working hours, by
//! receiving, refusing or asking for a correction: a timer of the linked dossier (`timers`). Systems know of an end
//! within 10 minutes: here that clock can't pass, because both dossiers stand in one database and the end is told in the
//! transaction that makes it; there is no moment in which one side knows and the other does not.

pub mod facts;
pub mod http;
pub mod rules;
pub mod view;

mod end;
mod mend;
mod start;

pub(crate) mod store;

pub(crate) use end::{give_up, tell_parent, withdraw_children};
pub(crate) use start::{advance, begin};
pub(crate) use view::{linked_of, parent_of};

use motcua_kernel::Error;

use super::facts::DossierFacts;
use crate::catalogue::content::VersionContent;

/// Refuses a step of the first dossier while a linked one that must have ended before is open.
///
/// # Errors
/// `dossier.linked_open` with what is open.
pub(super) fn require_ended(content: &VersionContent, facts: &DossierFacts, gate: &str) -> motcua_kernel::Result<()> {
    let open = rules::open_before(&content.linked, &facts.linked, gate);
    if open.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = open.iter().map(|(step, _)| step.name.as_str()).collect();
    let listed = names.join(", ");
    let mut laws: Vec<&str> = open.iter().map(|(step, _)| step.legal_basis.as_str()).collect();
    laws.dedup();
    let laws = laws.join("; ");
    let told: Vec<serde_json::Value> = open
        .iter()
        .map(|(step, fact)| {
            serde_json::json!({
                "code": step.code, "name": step.name, "status": fact.status, "dossier_id": fact.dossier_id,
            })
        })
        .collect();
    Err(Error::conflict(
        "dossier.linked_open",
        format!("Còn thủ tục liên thông phải kết thúc trước bước này: {listed}."),
        format!("Linked procedures must have ended before this step: {listed}."),
    )
    .with("open", told)
    .with("legal_basis", laws))
}
