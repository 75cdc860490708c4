//! Agencies in maps: who stands below whom is found by walking up.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use motcua_agencies::{AgencyKind, AgencyRecord, SuccessionRecord};
use motcua_kernel::Uuid;

/// The newest record of every agency, and whose work went to whom.
#[derive(Debug, Clone, Default)]
pub(crate) struct Agencies {
    pub all: BTreeMap<Uuid, AgencyRecord>,
    pub successions: Vec<SuccessionRecord>,
}

impl Agencies {
    pub(crate) fn take(&mut self, record: AgencyRecord) {
        if self.all.get(&record.id).is_none_or(|known| known.version < record.version) {
            self.all.insert(record.id, record);
        }
    }

    /// An agency and those above it, from the lowest to the highest.
    pub(crate) fn up_from(&self, agency: Uuid) -> Vec<Uuid> {
        let mut way = vec![agency];
        while let Some(parent) = self.all.get(&way[way.len() - 1]).and_then(|record| record.parent_id) {
            way.push(parent);
        }
        way
    }

    /// An agency and all below it, or it alone.
    pub(crate) fn reached(&self, agency: Uuid, with_below: bool) -> BTreeSet<Uuid> {
        if !with_below {
            return BTreeSet::from([agency]);
        }
        self.all.keys().copied().filter(|id| self.up_from(*id).contains(&agency)).collect()
    }

    /// Whether an agency exists on a day.
    pub(crate) fn is_open(&self, agency: Uuid, on: NaiveDate) -> bool {
        let record = &self.all[&agency];
        record.valid_from <= on && record.valid_to.is_none_or(|end| on < end)
    }

    /// Who does an agency's work on a day: itself while it is there, else whoever it went to.
    pub(crate) fn goes_on(&self, agency: Uuid, on: NaiveDate) -> BTreeSet<Uuid> {
        if self.all[&agency].valid_to.is_none_or(|end| on < end) {
            return BTreeSet::from([agency]);
        }
        let next = self.successions.iter().filter(|one| one.from_agency_id == agency && one.effective_on <= on);
        next.flat_map(|one| self.goes_on(one.to_agency_id, on)).collect()
    }

    /// At which level an agency carries procedures out; none of those that carry out none.
    pub(crate) fn level(&self, agency: Uuid) -> Option<&'static str> {
        match self.all.get(&agency)?.kind {
            AgencyKind::Province | AgencyKind::Department => Some("province"),
            AgencyKind::Commune => Some("commune"),
            AgencyKind::Centre | AgencyKind::Other | AgencyKind::Party | AgencyKind::Council => None,
        }
    }
}
