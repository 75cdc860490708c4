//! Submitting a dossier.

use std::sync::Arc;

use motcua_agencies::{Named, load_agency, names, open_agency, resolve, under};
use motcua_db::sql::{Id, Json};
use motcua_db::{Conn, Failure, TxResult, is_unique_violation};
use motcua_files::require_uploaded_by;
use motcua_journal::{Change, Stamp};
use motcua_kernel::{Actor, ActorKind, Answer, Error, FieldError, Idempotency, Result, Role, Text, new_id};
use rand::Rng;

use super::facts::{self, AgencyFact, AgencyFacts, ComponentFacts, DossierFacts, FeeFact, FeeFacts, ProcedureFacts};
use super::read::progress;
use super::rules::{Party, State};
use super::store::{self, DossierRow, FileRow, PartyRow, client_of};
use super::view::{ApplicantKind, CreateDossier, FileOrigin};
use super::{Dossiers, applicant, context, to_json};
use crate::catalogue::Published;

/// More files than any procedure asks for.
const MOST_FILES: usize = 100;

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

fn may_submit(actor: &Actor, new: &CreateDossier) -> Result<()> {
    let portal = matches!(actor.kind, ActorKind::Client | ActorKind::Service);
    if new.vneid_verified && !portal {
        let text = Text::new(
            "Chỉ cổng dịch vụ công xác nhận được tài khoản đã xác thực với VNeID.",
            "Only a portal can say that an account was verified with VNeID.",
        );
        return Err(Error::invalid_field("/vneid_verified", "vneid.not_yours_to_say", text));
    }
    if actor.kind == ActorKind::Citizen && actor.person.is_none() {
        return Err(Error::forbidden(
            "dossier.no_person",
            "Mã truy cập không có số định danh cá nhân nên không nộp được hồ sơ.",
            "The token carries no personal identification number, so no dossier can be submitted with it.",
        ));
    }
    Ok(())
}

/// An officer submits at the desk they receive at: elsewhere they could not see what they had submitted.
fn at_own_desk(tx: &mut Conn, actor: &Actor, receiving: &Named) -> TxResult<()> {
    if actor.kind != ActorKind::Officer {
        return Ok(());
    }
    let desks = actor.agencies_with(&[Role::Receiver]);
    if under(tx, actor.tenant, &desks)?.contains(&receiving.id) {
        return Ok(());
    }
    Err(Error::forbidden(
        "dossier.not_a_desk",
        "Cán bộ tiếp nhận chỉ nộp hồ sơ thay công dân tại bộ phận một cửa của mình.",
        "An officer submits for others only at the one-stop desk they receive at.",
    )
    .into())
}

/// A citizen submits in their own name; for a business or an organisation they act as its representative.
fn own_name(room: &Dossiers, actor: &Actor, new: &CreateDossier) -> Option<FieldError> {
    let number = room.db.vault.lookup("person", &new.applicant.identity_number);
    let own = actor.kind != ActorKind::Citizen
        || new.applicant.kind != ApplicantKind::Citizen
        || actor.person.as_deref() == Some(number.as_str());
    let text = Text::new("Công dân nộp hồ sơ đứng tên chính mình.", "A citizen submits in their own name.");
    (!own).then(|| FieldError::new("/applicant/identity_number", "applicant.not_you", text))
}

/// What kinds of agencies carry out procedures of a level by themselves.
fn level_fits(levels: &[String], kind: &str) -> bool {
    let province = matches!(kind, "province" | "department" | "centre" | "other");
    levels.is_empty()
        || levels.iter().any(|level| match level.as_str() {
            "commune" => kind == "commune",
            "province" => province,
            _ => false,
        })
}

