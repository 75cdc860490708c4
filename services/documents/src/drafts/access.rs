//! Who belongs to the circle of a draft, and in whose name somebody acts on it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use motcua_agencies::{authority_in, load_officer, posts_of, successors};
use motcua_db::sql::Id;
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::actor::officer_reference;
use motcua_kernel::{Actor, ActorKind, Authority, BusinessTime, Error, Role, Uuid};

use super::rules::{DraftState, Hand, Standing};
use super::store::{self, DraftRow, draft_consulted, draft_people, drafts};
use crate::agency_filter::{above, agency_tree, below, held};
use crate::directory::officer_id;
use crate::signing::{self, SignedFor};

/// Who keeps or leads an agency, and so sees its drafts.
const KEEPERS: [Role; 4] = [Role::Clerk, Role::Leader, Role::Approver, Role::Administrator];
/// Who answers for what a draft says.
const HEADS: [Role; 2] = [Role::Leader, Role::Approver];
/// Who answers for an agency that is asked.
pub(super) const ANSWERING: [Role; 3] = [Role::Leader, Role::Approver, Role::Processor];

/// Somebody who looks at drafts: everything the predicate asks of a caller, found out once.
#[derive(Debug, Clone)]
pub(super) struct Viewer {
    pub tenant: Uuid,
    pub officer: Option<Uuid>,
    today: NaiveDate,
    keeps: Vec<Id>,
    heads: Vec<Id>,
    answers: Vec<Id>,
    /// The agencies at or above those where they hold a post: whoever is named there, or signs there, does so for as long.
    serves: Vec<Id>,
    signs: Vec<SignedFor>,
}

impl Viewer {
    /// A caller at an instant. Only officers see drafts.
    pub(super) fn of(conn: &mut Conn, actor: &Actor, at: BusinessTime) -> TxResult<Self> {
        let today = at.day_in_vietnam();
        let officer = officer_id(conn, actor)?;
        let roles = |roles: &[Role]| if actor.kind == ActorKind::Officer { held(actor, roles) } else { Vec::new() };
        let (keeps, heads, answers) = (roles(&KEEPERS), roles(&HEADS), roles(&ANSWERING));
        let serves: Vec<Id> = above(Id(actor.tenant), roles(&Role::ALL)).distinct().load(conn)?;
        let mut signs = match officer {
            Some(officer) => signing::signed_for(conn, actor.tenant, officer, today)?,
            None => Vec::new(),
        };
        signs.retain(|one| serves.contains(&one.agency));
        Ok(Self { tenant: actor.tenant, officer, today, keeps, heads, answers, serves, signs })
    }

    /// The agencies they may sign for today.
    pub(super) fn signs_for(&self) -> impl Iterator<Item = Uuid> {
        self.signs.iter().map(|one| one.agency.0)
    }

    fn me(&self) -> Id {
        // No officer has the id that stands for nobody, and who holds no post any more is nobody here.
        Id(self.officer.filter(|_| !self.serves.is_empty()).unwrap_or_default())
    }
}

pub(super) type Filtered = Box<dyn BoxableExpression<drafts::table, MultiBackend, SqlType = Bool>>;

/// The circle: author, checkers, whom it was given to, for as long as they hold a post there; who may sign such a document
/// for the agency today, once it waits for its signature; who keeps or leads it; and once it was given to be checked, the
/// heads of its unit.
pub(super) fn circle(of: &Viewer) -> Filtered {
    let tenant = Id(of.tenant);
    let named = draft_people::table
        .filter(draft_people::tenant_id.eq(tenant.clone()).and(draft_people::officer_id.eq(of.me())))
        .select(draft_people::draft_id);
    let named = drafts::id.eq_any(named).and(drafts::responsible_agency_id.eq_any(of.serves.clone()));
    let keeps = drafts::responsible_agency_id.eq_any(below(tenant.clone(), of.keeps.clone()));
    let before_signing: Vec<&str> = DraftState::BEFORE_SIGNING.into_iter().map(DraftState::as_str).collect();
    let waits = drafts::state.ne_all(before_signing);
    let signs = waits.and(signed_by(of));
    let unit = drafts::unit_id
        .is_not_null()
        .and(drafts::submitted_at.is_not_null())
        .and(drafts::unit_id.assume_not_null().eq_any(below(tenant.clone(), of.heads.clone())));
    Box::new(drafts::tenant_id.eq(tenant).and(named.or(keeps).or(signs).or(unit)))
}

