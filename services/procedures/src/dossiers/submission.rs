//! What a submitted dossier is stored as, and the facts its first event tells.

use motcua_agencies::{Named, load_agency};
use motcua_db::sql::{Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_journal::Stamp;
use motcua_kernel::time::day_in_vietnam;
use motcua_kernel::{Error, Result, Uuid, new_id};
use rand::Rng;

use super::facts::{AgencyFact, AgencyFacts, DossierFacts, FeeFact, FeeFacts, ProcedureFacts};
use super::rules::{Party, State};
use super::store::{DossierRow, FileRow, PartyRow};
use super::view::{ApplicantKind, CreateDossier};
use super::{Dossiers, attachments, context};
use crate::catalogue::Published;
use crate::catalogue::content::Fee;
use crate::representatives;

pub(super) fn rows(
    room: &Dossiers,
    tenant: Uuid,
    submitter: Option<String>,
    new: &CreateDossier,
    published: &Published,
    client: String,
    stamp: &Stamp,
) -> Result<(DossierRow, Vec<FileRow>)> {
    let vault = &room.db.vault;
    let id = new_id();
    let mut row = DossierRow {
        tenant_id: Id(tenant),
        id: Id(id),
        tracking_reference: tracking_reference(),
        client,
        external_ref: new.external_ref.clone(),
        code: None,
        procedure_id: Id(published.procedure_id),
        version_id: Id(published.version_id),
        procedure_code: published.code.clone(),
        channel: new.channel.as_str().to_owned(),
        state: State::Submitted.as_str().to_owned(),
        submitted_at: stamp.occurred.into(),
        received_at: None,
        first_due_at: None,
        due_at: None,
        approved_at: None,
        finished_at: None,
        returned_at: None,
        ended_at: None,
        timeliness: None,
        act_by_at: None,
        assignee_id: None,
        applicant: Vec::new(),
        form: Vec::new(),
        remarks: None,
        owner_person: vault.lookup("person", &new.applicant.identity_number),
        submitter_person: submitter,
        facts: Json(serde_json::Value::Null),
        result: None,
        version: 1,
    };
    let applicant = serde_json::to_vec(&new.applicant).map_err(Error::internal)?;
    row.applicant = vault.seal(&context("applicant", &row), &applicant)?;
    // The whole form is sealed, not only the fields marked personal: what a person asks for is personal as well.
    let form = serde_json::to_vec(&new.form).map_err(Error::internal)?;
    row.form = vault.seal(&context("form", &row), &form)?;
    let content = &published.content;
    let mut files = attachments::rows(&row.tenant_id, &row.id, content, &new.files, stamp.occurred);
    let mandate = representatives::mandate_file(new);
    files.extend(mandate.map(|(file, origin)| FileRow::beside(&row.tenant_id, &row.id, file, origin)));
    Ok((row, files))
}

pub(super) fn party_rows(row: &DossierRow, parties: &[(Party, Named)]) -> Vec<PartyRow> {
    parties
        .iter()
        .map(|(party, agency)| PartyRow {
            tenant_id: row.tenant_id.clone(),
            dossier_id: row.id.clone(),
            role: party.as_str().to_owned(),
            written_agency_id: Id(agency.id),
            written_code: agency.code.clone(),
            responsible_agency_id: Id(agency.id),
        })
        .collect()
}

/// The fees a dossier owes: those of its channel on this day, at this desk or in the places it serves, for such an
/// applicant.
pub(super) fn fees_owed<'a>(
    tx: &mut Conn,
    row: &DossierRow,
    new: &CreateDossier,
    published: &'a Published,
    receiving: &Named,
) -> TxResult<Vec<&'a Fee>> {
    let rule = published.content.channels.iter().find(|rule| rule.channel == new.channel);
    let Some(rule) = rule.filter(|rule| !rule.fees.is_empty()) else { return Ok(Vec::new()) };
    let served = load_agency(tx, row.tenant_id.0, receiving.id)?.map(|agency| agency.units).unwrap_or_default();
    let places: Vec<&str> = std::iter::once(&receiving.code).chain(&served).map(String::as_str).collect();
    // As the catalogue writes its audiences.
    let applicant = match new.applicant.kind {
        ApplicantKind::Citizen => "citizen",
        ApplicantKind::Business => "enterprise",
        ApplicantKind::Organisation => "organisation",
    };
    Ok(rule.fees_for(day_in_vietnam(row.submitted_at.0), &places, applicant))
}

pub(super) fn submitted_facts(
    row: &DossierRow,
    new: &CreateDossier,
    published: &Published,
    parties: &[(Party, Named)],
    fees: &[&Fee],
) -> Result<DossierFacts> {
    let content = &published.content;
    let rule = content.channels.iter().find(|rule| rule.channel == new.channel);
    let fact_of = |fee: &&Fee| FeeFact {
        kind: fee.kind.clone(),
        amount: fee.amount,
        code: fee.code.clone(),
        paid: 0,
        paid_by: None,
    };
    let fact = |agency: &Named| AgencyFact {
        written_id: agency.id,
        written_code: agency.code.clone(),
        responsible_id: agency.id,
    };
    let found = |which: Party| parties.iter().find(|(party, _)| *party == which).map(|(_, agency)| fact(agency));
    let party = |which: Party| found(which).ok_or_else(|| Error::internal("a new dossier lacks a party"));
    Ok(DossierFacts {
        version: row.version,
        code: None,
        procedure: ProcedureFacts {
            id: published.procedure_id,
            version_id: published.version_id,
            code: published.code.clone(),
            name: content.name.clone(),
            field_code: content.field.code.clone(),
            field_name: content.field.name.clone(),
            levels: content.levels.clone(),
            returns_paper: !content.results.is_empty(),
        },
        agencies: AgencyFacts {
            receiving: party(Party::Receiving)?,
            competent: party(Party::Competent)?,
            issuing: party(Party::Issuing)?,
            supporting: found(Party::Supporting),
            consulted: Vec::new(),
        },
        channel: new.channel,
        state: State::Submitted,
        national_state: State::Submitted.national(),
        submitted_at: row.submitted_at.0,
        correction_asked_at: None,
        corrected_at: None,
        received_at: None,
        processing_at: None,
        term: rule.and_then(|rule| rule.term),
        first_due_at: None,
        due_at: None,
        waits: Vec::new(),
        supplements_requested: 0,
        extensions: Vec::new(),
        calendar_revision: 0,
        counted_by_id: None,
        due_changes: Vec::new(),
        approved_at: None,
        finished_at: None,
        returned_at: None,
        ended_at: None,
        withdrawn_at: None,
        result: None,
        fees: FeeFacts::of(fees.iter().map(fact_of).collect(), false),
        components: attachments::facts(&new.files),
        vneid_verified: new.vneid_verified,
        assignee_id: None,
        representative: new.representative.as_ref().map(|representative| representative.kind),
        linked: Vec::new(),
        parent: None,
        transfers: Vec::new(),
    })
}

/// Ten characters that people can read out: no 0, 1, I, L, O or U.
fn tracking_reference() -> String {
    const SIGNS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut random = rand::rng();
    let signs: Vec<char> =
        (0..10).filter_map(|_| SIGNS.get(random.random_range(0..SIGNS.len())).map(|sign| char::from(*sign))).collect();
    let groups: Vec<String> = signs.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}
