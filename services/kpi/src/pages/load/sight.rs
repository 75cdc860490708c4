//! An agency in a period, scored, alone and beside its like: what every page takes its figures from.

use std::result::Result;

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Text, Uuid};

use crate::definitions::model::{ClassesOf, Count, Indicator};
use crate::definitions::rules::rank::{Placed, class_of};
use crate::definitions::rules::score::Figures;
use crate::definitions::rules::total::{IndicatorScore, Points, SetScore};
use crate::measures::listing::Part;
use crate::pages::models::{
    AgencyName, AgencyOutcome, Backlog, ClassMark, GroupCard, GroupScore, IndicatorLine, Movement, Outcome,
    RankedAgency, Scope, Score, Standing as Finality, Term,
};
use crate::scores::{Context, DECIMALS, Scores, Subject, place};
use crate::targets::Standing;

/// An agency in a period, scored.
#[derive(Clone)]
pub(in crate::pages) struct Sight {
    pub(in crate::pages) context: Context,
    pub(in crate::pages) subject: Subject,
    pub(super) figures: Figures,
    pub(super) score: SetScore,
    pub(super) trouble: Option<Text>,
}

impl Sight {
    /// What a name in a formula stands for, and what it came to.
    pub(super) fn term(&self, code: &str) -> Term {
        let set = &self.context.set;
        let bare = code.strip_prefix("element.").unwrap_or(code);
        let measure = set.measures.iter().find(|one| one.code == code);
        let lists = match measure {
            None => Vec::new(),
            Some(measure) if measure.count == Count::Records => vec![Part::Counted, Part::Excluded],
            Some(_) => vec![Part::Counted],
        };
        let element = || set.elements.iter().find(|one| one.code == bare).map(|one| &one.name);
        let name = measure.map(|one| &one.name).or_else(element).cloned().unwrap_or_else(|| Text::new(code, code));
        let value = self.figures.numbers.get(code).or_else(|| self.figures.numbers.get(&format!("element.{bare}")));
        Term { code: code.to_owned(), name, value: value.cloned(), lists }
    }

    pub(super) fn scope(&self) -> Scope {
        let (context, period) = (&self.context, self.context.when.period);
        let is_over = period.end() <= context.when.now;
        Scope {
            set: context.set.code.clone(),
            set_name: context.set.name.clone(),
            set_version: context.set.version.clone(),
            source: context.set.source.clone(),
            period,
            earlier: context.before().map(|before| before.when.period),
            later: period.next().filter(|_| is_over),
            standing: if is_over { Finality::Over } else { Finality::Running },
            data_as_of: Some(context.data_as_of.0),
            trouble: self.trouble.clone(),
        }
    }

    pub(super) fn class(&self, total: &Points) -> Option<ClassMark> {
        let class = class_of(&self.context.set, total, DECIMALS)?;
        let ranking = self.context.set.ranking.as_ref()?;
        let place = ranking.classes.iter().position(|one| one.code == class.code)?;
        Some(ClassMark { name: class.name.clone(), place, of_measured: ranking.classes_of == ClassesOf::Measured })
    }

    pub(super) fn groups(&self, score: &SetScore) -> Vec<GroupScore> {
        let groups = self.context.set.groups.iter().filter_map(|group| {
            let (_, sum) = score.groups.iter().find(|(code, _)| *code == group.code)?;
            Some(GroupScore { code: group.code.clone(), name: group.name.clone(), score: points(sum) })
        });
        groups.collect()
    }

    pub(super) fn cards(&self, targets: &[Standing]) -> Vec<GroupCard> {
        let line = |indicator: &Indicator| {
            let scored = scored(&self.score, &indicator.code)?;
            Some(IndicatorLine {
                code: indicator.code.clone(),
                name: indicator.name.clone(),
                maximum: indicator.maximum.clone(),
                outcome: outcome(scored),
                target: self.target_of(targets, &indicator.code).next().map(|target| target.state),
            })
        };
        let card = |group: GroupScore| {
            let own = self.context.set.indicators.iter().filter(|one| one.group == group.code);
            GroupCard { indicators: own.filter_map(line).collect(), group }
        };
        self.groups(&self.score).into_iter().map(card).collect()
    }

