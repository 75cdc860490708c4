//! Who may have events pushed, and whether they still may.

use std::collections::BTreeSet;

use motcua_kernel::{Actor, ActorKind, Authority, Error, Result, Role, Who};

use super::room::Webhooks;
use super::store::WebhookRow;

/// The role that lets an officer have events pushed, in any agency: what they are pushed is what they may see.
const ROLE: Role = Role::Administrator;

/// Refuses callers who have no subscriptions.
///
/// # Errors
/// `scope.missing`, or `webhooks.not_for_you` for citizens and services.
pub(super) fn check_caller(room: &Webhooks, actor: &Actor) -> Result<()> {
    actor.require_scope(&format!("{}:webhooks:write", room.journal.service))?;
    if matches!(actor.kind, ActorKind::Client | ActorKind::Officer) { Ok(()) } else { Err(not_for_you()) }
}

/// By what right a caller has events pushed: an API client by its scopes, an officer as an administrator.
///
/// # Errors
/// As [`check_caller`]; `scope.missing` also for who may not read the feed; `webhooks.not_administrator`.
pub(super) fn right(room: &Webhooks, actor: &Actor) -> Result<Authority> {
    check_caller(room, actor)?;
    actor.require_scope(&format!("{}:events:read", room.journal.service))?;
    held(actor).ok_or_else(|| {
        Error::forbidden(
            "webhooks.not_administrator",
            "Chỉ cán bộ có vai trò quản trị được đăng ký nhận sự kiện qua webhook.",
            "Among officers only administrators may have events pushed to a webhook.",
        )
    })
}

fn held(actor: &Actor) -> Option<Authority> {
    match actor.kind {
        ActorKind::Client => Some(actor.in_own_name()),
        ActorKind::Officer => actor.authority(&actor.agencies_with(&[ROLE]), &[ROLE]),
        ActorKind::Citizen | ActorKind::Service => None,
    }
}

/// Whether somebody who had events pushed still may.
pub(super) fn still_may(actor: &Actor) -> bool {
    held(actor).is_some()
}

fn not_for_you() -> Error {
    Error::forbidden(
        "webhooks.not_for_you",
        "Webhook chỉ dành cho ứng dụng (client) và cán bộ quản trị.",
        "Webhooks are for API clients and for administrators.",
    )
}

/// What of a token's scopes a subscription keeps: those of the service itself, and not the one that lifts the filter of
/// what its owner may see.
pub(super) fn kept_scopes(service: &str, actor: &Actor) -> String {
    let of_service = format!("{service}:");
    let whole_feed = format!("{service}:events:verify");
    let kept = |scope: &&str| scope.starts_with(&of_service) && **scope != whole_feed;
    actor.scopes.iter().map(String::as_str).filter(kept).collect::<Vec<_>>().join(" ")
}

/// The owner of a subscription as a caller today; none when their account is closed or they may keep none any more.
///
/// # Errors
/// When the directory can't be read.
pub(super) async fn today(room: &Webhooks, row: &WebhookRow) -> Result<Option<Actor>> {
    let who = Who {
        tenant: row.tenant_id.0,
        issuer: row.owner_issuer.clone(),
        subject: row.owner_subject.clone(),
        client: row.owner_client.clone(),
        kind: row.owner_kind()?,
    };
    let standing = room.directory.standing(&who).await?;
    let scopes: BTreeSet<String> = row.scopes.split_whitespace().map(str::to_owned).collect();
    let actor = Actor {
        tenant: who.tenant,
        issuer: who.issuer,
        subject: who.subject,
        client: who.client,
        kind: who.kind,
        scopes,
        grants: standing.grants,
        person: None,
    };
    Ok((standing.active && still_may(&actor)).then_some(actor))
}
