//! What the waits take out of a term.
//!
//! A wait lasts from the request to the answer. In a term in **days** it takes out the dates after the date of the
//! request, up to and with the date on which the answer is deemed received: the day of the request was still the
//! agency's, the day of the answer is not yet. In a term in **hours** it takes out the office time between the two
//! instants, to the second, and no cut-off is applied to the answer.
//!
//! Waits that touch or overlap are joined before any date is taken, so two waits that meet at an instant are exactly
//! the one wait from the first beginning to the last end, wherever they meet: at night, on a Sunday, after a cut-off.
//! The longest time of a kind is for all its waits together: what one of them used is not there for the next, so that
//! nobody lengthens a term by ending a wait and beginning it again.
//!
//! A wait during which nothing could have been received any later takes out no date: one of no length, one that lies
//! within a weekend, one from evening to the next opening.

mod allowance;

use chrono::{NaiveDate, NaiveDateTime};

use self::allowance::Allowance;
use crate::calendar::day_after;
use crate::error::ClockError;
use crate::rule::{ClockRule, WaitEffect};
use crate::wait::WaitKind;
use crate::workplace::Workplace;

/// A wait of a dossier.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    pub(crate) number: u32,
    pub(crate) kind: WaitKind,
    pub(crate) from: NaiveDateTime,
    pub(crate) to: Option<NaiveDateTime>,
    /// Whether its answer starts the term anew.
    pub(crate) restarts: bool,
}

/// An unbroken time of waiting.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    pub(crate) kind: WaitKind,
    pub(crate) from: NaiveDateTime,
    to: NaiveDateTime,
    /// The last date it takes out.
    pub(crate) last: NaiveDate,
    /// Whether it is still going on, and within the longest time.
    pub(crate) open: bool,
    /// When the longest time ends.
    pub(crate) limit: Option<NaiveDateTime>,
}

/// Dates and moments taken out: each list in order, without overlap.
#[derive(Debug, Clone, Default)]
pub(crate) struct Excluded {
    /// Dates, both ends included.
    pub(crate) dates: Vec<(NaiveDate, NaiveDate)>,
    /// Moments, the end excluded.
    pub(crate) moments: Vec<(NaiveDateTime, NaiveDateTime)>,
    /// Where they come from, for the ledger.
    pub(crate) stretches: Vec<Stretch>,
}

impl Excluded {
    /// What the waits take out, as if those still open ended at `at`.
    pub(crate) fn by(
        waits: &[Wait],
        rule: &ClockRule,
        workplace: &Workplace<'_>,
        at: NaiveDateTime,
    ) -> Result<Self, ClockError> {
        let mut excluded = Self::default();
        if waits.is_empty() {
            return Ok(excluded);
        }
        for kind in WaitKind::ALL {
            let WaitEffect::TakenOut { at_most } = rule.effect_of(kind) else { continue };
            let mut allowance = at_most.map(Allowance::of).transpose()?;
            for mut stretch in join_of_kind(waits, kind, at) {
                stretch.last = rule.cut_off.deemed(stretch.to, workplace)?.date();
                if let Some(allowance) = &mut allowance {
                    allowance.grant(&mut stretch, rule.cut_off, workplace, at)?;
                }
                excluded.stretches.push(stretch);
            }
        }
        excluded.stretches.sort_by_key(|stretch| stretch.from);
        excluded.take_out(rule, workplace)?;
        Ok(excluded)
    }

    /// Whether a date is taken out of a term in days.
    pub(crate) fn has(&self, date: NaiveDate) -> bool {
        self.dates.iter().any(|(first, last)| *first <= date && date <= *last)
    }

    /// The kind of wait that reaches over a date.
    pub(crate) fn kind_on(&self, date: NaiveDate) -> Option<WaitKind> {
        let reaches = |stretch: &&Stretch| stretch.from.date() <= date && date <= stretch.last;
        self.stretches.iter().filter(reaches).max_by_key(|stretch| stretch.from.date() < date).map(|found| found.kind)
    }

    /// Makes the dates and moments from the stretches, which are in order of their beginnings.
    fn take_out(&mut self, rule: &ClockRule, workplace: &Workplace<'_>) -> Result<(), ClockError> {
        let mut joined: Vec<Stretch> = Vec::with_capacity(self.stretches.len());
        // One of no length must not lend its end to another that it touches.
        for stretch in self.stretches.iter().filter(|stretch| stretch.from < stretch.to) {
            match joined.last_mut() {
                Some(last) if stretch.from <= last.to => {
                    last.to = last.to.max(stretch.to);
                    last.last = last.last.max(stretch.last);
                }
                _ => joined.push(*stretch),
            }
        }
        for stretch in joined {
            self.moments.push((stretch.from, stretch.to));
            let (asked, answered) =
                (rule.cut_off.deemed(stretch.from, workplace)?, rule.cut_off.deemed(stretch.to, workplace)?);
            let first = day_after(stretch.from.date())?;
            if answered <= asked || stretch.last < first {
                continue;
            }
            match self.dates.last_mut() {
                Some((_, last)) if first <= *last => *last = stretch.last.max(*last),
                _ => self.dates.push((first, stretch.last)),
            }
        }
        Ok(())
    }
}

/// The waits of a kind, joined where they touch or overlap; `last` is still to be found.
fn join_of_kind(waits: &[Wait], kind: WaitKind, at: NaiveDateTime) -> Vec<Stretch> {
    let mut joined: Vec<Stretch> = Vec::new();
    // Waits are listed in the order in which they began.
    for wait in waits.iter().filter(|wait| wait.kind == kind) {
        let to = wait.to.unwrap_or(at);
        let open = wait.to.is_none();
        match joined.last_mut() {
            Some(last) if wait.from <= last.to => {
                last.to = last.to.max(to);
                last.open |= open;
            }
            _ => joined.push(Stretch { kind, from: wait.from, to, last: to.date(), open, limit: None }),
        }
    }
    joined
}
