//! What a question means: which version of the set, which agency, and as of when.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use motcua_agencies::{AgencyKind, Named, agencies, agency_tree, named, names, successors};
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, ActorKind, Error, Result, SystemTime, Uuid};

use super::Scores;
use super::question::{Question, Structure};
use crate::definitions::Definitions;
use crate::definitions::model::{IndicatorSet, Measure};
use crate::facts;
use crate::measures::level_of;
use crate::measures::numbers::When;
use crate::reach;

/// The scope by which scores are read.
pub(crate) const READ: &str = "kpi:indicators:read";

/// Scores are for those who work with them; what the public may see of them is published.
///
/// # Errors
/// `scope.missing`, `figures.officers_only`.
pub(crate) fn admit(actor: &Actor) -> Result<()> {
    actor.require_scope(READ)?;
    match actor.kind {
        ActorKind::Officer | ActorKind::Service => Ok(()),
        ActorKind::Citizen | ActorKind::Client => Err(Error::forbidden(
            "figures.officers_only",
            "Số liệu này dành cho cán bộ, công chức và các hệ thống nội bộ.",
            "These figures are for officers and our own services.",
        )),
    }
}

/// An agency that is scored.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub agency: Named,
    pub kind: AgencyKind,
    /// The agencies it is made of: itself, or itself and everything below.
    pub members: BTreeSet<Uuid>,
}

/// What a question means.
#[derive(Clone)]
pub(crate) struct Context {
    pub tenant: Uuid,
    pub version: Uuid,
    pub set: Arc<IndicatorSet>,
    pub when: When,
    pub today: NaiveDate,
    pub structure: Structure,
    pub with_below: bool,
    pub variants: BTreeMap<String, String>,
    pub data_as_of: SystemTime,
}

impl Context {
    /// What is asked of whom, without the agency.
    ///
    /// # Errors
    /// `not_found` for a set that there is not; `indicator_set.none_governs` for a period that no version governs;
    /// `figures.not_ready`.
    pub(crate) fn of(
        conn: &mut Conn,
        room: &Scores,
        tenant: Uuid,
        asked: &Question,
        with_below: bool,
    ) -> TxResult<Self> {
        // Before the tallies are read: what comes in between makes them fresher than we say, never staler.
        let data_as_of = facts::as_of(conn, tenant)?;
        let now = room.db.clock.business();
        let Some((version, set)) = room.definitions.governing(conn, tenant, &asked.set, asked.period)? else {
            return Err(no_version(conn, tenant, asked)?.into());
        };
        for (indicator, variant) in &asked.variants {
            let known = set.indicators.iter().find(|one| one.code == *indicator);
            if known.and_then(|one| one.variant(variant)).is_none() {
                return Err(no_variant(indicator, variant).into());
            }
        }
        Ok(Self {
            tenant,
            version,
            set,
            when: When { period: asked.period, now: now.0 + TimeDelta::microseconds(1) },
            today: now.day_in_vietnam(),
            structure: asked.structure,
            with_below,
            variants: asked.variants.clone(),
            data_as_of,
        })
    }

    /// The day by whose names and codes agencies are meant.
    pub(crate) fn named_on(&self) -> NaiveDate {
        match self.structure {
            Structure::AsIs => self.today,
            Structure::AsWas => self.when.period.last_day().min(self.today),
            Structure::AsOf(day) => day,
        }
    }

    /// The agency that is meant.
    ///
    /// # Errors
    /// `not_found` for one that there is not, or out of the caller's sight; `agency.split` naming the successors.
    pub(crate) fn subject(&self, conn: &mut Conn, actor: &Actor, reference: &str) -> TxResult<Subject> {
        let subject = self.found(conn, reference)?;
        if reach::sees(conn, actor, subject.agency.id)? { Ok(subject) } else { Err(Error::not_found().into()) }
    }

