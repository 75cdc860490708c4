//! From rows to what the API shows.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use motcua_agencies::{Named, names};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Result, Text, Uuid};

use super::rules::{AccessMode, allowed_actions};
use super::steps::hands;
use super::view::{CaseFile, CaseFileSummary, CaseFileWarning};
use crate::case_files::CaseFiles;
use crate::case_files::people::Officer;
use crate::case_files::store::CaseFileRow;
use crate::directory;

/// The longest notation, title and description that the forms of Annex VI hold: longer ones are kept, and warned about.
const ANNEX_VI_NOTATION: usize = 20;
const ANNEX_VI_TITLE: usize = 500;

struct Referred {
    agencies: BTreeMap<Uuid, Named>,
    officers: BTreeMap<Uuid, String>,
}

impl Referred {
    fn by(conn: &mut Conn, room: &CaseFiles, tenant: Uuid, rows: &[CaseFileRow], today: NaiveDate) -> TxResult<Self> {
        let agencies = rows.iter().flat_map(|row| {
            [Some(&row.written_agency_id), Some(&row.responsible_agency_id), row.archive_agency_id.as_ref()]
        });
        let mut agencies: Vec<Uuid> = agencies.flatten().map(|id| id.0).collect();
        agencies.sort_unstable();
        agencies.dedup();
        let officers: Vec<Uuid> = rows.iter().map(|row| row.creator_officer_id.0).collect();
        Ok(Self {
            agencies: names(conn, tenant, &agencies, today)?,
            officers: directory::names_of(conn, &room.db.vault, tenant, &officers)?,
        })
    }

    fn agency(&self, id: &Id) -> Result<Named> {
        let found = self.agencies.get(&id.0).cloned();
        found.ok_or_else(|| Error::internal(format!("the agency {} of a case file is gone", id.0)))
    }

    fn summary(&self, room: &CaseFiles, row: &CaseFileRow) -> Result<CaseFileSummary> {
        let officer = row.creator_officer_id.0;
        Ok(CaseFileSummary {
            id: row.id.0,
            code: row.code.clone(),
            agency: Named { code: row.written_code.clone(), ..self.agency(&row.written_agency_id)? },
            responsible_agency: self.agency(&row.responsible_agency_id)?,
            year: row.year,
            notation: row.notation.clone(),
            kind: row.kind()?,
            state: row.state()?,
            title: row.content(&room.db.vault)?.title,
            retention: row.retention().view(),
            creator: Officer { id: officer, name: self.officers.get(&officer).cloned() },
            started_on: row.started_on,
            ended_on: row.ended_on,
            document_total: row.document_total,
            page_total: row.page_total,
            hand_over_due_on: row.due_on,
            version: row.version,
        })
    }
}

/// Some case files for a list.
pub(in crate::case_files) fn summaries(
    conn: &mut Conn,
    room: &CaseFiles,
    tenant: Uuid,
    rows: &[CaseFileRow],
) -> TxResult<Vec<CaseFileSummary>> {
    let today = room.db.clock.business().day_in_vietnam();
    let referred = Referred::by(conn, room, tenant, rows, today)?;
    Ok(rows.iter().map(|row| referred.summary(room, row)).collect::<Result<_>>()?)
}

/// One case file, whole, for a caller: with personal data, whose reading the caller of this function notes.
pub(in crate::case_files) fn whole(
    conn: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    row: &CaseFileRow,
) -> TxResult<CaseFile> {
    let today = room.db.clock.business().day_in_vietnam();
    let referred = Referred::by(conn, room, row.tenant_id.0, std::slice::from_ref(row), today)?;
    let content = row.content(&room.db.vault)?;
    let summary = referred.summary(room, row)?;
    let archive = row.archive_agency_id.as_ref().map(|id| referred.agency(id)).transpose()?;
    let rights = AccessMode::from_word(&row.rights);
    let allowed = allowed_actions(row.state()?, &hands(conn, actor, row)?);
    Ok(CaseFile {
        warnings: warnings(&row.notation, &summary.title),
        summary,
        description: content.description,
        rights: rights.ok_or_else(|| Error::internal(format!("unknown rights {}", row.rights)))?,
        language: row.language.clone(),
        plan_entry_id: row.plan_entry_id.as_ref().map(|id| id.0),
        opened_at: row.opened_at.0,
        closed_at: row.closed_at.as_ref().map(|at| at.0),
        list_sha256: row.list_sha256.clone(),
        keep_back: row.keep_back()?,
        archive_agency: archive,
        hand_over_id: row.hand_over_id.as_ref().map(|id| id.0),
        destruction_id: row.destruction_id.as_ref().map(|id| id.0),
        allowed_actions: allowed,
    })
}

fn warnings(notation: &str, title: &str) -> Vec<CaseFileWarning> {
    let long = |text: &str, most: usize| text.chars().count() > most;
    let warning = |code, vi: &str, en: &str| CaseFileWarning { code, message: Text::new(vi, en) };
    let mut warnings = Vec::new();
    if long(notation, ANNEX_VI_NOTATION) {
        warnings.push(warning(
            "case_file.notation_long",
            "Ký hiệu hồ sơ dài hơn 20 ký tự của Phụ lục VI Nghị định 30/2020/NĐ-CP; bản xuất theo mẫu sẽ bị cắt.",
            "The notation is longer than the 20 characters of Decree 30/2020/NĐ-CP, Annex VI; its forms cut it.",
        ));
    }
    if long(title, ANNEX_VI_TITLE) {
        warnings.push(warning(
            "case_file.title_long",
            "Tiêu đề dài hơn 500 ký tự của Phụ lục VI Nghị định 30/2020/NĐ-CP; bản xuất theo mẫu sẽ bị cắt.",
            "The title is longer than the 500 characters of Decree 30/2020/NĐ-CP, Annex VI; its forms cut it.",
        ));
    }
    warnings
}
