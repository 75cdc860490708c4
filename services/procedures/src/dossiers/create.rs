//! Submitting a dossier.

use std::sync::Arc;

use motcua_agencies::Named;
use motcua_db::sql::Json;
use motcua_db::{Conn, Failure, TxResult, is_unique_violation};
use motcua_journal::{Change, Moment, Stamp};
use motcua_kernel::text::is_one_line;
use motcua_kernel::{Actor, Answer, Error, FieldError, Idempotency, Result, Text};

use super::admission::{at_own_desk, by_rule, may_submit, receiving, supporting};
use super::linked::facts::ParentFact;
use super::read::progress;
use super::rules::Party;
use super::store::{self, DossierRow, FileRow, PartyRow, client_of};
use super::submission::{fees_owed, party_rows, rows, submitted_facts};
use super::timeline::settle;
use super::view::CreateDossier;
use super::{Dossiers, applicant, attachments, facts, to_json};
use crate::catalogue::Published;
use crate::reuse::Whose;
use crate::{lookups, payments, representatives};

/// Submits a dossier for whoever the caller may submit for.
///
/// # Errors
/// Every fault of the request at once; an unknown procedure; a closed agency, naming its successor.
pub(super) async fn create(
    room: &Dossiers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreateDossier,
) -> Result<Answer> {
    actor.require_scope("procedures:dossiers:submit")?;
    may_submit(&actor, &new)?;
    let own = room.clone();
    room.db.write_once("dossier_create", actor.tenant, key, move |tx| submit(tx, &own, &actor, &new)).await
}

fn submit(tx: &mut Conn, room: &Dossiers, actor: &Actor, new: &CreateDossier) -> TxResult<Answer> {
    let now = Moment::of(&room.db.clock);
    let today = now.occurred.day_in_vietnam();
    let client = client_of(actor, &room.db.vault);
    if let Some(reference) = &new.external_ref
        && let Some(existing) = store::by_external_ref(tx, actor.tenant, &client, reference)?
    {
        // Whose dossier it is, is told to those only who may see it.
        let visible = store::visible_among(tx, actor, &[existing])?;
        return Err(taken().with("existing_id", visible.first().map(ToString::to_string)).into());
    }
    let Some(published) = room.catalogue.published(tx, actor.tenant, &new.procedure, today)? else {
        return Err(unknown_procedure().into());
    };
    let faults = faults(tx, room, actor, new, &published, now)?;
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    let receiving = receiving(tx, actor.tenant, &new.receiving_agency, &published, today)?;
    let supporting = supporting(tx, actor, new, &receiving, today)?;
    let stamp = Stamp::of(&at_own_desk(tx, actor, &receiving, supporting.as_ref())?, now);
    let submitter = representatives::submitter_person(room, actor, new);
    let written = rows(room, actor.tenant, submitter, new, &published, client, &stamp)?;
    let entry = Entry { new, published: &published, receiving: &receiving, supporting, parent: None };
    let (row, _) = enter(tx, room, &stamp, entry, written).map_err(|failure| match failure {
        Failure::Database(error) if is_unique_violation(&error) => taken().into(),
        other => other,
    })?;
    let progress = progress(tx, room, actor, &row)?;
    Ok(Answer::created(format!("/v1/dossiers/{}", row.id.0), &progress)?.version(row.version))
}

/// What a dossier begins with, beside its row and its files.
pub(super) struct Entry<'a> {
    pub new: &'a CreateDossier,
    pub published: &'a Published,
    pub receiving: &'a Named,
    pub supporting: Option<Named>,
    /// The dossier that brings it about.
    pub parent: Option<ParentFact>,
}