    /// The agency that is meant, whoever asks: for what anybody may see.
    ///
    /// # Errors
    /// `not_found` for one that there is not; `agency.split` naming the successors.
    pub(crate) fn found(&self, conn: &mut Conn, reference: &str) -> TxResult<Subject> {
        let on = self.named_on();
        let meant = named(conn, self.tenant, reference, on)?.ok_or_else(Error::not_found)?;
        let responsible = match self.structure {
            Structure::AsIs => successors(conn, self.tenant, meant, on)?,
            Structure::AsWas | Structure::AsOf(_) => vec![meant],
        };
        let agency = match responsible.as_slice() {
            // One that closed and that nobody followed answers for itself: what it did stays its own.
            [] => meant,
            [one] => *one,
            several => return Err(was_split(conn, self.tenant, several, on)?.into()),
        };
        let subjects = self.subjects(conn, &[agency])?;
        subjects.into_iter().next().ok_or_else(|| Error::not_found().into())
    }

    /// These agencies with what they are made of, in the order of their codes.
    pub(crate) fn subjects(&self, conn: &mut Conn, ids: &[Uuid]) -> TxResult<Vec<Subject>> {
        let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
        let named = names(conn, self.tenant, ids, self.named_on())?;
        let kinds: Vec<(Id, String)> = agencies::table
            .select((agencies::id, agencies::kind))
            .filter(agencies::tenant_id.eq(Id(self.tenant)).and(agencies::id.eq_any(wanted.clone())))
            .load(conn)?;
        let mut members: BTreeMap<Uuid, BTreeSet<Uuid>> = ids.iter().map(|id| (*id, BTreeSet::from([*id]))).collect();
        if self.with_below {
            let below: Vec<(Id, Id)> = agency_tree::table
                .select((agency_tree::ancestor_id, agency_tree::descendant_id))
                .filter(agency_tree::tenant_id.eq(Id(self.tenant)).and(agency_tree::ancestor_id.eq_any(wanted)))
                .load(conn)?;
            for (above, below) in below {
                members.entry(above.0).or_default().insert(below.0);
            }
        }
        let mut subjects = Vec::new();
        for (id, kind) in kinds {
            let kind = kind.parse().map_err(Error::internal)?;
            if let (Some(agency), Some(members)) = (named.get(&id.0).cloned(), members.remove(&id.0)) {
                subjects.push(Subject { agency, kind, members });
            }
        }
        subjects.sort_by(|a, b| (&a.agency.code, a.agency.id).cmp(&(&b.agency.code, b.agency.id)));
        Ok(subjects)
    }

    /// Agencies below one that were open at some time of the period: of a kind, or all directly below.
    pub(crate) fn peers(&self, conn: &mut Conn, above: Uuid, kind: Option<AgencyKind>) -> TxResult<Vec<Uuid>> {
        let until = self.named_on();
        let from = self.when.period.first_day().min(until);
        let first_day = match self.structure {
            Structure::AsWas => from,
            Structure::AsIs | Structure::AsOf(_) => until,
        };
        let mut query = agencies::table
            .select(agencies::id)
            .filter(agencies::tenant_id.eq(Id(self.tenant)).and(agencies::id.ne(Id(above))))
            .filter(agencies::valid_from.le(until))
            .filter(agencies::valid_to.is_null().or(agencies::valid_to.assume_not_null().gt(first_day)))
            .into_boxed::<motcua_db::MultiBackend>();
        query = match kind {
            Some(kind) => query.filter(agencies::kind.eq(kind.as_str())),
            None => query.filter(agencies::parent_id.eq(Id(above))),
        };
        let all: Vec<Id> = query.load(conn)?;
        let below: BTreeSet<Uuid> = motcua_agencies::under(conn, self.tenant, &[above])?.into_iter().collect();
        Ok(all.into_iter().map(|id| id.0).filter(|id| below.contains(id)).collect())
    }

