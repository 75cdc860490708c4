//! What stands beside a figure: the targets of the agency for it, and what changed of it after publication.

use chrono::NaiveDate;
use motcua_db::{Conn, TxResult};
use motcua_kernel::text::Language;
use motcua_kernel::{Text, Uuid};

use super::load::{Pages, Sight};
use super::models::{AgencyName, Restatement, TargetLine, TrendPoint};
use super::period_names::long;
use crate::definitions::exact::Exact;
use crate::periods::Period;
use crate::targets::{Standing, standings_of};
use crate::{publishing, targets};

/// So many changes are told on a page; all of them are with the published period.
const RESTATEMENTS: i64 = 20;

impl Pages {
    /// The targets of the agency for indicators of the set, in force in the period, with their states today.
    pub(super) fn targets(&self, conn: &mut Conn, sight: &Sight) -> TxResult<Vec<Standing>> {
        let of = (self.tenant, sight.subject.agency.id);
        let asked = (sight.context.set.code.as_str(), sight.context.when.period);
        standings_of(conn, &self.scores, of, asked, sight.context.today)
    }

    /// What changed, after its publication, of the figures that an indicator is made of, in the periods of its course.
    pub(super) fn restatements(
        &self,
        conn: &mut Conn,
        sight: &Sight,
        names: &[String],
        course: &[TrendPoint],
    ) -> TxResult<Vec<Restatement>> {
        let last = sight.context.when.period.last_day();
        let first = course.first().map_or(last, |point| point.period.last_day());
        let members: Vec<Uuid> = sight.subject.members.iter().copied().collect();
        let of = (self.tenant, sight.context.set.code.as_str());
        let found = publishing::restated_of(conn, of, (first, last), (&members, names), RESTATEMENTS)?;
        let line = |(period, one): (String, publishing::view::Restatement)| Restatement {
            at: one.noted_at.unwrap_or(one.event_time),
            agency: AgencyName { code: one.agency.code, name: one.agency.name },
            figure: figure(&one.name, &period),
            old: one.old.map(Exact::from),
            new: one.new.map(Exact::from),
            reason: one.reason,
            event: one.event_type,
        };
        Ok(found.into_iter().map(line).collect())
    }
}

/// A measure in a period.
fn figure(measure: &Text, period: &str) -> Text {
    let named = |language| period.parse().map_or_else(|()| period.to_owned(), |period: Period| long(period, language));
    Text::new(
        format!("{}, {}", measure.vi, named(Language::Vietnamese)),
        format!("{}, {}", measure.en, named(Language::English)),
    )
}

impl Sight {
    /// The targets for an indicator; several where the period is longer than theirs.
    pub(super) fn target_of<'t>(
        &'t self,
        targets: &'t [Standing],
        indicator: &'t str,
    ) -> impl Iterator<Item = &'t Standing> {
        // The newest first.
        targets.iter().rev().filter(move |target| {
            target.subject_code.split_once('/') == Some((self.context.set.code.as_str(), indicator))
        })
    }

    /// They as they are drawn, with what there was of the indicator within their periods.
    pub(super) fn target_lines(
        &self,
        standings: &[Standing],
        indicator: &str,
        course: &[TrendPoint],
    ) -> Vec<TargetLine> {
        let today = self.context.today;
        let line = |target: &targets::Standing| {
            let within = |point: &TrendPoint| -> Option<(NaiveDate, Exact)> {
                let (first, last) = (point.period.first_day(), point.period.last_day());
                let is_within = target.period.first_day() <= first && last <= target.period.last_day();
                point.value.clone().filter(|_| is_within).map(|value| (last.min(today), value))
            };
            TargetLine {
                period: target.period,
                start: target.start.clone(),
                points: target.points.clone(),
                target: target.target.clone(),
                legal_source: target.legal_source.clone(),
                expected: target.expected.clone(),
                value: target.value.clone().ok(),
                state: target.state,
                course: course.iter().filter_map(within).collect(),
            }
        };
        self.target_of(standings, indicator).map(line).collect()
    }
}
