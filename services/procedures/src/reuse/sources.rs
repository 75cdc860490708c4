//! Whether a file may be handed in again: what is offered, and nothing else, is taken.

use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, FieldError, Text, Uuid};

use super::rules::{is_paper_of, offers_components, offers_result};
use super::store::revoked;
use crate::catalogue::content::Component;
use crate::dossiers::state_of;
use crate::dossiers::store;
use crate::dossiers::view::{DossierFile, FileOrigin};

/// Whose dossier files are handed in with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whose<'a> {
    /// The applicant, as a keyed hash of their number.
    pub person: &'a str,
    /// The dossier, once it exists.
    pub dossier: Option<Uuid>,
}

/// What is wrong with the source that a file names, if anything. A desk takes what the applicant has anywhere in the
/// province; citizens and portals what is in dossiers that they may see themselves.
pub(crate) fn source_fault(
    conn: &mut Conn,
    actor: &Actor,
    whose: Whose<'_>,
    components: &[Component],
    file: &DossierFile,
    pointer: &str,
) -> TxResult<Option<FieldError>> {
    let source = match (&file.source, file.origin) {
        (Some(source), FileOrigin::Reused) => source,
        (None, FileOrigin::Reused) => {
            let text = Text::new(
                "Tệp tái sử dụng phải nêu hồ sơ nguồn.",
                "A file that is re-used names the dossier it comes from.",
            );
            return Ok(Some(FieldError::new(pointer, "reuse.source_required", text)));
        }
        (Some(_), _) => {
            let text = Text::new("Chỉ tệp tái sử dụng mới có nguồn.", "Only a file that is re-used has a source.");
            return Ok(Some(FieldError::new(pointer, "reuse.source_unexpected", text)));
        }
        (None, _) => return Ok(None),
    };
    if source.reused_at.is_some() {
        let text = Text::new("Hệ thống tự ghi thời điểm này.", "The service writes this moment by itself.");
        return Ok(Some(FieldError::new(format!("{pointer}/reused_at"), "read_only", text)));
    }
    // That the procedure has no such component is told of the component.
    let Some(component) = components.iter().find(|component| component.code == file.component) else { return Ok(None) };
    if offered(conn, actor, whose, component, file.file_id, source.dossier_id)? {
        return Ok(None);
    }
    let text = Text::new(
        "Không hồ sơ trước nào của chủ hồ sơ cho tái sử dụng tệp này.",
        "No earlier dossier of the applicant offers this file.",
    );
    Ok(Some(FieldError::new(pointer, "reuse.not_offered", text)))
}

fn offered(
    conn: &mut Conn,
    actor: &Actor,
    whose: Whose<'_>,
    component: &Component,
    file: Uuid,
    dossier: Uuid,
) -> TxResult<bool> {
    if whose.dossier == Some(dossier) || whose.person.is_empty() {
        return Ok(false);
    }
    let Some(row) = store::load_own(conn, actor.tenant, dossier)?.filter(|row| row.owner_person == whose.person) else {
        return Ok(false);
    };
    let at_a_desk = actor.kind == ActorKind::Officer;
    if !at_a_desk && store::visible_among(conn, actor, &[dossier])?.is_empty() {
        return Ok(false);
    }
    let files = store::files(conn, actor.tenant, dossier)?;
    let Some(kept) = files.iter().find(|kept| kept.file_id.0 == file) else { return Ok(false) };
    if !is_paper_of(&kept.component, kept.paper_code.as_deref(), component) {
        return Ok(false);
    }
    if revoked(conn, actor.tenant, vec![Id(file)])?.contains(&file) {
        return Ok(false);
    }
    let state = state_of(&row)?;
    match FileOrigin::from_word(&kept.origin) {
        Some(FileOrigin::Result) => Ok(offers_result(state)),
        Some(FileOrigin::Mandate) | None => Ok(false),
        Some(_) => Ok(offers_components(state)),
    }
}
