//! The papers of a hand-over: what is wrong with a list of them, how they are kept, and who has them.

use std::collections::{BTreeMap, BTreeSet};

use motcua_db::{Conn, TxResult};
use motcua_kernel::text::is_one_line;
use motcua_kernel::{Error, FieldError, Result, Text, Uuid};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::access::{Seen, all_answer_now};
use super::rules::{Counts, Ledger, PaperKey};
use super::store::HandoverRow;
use super::view::{HandedPaper, PaperDifference};
use crate::catalogue::content::VersionContent;
use crate::dossiers::Dossiers;

/// The most papers of one hand-over.
pub(super) const MOST: usize = 100;
/// The most of one paper.
const MOST_OF_ONE: u32 = 1_000;

/// Everything wrong with what is to be handed over.
pub(super) fn faults(content: &VersionContent, papers: &[HandedPaper]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if papers.is_empty() || papers.len() > MOST {
        let text = Text::new("Cần từ 1 đến 100 loại giấy tờ.", "1 to 100 papers are required.");
        faults.push(FieldError::new("/papers", "length", text));
    }
    let mut seen = BTreeSet::new();
    for (at, paper) in papers.iter().enumerate().take(MOST) {
        let pointer = format!("/papers/{at}");
        faults.extend(named(content, &pointer, paper.key(), &mut seen));
        let counts = paper.counts();
        if counts.is_none() || counts.originals > MOST_OF_ONE || counts.copies > MOST_OF_ONE {
            let text =
                Text::new("Cần từ 1 đến 1.000 bản chính hoặc bản sao.", "1 to 1,000 originals or copies are required.");
            faults.push(FieldError::new(pointer, "paper.count", text));
        }
    }
    faults
}

/// Everything wrong with what is said to differ.
pub(super) fn difference_faults(
    content: &VersionContent,
    given: &[HandedPaper],
    differences: &[PaperDifference],
) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if differences.len() > MOST {
        let text = Text::new("Nhiều nhất 100 chỗ khác.", "At most 100 differences.");
        faults.push(FieldError::new("/differences", "length", text));
    }
    let mut seen = BTreeSet::new();
    for (at, difference) in differences.iter().enumerate().take(MOST) {
        let pointer = format!("/differences/{at}");
        let key = difference.key();
        let handed = given.iter().find(|paper| key.is_some() && paper.key() == key).map(HandedPaper::counts);
        faults.extend(named(content, &pointer, key, &mut seen));
        if !handed.unwrap_or_default().covers(difference.missing) {
            let text =
                Text::new("Không thể thiếu nhiều hơn số đã giao.", "No more can be missing than was handed over.");
            faults.push(FieldError::new(format!("{pointer}/missing"), "paper.missing_more", text));
        }
        let extra = difference.extra;
        if difference.missing.is_none() && extra.is_none() || extra.originals.max(extra.copies) > MOST_OF_ONE {
            let text = Text::new(
                "Cần số bản thiếu hoặc số bản thừa, nhiều nhất 1.000.",
                "What is missing or beyond is required, at most 1,000.",
            );
            faults.push(FieldError::new(pointer.clone(), "paper.count", text));
        }
        if !is_one_line(&difference.reason) || difference.reason.chars().count() > 500 {
            let text = Text::new("Lý do có từ 1 đến 500 ký tự.", "A reason has 1 to 500 characters.");
            faults.push(FieldError::new(format!("{pointer}/reason"), "text.one_line", text));
        }
    }
    faults
}

fn named(
    content: &VersionContent,
    pointer: &str,
    key: Option<PaperKey>,
    seen: &mut BTreeSet<PaperKey>,
) -> Option<FieldError> {
    let Some(key) = key else {
        let text = Text::new(
            "Cần đúng một trong component, result, name để chỉ giấy tờ.",
            "Exactly one of component, result and name says which paper it is.",
        );
        return Some(FieldError::new(pointer, "paper.which", text));
    };
    let fault = match &key {
        PaperKey::Component(code) if !content.components.iter().any(|component| component.code == *code) => {
            let text = Text::new("Thủ tục không có thành phần này.", "The procedure has no such component.");
            Some(FieldError::new(format!("{pointer}/component"), "component.unknown", text))
        }
        PaperKey::Result(code) if !content.results.iter().any(|result| result.code == *code) => {
            let text = Text::new("Thủ tục không có kết quả này.", "The procedure has no such result.");
            Some(FieldError::new(format!("{pointer}/result"), "result.unknown", text))
        }
        PaperKey::Named(name) if !is_one_line(name) || name.chars().count() > 200 => {
            let text = Text::new("Tên giấy tờ có từ 1 đến 200 ký tự.", "A name has 1 to 200 characters.");
            Some(FieldError::new(format!("{pointer}/name"), "text.one_line", text))
        }
        _ => None,
    };
    if !seen.insert(key) {
        let text = Text::new("Mỗi giấy tờ chỉ nêu một lần.", "Each paper stands once.");
        return Some(FieldError::new(pointer, "repeated", text));
    }
    fault
}

/// A sealed part of a hand-over.
pub(super) fn seal(room: &Dossiers, what: &str, id: Uuid, value: &impl Serialize) -> Result<Vec<u8>> {
    let plain = serde_json::to_vec(value).map_err(Error::internal)?;
    room.db.vault.seal(&format!("handovers.{what}:{id}"), &plain)
}

/// What [`seal`] has sealed.
pub(super) fn open<T: DeserializeOwned>(room: &Dossiers, what: &str, id: Uuid, sealed: &[u8]) -> Result<T> {
    let plain = room.db.vault.open(&format!("handovers.{what}:{id}"), sealed)?;
    serde_json::from_slice(&plain).map_err(Error::internal)
}

/// The papers of a hand-over.
pub(super) fn handed(room: &Dossiers, row: &HandoverRow) -> Result<Vec<HandedPaper>> {
    open(room, "papers", row.id.0, &row.papers)
}

/// Where what arrived of it differs.
pub(super) fn differences(room: &Dossiers, row: &HandoverRow) -> Result<Vec<PaperDifference>> {
    let sealed = row.differences.as_deref();
    Ok(sealed.map(|sealed| open(room, "differences", row.id.0, sealed)).transpose()?.unwrap_or_default())
}

/// Who has which papers of a dossier, by all its hand-overs, each agency as who answers for it now.
pub(super) fn ledger(conn: &mut Conn, room: &Dossiers, seen: &Seen) -> TxResult<Ledger> {
    let mut ledger = Ledger::default();
    let now = all_answer_now(conn, room, seen)?;
    let answers = |agency: Uuid| now.get(&agency).copied().unwrap_or(agency);
    for row in &seen.handovers {
        let (from, to) = (answers(row.from_agency_id.0), answers(row.to_agency_id.0));
        for paper in handed(room, row)? {
            let key = paper.key().ok_or_else(|| Error::internal(format!("hand-over {}: a paper", row.id.0)))?;
            ledger.give(row.number, from, to, &key, paper.counts());
        }
        if row.received_at.is_some() {
            let differences: BTreeMap<PaperKey, (Counts, Counts)> = differences(room, row)?
                .into_iter()
                .filter_map(|one| one.key().map(|key| (key, (one.missing, one.extra))))
                .collect();
            ledger.receive(row.number, &differences);
        }
    }
    Ok(ledger)
}
