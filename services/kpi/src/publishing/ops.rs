//! Publishing a period.

use std::sync::Arc;

use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, Error, Idempotency, Result, new_id};

use super::store::{self, PublishedRow};
use super::view::CreatePublishedPeriod;
use super::{PUBLISH, Publishing, facts, frozen, log, read, refusals, signing};
use crate::measures;
use crate::reach;
use crate::scores::{Context, Question};

/// The version of a published period: it never changes.
const VERSION: i64 = 1;

pub(super) async fn publish(
    room: &Publishing,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    new: CreatePublishedPeriod,
) -> Result<Answer> {
    actor.require_scope(PUBLISH)?;
    let (own, asking) = (room.clone(), Arc::clone(&actor));
    // Before a kept answer is given again: whoever has lost the right since hears nothing.
    room.db.read("period_right", move |conn| right(conn, &own, &asking).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once("period_publish", actor.tenant, key, move |tx| {
            let by = right(tx, &own, &actor)?;
            let row = frozen_row(tx, &own, &actor, &by, &new)?;
            let path = format!("/v1/published-periods/{}", row.id.0);
            Ok(Answer::created(path, &read::shown(&row))?.version(row.version))
        })
        .await
}

fn right(conn: &mut Conn, room: &Publishing, actor: &Actor) -> TxResult<Authority> {
    let today = room.db.clock.business().day_in_vietnam();
    Ok(reach::administers_all(conn, actor, today)?.ok_or_else(refusals::not_publishing)?)
}

fn frozen_row(
    tx: &mut Conn,
    room: &Publishing,
    actor: &Actor,
    by: &Authority,
    new: &CreatePublishedPeriod,
) -> TxResult<PublishedRow> {
    // Nothing is tallied until this has ended: what comes after it finds the period published, and one who publishes at
    // the same time waits.
    measures::hold_all(tx, actor.tenant)?;
    let at = Moment::of(&room.db.clock);
    let asked = Question::read(&new.set, &new.period, &format!("under:{}", new.agency), Some("as_was"), None)?;
    let context = Context::of(tx, &room.scores, actor.tenant, &asked, true)?;
    let period = asked.period;
    if at.occurred.0 < period.end() {
        return Err(refusals::not_over(period).into());
    }
    if !context.set.periods.contains(&period.kind()) {
        return Err(refusals::not_scored(&asked.set, period).into());
    }
    if context.data_as_of.0 < period.end() {
        return Err(refusals::behind(period).into());
    }
    let above = context.subject(tx, actor, &asked.agency)?;
    let agency = above.agency.id;
    if let Some(id) = store::published(tx, actor.tenant, &context.set.code, &period.to_string(), agency)? {
        return Err(refusals::published(period, id).into());
    }
    let (id, published_at) = (new_id(), at.now.0);
    let document = frozen::document(tx, room, &context, &above, (id, published_at))?;
    let bytes = serde_json_canonicalizer::to_vec(&document).map_err(Error::internal)?;
    let row = PublishedRow {
        tenant_id: Id(actor.tenant),
        id: Id(id),
        set_code: context.set.code.clone(),
        set_version_id: Id(context.version),
        set_version: context.set.version.clone(),
        period: period.to_string(),
        first_day: period.first_day(),
        last_day: period.last_day(),
        agency_id: Id(agency),
        written_code: above.agency.code.clone(),
        sha256: signing::sha256(&bytes),
        signature: room.signer.sign(&bytes),
        key_id: room.signer.key_id(),
        published_by: by.actor().to_owned(),
        published_at: At::from(at.now),
        version: VERSION,
    };
    let watched = serde_json::to_value(log::watched(&context.set)?).map_err(Error::internal)?;
    let content = String::from_utf8(bytes).map_err(Error::internal)?;
    store::insert(tx, &row, Json(watched), &content)?;
    facts::tell(tx, &room.journal, &Stamp::of(by, at), &row)?;
    Ok(row)
}
