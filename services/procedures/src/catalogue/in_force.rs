//! Planned versions come into force: on its first day the procedure begins to show it.
//!
//! Dossiers do not wait for this: they ask the versions themselves which one is in force on their day.

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Kind, Result};

use super::publishing::show;
use super::store::{self, ProcedureRow};
use super::{Catalogue, read_content};

/// How many procedures are changed in one transaction: others write in between.
const TOGETHER: i64 = 100;

impl Catalogue {
    /// Lets every procedure show the version in force today; says how many were changed.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn enter_into_force(&self) -> Result<usize> {
        let today = self.today();
        let mut changed = 0;
        loop {
            let rows = self.db.read("versions_beginning", move |conn| store::beginning(conn, today, TOGETHER)).await?;
            if rows.is_empty() {
                return Ok(changed);
            }
            changed += rows.len();
            let entered = self
                .db
                .write("versions_enter", move |tx| rows.iter().try_for_each(|row| enter(tx, row.clone(), today)))
                .await;
            match entered {
                // Somebody published meanwhile: what they left is read again.
                Err(error) if error.kind == Kind::Conflict && error.code == store::OVERTAKEN => {}
                outcome => outcome?,
            }
        }
    }
}

fn enter(tx: &mut Conn, mut row: ProcedureRow, today: chrono::NaiveDate) -> TxResult<()> {
    let (tenant, id) = (row.tenant_id.0, row.id.0);
    let version = store::version_in_force(tx, tenant, id, today)?
        .ok_or_else(|| Error::internal(format!("procedure {id} has a version that begins and none in force")))?;
    let version = store::version(tx, tenant, version)?;
    let content = read_content(version.content.0.clone())?;
    show(&mut row, &version, &content);
    row.next_from = store::planned_from(tx, tenant, id, today)?;
    row.version += 1;
    store::update_procedure(tx, &row)
}
