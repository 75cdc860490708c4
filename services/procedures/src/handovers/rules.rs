//! Who has which papers, and who may therefore hand them over. Pure.

use std::collections::{BTreeMap, BTreeSet};

use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a hand-over stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandoverState {
    /// Handed over; the receiver has not said what arrived.
    Given,
    /// Everything arrived as it was said.
    Received,
    /// Received, with differences.
    ReceivedWithDifferences,
}

impl HandoverState {
    /// The word as columns and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Received => "received",
            Self::ReceivedWithDifferences => "received_with_differences",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Given, Self::Received, Self::ReceivedWithDifferences].into_iter().find(|state| state.as_str() == word)
    }
}

/// How many of a paper.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PaperCounts)]
pub struct Counts {
    /// Originals (bản chính).
    pub originals: u32,
    /// Copies (bản sao).
    pub copies: u32,
}

impl Counts {
    /// Whether there is none.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.originals == 0 && self.copies == 0
    }

    /// Whether there are at least so many.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.originals >= other.originals && self.copies >= other.copies
    }

    const fn and(self, other: Self) -> Self {
        Self {
            originals: self.originals.saturating_add(other.originals),
            copies: self.copies.saturating_add(other.copies),
        }
    }

    const fn without(self, other: Self) -> Self {
        Self {
            originals: self.originals.saturating_sub(other.originals),
            copies: self.copies.saturating_sub(other.copies),
        }
    }
}

/// Which paper of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaperKey {
    /// A component, by code.
    Component(String),
    /// A result, by code.
    Result(String),
    /// Another paper, by name.
    Named(String),
}

/// A part of a paper on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OnTheWay {
    handover: i64,
    from: Uuid,
    to: Uuid,
    counts: Counts,
}

/// Who has which papers of a dossier: the sum of its hand-overs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    held: BTreeMap<PaperKey, BTreeMap<Uuid, Counts>>,
    on_the_way: BTreeMap<PaperKey, Vec<OnTheWay>>,
}

/// Who has a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The agency that has it, or is to receive it.
    pub agency: Uuid,
    /// How many.
    pub counts: Counts,
    /// Whether it is on its way there.
    pub on_the_way: bool,
}

/// Why a paper can't be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The giver has none of it; who has, when anybody is known to.
    NotHeld(Option<Holder>),
    /// The giver has fewer.
    Fewer(Counts),
}

impl Ledger {
    /// Whether an agency has so many of a paper. `first` says whether such papers come to it from outside the dossier's
    /// agencies: how many do, nobody counts, so it hands over what it says it has; others what they have received.
    ///
    /// # Errors
    /// Why not.
    pub fn may_give(&self, from: Uuid, paper: &PaperKey, counts: Counts, first: bool) -> Result<(), Refusal> {
        if first {
            return Ok(());
        }
        let holders = self.holders(paper);
        match holders.iter().find(|holder| holder.agency == from && !holder.on_the_way) {
            Some(own) if own.counts.covers(counts) => Ok(()),
            Some(own) => Err(Refusal::Fewer(own.counts)),
            // Where it is on its way from here, that is what the giver wants to hear.
            None => Err(Refusal::NotHeld(
                holders.iter().find(|holder| holder.on_the_way).or_else(|| holders.first()).copied(),
            )),
        }
    }

    /// A paper leaves an agency. What it was not known to have has come to it from outside.
    pub fn give(&mut self, handover: i64, from: Uuid, to: Uuid, paper: &PaperKey, counts: Counts) {
        if let Some(own) = self.held.get_mut(paper).and_then(|holders| holders.get_mut(&from)) {
            *own = own.without(counts);
        }
        self.on_the_way.entry(paper.clone()).or_default().push(OnTheWay { handover, from, to, counts });
    }

    /// A hand-over has arrived, but for what was missing and with what came beyond it.
    pub fn receive(&mut self, handover: i64, differences: &BTreeMap<PaperKey, (Counts, Counts)>) {
        let mut arrived = Vec::new();
        for (paper, parts) in &mut self.on_the_way {
            for part in parts.iter().filter(|part| part.handover == handover) {
                arrived.push((paper.clone(), part.clone()));
            }
            parts.retain(|part| part.handover != handover);
        }
        let ends = arrived.first().map(|(_, part)| (part.from, part.to));
        let given: BTreeSet<PaperKey> = arrived.iter().map(|(paper, _)| paper.clone()).collect();
        for (paper, part) in arrived {
            let (missing, extra) = differences.get(&paper).copied().unwrap_or_default();
            self.add(&paper, part.from, missing);
            self.add(&paper, part.to, part.counts.without(missing));
            self.moved_beyond(&paper, part.from, part.to, extra);
        }
        let Some((from, to)) = ends else { return };
        for (paper, (_, extra)) in differences.iter().filter(|(paper, _)| !given.contains(paper)) {
            self.moved_beyond(paper, from, to, *extra);
        }
    }

    /// What came beyond what was said has left the giver, as far as they were known to have it.
    fn moved_beyond(&mut self, paper: &PaperKey, from: Uuid, to: Uuid, extra: Counts) {
        if let Some(own) = self.held.get_mut(paper).and_then(|holders| holders.get_mut(&from)) {
            *own = own.without(extra);
        }
        self.add(paper, to, extra);
    }

