//! What was published beside what would be said today, looked at in the same way.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_kernel::{Actor, Error, Result, Uuid};

use super::view::{Comparison, PointChange};
use super::{Publishing, read};
use crate::definitions::exact::Exact;
use crate::scores::{Context, DECIMALS, Question, admit, card};

/// Compares the points of an agency that was published.
///
/// # Errors
/// `not_found` for an agency that was not published there, or out of the caller's sight.
pub(super) async fn comparison(room: &Publishing, actor: Arc<Actor>, id: Uuid, agency: String) -> Result<Comparison> {
    admit(&actor)?;
    let own = room.clone();
    room.db
        .read_snapshot("published_periods_comparison", move |conn| {
            let row = read::found(conn, actor.tenant, id)?;
            let asked = Question::read(&row.set_code, &row.period, &format!("under:{agency}"), Some("as_was"), None)?;
            let context = Context::of(conn, &own.scores, actor.tenant, &asked, true)?;
            let subject = context.subject(conn, &actor, &asked.agency)?;
            let document = read::frozen(conn, actor.tenant, id)?;
            let frozen = document.agencies.into_iter().find(|one| one.agency.id == subject.agency.id);
            let frozen = frozen.ok_or_else(Error::not_found)?;
            let card = card(conn, &own.scores, &context, &subject)?;
            let mut today: BTreeMap<String, Option<String>> =
                card.indicators.into_iter().map(|one| (one.code, one.points)).collect();
            let indicators = frozen.indicators.into_iter().map(|one| {
                let new = today.remove(&one.code).flatten();
                change(Some(one.code), one.points, new)
            });
            Ok(Comparison {
                indicators: indicators.collect(),
                agency: subject.agency,
                data_as_of: context.data_as_of.0,
                set_version: context.set.version.clone(),
                total: change(None, frozen.total.points, card.total.points),
            })
        })
        .await
}

fn change(code: Option<String>, old: Option<String>, new: Option<String>) -> PointChange {
    let number = |text: &Option<String>| text.as_ref()?.parse::<Exact>().ok();
    let difference = number(&new).zip(number(&old)).map(|(new, old)| (&new - &old).rounded(DECIMALS));
    PointChange { code, old, new, difference }
}
