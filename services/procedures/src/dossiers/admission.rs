//! Who may submit what where, before anything is written.

use motcua_agencies::{Named, authority_in, load_agency, names, open_agency, resolve};
use motcua_db::{Conn, Failure, TxResult};
use motcua_kernel::{Actor, ActorKind, Authority, Error, Result, Role, Text, Uuid};

use super::view::CreateDossier;
use crate::catalogue::Published;
use crate::catalogue::rules::level_of;

pub(super) fn may_submit(actor: &Actor, new: &CreateDossier) -> Result<()> {
    let portal = matches!(actor.kind, ActorKind::Client | ActorKind::Service);
    if actor.kind == ActorKind::Citizen && !new.lookups.is_empty() {
        let text = Text::new(
            "Chỉ cổng dịch vụ công hoặc cán bộ ghi nhận kết quả tra cứu cơ sở dữ liệu.",
            "Only a portal or an officer can say what a database answered.",
        );
        return Err(Error::invalid_field("/lookups", "lookup.not_yours_to_say", text));
    }
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

/// An officer submits at the desk they receive at, or helps at their own desk to submit elsewhere: else they could not
/// see what they had submitted.
pub(super) fn at_own_desk(
    tx: &mut Conn,
    actor: &Actor,
    receiving: &Named,
    supporting: Option<&Named>,
) -> TxResult<Authority> {
    if actor.kind != ActorKind::Officer {
        return Ok(actor.in_own_name());
    }
    let desk = authority_in(tx, actor, supporting.unwrap_or(receiving).id, &[Role::Receiver])?;
    Ok(desk.ok_or_else(|| {
        Error::forbidden(
            "dossier.not_a_desk",
            "Cán bộ tiếp nhận chỉ nộp hồ sơ thay công dân tại bộ phận một cửa của mình.",
            "An officer submits for others only at the one-stop desk they receive at.",
        )
    })?)
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
    let receiving = open_at(tx, tenant, reference, today, "/receiving_agency")?;
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

/// The agency whose officer helps to submit.
pub(super) fn supporting(
    tx: &mut Conn,
    actor: &Actor,
    new: &CreateDossier,
    receiving: &Named,
    today: chrono::NaiveDate,
) -> TxResult<Option<Named>> {
    let Some(reference) = &new.supporting_agency else { return Ok(None) };
    let supporting = open_at(tx, actor.tenant, reference, today, "/supporting_agency")?;
    if supporting.id == receiving.id {
        let text = Text::new(
            "Nơi tiếp nhận không khai thêm là nơi hỗ trợ.",
            "The agency that receives the dossier is not named as supporting as well.",
        );
        return Err(Error::invalid_field("/supporting_agency", "agency.repeated", text).into());
    }
    Ok(Some(supporting))
}

/// An open agency that a request names at a pointer.
fn open_at(tx: &mut Conn, tenant: Uuid, reference: &str, today: chrono::NaiveDate, pointer: &str) -> TxResult<Named> {
    open_agency(tx, tenant, reference, today).map_err(|failure| match failure {
        Failure::Refused(mut error) => {
            error.fields.iter_mut().for_each(|field| pointer.clone_into(&mut field.pointer));
            Failure::from(*error)
        }
        failure @ Failure::Database(_) => failure,
    })
}

/// What kinds of agencies carry out procedures of a level by themselves.
fn level_fits(levels: &[String], kind: &str) -> bool {
    levels.is_empty() || level_of(kind).is_some_and(|level| levels.iter().any(|offered| offered == level))
}

/// The agency that a rule of the catalogue means for a dossier.
pub(crate) fn by_rule(
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
