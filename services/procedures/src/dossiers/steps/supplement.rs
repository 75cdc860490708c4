//! What the applicant is asked to add, and what they add.

use motcua_clock::WaitKind;
use motcua_db::{Conn, TxResult};
use motcua_journal::EventKind;
use motcua_kernel::{Error, FieldError, Text};
use serde_json::Value;

use super::Step;
use crate::dossiers::attachments;
use crate::dossiers::context;
use crate::dossiers::facts;
use crate::dossiers::rules::{Party, State};
use crate::dossiers::step::SupplementItem;
use crate::dossiers::view::{DossierFile, SupplementRequest};
use crate::dossiers::{store, timeline};
use crate::lookups;
use crate::reuse::Whose;

/// One request for all that is missing, unless the procedure's own text has more.
const ONE_REQUEST: &str = "Nghị quyết 66.7/2025/NQ-CP";

impl Step<'_> {
    /// Before receipt the clock has not started, so a request then makes no wait, and it is not the clock that counts it.
    pub(super) fn request_supplement(
        &mut self,
        tx: &mut Conn,
        before: State,
        items: &[SupplementItem],
        legal_basis: &str,
        contact: Option<&str>,
    ) -> TxResult<EventKind> {
        let version = self.room.catalogue.load_version(tx, self.row.tenant_id.0, self.row.version_id.0)?;
        if before == State::Submitted {
            let allowed = timeline::rule(&version.content, self.facts)?.supplements_allowed;
            if self.facts.supplements_requested >= allowed {
                return Err(used_up(allowed).into());
            }
        }
        let components = &version.content.components;
        let unknown: Vec<FieldError> = items
            .iter()
            .enumerate()
            .filter(|(_, item)| {
                item.component.as_ref().is_some_and(|code| !components.iter().any(|component| component.code == *code))
            })
            .map(|(at, _)| attachments::unknown_component(&format!("/items/{at}/component")))
            .collect();
        if !unknown.is_empty() {
            return Err(Error::invalid(unknown).into());
        }
        let party = if before == State::Submitted { Party::Receiving } else { Party::Competent };
        let request = SupplementRequest {
            asked_at: self.stamp.occurred.0,
            answered_at: None,
            number: Some(self.form_number(tx, party, "HDHS")?),
            agency_id: Some(self.agency(party)?),
            legal_basis: legal_basis.trim().to_owned(),
            contact: contact.map(|contact| contact.trim().to_owned()),
            items: items.to_vec(),
        };
        self.note(|remarks| remarks.supplements.push(request))?;
        self.facts.supplements_requested += 1;
        if before == State::Submitted {
            self.facts.correction_asked_at = Some(self.stamp.occurred.0);
        } else {
            self.begin_wait(WaitKind::Supplement, legal_basis)?;
        }
        Ok(facts::SUPPLEMENT_REQUESTED)
    }

    pub(super) fn supplement(
        &mut self,
        tx: &mut Conn,
        before: State,
        form: Option<&Value>,
        files: &[DossierFile],
    ) -> TxResult<EventKind> {
        let version = self.room.catalogue.load_version(tx, self.row.tenant_id.0, self.row.version_id.0)?;
        let whose = Whose { person: &self.row.owner_person, dossier: Some(self.row.id.0) };
        let mut faults = attachments::faults(tx, self.room, self.actor, &version.content, whose, files)?;
        faults.extend(attachments::held_faults(&store::files(tx, self.row.tenant_id.0, self.row.id.0)?, files));
        match (&version.content.form, form) {
            (Some(schema), Some(data)) => {
                faults.extend(self.room.forms.faults(self.row.version_id.0, schema, data)?);
            }
            (None, Some(_)) => faults.push(FieldError::new(
                "/form",
                "form.none",
                Text::new("Thủ tục không có biểu mẫu điện tử.", "The procedure has no electronic form."),
            )),
            (_, None) => {}
        }
        if !faults.is_empty() {
            return Err(Error::invalid(faults).into());
        }
        if let Some(form) = form {
            let plain = serde_json::to_vec(form).map_err(Error::internal)?;
            self.row.form = self.room.db.vault.seal(&context("form", self.row), &plain)?;
        }
        let (tenant, id) = (&self.row.tenant_id, &self.row.id);
        for row in attachments::rows(tenant, id, &version.content, files, self.stamp.occurred) {
            store::insert_file(tx, &row)?;
        }
        attachments::tell_anew(&mut self.facts.components, files);
        lookups::settle(self.facts, &lookups::of(tx, &self.room.db.vault, tenant.0, id.0)?);
        let now = self.stamp.occurred.0;
        self.note(|remarks| {
            if let Some(request) = remarks.supplements.last_mut() {
                request.answered_at = Some(now);
            }
        })?;
        if before == State::AwaitingSupplement {
            self.end_wait()?;
        } else {
            self.facts.corrected_at = Some(now);
        }
        Ok(facts::SUPPLEMENTED)
    }
}

/// All that is missing is asked for at once: a submission that goes back again and again is never received.
fn used_up(allowed: u32) -> Error {
    Error::conflict(
        "dossier.supplements_used_up",
        "Quy tắc của thủ tục không cho phép yêu cầu bổ sung thêm lần nữa trước khi tiếp nhận; hãy tiếp nhận hoặc từ chối.",
        "The rule of the procedure allows no further request before receipt; receive it or refuse it.",
    )
    .with("supplements_allowed", allowed)
    .with("legal_basis", ONE_REQUEST)
}
