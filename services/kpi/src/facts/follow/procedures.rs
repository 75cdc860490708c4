//! What the feed of `procedures` tells: dossiers, procedures, ratings.

use std::collections::BTreeMap;

use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Event, Follow};
use motcua_kernel::{Error, Result, Uuid};

use super::unknown::Unknown;
use crate::definitions::vocabulary::{DOSSIER, RATING};
use crate::facts::events::{Agency, DossierFacts, LifeFacts, MirrorFacts, PublishedFacts, RatingFacts, Use, use_of};
use crate::facts::store::{
    self, AnnouncementRow, DossierRows, MirroredDossierRow, ProcedureRow, RatingRow, ResponsibilityRow,
};
use crate::measures::Tallying;
use crate::measures::records::{of_dossier, of_rating};
use crate::publishing::log::Cause;

/// Takes dossiers, procedures and ratings in from the feed of `procedures`.
#[derive(Debug, Clone, Copy, Default)]
pub struct DossierFollow;

impl DossierFollow {
    /// The name under which this service keeps its position in the feed of `procedures`.
    pub const NAME: &str = "facts<-procedures";
}

impl Follow for DossierFollow {
    fn apply(&self, tx: &mut Conn, event: &Event) -> TxResult<()> {
        self.apply_page(tx, std::slice::from_ref(event))
    }

    fn apply_page(&self, tx: &mut Conn, events: &[Event]) -> TxResult<()> {
        for events in events.chunk_by(|one, next| one.tenant == next.tenant) {
            let mut page = Page::new();
            for event in events {
                if use_of(&event.kind) == Use::Calendar {
                    motcua_calendars::Replica.apply(tx, event)?;
                } else {
                    page.read(event)?;
                }
            }
            if let Some(first) = events.first() {
                page.write(tx, first.tenant)?;
            }
        }
        Ok(())
    }
}

/// Something that became of a procedure.
enum Turn {
    Published(Box<PublishedFacts>),
    Life(LifeFacts),
}

impl Turn {
    fn version(&self) -> i64 {
        match self {
            Self::Published(facts) => facts.version,
            Self::Life(facts) => facts.version,
        }
    }
}

/// A page of the feed, read.
struct Page {
    /// The newest facts of each dossier.
    dossiers: BTreeMap<Uuid, DossierFacts>,
    moves: Vec<ResponsibilityRow>,
    mirrors: BTreeMap<Uuid, MirrorFacts>,
    /// Each in its order: a life goes on from a version.
    procedures: Vec<(Uuid, Turn)>,
    ratings: BTreeMap<Uuid, RatingFacts>,
    /// The newest event about each object.
    causes: BTreeMap<Uuid, Cause>,
    unknown: Unknown,
}

impl Page {
    fn new() -> Self {
        Self {
            dossiers: BTreeMap::new(),
            moves: Vec::new(),
            mirrors: BTreeMap::new(),
            procedures: Vec::new(),
            ratings: BTreeMap::new(),
            causes: BTreeMap::new(),
            unknown: Unknown::of("procedures"),
        }
    }

    fn read(&mut self, event: &Event) -> Result<()> {
        match use_of(&event.kind) {
            Use::Dossier => self.dossier(event, event.facts()?)?,
            // A newer `procedures` has steps we do not know. They tell the same facts, or something else altogether.
            Use::UnknownStep => {
                let facts = event.facts::<DossierFacts>().ok();
                self.unknown.add(event, facts.is_some())?;
                if let Some(facts) = facts {
                    self.dossier(event, facts)?;
                }
            }
            Use::Mirror => {
                let (id, facts) = (event.subject_id()?, event.facts::<MirrorFacts>()?);
                if self.mirrors.get(&id).is_none_or(|kept| kept.version < facts.version) {
                    self.mirrors.insert(id, facts);
                }
            }
            Use::Published => {
                self.procedures.push((event.subject_id()?, Turn::Published(Box::new(event.facts()?))));
            }
            Use::Life => self.procedures.push((event.subject_id()?, Turn::Life(event.facts()?))),
            Use::Rating => {
                self.ratings.insert(event.subject_id()?, event.facts()?);
                self.causes.insert(event.subject_id()?, Cause::of(event));
            }
            // Calendars are their replica's.
            Use::Nothing | Use::Calendar => {}
            // Those of `documents` have no business in this feed.
            Use::Issued
            | Use::DocumentState
            | Use::DocumentMoved
            | Use::Dispatch
            | Use::Incoming
            | Use::Directory
            | Use::Unknown => self.unknown.add(event, false)?,
        }
        Ok(())
    }

    fn dossier(&mut self, event: &Event, facts: DossierFacts) -> Result<()> {
        let id = event.subject_id()?;
        self.moves.extend(moves(event, id, &facts));
        if self.dossiers.get(&id).is_none_or(|kept| kept.version < facts.version) {
            self.dossiers.insert(id, facts);
            self.causes.insert(id, Cause::of(event));
        }
        Ok(())
    }