fn submit(tx: &mut Conn, room: &Dossiers, actor: &Actor, new: &CreateDossier) -> TxResult<Answer> {
    let stamp = Stamp::of(actor, &room.db.clock);
    let today = stamp.occurred.day_in_vietnam();
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
    let faults = faults(tx, room, actor, new, &published)?;
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    let receiving = receiving(tx, actor, new, &published, today)?;
    at_own_desk(tx, actor, &receiving)?;
    let parties = [
        (Party::Receiving, receiving.clone()),
        (Party::Competent, by_rule(tx, actor, published.content.competent.named(), &receiving, today)?),
        (Party::Issuing, by_rule(tx, actor, published.content.issuing.named(), &receiving, today)?),
    ];
    let (mut row, files) = rows(room, actor, new, &published, client, &stamp)?;
    let facts = submitted_facts(&row, new, &published, &parties);
    row.facts = Json(to_json(&facts)?);
    let party_rows = party_rows(&row, &parties);
    store::insert(tx, row.clone(), &party_rows, &files).map_err(|failure| match failure {
        Failure::Database(error) if is_unique_violation(&error) => taken().into(),
        other => other,
    })?;
    let change = Change { kind: facts::SUBMITTED, subject: row.id.0, version: row.version, data: &row.facts.0 };
    room.journal.record(tx, &stamp, &change)?;
    let progress = progress(tx, room, actor, &row)?;
    Ok(Answer::created(format!("/v1/dossiers/{}", row.id.0), &progress)?.version(row.version))
}

/// The agency that shall receive the dossier. Where the receiving agency also decides, it must be of the level that the
/// procedure is carried out at, or its result would get a number in the wrong register.
fn receiving(
    tx: &mut Conn,
    actor: &Actor,
    new: &CreateDossier,
    published: &Published,
    today: chrono::NaiveDate,
) -> TxResult<Named> {
    let at = |mut error: Error| {
        error.fields.iter_mut().for_each(|field| "/receiving_agency".clone_into(&mut field.pointer));
        error
    };
    let receiving = open_agency(tx, actor.tenant, &new.receiving_agency, today).map_err(|failure| match failure {
        Failure::Refused(error) => Failure::from(at(*error)),
        failure @ Failure::Database(_) => failure,
    })?;
    let decides = published.content.competent.named().is_none();
    let kind = load_agency(tx, actor.tenant, receiving.id)?.map(|agency| agency.kind.as_str()).unwrap_or_default();
    if decides && !level_fits(&published.content.levels, kind) {
        let text = Text::new(
            "Cơ quan này không giải quyết thủ tục ở cấp của nó.",
            "The procedure is not carried out at the level of this agency.",
        );
        return Err(Error::invalid_field("/receiving_agency", "agency.wrong_level", text).into());
    }
    Ok(receiving)
}

/// Everything wrong with the request that the caller can mend, at once.
fn faults(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    new: &CreateDossier,
    published: &Published,
) -> TxResult<Vec<FieldError>> {
    let mut faults = applicant::faults(&new.applicant);
    faults.extend(own_name(room, actor, new));
    if new.external_ref.as_deref().is_some_and(|text| text.is_empty() || text.chars().count() > 100) {
        let text = Text::new("Mã tham chiếu có từ 1 đến 100 ký tự.", "A reference has 1 to 100 characters.");
        faults.push(FieldError::new("/external_ref", "length", text));
    }
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
    if new.files.len() > MOST_FILES {
        let text = Text::new("Một hồ sơ có nhiều nhất 100 tệp.", "A dossier has at most 100 files.");
        faults.push(FieldError::new("/files", "max_items", text));
    }
    for (at, file) in new.files.iter().enumerate().take(MOST_FILES) {
        if !content.components.iter().any(|component| component.code == file.component) {
            faults.push(FieldError::new(
                format!("/files/{at}/component"),
                "component.unknown",
                Text::new("Thủ tục không có thành phần hồ sơ này.", "The procedure has no such component."),
            ));
        }
        let pointer = format!("/files/{at}/file_id");
        if new.files.iter().take(at).any(|other| other.file_id == file.file_id) {
            let text = Text::new("Tệp này đã có trong danh sách.", "The list has this file already.");
            faults.push(FieldError::new(pointer.clone(), "file.repeated", text));
        }
        if file.origin == FileOrigin::Result {
            let text = Text::new("Kết quả không nộp cùng hồ sơ.", "A result is not handed in with the dossier.");
            faults.push(FieldError::new(format!("/files/{at}/origin"), "origin.result", text));
        }
        match require_uploaded_by(tx, &room.db.vault, actor, file.file_id, &pointer) {
            Ok(_) => {}
            Err(Failure::Refused(error)) => faults.extend(error.fields),
            Err(failure) => return Err(failure),
        }
    }
    Ok(faults)
}

