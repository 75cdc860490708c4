//! What of some events a subscription gets: what its owner may see, by the predicate of the feed, and of that, where it
//! names an agency, what an officer with every role there would see.

use std::collections::{BTreeMap, BTreeSet};

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Grant, Role, Uuid};

use super::room::Webhooks;
use super::store::WebhookRow;

/// The objects of these that a subscription tells of, its owner being who they are today.
pub(super) fn seen<'a>(
    conn: &mut Conn,
    room: &Webhooks,
    owner: &Actor,
    row: &WebhookRow,
    objects: impl Iterator<Item = (&'a str, Uuid)>,
) -> TxResult<BTreeSet<Uuid>> {
    let mut seen = visible(conn, room, owner, objects)?;
    let Some(agency) = &row.agency_id else { return Ok(seen.into_values().flatten().collect()) };
    let today = room.db.clock.business().day_in_vietnam();
    let agencies = (room.agencies.responsible)(conn, row.tenant_id.0, &agency.0.to_string(), today)?;
    let there = within(owner, &agencies);
    let objects: Vec<(String, Uuid)> = std::mem::take(&mut seen)
        .into_iter()
        .flat_map(|(subject, ids)| ids.into_iter().map(move |id| (subject.clone(), id)))
        .collect();
    let both = visible(conn, room, &there, objects.iter().map(|(subject, id)| (subject.as_str(), *id)))?;
    Ok(both.into_values().flatten().collect())
}

/// The objects of these that a caller may see.
pub(super) fn visible<'a>(
    conn: &mut Conn,
    room: &Webhooks,
    actor: &Actor,
    objects: impl Iterator<Item = (&'a str, Uuid)>,
) -> TxResult<BTreeMap<String, Vec<Uuid>>> {
    let mut by_subject: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
    for (subject, id) in objects {
        by_subject.entry(subject).or_default().insert(id);
    }
    let mut seen = BTreeMap::new();
    for (subject, ids) in by_subject {
        let ids: Vec<Uuid> = ids.into_iter().collect();
        seen.insert(subject.to_owned(), room.visibility.visible(conn, actor, subject, &ids)?);
    }
    Ok(seen)
}

/// Nobody in particular who holds every role in these agencies, with the owner's scopes.
fn within(owner: &Actor, agencies: &[Uuid]) -> Actor {
    let all = |agency: &Uuid| Role::ALL.map(|role| Grant { agency: *agency, role, on_behalf_of: None });
    Actor {
        kind: ActorKind::Officer,
        subject: String::new(),
        client: String::new(),
        grants: agencies.iter().flat_map(all).collect(),
        ..owner.clone()
    }
}