    /// The agencies directly below, placed, and where they stood before.
    pub(super) fn peers(&self, conn: &mut Conn, room: &Scores) -> TxResult<Peers> {
        let ids = self.context.peers(conn, self.subject.agency.id, None)?;
        let subjects = self.context.subjects(conn, &ids)?;
        let (scores, placed) = place(conn, room, &self.context, &subjects)?;
        let before = match self.context.before() {
            Some(before) => Some(place(conn, room, &before, &subjects)?.1),
            None => None,
        };
        Ok(Peers { subjects, scores, placed, before })
    }
}

/// Agencies beside each other.
pub(super) struct Peers {
    pub(super) subjects: Vec<Subject>,
    pub(super) scores: Vec<SetScore>,
    pub(super) placed: Vec<Placed<usize>>,
    pub(super) before: Option<Vec<Placed<usize>>>,
}

impl Peers {
    pub(super) fn none() -> Self {
        Self { subjects: Vec::new(), scores: Vec::new(), placed: Vec::new(), before: None }
    }

    pub(super) fn movement(&self, placed: &Placed<usize>) -> Movement {
        let Some(before) = &self.before else { return Movement::None };
        let before = before.iter().find(|one| one.who == placed.who).and_then(|one| one.rank);
        match (before, placed.rank) {
            (_, None) => Movement::None,
            (None, Some(_)) => Movement::New,
            (Some(before), Some(now)) if now < before => Movement::Up(before - now),
            (Some(before), Some(now)) if now > before => Movement::Down(now - before),
            (Some(_), Some(_)) => Movement::Same,
        }
    }

    pub(super) fn ranked(&self, sight: &Sight, waiting: &[Backlog]) -> Vec<RankedAgency> {
        let row = |placed: &Placed<usize>| {
            let (subject, score) = (self.subjects.get(placed.who)?, self.scores.get(placed.who)?);
            Some(RankedAgency {
                agency: name_of(subject),
                rank: rank_of(placed),
                movement: self.movement(placed),
                points: placed.points.clone(),
                class: sight.class(&score.total),
                backlog: waiting.get(placed.who).cloned().unwrap_or_else(Backlog::unknown),
            })
        };
        self.placed.iter().filter_map(row).collect()
    }

    pub(super) fn outcomes(&self, code: &str) -> Vec<AgencyOutcome> {
        let row = |placed: &Placed<usize>| {
            let (subject, score) = (self.subjects.get(placed.who)?, self.scores.get(placed.who)?);
            Some(AgencyOutcome { agency: name_of(subject), outcome: outcome(scored(score, code)?) })
        };
        let mut rows: Vec<AgencyOutcome> = self.placed.iter().filter_map(row).collect();
        rows.sort_by(|a, b| b.outcome.points.cmp(&a.outcome.points));
        rows
    }

    /// Rank, among how many, and movement.
    pub(super) fn place_of(&self, agency: Uuid) -> Option<(Result<usize, Text>, usize, Movement)> {
        let who = self.subjects.iter().position(|subject| subject.agency.id == agency)?;
        let placed = self.placed.iter().find(|one| one.who == who)?;
        let ranked = self.placed.iter().filter(|one| one.rank.is_some()).count();
        Some((rank_of(placed), ranked, self.movement(placed)))
    }
}

pub(super) fn rank_of(placed: &Placed<usize>) -> Result<usize, Text> {
    placed.rank.ok_or_else(|| placed.unranked.clone().unwrap_or_else(|| Text::new("Không xếp hạng.", "Not ranked.")))
}

pub(super) fn scored<'s>(score: &'s SetScore, code: &str) -> Option<&'s IndicatorScore> {
    score.indicators.iter().find(|one| one.code == code)
}

pub(super) fn outcome(scored: &IndicatorScore) -> Outcome {
    let score = &scored.score;
    Outcome {
        numerator: score.numerator.clone(),
        denominator: score.denominator.clone(),
        value: score.value.clone(),
        points: score.points.clone(),
        not_measured: score.not_measured.clone(),
    }
}

pub(super) fn points(sum: &Points) -> Score {
    Score { points: sum.points.clone(), measured_maximum: sum.measured_maximum.clone(), maximum: sum.maximum.clone() }
}

pub(super) fn name_of(subject: &Subject) -> AgencyName {
    AgencyName { code: subject.agency.code.clone(), name: subject.agency.name.clone() }
}
