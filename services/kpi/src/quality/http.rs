//! The API of the data's own quality.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::get;
use actix_web::web::Data;
use diesel::prelude::*;
use motcua_agencies::{agencies, names, under};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Result, Uuid};
use motcua_web::{NoQuery, Read, Reply, WebResult};
use utoipa_actix_web::service_config::ServiceConfig;

use super::measure::Found;
use super::view::{DataFault, DataQuality, FeedQuality};
use super::{Quality, gauges};
use crate::reach::held;
use crate::scores::admit;

/// The routes of this room.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(get_data_quality);
}

/// Read the quality of the data
///
/// What is missing, late, odd or can't be right, counted now, with the agencies that have the most of it. Officers see it of
/// the agencies that their roles reach.
#[utoipa::path(
    operation_id = "get_data_quality",
    tag = "data-quality",
    responses((status = 200, description = "What was found.", body = DataQuality)),
    security(("bearer" = ["kpi:indicators:read"]))
)]
#[get("/data-quality")]
pub(crate) async fn get_data_quality(room: Data<Quality>, request: Read<NoQuery>) -> WebResult {
    Reply::object(&read(&room, request.actor).await?, None, false)
}

async fn read(room: &Quality, actor: Arc<Actor>) -> Result<DataQuality> {
    admit(&actor)?;
    let (own, is_own) = (room.clone(), actor.tenant == room.tenant);
    let today = room.db.clock.business().day_in_vietnam();
    let now = room.db.clock.system();
    let _alone = room.counting.lock().await;
    room.db
        .read_snapshot("data_quality", move |conn| {
            let tenant = actor.tenant;
            let (feeds, mut faults) = (Quality::feeds(conn, tenant)?, own.faults(conn, tenant)?);
            if is_own {
                gauges::set_feeds(&feeds, now);
                gauges::set_faults(&faults);
            }
            if let Some(seen) = seen(conn, &actor)? {
                for found in &mut faults {
                    found.counts.retain(|agency, _| seen.contains(agency));
                }
            }
            let ids: BTreeSet<Uuid> = faults.iter().flat_map(|found: &Found| found.counts.keys().copied()).collect();
            let named = names(conn, tenant, &ids.into_iter().collect::<Vec<_>>(), today)?;
            let feeds = feeds.into_iter().map(|one| FeedQuality {
                feed: one.feed.to_owned(),
                data_as_of: one.as_of.map(|at| at.0),
                lag_seconds: one.lag_seconds(now),
                unknown_events: one.unknown_events,
            });
            Ok(DataQuality {
                as_of: today,
                feeds: feeds.collect(),
                faults: faults.iter().map(|found| DataFault::of(found, &named)).collect(),
            })
        })
        .await
}

/// The agencies whose faults a caller sees; none when all: our own services, and who holds a role in an agency that has
/// none above it, who is the one to ask about agencies that nobody knows.
fn seen(conn: &mut Conn, actor: &Actor) -> TxResult<Option<BTreeSet<Uuid>>> {
    if actor.kind == ActorKind::Service {
        return Ok(None);
    }
    let held = held(actor);
    let roots: Vec<Id> = agencies::table
        .select(agencies::id)
        .filter(agencies::tenant_id.eq(Id(actor.tenant)).and(agencies::parent_id.is_null()))
        .filter(agencies::id.eq_any(held.clone()))
        .load(conn)?;
    if !roots.is_empty() {
        return Ok(None);
    }
    let held: Vec<Uuid> = held.into_iter().map(|id| id.0).collect();
    Ok(Some(under(conn, actor.tenant, &held)?.into_iter().collect()))
}
