//! What the command line asks of the directory: who is there to mint a token for, and the demo's portal.

use std::collections::BTreeSet;

use motcua_agencies::{ClientRecord, events, named, names, open_agency, put_client, resolve, touch_directory};
use motcua_db::Db;
use motcua_journal::{Journal, Stamp};
use motcua_kernel::{Error, Result, Role, Uuid, new_id};

use super::{rules, store};
use crate::agencies::tell;
use crate::text_fields::one_line_fault;

/// Somebody a development token can be minted for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownOfficer {
    /// Code of the agency where the role is held.
    pub agency_code: String,
    /// The role held there today.
    pub role: Role,
    /// The account at the issuer.
    pub subject: String,
}

/// Everybody with an active account at an issuer and what they may do where today, by agency.
///
/// # Errors
/// When the database fails.
pub async fn known_officers(db: &Db, tenant: Uuid, issuer: &str) -> Result<Vec<KnownOfficer>> {
    let (issuer, today) = (issuer.to_owned(), db.clock.business().day_in_vietnam());
    db.read("officers_known", move |conn| {
        let officers = store::active_officers(conn, tenant, &issuer)?;
        let in_force = |grant: &&motcua_agencies::GrantRecord| {
            grant.valid_from <= today && grant.valid_to.is_none_or(|end| today < end)
        };
        let held: Vec<_> = officers
            .iter()
            .flat_map(|officer| officer.grants.iter().filter(in_force).map(move |grant| (officer, grant)))
            .collect();
        let agencies: BTreeSet<Uuid> = held.iter().map(|(_, grant)| grant.agency_id).collect();
        let names = names(conn, tenant, &agencies.into_iter().collect::<Vec<_>>(), today)?;
        let known = held.into_iter().filter_map(|(officer, grant)| {
            let agency_code = names.get(&grant.agency_id)?.code.clone();
            Some(KnownOfficer { agency_code, role: grant.role, subject: officer.subject.clone() })
        });
        let mut known: Vec<KnownOfficer> = known.collect();
        known.sort();
        Ok(known)
    })
    .await
}

/// The account of somebody who holds a role today in the agency a code or id means now.
///
/// # Errors
/// `officer.not_found` naming the roles there are in that agency, or all agencies that have officers; or when the
/// database fails.
pub async fn find_officer(db: &Db, tenant: Uuid, issuer: &str, agency: &str, role: Role) -> Result<String> {
    let (reference, today) = (agency.to_owned(), db.clock.business().day_in_vietnam());
    let codes: BTreeSet<String> = db
        .read("officer_agency", move |conn| {
            if named(conn, tenant, &reference, today)?.is_none() {
                return Ok(BTreeSet::new());
            }
            let meant = resolve(conn, tenant, &reference, today)?;
            Ok(names(conn, tenant, &meant, today)?.into_values().map(|named| named.code).collect())
        })
        .await?;
    let known = known_officers(db, tenant, issuer).await?;
    let there: Vec<&KnownOfficer> = known.iter().filter(|officer| codes.contains(&officer.agency_code)).collect();
    if let Some(officer) = there.iter().find(|officer| officer.role == role) {
        return Ok(officer.subject.clone());
    }
    let roles: BTreeSet<&str> = there.iter().map(|officer| officer.role.as_str()).collect();
    let agencies: BTreeSet<&str> = known.iter().map(|officer| officer.agency_code.as_str()).collect();
    let (vi, en) = if !roles.is_empty() {
        let roles = roles.into_iter().collect::<Vec<_>>().join(", ");
        (format!("Ở {agency} có: {roles}."), format!("At {agency} there are: {roles}."))
    } else if agencies.is_empty() {
        ("Danh bạ chưa có ai.".to_owned(), "The directory is empty.".to_owned())
    } else {
        let agencies = agencies.into_iter().collect::<Vec<_>>().join(", ");
        (format!("Có cán bộ ở: {agencies}."), format!("Agencies with officers: {agencies}."))
    };
    let mut error = Error::not_found();
    "officer.not_found".clone_into(&mut error.code);
    error.detail = motcua_kernel::Text::new(
        format!("Không có cán bộ vai trò {role} ở {agency}. {vi}"),
        format!("There is no {role} at {agency}. {en}"),
    );
    Err(error)
}

/// An API client to be in the directory.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// Issuer of its tokens.
    pub issuer: String,
    /// Client id at the issuer.
    pub subject: String,
    /// What it is called.
    pub name: String,
    /// Code or id of the agency that answers for it; none for one of the whole installation.
    pub owner_agency: Option<String>,
}

/// Puts a client into the directory; one that is there stays as it is. Returns its id.
///
/// # Errors
/// When a text is wrong, the agency is not open, or the database fails.
pub async fn add_client(db: &Db, journal: &Journal, tenant: Uuid, new: NewClient) -> Result<Uuid> {
    let mut faults = rules::subject_faults(&new.issuer, &new.subject);
    faults.extend(one_line_fault("/name", &new.name));
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let (journal, stamp) = (journal.clone(), Stamp::by_service(journal.service(), tenant, &db.clock));
    db.write("client_add", move |tx| {
        touch_directory(tx, tenant)?;
        if let Some(known) = store::client_of(tx, tenant, &new.issuer, &new.subject)? {
            return Ok(known.id);
        }
        let owner_agency_id = match &new.owner_agency {
            None => None,
            Some(reference) => Some(open_agency(tx, tenant, reference, stamp.occurred.day_in_vietnam())?.id),
        };
        let record = ClientRecord {
            id: new_id(),
            issuer: new.issuer.clone(),
            subject: new.subject.clone(),
            name: new.name.clone(),
            owner_agency_id,
            active: true,
            version: 1,
        };
        put_client(tx, tenant, &record)?;
        tell(tx, &journal, &stamp, events::CLIENT_RECORDED, record.id, record.version, &record)?;
        Ok(record.id)
    })
    .await
}
