//! Commenting on a draft. A comment changes nothing of it, so nobody else's reading becomes stale.

use std::sync::Arc;

use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, Idempotency, Result, Uuid};

use super::access::Viewer;
use super::http::WRITE;
use super::tell::Noted;
use super::view::CreateComment;
use super::{Drafts, read, request, store};

pub(super) async fn comment(
    room: &Drafts,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    id: Uuid,
    new: CreateComment,
    request_id: String,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let said = request::text(&new.text, "/text")?;
    read::admit(room, &actor, id).await?;
    let (own, writer) = (room.clone(), Arc::clone(&actor));
    let answer = room
        .db
        .write_once("draft_comment", actor.tenant, key, move |tx| {
            store::hold(tx, writer.tenant, id)?;
            let moment = Moment::of(&own.db.clock);
            let viewer = Viewer::of(tx, &writer, moment.occurred)?;
            let row = store::find_in_circle(tx, &viewer, id)?;
            let officer = viewer.officer.ok_or_else(Error::not_found)?;
            // Whoever belongs to the circle may speak, in their own name.
            let by = writer.in_own_name();
            let noted = Noted { kind: "commented", officer: Some(officer), by: Some(&by), said: Some(&said) };
            let step = own.note(tx, &Stamp::of(&by, moment), &row, &noted)?;
            let shown = read::step(&own.db.vault, &step)?;
            Ok(Answer::created(format!("/v1/drafts/{id}/steps"), &shown)?.personal())
        })
        .await?;
    read::noted(room, &actor, "create_draft_comment", request_id, vec![id]).await?;
    Ok(answer)
}
