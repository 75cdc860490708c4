//! Signing a draft: by whose authority, which version, which file.

use chrono::NaiveDate;
use motcua_agencies::open_agency;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Failure, TxResult};
use motcua_files::require_uploaded_by;
use motcua_kernel::{BusinessTime, Error, Uuid, new_id};

use super::Drafts;
use super::access::Viewer;
use super::store::{self, DraftRow, SignatureRow};
use super::transition::UnderWay;
use super::view::CreateDraftTransition;
use crate::signing::{self, Held};

/// "At once" (Article 18) for what is urgent, in working hours: the law gives no figure.
const AT_ONCE_HOURS: u32 = 1;

/// The authority by which the caller signs a draft on a day.
///
/// # Errors
/// `signing.no_authority`, `signing.type_not_covered`, `signing.authority_not_begun`, `signing.authority_ended`.
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
    let held = signing::held_by(tx, viewer.tenant, row.responsible_agency_id.0, officer)?;
    Ok(signing::choose(&held, *authority_id, &row.document_type, today)?.clone())
}

impl Drafts {
    /// Signs a draft.
    pub(super) fn sign(&self, tx: &mut Conn, of: &mut UnderWay<'_>, step: &CreateDraftTransition) -> TxResult<()> {
        let CreateDraftTransition::Sign { file_id, .. } = step else {
            return Err(Error::internal("a draft was signed by what is no signature").into());
        };
        let (tenant, at) = (of.actor.tenant, of.stamp.occurred);
        let today = at.day_in_vietnam();
        let held = require_authority(tx, of.viewer, of.row, step, today)?;
        let agency = open_agency(tx, tenant, &of.row.responsible_agency_id.0.to_string(), today)?;
        let (_, files) = store::revisions(tx, of.row, Some(of.row.revision))?;
        let (file, sha256) = match file_id {
            Some(file) => {
                let file = require_uploaded_by(tx, &self.db.vault, of.actor, *file, "/file_id")?;
                (Id(file.id), file.sha256)
            }
            None => {
                let text = files.into_iter().find(|file| file.position == 0);
                let text = text.ok_or_else(|| Error::internal(format!("draft {} has no text", of.row.id.0)))?;
                (text.file_id, text.sha256)
            }
        };
        let next_day = self.deadline(tx, tenant, agency.id, at, false)?;
        let issue =
            if of.row.urgency == "normal" { next_day.clone() } else { self.deadline(tx, tenant, agency.id, at, true)? };
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
            number_due_at: next_day,
            issue_due_at: issue,
            numbered_at: None,
            issued_at: None,
            signature: None,
        };
        of.row.signature_id = Some(row.id.clone());
        store::insert_signature(tx, &row)
    }

    /// By when what is signed now should have its number and be issued: the end of the next working day, or at once. Where
    /// the calendar of those days is not decreed yet there is no deadline, and still a signature.
    fn deadline(
        &self,
        tx: &mut Conn,
        tenant: Uuid,
        agency: Uuid,
        from: BusinessTime,
        at_once: bool,
    ) -> TxResult<Option<At>> {
        let due = if at_once {
            self.working_days.due_in_hours(tx, tenant, agency, from, AT_ONCE_HOURS)
        } else {
            self.working_days.due(tx, tenant, agency, from, 1)
        };
        match due {
            Ok(due) => Ok(Some(due.into())),
            Err(Failure::Refused(error)) if error.code.starts_with("clock.") => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}