/// Writes a new dossier with its agencies, files, fees and timers, and tells of it.
pub(super) fn enter(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    entry: Entry<'_>,
    (mut row, files): (DossierRow, Vec<FileRow>),
) -> TxResult<(DossierRow, Vec<PartyRow>)> {
    let Entry { new, published, receiving, supporting, parent } = entry;
    let (tenant, today) = (stamp.tenant, stamp.occurred.day_in_vietnam());
    let mut parties = vec![
        (Party::Receiving, receiving.clone()),
        (Party::Competent, by_rule(tx, tenant, published.content.competent.named(), receiving, today)?),
        (Party::Issuing, by_rule(tx, tenant, published.content.issuing.named(), receiving, today)?),
    ];
    parties.extend(supporting.map(|supporting| (Party::Supporting, supporting)));
    let fees = fees_owed(tx, &row, new, published, receiving)?;
    let mut facts = submitted_facts(&row, new, published, &parties, &fees)?;
    facts.parent = parent;
    lookups::keep(tx, room, stamp, row.id.0, &mut facts, &new.lookups)?;
    settle(tx, room, &mut row, &mut facts, stamp.occurred)?;
    row.facts = Json(to_json(&facts)?);
    let party_rows = party_rows(&row, &parties);
    store::insert(tx, row.clone(), &party_rows, &files)?;
    if let Some(representative) = &new.representative {
        representatives::insert(tx, &room.db.vault, tenant, row.id.0, representative)?;
    }
    payments::owe(tx, tenant, row.id.0, &fees, &row.submitted_at)?;
    let change = Change { kind: facts::SUBMITTED, subject: row.id.0, version: row.version, data: &row.facts.0 };
    room.journal.record(tx, stamp, &change)?;
    Ok((row, party_rows))
}

/// Everything wrong with the request that the caller can mend, at once.
fn faults(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    new: &CreateDossier,
    published: &Published,
    now: Moment,
) -> TxResult<Vec<FieldError>> {
    let mut faults = applicant::faults(&new.applicant);
    faults.extend(representatives::faults(tx, room, actor, new, now.occurred.day_in_vietnam())?);
    if new.external_ref.as_deref().is_some_and(|text| !is_one_line(text) || text.chars().count() > 100) {
        let text = Text::new(
            "Mã tham chiếu có từ 1 đến 100 ký tự, trên một dòng.",
            "A reference has 1 to 100 characters, on one line.",
        );
        faults.push(FieldError::new("/external_ref", "text.one_line", text));
    }
    faults.extend(content_faults(room, new, published)?);
    let person = room.db.vault.lookup("person", &new.applicant.identity_number);
    let whose = Whose { person: &person, dossier: None };
    faults.extend(attachments::faults(tx, room, actor, &published.content, whose, &new.files)?);
    faults.extend(lookups::faults(&published.content, &new.lookups, now.occurred.0));
    Ok(faults)
}

/// Everything wrong with channel and form for this version of the procedure.
pub(super) fn content_faults(room: &Dossiers, new: &CreateDossier, published: &Published) -> Result<Vec<FieldError>> {
    let mut faults = Vec::new();
    let content = &published.content;
    match content.channels.iter().find(|rule| rule.channel == new.channel) {
        None => faults.push(FieldError::new(
            "/channel",
            "channel.not_offered",
            Text::new("Thủ tục không nhận hồ sơ qua kênh này.", "The procedure is not offered on this channel."),
        )),
        Some(rule) if rule.term.is_none() => faults.push(FieldError::new(
            "/channel",
            "channel.no_term",
            Text::new(
                "Thủ tục chưa có thời hạn rõ ràng cho kênh này nên chưa nhận được hồ sơ.",
                "The procedure has no readable term for this channel, so no dossier can be taken.",
            ),
        )),
        Some(_) => {}
    }
    match (&content.form, &new.form) {
        (Some(schema), Some(data)) => faults.extend(room.forms.faults(published.version_id, schema, data)?),
        (Some(_), None) => faults.push(FieldError::new(
            "/form",
            "required",
            Text::new("Cần có dữ liệu biểu mẫu.", "The form's data is required."),
        )),
        (None, Some(_)) => faults.push(FieldError::new(
            "/form",
            "form.none",
            Text::new("Thủ tục không có biểu mẫu điện tử.", "The procedure has no electronic form."),
        )),
        (None, None) => {}
    }
    Ok(faults)
}

/// The error of a procedure that nobody offers.
pub(crate) fn unknown_procedure() -> Error {
    Error::invalid_field(
        "/procedure",
        "procedure.unknown",
        Text::new("Không có thủ tục này đang được công bố.", "There is no such published procedure."),
    )
}

fn taken() -> Error {
    Error::conflict(
        "dossier.external_ref_taken",
        "Mã tham chiếu này đã dùng cho một hồ sơ khác của bạn.",
        "You have used this reference for another dossier.",
    )
}