/// What a caller's authorities cover, by agency and type.
fn signed_by(of: &Viewer) -> Filtered {
    let all: Vec<Id> = of.signs.iter().filter(|one| one.types.is_none()).map(|one| one.agency.clone()).collect();
    let mut covered: Filtered = Box::new(drafts::responsible_agency_id.eq_any(all));
    for one in &of.signs {
        if let Some(types) = &one.types {
            let some = drafts::responsible_agency_id.eq(one.agency.clone());
            covered = Box::new(covered.or(some.and(drafts::document_type.eq_any(types.clone()))));
        }
    }
    covered
}

/// What a caller may see of drafts: the circle, and who is asked for an opinion, who sees the text and its versions alone.
pub(super) fn visible(of: &Viewer) -> Filtered {
    let tenant = Id(of.tenant);
    let agencies = below(tenant.clone(), of.answers.clone());
    let me = draft_consulted::officer_id.is_not_null().and(draft_consulted::officer_id.assume_not_null().eq(of.me()));
    let ours =
        draft_consulted::agency_id.is_not_null().and(draft_consulted::agency_id.assume_not_null().eq_any(agencies));
    let asked = draft_consulted::table
        .filter(draft_consulted::tenant_id.eq(tenant.clone()))
        .filter(me.or(ours))
        .select(draft_consulted::draft_id);
    Box::new(drafts::tenant_id.eq(tenant).and(drafts::id.eq_any(asked)).or(circle(of)))
}

/// The agencies for which a caller answers when they are asked.
pub(super) fn answering_agencies(conn: &mut Conn, of: &Viewer, asked: &[Uuid]) -> TxResult<BTreeSet<Uuid>> {
    let wanted: Vec<Id> = asked.iter().copied().map(Id).collect();
    let reached: Vec<Id> = agency_tree::table
        .select(agency_tree::descendant_id)
        .filter(agency_tree::tenant_id.eq(Id(of.tenant)).and(agency_tree::ancestor_id.eq_any(of.answers.clone())))
        .filter(agency_tree::descendant_id.eq_any(wanted))
        .load(conn)?;
    Ok(reached.into_iter().map(|id| id.0).collect())
}

/// In whose names a caller acts on a draft, by what right in each, and what follows for the rules.
pub(super) struct Hands {
    pub standing: Standing,
    pub rights: BTreeMap<Hand, Authority>,
}

impl Hands {
    pub(super) fn of(conn: &mut Conn, actor: &Actor, viewer: &Viewer, row: &DraftRow) -> TxResult<Self> {
        let agency = row.responsible_agency_id.0;
        let mut rights = BTreeMap::new();
        if viewer.officer == Some(row.author_id.0) && viewer.serves.contains(&row.responsible_agency_id) {
            rights.insert(Hand::Author, actor.in_own_name());
        }
        let drafting = row.unit_id.as_ref().map_or(agency, |unit| unit.0);
        let of_agency = authority_in(conn, actor, agency, &HEADS)?;
        if let Some(by) = authority_in(conn, actor, drafting, &HEADS)?.or_else(|| of_agency.clone()) {
            rights.insert(Hand::Head, by);
        }
        if let Some(by) = of_agency {
            rights.insert(Hand::Agency, by);
        }
        if let Some(by) = authority_in(conn, actor, agency, &[Role::Clerk])? {
            rights.insert(Hand::Clerk, by);
        }
        if viewer.signs.iter().any(|one| one.agency == row.responsible_agency_id && one.covers(&row.document_type)) {
            rights.insert(Hand::Signer, actor.in_own_name());
        }
        let authors = row.authors(conn)?;
        let mut of_author = BTreeSet::new();
        for (hand, by) in &rights {
            if acts_for(conn, viewer, by, &authors)? {
                of_author.insert(*hand);
            }
        }
        let checker: Vec<Uuid> = row.content_by_id.iter().map(|id| id.0).collect();
        let checked_content = match rights.get(&Hand::Clerk) {
            Some(by) => acts_for(conn, viewer, by, &checker)?,
            None => false,
        };
        let standing = Standing {
            state: row.state()?,
            revision: row.revision,
            content_revision: row.content_revision,
            form_revision: row.form_revision,
            hands: rights.keys().copied().collect(),
            of_author,
            checked_content,
            goes_back_to: goes_back_to(conn, viewer, row, drafting, &authors, rights.get(&Hand::Head))?,
            document_id: row.document_id.as_ref().map(|id| id.0),
            numbered_by_closed: numbered_by_closed(conn, viewer, row)?,
        };
        Ok(Self { standing, rights })
    }