fn by_rule(
    tx: &mut Conn,
    actor: &Actor,
    named: Option<&str>,
    receiving: &Named,
    today: chrono::NaiveDate,
) -> TxResult<Named> {
    let Some(code) = named else { return Ok(receiving.clone()) };
    // The catalogue may still name an agency that has closed since: its work, and so the dossier, went to its successor.
    let responsible = resolve(tx, actor.tenant, code, today)?;
    let named = match responsible.as_slice() {
        [one] => names(tx, actor.tenant, &[*one], today)?.remove(one),
        _ => None,
    };
    Ok(named.ok_or_else(|| {
        Error::conflict(
            "procedure.agency_unclear",
            format!("Chưa xác định được cơ quan {code} của thủ tục hiện nay là cơ quan nào."),
            format!("It is not clear which agency is now what the procedure calls {code}."),
        )
    })?)
}

fn rows(
    room: &Dossiers,
    actor: &Actor,
    new: &CreateDossier,
    published: &Published,
    client: String,
    stamp: &Stamp,
) -> Result<(DossierRow, Vec<FileRow>)> {
    let vault = &room.db.vault;
    let id = new_id();
    let mut row = DossierRow {
        tenant_id: Id(actor.tenant),
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
        applicant: Vec::new(),
        form: Vec::new(),
        remarks: None,
        owner_person: vault.lookup("person", &new.applicant.identity_number),
        submitter_person: actor.person.clone(),
        facts: Json(serde_json::Value::Null),
        result: None,
        version: 1,
    };
    let applicant = serde_json::to_vec(&new.applicant).map_err(Error::internal)?;
    row.applicant = vault.seal(&context("applicant", &row), &applicant)?;
    // The whole form is sealed, not only the fields marked personal: what a person asks for is personal as well.
    let form = serde_json::to_vec(&new.form).map_err(Error::internal)?;
    row.form = vault.seal(&context("form", &row), &form)?;
    let files = new
        .files
        .iter()
        .map(|file| FileRow {
            tenant_id: Id(actor.tenant),
            dossier_id: Id(id),
            file_id: Id(file.file_id),
            component: file.component.clone(),
            origin: file.origin.as_str().to_owned(),
        })
        .collect();
    Ok((row, files))
}

fn party_rows(row: &DossierRow, parties: &[(Party, Named); 3]) -> Vec<PartyRow> {
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

fn submitted_facts(
    row: &DossierRow,
    new: &CreateDossier,
    published: &Published,
    [(_, receiving), (_, competent), (_, issuing)]: &[(Party, Named); 3],
) -> DossierFacts {
    let content = &published.content;
    let rule = content.channels.iter().find(|rule| rule.channel == new.channel);
    let fees: Vec<FeeFact> = rule
        .map(|rule| rule.fees.iter().map(|fee| FeeFact { kind: fee.kind.clone(), amount: fee.amount }).collect())
        .unwrap_or_default();
    let fact = |agency: &Named| AgencyFact {
        written_id: agency.id,
        written_code: agency.code.clone(),
        responsible_id: agency.id,
    };
    let components = new.files.iter().map(|file| ComponentFacts {
        code: file.component.clone(),
        has_file: true,
        digitised: file.origin == FileOrigin::Digitised,
        reused: file.origin == FileOrigin::Reused,
        from_personal_store: file.origin == FileOrigin::PersonalStore,
        replaced_by: None,
    });
    DossierFacts {
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
        agencies: AgencyFacts { receiving: fact(receiving), competent: fact(competent), issuing: fact(issuing) },
        channel: new.channel,
        state: State::Submitted,
        national_state: State::Submitted.national(),
        submitted_at: row.submitted_at.0,
        received_at: None,
        term: rule.and_then(|rule| rule.term),
        first_due_at: None,
        due_at: None,
        waits: Vec::new(),
        approved_at: None,
        finished_at: None,
        returned_at: None,
        ended_at: None,
        withdrawn_at: None,
        result: None,
        fees: FeeFacts {
            all_zero: !fees.is_empty() && fees.iter().all(|fee| fee.amount == 0),
            items: fees,
            paid_by: None,
            online_payable: false,
        },
        components: components.collect(),
        vneid_verified: new.vneid_verified,
    }
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

fn unknown_procedure() -> Error {
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
