//! Agencies in maps: who stands below whom is found by walking up.

use std::collections::{BTreeMap, BTreeSet};

use motcua_agencies::{AgencyKind, AgencyRecord};
use motcua_kernel::Uuid;

/// The newest record of every agency.
#[derive(Debug, Clone, Default)]
pub(crate) struct Agencies {
    pub all: BTreeMap<Uuid, AgencyRecord>,
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

    /// At which level an agency carries procedures out; none of units, centres and others.
    pub(crate) fn level(&self, agency: Uuid) -> Option<&'static str> {
        match self.all.get(&agency)?.kind {
            AgencyKind::Province | AgencyKind::Department => Some("province"),
            AgencyKind::Commune => Some("commune"),
            AgencyKind::Centre | AgencyKind::Party | AgencyKind::Council | AgencyKind::Other => None,
        }
    }
}
