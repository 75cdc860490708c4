//! Names and addresses of officers, sealed.

use std::collections::BTreeMap;

use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Result, Uuid, Vault};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    officer_persons (tenant_id, officer_id) {
        tenant_id -> Uid,
        officer_id -> Uid,
        name -> Binary,
        email -> Nullable<Binary>,
    }
}

/// An officer as a person. It shows itself to nobody by accident.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub name: String,
    pub email: Option<String>,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(***)")
    }
}

/// What a sealed value belongs to, so that it can't be moved to another row.
fn context(column: &str, officer: Uuid) -> String {
    format!("officer_persons.{column}:{officer}")
}

/// Seals and writes a person, in place of what was there.
pub(super) fn put(tx: &mut Conn, vault: &Vault, tenant: Uuid, officer: Uuid, person: &Person) -> TxResult<()> {
    let mine = officer_persons::tenant_id.eq(Id(tenant)).and(officer_persons::officer_id.eq(Id(officer)));
    diesel::delete(officer_persons::table.filter(mine)).execute(tx)?;
    let email = person.email.as_ref().map(|email| vault.seal(&context("email", officer), email.as_bytes()));
    diesel::insert_into(officer_persons::table)
        .values((
            officer_persons::tenant_id.eq(Id(tenant)),
            officer_persons::officer_id.eq(Id(officer)),
            officer_persons::name.eq(vault.seal(&context("name", officer), person.name.as_bytes())?),
            officer_persons::email.eq(email.transpose()?),
        ))
        .execute(tx)?;
    Ok(())
}

/// Opens the persons of some officers.
pub(super) fn open(
    conn: &mut Conn,
    vault: &Vault,
    tenant: Uuid,
    officers: &[Uuid],
) -> TxResult<BTreeMap<Uuid, Person>> {
    let wanted: Vec<Id> = officers.iter().copied().map(Id).collect();
    let rows: Vec<(Id, Vec<u8>, Option<Vec<u8>>)> = officer_persons::table
        .select((officer_persons::officer_id, officer_persons::name, officer_persons::email))
        .filter(officer_persons::tenant_id.eq(Id(tenant)).and(officer_persons::officer_id.eq_any(wanted)))
        .load(conn)?;
    let opened = rows.into_iter().map(|(officer, name, email)| {
        let officer = officer.0;
        let text = |column: &str, sealed: Vec<u8>| {
            String::from_utf8(vault.open(&context(column, officer), &sealed)?).map_err(Error::internal)
        };
        let email = email.map(|sealed| text("email", sealed)).transpose()?;
        Ok((officer, Person { name: text("name", name)?, email }))
    });
    Ok(opened.collect::<Result<_>>()?)
}

/// The name of an officer, where the directory has one. Personal data: whoever shows it notes that it was read.
///
/// # Errors
/// When the database fails, or the key it was sealed with is gone.
pub(crate) fn name_of(conn: &mut Conn, vault: &Vault, tenant: Uuid, officer: Uuid) -> TxResult<Option<String>> {
    Ok(open(conn, vault, tenant, &[officer])?.remove(&officer).map(|person| person.name))
}
