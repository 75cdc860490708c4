//! What the monthly bulletin (bản tin tháng) says, made of the same pieces as the pages, at one moment: so they can't differ.

use std::sync::Arc;

use motcua_agencies::{Named, names};
use motcua_db::Conn;
use motcua_kernel::{Actor, Error, Result, Uuid};

use super::{Asked, Backlog, Pages, Sight, name_of, parent_of, points};
use crate::pages::models::{
    AgencyName, ClassMark, FieldBacklog, GroupCard, GroupScore, RankedAgency, Scope, Score, TrendPoint,
};
use crate::periods::Period;
use crate::publishing::{Restated, restated_within};
use crate::reach;

/// A bulletin.
pub(crate) struct Bulletin {
    /// Set, period and freshness.
    pub scope: Scope,
    /// The agency.
    pub agency: AgencyName,
    /// The one above it.
    pub above: Option<Named>,
    /// Its points.
    pub total: Score,
    /// Its class.
    pub class: Option<ClassMark>,
    /// Its groups, in the order of the set.
    pub groups: Vec<GroupScore>,
    /// The period before, with the points of then; none where it was scored by another version.
    pub before: Option<(Period, Score, Vec<GroupScore>)>,
    /// Its points in the last periods.
    pub trend: Vec<TrendPoint>,
    /// What waits there.
    pub backlog: Backlog,
    /// What waits by field, the most overdue first.
    pub fields: Vec<FieldBacklog>,
    /// The agencies below it by rank.
    pub ranking: Vec<RankedAgency>,
    /// Its groups with their indicators.
    pub cards: Vec<GroupCard>,
    /// What changed of published periods meanwhile.
    pub restated: Vec<Restated>,
}

impl Pages {
    /// The bulletin of an agency, or of the province where none is named.
    ///
    /// # Errors
    /// `not_found` for an agency that there is not, or out of the caller's sight; those of a scorecard.
    pub(crate) async fn bulletin(&self, actor: Arc<Actor>, agency: Option<String>, asked: Asked) -> Result<Bulletin> {
        let own = self.clone();
        let load = move |conn: &mut Conn| {
            let sight = own.sight(conn, &asked, agency.as_deref())?;
            if actor.tenant != own.tenant || !reach::sees(conn, &actor, sight.subject.agency.id)? {
                return Err(Error::not_found().into());
            }
            let before = match sight.context.before() {
                Some(context) => {
                    let of = std::slice::from_ref(&sight.subject);
                    let scored = crate::scores::figures(conn, &own.scores, &context, of)?.into_iter().next();
                    scored.map(|(figures, _)| {
                        let score = context.score(&figures, &sight.subject);
                        let then = Sight { figures, score, context, subject: sight.subject.clone(), trouble: None };
                        (then.context.when.period, points(&then.score.total), then.groups(&then.score))
                    })
                }
                None => None,
            };
            let peers = sight.peers(conn, &own.scores)?;
            let waiting = own.waiting(conn, &sight, &peers)?;
            let (here, below) = waiting.split_first().map_or((Backlog::unknown(), &[][..]), |(a, b)| (a.clone(), b));
            let period = sight.context.when.period;
            let members: Vec<Uuid> = sight.subject.members.iter().copied().collect();
            let days = (period.start(), period.end());
            let restated = restated_within(conn, own.tenant, &sight.context.set.code, days, &members)?;
            let above = match parent_of(conn, own.tenant, sight.subject.agency.id)? {
                Some(parent) => names(conn, own.tenant, &[parent], sight.context.today)?.remove(&parent),
                None => None,
            };
            Ok(Bulletin {
                scope: sight.scope(),
                agency: name_of(&sight.subject),
                above,
                total: points(&sight.score.total),
                class: sight.class(&sight.score.total),
                groups: sight.groups(&sight.score),
                before,
                trend: own.trend(conn, &sight, |_, score| score.total.points.clone())?,
                backlog: here,
                fields: own.fields(conn, &sight)?,
                ranking: peers.ranked(&sight, below),
                cards: sight.cards(&own.targets(conn, &sight)?),
                restated,
            })
        };
        self.scores.db.read_snapshot("report_bulletin", load).await
    }
}
