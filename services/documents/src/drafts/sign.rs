//! Signing a draft: by whose authority, which version, which file.

use chrono::NaiveDate;
use motcua_agencies::open_agency;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_files::require_uploaded_by;
use motcua_kernel::{Error, new_id};

use super::Drafts;
use super::access::Viewer;
use super::read::from_word;
use super::store::{self, DraftRow, SignatureRow};
use super::transition::UnderWay;
use super::view::CreateDraftTransition;
use crate::marks::Urgency;
use crate::signing::{self, Held};

/// The authority by which the caller signs a draft on a day.
///
/// # Errors
/// `signing.no_authority`, `signing.type_not_covered`, `signing.giver_left`, `signing.authority_not_begun`,
/// `signing.authority_ended`.
pub(super) fn require_authority(
    tx: &mut Conn,
    viewer: &Viewer,
    row: &DraftRow,
    step: &CreateDraftTransition,
    today: NaiveDate,
) -> TxResult<Held> {
    let CreateDraftTransition::Sign { authority_id, .. } = step else {
        return Err(Error::internal("an authority was asked for what is no signature").into());
    };
    let officer = viewer.officer.ok_or_else(Error::not_found)?;
    let held = signing::held_by(tx, viewer.tenant, row.responsible_agency_id.0, officer, today)?;
    Ok(signing::choose(&held, *authority_id, &row.document_type, today)?.clone())
}

impl Drafts {
    /// Signs a draft; says whether what was signed is another file than what was checked. What is signed on paper comes back
    /// as a scan, which no machine can compare with the text: it is taken, and shown to everybody who goes on with it.
    pub(super) fn sign(&self, tx: &mut Conn, of: &mut UnderWay<'_>, step: &CreateDraftTransition) -> TxResult<bool> {
        let CreateDraftTransition::Sign { file_id, .. } = step else {
            return Err(Error::internal("a draft was signed by what is no signature").into());
        };
        let (tenant, at) = (of.actor.tenant, of.stamp.occurred);
        let today = at.day_in_vietnam();
        let held = require_authority(tx, of.viewer, of.row, step, today)?;
        let agency = open_agency(tx, tenant, &of.row.responsible_agency_id.0.to_string(), today)?;
        let checked = store::checked_file(tx, of.row, of.row.revision)?;
        let (file, sha256) = if let Some(file) = file_id {
            let file = require_uploaded_by(tx, &self.db.vault, of.actor, *file, "/file_id")?;
            (Id(file.id), file.sha256)
        } else {
            (checked.file_id, checked.sha256.clone())
        };
        let another = sha256 != checked.sha256;
        // The number by the end of the next working day; the issue by then, or at once (Articles 15.3, 18).
        let urgency: Urgency = from_word(&of.row.urgency)?;
        let number_due = self.working_days.by_urgency(tx, tenant, agency.id, at, Urgency::Normal)?;
        let issue_due = self.working_days.by_urgency(tx, tenant, agency.id, at, urgency)?;
        let row = SignatureRow {
            tenant_id: of.row.tenant_id.clone(),
            id: Id(new_id()),
            draft_id: of.row.id.clone(),
            revision: of.row.revision,
            agency_id: Id(agency.id),
            authority_id: Id(held.id),
            officer_id: Id(of.viewer.officer.ok_or_else(Error::not_found)?),
            capacity: held.capacity.as_str().to_owned(),
            prefix: held.prefix,
            position: held.position,
            file_id: file,
            file_sha256: sha256,
            signed_by: of.stamp.actor().to_owned(),
            signed_at: at.into(),
            number_due_at: number_due.map(Into::into),
            issue_due_at: issue_due.map(Into::into),
            numbered_at: None,
            issued_at: None,
            signature: None,
        };
        of.row.signature_id = Some(row.id.clone());
        store::insert_signature(tx, &row)?;
        Ok(another)
    }
}