    /// The right of a hand that the rules allowed.
    pub(super) fn right(&self, hand: Hand) -> TxResult<Authority> {
        let by = self.rights.get(&hand).cloned();
        Ok(by.ok_or_else(|| Error::internal("a step was allowed to a hand the caller lacks"))?)
    }
}

/// Whether the number a draft has got is of an agency that has closed since.
fn numbered_by_closed(conn: &mut Conn, viewer: &Viewer, row: &DraftRow) -> TxResult<bool> {
    if row.state()? != DraftState::Numbered {
        return Ok(false);
    }
    let Some(signature) = store::signature(conn, row)? else { return Ok(false) };
    let agency = signature.agency_id.0;
    Ok(successors(conn, viewer.tenant, agency, viewer.today)? != [agency])
}

/// Whether somebody is one of these officers, or acts on the post of one.
fn acts_for(conn: &mut Conn, viewer: &Viewer, by: &Authority, officers: &[Uuid]) -> TxResult<bool> {
    if officers.iter().any(|officer| viewer.officer == Some(*officer)) {
        return Ok(true);
    }
    let Some(others) = by.on_behalf_of() else { return Ok(false) };
    for officer in officers {
        if let Some(known) = load_officer(conn, viewer.tenant, *officer)? {
            let reference = officer_reference(&known.issuer, &known.subject);
            if others.split(", ").any(|other| other == reference) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Who approved an older version and has to see this one: unless the caller is that person or acts on that post, or the
/// post is no longer theirs, so that whoever has it now goes on; nor does it go back to somebody who has changed it since
/// and can't check it any more.
fn goes_back_to(
    conn: &mut Conn,
    viewer: &Viewer,
    row: &DraftRow,
    drafting: Uuid,
    authors: &[Uuid],
    head: Option<&Authority>,
) -> TxResult<Option<Uuid>> {
    let (Some(approver), DraftState::Drafting | DraftState::ContentCheck) = (&row.content_by_id, row.state()?) else {
        return Ok(None);
    };
    let approver = approver.0;
    if authors.contains(&approver) {
        return Ok(None);
    }
    if let Some(by) = head
        && acts_for(conn, viewer, by, &[approver])?
    {
        return Ok(None);
    }
    let active = load_officer(conn, viewer.tenant, approver)?.is_some_and(|officer| officer.active);
    if !active {
        return Ok(None);
    }
    let posts = posts_of(conn, viewer.tenant, approver, viewer.today)?;
    let at: Vec<Id> = posts.iter().filter(|post| HEADS.contains(&post.role)).map(|post| Id(post.agency)).collect();
    let still: Option<Id> = agency_tree::table
        .select(agency_tree::ancestor_id)
        .filter(agency_tree::tenant_id.eq(Id(viewer.tenant)).and(agency_tree::ancestor_id.eq_any(at)))
        .filter(agency_tree::descendant_id.eq_any([Id(drafting), row.responsible_agency_id.clone()]))
        .first(conn)
        .optional()?;
    Ok(still.map(|_| approver))
}