    /// As of a day: the agencies that had closed by then, and the one that was responsible for what each did. After a split
    /// it is for people to say who goes on, so what was done stays where it was.
    pub(crate) fn heirs(&self, conn: &mut Conn) -> TxResult<BTreeMap<Uuid, Uuid>> {
        let Structure::AsOf(day) = self.structure else { return Ok(BTreeMap::new()) };
        let closed: Vec<Id> = agencies::table
            .select(agencies::id)
            .filter(agencies::tenant_id.eq(Id(self.tenant)))
            .filter(agencies::valid_to.is_not_null().and(agencies::valid_to.assume_not_null().le(day)))
            .load(conn)?;
        let mut heirs = BTreeMap::new();
        for id in closed {
            if let [heir] = successors(conn, self.tenant, id.0, day)?.as_slice() {
                heirs.insert(id.0, *heir);
            }
        }
        Ok(heirs)
    }

    /// The agencies that carry procedures out, with their levels.
    pub(crate) fn serving(&self, conn: &mut Conn) -> TxResult<BTreeMap<Uuid, &'static str>> {
        let on = self.named_on();
        let open: Vec<(Id, String)> = agencies::table
            .select((agencies::id, agencies::kind))
            .filter(agencies::tenant_id.eq(Id(self.tenant)).and(agencies::valid_from.le(on)))
            .filter(agencies::valid_to.is_null().or(agencies::valid_to.assume_not_null().gt(on)))
            .load(conn)?;
        let mut serving = BTreeMap::new();
        for (id, kind) in open {
            if let Some(level) = level_of(kind.parse().map_err(Error::internal)?) {
                serving.insert(id.0, level);
            }
        }
        Ok(serving)
    }

    /// The same question about the period before; none where the same version does not govern it, because what is counted
    /// otherwise can't be compared.
    pub(crate) fn before(&self) -> Option<Self> {
        let (period, set) = (self.when.period.previous()?, &self.set);
        let governs = set.valid_from <= period.first_day() && set.valid_to.is_none_or(|to| period.first_day() <= to);
        governs.then(|| Self { when: When { period, ..self.when }, ..self.clone() })
    }

    /// The measure of a code.
    ///
    /// # Errors
    /// `measure.unknown`.
    pub(crate) fn measure(&self, code: &str) -> Result<&Measure> {
        self.set.measures.iter().find(|measure| measure.code == code).ok_or_else(|| {
            let set = &self.set.code;
            Error::malformed(
                "measure.unknown",
                format!("Bộ chỉ số {set} không có số đo `{code}`."),
                format!("The set {set} has no measure `{code}`."),
            )
            .with("parameter", "measure")
        })
    }
}

fn no_version(conn: &mut Conn, tenant: Uuid, asked: &Question) -> TxResult<Error> {
    let known = Definitions::is_known(conn, tenant, &asked.set)?;
    if !known {
        return Ok(Error::not_found());
    }
    let (set, period) = (&asked.set, asked.period);
    Ok(Error::conflict(
        "indicator_set.none_governs",
        format!("Không có phiên bản nào của bộ {set} có hiệu lực vào ngày đầu kỳ {period}."),
        format!("No version of {set} governs the first day of {period}."),
    ))
}

fn no_variant(indicator: &str, variant: &str) -> Error {
    Error::malformed(
        "variant.unknown",
        format!("Chỉ tiêu {indicator} không có cách tính `{variant}`."),
        format!("The indicator {indicator} has no variant `{variant}`."),
    )
    .with("parameter", "variants")
}

fn was_split(conn: &mut Conn, tenant: Uuid, several: &[Uuid], on: NaiveDate) -> TxResult<Error> {
    let successors: Vec<Named> = names(conn, tenant, several, on)?.into_values().collect();
    let codes = successors.iter().map(|agency| agency.code.as_str()).collect::<Vec<_>>().join(", ");
    let error = Error::conflict(
        "agency.split",
        format!("Cơ quan này đã được chia, tách; hãy hỏi từng cơ quan kế thừa: {codes}."),
        format!("This agency was split; ask for one of its successors: {codes}."),
    );
    Ok(error.with("successors", serde_json::to_value(&successors).map_err(Error::internal)?))
}