    fn add(&mut self, paper: &PaperKey, agency: Uuid, counts: Counts) {
        let holder = self.held.entry(paper.clone()).or_default().entry(agency).or_default();
        *holder = holder.and(counts);
    }

    /// Who has a paper.
    #[must_use]
    pub fn holders(&self, paper: &PaperKey) -> Vec<Holder> {
        let held = self.held.get(paper).into_iter().flatten();
        let held = held.map(|(agency, counts)| Holder { agency: *agency, counts: *counts, on_the_way: false });
        let way = self.on_the_way.get(paper).into_iter().flatten();
        let way = way.map(|part| Holder { agency: part.to, counts: part.counts, on_the_way: true });
        held.chain(way).filter(|holder| !holder.counts.is_none()).collect()
    }

    /// Every paper that anybody was ever said to have, in order.
    #[must_use]
    pub fn papers(&self) -> BTreeSet<&PaperKey> {
        self.held.keys().chain(self.on_the_way.keys()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DESK: Uuid = Uuid::from_u128(1);
    const OFFICE: Uuid = Uuid::from_u128(2);
    const OTHER: Uuid = Uuid::from_u128(3);

    fn form() -> PaperKey {
        PaperKey::Component("TP01".into())
    }

    const fn originals(originals: u32) -> Counts {
        Counts { originals, copies: 0 }
    }

    #[test]
    fn who_never_received_a_paper_cannot_hand_it_over_and_hears_who_has_it() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.may_give(OFFICE, &form(), originals(1), false), Err(Refusal::NotHeld(None)));
        assert_eq!(ledger.may_give(DESK, &form(), originals(1), true), Ok(()));
        ledger.give(1, DESK, OFFICE, &form(), originals(1));
        let on_its_way = Holder { agency: OFFICE, counts: originals(1), on_the_way: true };
        assert_eq!(ledger.may_give(DESK, &form(), originals(1), false), Err(Refusal::NotHeld(Some(on_its_way))));
        assert_eq!(ledger.may_give(OFFICE, &form(), originals(1), false), Err(Refusal::NotHeld(Some(on_its_way))));
        ledger.receive(1, &BTreeMap::new());
        assert_eq!(ledger.may_give(OFFICE, &form(), originals(1), false), Ok(()));
        assert_eq!(ledger.may_give(OFFICE, &form(), originals(2), false), Err(Refusal::Fewer(originals(1))));
    }

    #[test]
    fn what_is_missing_stays_with_the_giver_and_what_came_beyond_is_the_receivers() {
        let (mut ledger, book) = (Ledger::default(), PaperKey::Named("Sổ đỏ".into()));
        ledger.give(1, DESK, OFFICE, &form(), Counts { originals: 2, copies: 1 });
        let differences = BTreeMap::from([
            (form(), (originals(2), Counts::default())),
            (book.clone(), (Counts::default(), originals(1))),
        ]);
        ledger.receive(1, &differences);
        assert_eq!(ledger.may_give(DESK, &form(), originals(2), false), Ok(()));
        assert_eq!(ledger.may_give(OFFICE, &form(), Counts { originals: 0, copies: 1 }, false), Ok(()));
        assert_eq!(ledger.may_give(OFFICE, &book, originals(1), false), Ok(()));
    }

    #[test]
    fn where_papers_come_in_a_second_one_follows_the_first_and_what_came_back_is_used_up_first() {
        let mut ledger = Ledger::default();
        let held = |ledger: &Ledger, agency| -> u32 {
            ledger.holders(&form()).iter().filter(|one| one.agency == agency).map(|one| one.counts.originals).sum()
        };
        for number in 1..=2 {
            assert_eq!(ledger.may_give(DESK, &form(), originals(1), true), Ok(()));
            ledger.give(number, DESK, OFFICE, &form(), originals(1));
            ledger.receive(number, &BTreeMap::new());
        }
        assert_eq!((held(&ledger, DESK), held(&ledger, OFFICE)), (0, 2));
        ledger.give(3, OFFICE, DESK, &form(), originals(1));
        ledger.receive(3, &BTreeMap::new());
        ledger.give(4, DESK, OFFICE, &form(), originals(1));
        assert_eq!((held(&ledger, DESK), held(&ledger, OFFICE)), (0, 2), "no third has come in");
    }

    proptest! {
        /// Whatever is given and received, as long as nobody gives what they lack, no paper appears or is lost.
        #[test]
        fn papers_are_neither_made_nor_lost(
            steps in prop::collection::vec((0_usize..3, 0_usize..3, 1_u32..4, prop::option::of(0_u32..4)), 1..40)
        ) {
            let agencies = [DESK, OFFICE, OTHER];
            let mut ledger = Ledger::default();
            let mut known = false;
            let all = |ledger: &Ledger| -> u32 {
                ledger.holders(&form()).iter().map(|holder| holder.counts.originals).sum()
            };
            for ((from, to, count, missing), number) in steps.into_iter().zip(1_i64..) {
                let (from, to) = (agencies[from], agencies[to]);
                let count = if known { count } else { 10 };
                if ledger.may_give(from, &form(), originals(count), from == DESK && !known).is_err() {
                    continue;
                }
                ledger.give(number, from, to, &form(), originals(count));
                known = true;
                if let Some(missing) = missing {
                    let lost = originals(missing.min(count));
                    ledger.receive(number, &BTreeMap::from([(form(), (lost, Counts::default()))]));
                }
                prop_assert_eq!(all(&ledger), 10);
            }
        }
    }
}
