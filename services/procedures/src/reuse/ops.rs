//! Looking for what a person can re-use.

use std::sync::Arc;

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, Result, Role, Text, Uuid};

use super::view::{ReusableComponentSearch, ReusableComponents};
use super::{rules, store};
use crate::dossiers::{Dossiers, is_identity_number, unknown_procedure};

/// What a citizen can re-use for a procedure.
///
/// # Errors
/// `citizens.only` for other callers; an unknown procedure.
pub(super) async fn own(room: &Dossiers, actor: Arc<Actor>, procedure: String) -> Result<ReusableComponents> {
    actor.require_scope("procedures:dossiers:read")?;
    let person = actor.person.clone().filter(|_| actor.kind == ActorKind::Citizen).ok_or_else(citizens_only)?;
    look(room, actor, procedure, person).await
}

/// What an applicant at a desk can re-use for a procedure.
///
/// # Errors
/// `dossier.not_a_desk` for who receives nowhere; an unknown procedure; a number that can't be one.
pub(super) async fn of_applicant(
    room: &Dossiers,
    actor: Arc<Actor>,
    search: ReusableComponentSearch,
) -> Result<ReusableComponents> {
    actor.require_scope("procedures:dossiers:read")?;
    if actor.kind != ActorKind::Officer || actor.agencies_with(&[Role::Receiver]).is_empty() {
        return Err(not_a_desk());
    }
    if !is_identity_number(&search.identity_number) {
        let text = Text::new(
            "Không phải số định danh cá nhân hoặc mã số thuế.",
            "Neither a personal identification number nor a tax code.",
        );
        return Err(Error::invalid_field("/identity_number", "identity_number", text));
    }
    let person = room.db.vault.lookup("person", &search.identity_number);
    look(room, actor, search.procedure, person).await
}

async fn look(room: &Dossiers, actor: Arc<Actor>, procedure: String, person: String) -> Result<ReusableComponents> {
    let own = room.clone();
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("reuse_look", move |conn: &mut Conn| -> TxResult<ReusableComponents> {
            let Some(published) = own.catalogue.published(conn, actor.tenant, &procedure, today)? else {
                return Err(unknown_procedure().into());
            };
            let components = &published.content.components;
            let codes: Vec<String> =
                components.iter().map(|component| component.code.clone()).filter(|code| !code.is_empty()).collect();
            let papers: Vec<String> =
                components.iter().filter_map(|component| component.result_code.clone()).chain(codes.clone()).collect();
            let found = store::found(conn, actor.tenant, &person, &codes, &papers)?;
            Ok(ReusableComponents {
                procedure: published.code.clone(),
                version_id: published.version_id,
                components: rules::offers(components, &found),
            })
        })
        .await
}

/// The dossiers that an answer tells of.
pub(super) fn subjects(answer: &ReusableComponents) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> =
        answer.components.iter().flat_map(|component| &component.files).map(|file| file.dossier_id).collect();
    ids.sort();
    ids.dedup();
    ids
}

fn citizens_only() -> Error {
    Error::forbidden(
        "citizens.only",
        "Chỉ công dân tra cứu giấy tờ của chính mình ở đây.",
        "Only citizens look here, for their own papers.",
    )
}

fn not_a_desk() -> Error {
    Error::forbidden(
        "dossier.not_a_desk",
        "Chỉ cán bộ tiếp nhận tra cứu giấy tờ đã có của người nộp hồ sơ.",
        "Only officers who receive dossiers look for what an applicant has handed in.",
    )
}
