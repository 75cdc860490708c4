//! Who may submit what where, before anything is written.

use motcua_agencies::{Named, authority_in, load_agency, names, open_agency, resolve};
use motcua_db::{Conn, Failure, TxResult};
use motcua_kernel::{Actor, ActorKind, Authority, Error, FieldError, Result, Role, Text, Uuid};

use super::Dossiers;
use super::view::{ApplicantKind, CreateDossier};
use crate::catalogue::Published;
use crate::catalogue::rules::level_of;

pub(super) fn may_submit(actor: &Actor, new: &CreateDossier) -> Result<()> {
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
pub(super) fn at_own_desk(tx: &mut Conn, actor: &Actor, receiving: &Named) -> TxResult<Authority> {
    if actor.kind != ActorKind::Officer {
        return Ok(actor.in_own_name());
    }
    let desk = authority_in(tx, actor, receiving.id, &[Role::Receiver])?;
    Ok(desk.ok_or_else(|| {
        Error::forbidden(
            "dossier.not_a_desk",
            "Cán bộ tiếp nhận chỉ nộp hồ sơ thay công dân tại bộ phận một cửa của mình.",
            "An officer submits for others only at the one-stop desk they receive at.",
        )
    })?)
}

/// A citizen submits in their own name; for a business or an organisation they act as its representative.
pub(super) fn own_name(room: &Dossiers, actor: &Actor, new: &CreateDossier) -> Option<FieldError> {
    let number = room.db.vault.lookup("person", &new.applicant.identity_number);
    let own = actor.kind != ActorKind::Citizen
        || new.applicant.kind != ApplicantKind::Citizen
        || actor.person.as_deref() == Some(number.as_str());
    let text = Text::new("Công dân nộp hồ sơ đứng tên chính mình.", "A citizen submits in their own name.");
    (!own).then(|| FieldError::new("/applicant/identity_number", "applicant.not_you", text))
}

/// The agency that shall receive the dossier. Where the receiving agency also decides, it must be of the level that the
/// procedure is carried out at, or its result would get a number in the wrong register.
pub(super) fn receiving(
    tx: &mut Conn,
    tenant: Uuid,
    reference: &str,
    published: &Published,
    today: chrono::NaiveDate,
) -> TxResult<Named> {
    let at = |mut error: Error| {
        error.fields.iter_mut().for_each(|field| "/receiving_agency".clone_into(&mut field.pointer));
        error
    };
    let receiving = open_agency(tx, tenant, reference, today).map_err(|failure| match failure {
        Failure::Refused(error) => Failure::from(at(*error)),
        failure @ Failure::Database(_) => failure,
    })?;
    let decides = published.content.competent.named().is_none();
    let kind = load_agency(tx, tenant, receiving.id)?.map(|agency| agency.kind.as_str()).unwrap_or_default();
    if decides && !level_fits(&published.content.levels, kind) {
        let text = Text::new(
            "Cơ quan này không giải quyết thủ tục ở cấp của nó.",
            "The procedure is not carried out at the level of this agency.",
        );
        return Err(Error::invalid_field("/receiving_agency", "agency.wrong_level", text).into());
    }
    Ok(receiving)
}

/// What kinds of agencies carry out procedures of a level by themselves.
fn level_fits(levels: &[String], kind: &str) -> bool {
    levels.is_empty() || level_of(kind).is_some_and(|level| levels.iter().any(|offered| offered == level))
}

pub(super) fn by_rule(
    tx: &mut Conn,
    tenant: Uuid,
    named: Option<&str>,
    receiving: &Named,
    today: chrono::NaiveDate,
) -> TxResult<Named> {
    let Some(code) = named else { return Ok(receiving.clone()) };
    // The catalogue may still name an agency that has closed since: its work, and so the dossier, went to its successor.
    let responsible = resolve(tx, tenant, code, today)?;
    let named = match responsible.as_slice() {
        [one] => names(tx, tenant, &[*one], today)?.remove(one),
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
