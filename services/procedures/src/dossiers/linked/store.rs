//! Which dossier was brought about by which step of which other, and who sees both.
//!
//! Sight is written where the agencies of a dossier stand, so that the one predicate and the successions of agencies know
//! of it without knowing of links: the agency that is a party of one dossier has a row at the other, whose role says of
//! which dossier it is a party and what it is there.

use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, Failure, TxResult, is_unique_violation, on_each};
use motcua_kernel::Uuid;

use crate::dossiers::rules::Party;
use crate::dossiers::store::{DossierRow, PartyRow, dossier_agencies, dossiers, stale};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    linked_dossiers (tenant_id, parent_id, code) {
        tenant_id -> Uid,
        parent_id -> Uid,
        /// Code of the step in the version of the first dossier.
        code -> Text,
        child_id -> Uid,
    }
}

diesel::allow_tables_to_appear_in_same_query!(linked_dossiers, dossiers);

/// Writes that a step has its dossier: a step has one for ever. From now on the agencies of each see the other.
pub(super) fn link(
    tx: &mut Conn,
    code: &str,
    (parent, parent_parties): (&DossierRow, &[PartyRow]),
    (child, child_parties): (&DossierRow, &[PartyRow]),
) -> TxResult<()> {
    let linked = on_each!(tx, |c| {
        diesel::insert_into(linked_dossiers::table)
            .values((
                linked_dossiers::tenant_id.eq(parent.tenant_id.clone()),
                linked_dossiers::parent_id.eq(parent.id.clone()),
                linked_dossiers::code.eq(code),
                linked_dossiers::child_id.eq(child.id.clone()),
            ))
            .execute(c)
    });
    linked.map_err(|error| match error {
        // Somebody else has received the first dossier at the same moment.
        error if is_unique_violation(&error) => Failure::from(stale(parent.version)),
        error => Failure::from(error),
    })?;
    let mut sight = sight_of(parent, child_parties);
    sight.extend(sight_of(child, parent_parties));
    on_each!(tx, |c| diesel::insert_into(dossier_agencies::table).values(&sight).execute(c))?;
    Ok(())
}

/// Who sees beside a dossier those that are linked to it: the agencies that handle it. One that gives an opinion or helps
/// the applicant has nothing to do with the others.
const SEEING: [Party; 3] = [Party::Receiving, Party::Competent, Party::Issuing];

/// The rows by which the parties of one dossier see another.
fn sight_of(seen: &DossierRow, parties: &[PartyRow]) -> Vec<PartyRow> {
    let handles = |row: &&PartyRow| SEEING.iter().any(|party| party.as_str() == row.role);
    parties
        .iter()
        .filter(handles)
        .map(|row| PartyRow { dossier_id: seen.id.clone(), role: sight(&row.role, row.dossier_id.0), ..row.clone() })
        .collect()
}

/// What a row is called that lets a party of another dossier see this one.
fn sight(party: &str, of: Uuid) -> String {
    format!("{party}@{of}")
}

/// A party of a dossier goes over to another agency: its sight of linked dossiers goes with it.
pub(crate) fn move_sight(tx: &mut Conn, tenant: Uuid, of: Uuid, party: Party, to: Uuid) -> TxResult<()> {
    let related = related(tx, tenant, of)?;
    if related.is_empty() {
        return Ok(());
    }
    let rows = dossier_agencies::tenant_id
        .eq(Id(tenant))
        .and(dossier_agencies::dossier_id.eq_any(related))
        .and(dossier_agencies::role.eq(sight(party.as_str(), of)));
    diesel::update(dossier_agencies::table.filter(rows))
        .set(dossier_agencies::responsible_agency_id.eq(Id(to)))
        .execute(tx)?;
    Ok(())
}

/// The dossiers directly linked to one, in either direction.
fn related(conn: &mut Conn, tenant: Uuid, of: Uuid) -> TxResult<Vec<Id>> {
    let mut related: Vec<Id> = linked_dossiers::table
        .select(linked_dossiers::child_id)
        .filter(linked_dossiers::tenant_id.eq(Id(tenant)).and(linked_dossiers::parent_id.eq(Id(of))))
        .load(conn)?;
    let parents: Vec<Id> = linked_dossiers::table
        .select(linked_dossiers::parent_id)
        .filter(linked_dossiers::tenant_id.eq(Id(tenant)).and(linked_dossiers::child_id.eq(Id(of))))
        .load(conn)?;
    related.extend(parents);
    Ok(related)
}

/// The dossiers that one has brought about.
pub(super) fn children(conn: &mut Conn, tenant: Uuid, parent: Uuid) -> TxResult<Vec<DossierRow>> {
    let ids = linked_dossiers::table
        .select(linked_dossiers::child_id)
        .filter(linked_dossiers::tenant_id.eq(Id(tenant)).and(linked_dossiers::parent_id.eq(Id(parent))));
    Ok(dossiers::table.filter(dossiers::tenant_id.eq(Id(tenant)).and(dossiers::id.eq_any(ids))).load(conn)?)
}