    fn write(self, tx: &mut Conn, tenant: Uuid) -> TxResult<()> {
        store::keep_moves(tx, &self.moves)?;
        write_dossiers(tx, tenant, self.dossiers, &self.causes)?;
        let kept = store::mirror_versions(tx, tenant, self.mirrors.keys().copied())?;
        let newer = |id: &Uuid, version: i64| kept.get(id).is_none_or(|kept| *kept < version);
        let mirrors = self.mirrors.into_iter().filter(|(id, facts)| newer(id, facts.version));
        let mirrors: Vec<_> = mirrors.map(|(id, facts)| MirroredDossierRow::new(tenant, id, facts)).collect();
        store::keep_mirrored_dossier_facts(tx, &mirrors)?;
        write_procedures(tx, tenant, self.procedures)?;
        write_ratings(tx, tenant, self.ratings, &self.causes)?;
        self.unknown.keep(tx)
    }
}

/// Writes dossiers that are newer than what is kept, and tallies what changed.
fn write_dossiers(
    tx: &mut Conn,
    tenant: Uuid,
    dossiers: BTreeMap<Uuid, DossierFacts>,
    causes: &BTreeMap<Uuid, Cause>,
) -> TxResult<()> {
    if dossiers.is_empty() {
        return Ok(());
    }
    let mut tallying = Tallying::begin(tx, tenant, DOSSIER.name)?;
    let before = store::dossiers_of(tx, tenant, dossiers.keys().copied())?;
    let newer = |id: &Uuid, version: i64| before.get(id).is_none_or(|kept| kept.course.version < version);
    let dossiers = dossiers.into_iter().filter(|(id, facts)| newer(id, facts.version));
    let rows: Vec<DossierRows> = dossiers.map(|(id, facts)| DossierRows::new(tenant, id, facts)).collect();
    for row in &rows {
        let id = row.fact.dossier_id.0;
        tallying.change(before.get(&id).map(of_dossier).as_ref(), &of_dossier(row), causes.get(&id));
    }
    store::keep_dossiers(tx, &before, rows)?;
    tallying.write(tx)
}

/// Writes ratings, which never change, and tallies the new ones.
fn write_ratings(
    tx: &mut Conn,
    tenant: Uuid,
    ratings: BTreeMap<Uuid, RatingFacts>,
    causes: &BTreeMap<Uuid, Cause>,
) -> TxResult<()> {
    if ratings.is_empty() {
        return Ok(());
    }
    let mut tallying = Tallying::begin(tx, tenant, RATING.name)?;
    let before = store::ratings_of(tx, tenant, ratings.keys().copied())?;
    let rows = ratings.into_iter().map(|(id, facts)| RatingRow::new(tenant, id, facts)).collect::<Result<Vec<_>>>()?;
    for row in &rows {
        let id = row.rating_id.0;
        tallying.change(before.get(&id).map(of_rating).as_ref(), &of_rating(row), causes.get(&id));
    }
    store::keep_rating_facts(tx, &rows)?;
    tallying.write(tx)
}

/// Who became responsible with an event. The first event of a dossier tells so when its agency had closed already.
fn moves(event: &Event, dossier: Uuid, facts: &DossierFacts) -> Vec<ResponsibilityRow> {
    let is_move = matches!(event.kind.as_str(), "dossier.responsibility_moved.v1" | "dossier.transferred.v1");
    let is_first = event.kind == "dossier.submitted.v1";
    let agencies = &facts.agencies;
    let roles =
        [("receiving", &agencies.receiving), ("competent", &agencies.competent), ("issuing", &agencies.issuing)];
    let told =
        roles.into_iter().filter(|(_, agency)| is_move || (is_first && agency.responsible_id != agency.written_id));
    let row = |(role, agency): (&str, &Agency)| ResponsibilityRow {
        tenant_id: Id(event.tenant),
        subject_kind: "dossier".to_owned(),
        subject_id: Id(dossier),
        role: role.to_owned(),
        version: facts.version,
        agency_id: Id(agency.responsible_id),
        since_at: At(facts.occurred_at),
    };
    told.map(row).collect()
}

fn write_procedures(tx: &mut Conn, tenant: Uuid, turns: Vec<(Uuid, Turn)>) -> TxResult<()> {
    let mut rows = store::procedures_of(tx, tenant, turns.iter().map(|(id, _)| *id))?;
    let mut changed: BTreeMap<Uuid, ProcedureRow> = BTreeMap::new();
    let mut announced: BTreeMap<(Uuid, i64), AnnouncementRow> = BTreeMap::new();
    for (id, turn) in turns {
        if rows.get(&id).is_some_and(|row| row.version >= turn.version()) {
            continue;
        }
        match turn {
            Turn::Published(facts) => {
                announced.insert((id, facts.number), AnnouncementRow::published(tenant, id, &facts));
                let row = ProcedureRow::published(tenant, id, *facts, rows.get(&id));
                rows.insert(id, row);
            }
            Turn::Life(facts) => {
                let row =
                    rows.get_mut(&id).ok_or_else(|| Error::internal(format!("procedure {id} never published")))?;
                if facts.abolition.is_some() || row.abolished_from.is_some() {
                    announced.insert((id, store::ABOLITION), AnnouncementRow::abolition(tenant, id, &facts));
                }
                row.lives_on(&facts);
            }
        }
        if let Some(row) = rows.get(&id) {
            changed.insert(id, row.clone());
        }
    }
    store::keep_procedure_facts(tx, &changed.into_values().collect::<Vec<_>>())?;
    store::keep_announcement_facts(tx, &announced.into_values().collect::<Vec<_>>())
}
