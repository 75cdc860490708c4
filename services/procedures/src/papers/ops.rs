//! Making a form: what the dossier, its procedure version and its agencies say, put where the form wants it.

use std::sync::Arc;

use motcua_agencies::{load_agency, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Result, Uuid};
use motcua_paper::{Form, FormCode, FormSet, Letterhead};

use super::fill::{self, Material};
use crate::dossiers::view::Dossier;
use crate::dossiers::{Dossiers, whole};
use crate::handovers;

/// A form of a dossier for whoever may see it.
///
/// # Errors
/// `not_found`; `form.not_yet` when nothing has happened that the form tells of; `form.not_in_set` when the circular has
/// no such form.
pub(super) async fn form(room: &Dossiers, actor: Arc<Actor>, id: Uuid, set: FormSet, code: FormCode) -> Result<Form> {
    actor.require_scope("procedures:dossiers:read")?;
    if set.number(code).is_none() || code == FormCode::Register {
        return Err(not_in_set());
    }
    let own = room.clone();
    room.db
        .read("dossier_form", move |conn| {
            let (dossier, facts, version) = whole(conn, &own, &actor, id)?;
            let hops = match code {
                FormCode::ControlSlip => handovers::hops(conn, &own, &actor, id, &facts, &version.content)?,
                _ => Vec::new(),
            };
            let material = Material { dossier: &dossier, facts: &facts, content: &version.content, hops: &hops };
            let filled = fill::content(code, &material).ok_or_else(not_yet)?;
            let agency = issuer(code, &dossier);
            let letterhead = letterhead(conn, &own, &actor, agency, filled.number, filled.made_on)?;
            Ok(Form {
                set,
                letterhead,
                tracking: fill::tracking(&dossier, own.tracking_page.as_deref()),
                content: filled.content,
            })
        })
        .await
}

/// Who makes a form: of those that have a number, whoever numbered it then.
fn issuer(code: FormCode, dossier: &Dossier) -> Uuid {
    let agencies = &dossier.summary.agencies;
    let (receiving, competent) = (agencies.receiving.now.id, agencies.competent.now.id);
    match code {
        FormCode::SupplementRequest => {
            dossier.supplements.last().and_then(|asked| asked.agency_id).unwrap_or(receiving)
        }
        FormCode::Extension => dossier.extensions.last().and_then(|note| note.agency_id).unwrap_or(competent),
        FormCode::StopNotice => competent,
        FormCode::Receipt | FormCode::Refusal | FormCode::ControlSlip | FormCode::Register => receiving,
    }
}

fn letterhead(
    conn: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    agency: Uuid,
    number: Option<String>,
    date: Option<chrono::NaiveDate>,
) -> TxResult<Letterhead> {
    let today = room.db.clock.business().day_in_vietnam();
    let parent = load_agency(conn, actor.tenant, agency)?.and_then(|agency| agency.parent_id);
    let ids: Vec<Uuid> = std::iter::once(agency).chain(parent).collect();
    let mut named = names(conn, actor.tenant, &ids, today)?;
    let superior = parent.and_then(|parent| named.remove(&parent)).map(|named| named.name);
    let agency = named.remove(&agency).map(|named| named.name).unwrap_or_default();
    Ok(Letterhead { superior, agency, number, place: None, date })
}

fn not_yet() -> Error {
    Error::conflict(
        "form.not_yet",
        "Hồ sơ chưa có việc mà biểu mẫu này ghi nhận.",
        "Nothing has happened to the dossier that this form tells of.",
    )
}

fn not_in_set() -> Error {
    Error::conflict(
        "form.not_in_set",
        "Bộ biểu mẫu này không có biểu mẫu đó cho một hồ sơ.",
        "This set has no such form of a single dossier.",
    )
}
