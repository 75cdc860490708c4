//! Representatives (người được ủy quyền, người đại diện): who submits a dossier for its applicant, and by what mandate.
//!
//! Decree 118/2025/NĐ-CP, article 15, lets a dossier be handed in by somebody authorised, by a guardian, by the legal
//! representative of an organisation or by public post. What names them is sealed like the applicant; only the last day
//! of the mandate stands open, because a mandate that has ended moves nothing any more.

mod rules;
mod store;
pub mod view;

use motcua_db::{Conn, TxResult};
use motcua_files::require_uploaded_by;
use motcua_kernel::{Actor, ActorKind, Error, FieldError, Result, Text};

use crate::dossiers::Dossiers;
use crate::dossiers::store::DossierRow;
use crate::dossiers::view::{ApplicantKind, CreateDossier, FileOrigin};
use view::{Representative, RepresentativeKind};

pub(crate) use store::{insert, load, names_of};

/// Everything wrong with who submits: a citizen submits for themselves, or gives themselves as representative of the
/// applicant; the mandate must be in force and proved.
pub(crate) fn faults(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    new: &CreateDossier,
    today: chrono::NaiveDate,
) -> TxResult<Vec<FieldError>> {
    let Some(representative) = &new.representative else {
        return Ok(in_own_name(room, actor, new).into_iter().collect());
    };
    let mut faults = rules::faults(representative, today);
    let person = |number: &str| room.db.vault.lookup("person", number);
    if representative.identity_number == new.applicant.identity_number {
        let text = Text::new("Người đại diện phải là người khác chủ hồ sơ.", "Nobody represents themselves.");
        faults.push(FieldError::new("/representative/identity_number", "representative.is_applicant", text));
    } else if actor.kind == ActorKind::Citizen
        && actor.person.as_deref() != Some(person(&representative.identity_number).as_str())
    {
        let text = Text::new(
            "Công dân nộp hồ sơ thay người khác phải khai chính mình là người đại diện.",
            "A citizen who submits for somebody else gives themselves as the representative.",
        );
        faults.push(FieldError::new("/representative/identity_number", "representative.not_you", text));
    }
    if let Some(file) = representative.mandate.file_id {
        let pointer = "/representative/mandate/file_id";
        if new.files.iter().any(|other| other.file_id == file) {
            let text = Text::new("Tệp này đã có trong danh sách.", "The list has this file already.");
            faults.push(FieldError::new(pointer, "file.repeated", text));
        }
        match require_uploaded_by(tx, &room.db.vault, actor, file, pointer) {
            Ok(_) => {}
            Err(motcua_db::Failure::Refused(error)) => faults.extend(error.fields),
            Err(failure) => return Err(failure),
        }
    }
    Ok(faults)
}

/// A citizen submits in their own name; for a business or an organisation they act as its representative.
fn in_own_name(room: &Dossiers, actor: &Actor, new: &CreateDossier) -> Option<FieldError> {
    if actor.kind == ActorKind::Citizen && new.applicant.kind != ApplicantKind::Citizen {
        let text = Text::new(
            "Công dân nộp hồ sơ của doanh nghiệp, tổ chức phải khai mình là người đại diện.",
            "A citizen who submits for a business or an organisation gives themselves as its representative.",
        );
        return Some(FieldError::new("/representative", "required", text));
    }
    let number = room.db.vault.lookup("person", &new.applicant.identity_number);
    let own = actor.kind != ActorKind::Citizen || actor.person.as_deref() == Some(number.as_str());
    let text = Text::new(
        "Công dân nộp hồ sơ đứng tên chính mình, hoặc khai mình là người đại diện.",
        "A citizen submits in their own name, or gives themselves as the representative.",
    );
    (!own).then(|| FieldError::new("/applicant/identity_number", "applicant.not_you", text))
}

/// Who sees the dossier beside its applicant: the citizen who submits, or whoever a portal or a desk names as acting for
/// the applicant. Not the postman, who only carries it.
pub(crate) fn submitter_person(room: &Dossiers, actor: &Actor, new: &CreateDossier) -> Option<String> {
    let Some(named) = &new.representative else { return actor.person.clone() };
    let number = room.db.vault.lookup("person", &named.identity_number);
    (named.kind != RepresentativeKind::PostalAgent).then(|| actor.person.clone().unwrap_or(number))
}

/// The file of the mandate, as a file of the dossier.
pub(crate) fn mandate_file(new: &CreateDossier) -> Option<(motcua_kernel::Uuid, FileOrigin)> {
    new.representative.as_ref()?.mandate.file_id.map(|file| (file, FileOrigin::Mandate))
}

/// Refuses a citizen who moves somebody else's dossier by a mandate that has ended.
///
/// # Errors
/// `mandate.ended`.
pub(crate) fn require_mandate(
    conn: &mut Conn,
    actor: &Actor,
    row: &DossierRow,
    today: chrono::NaiveDate,
) -> TxResult<()> {
    mandate_ended(conn, actor, row, today)?.map_or(Ok(()), |last| Err(ended(last).into()))
}

/// The last day of the mandate by which a citizen acts in somebody else's dossier, when it has passed.
pub(crate) fn mandate_ended(
    conn: &mut Conn,
    actor: &Actor,
    row: &DossierRow,
    today: chrono::NaiveDate,
) -> TxResult<Option<chrono::NaiveDate>> {
    if actor.kind != ActorKind::Citizen || actor.person.as_deref() == Some(row.owner_person.as_str()) {
        return Ok(None);
    }
    Ok(store::valid_to(conn, row.tenant_id.0, row.id.0)?.filter(|last| *last < today))
}

fn ended(last: chrono::NaiveDate) -> Error {
    Error::forbidden(
        "mandate.ended",
        "Thời hạn ủy quyền hoặc đại diện đã hết nên bạn không làm được bước này thay chủ hồ sơ.",
        "Your mandate has ended, so you can't take this step for the applicant.",
    )
    .with("valid_to", last.to_string())
}

/// Reads a sealed representative back.
fn read_back(plain: &[u8]) -> Result<Representative> {
    serde_json::from_slice(plain).map_err(Error::internal)
}
