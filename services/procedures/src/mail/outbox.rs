//! What is to be sent, written with the notice it tells of.

use chrono::{DateTime, Utc};
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Result, Role, Uuid, new_id};
use serde::{Deserialize, Serialize};

use super::addresses::of_agency;
use super::store::{self, MailRow, WAITING};
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::timers::{TimerKind, Told};

/// What an e-mail tells: as things stood when the notice was written, and nothing that names a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Letter {
    /// The dossier's code; none before receipt.
    pub dossier_code: Option<String>,
    /// The procedure's code.
    pub procedure_code: String,
    /// The procedure's name.
    pub procedure_name: String,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// The clock.
    pub kind: TimerKind,
    /// When it passed.
    pub passed_at: DateTime<Utc>,
    /// When the dossier is due.
    pub due_at: Option<DateTime<Utc>>,
}

/// Writes an e-mail for each address of the role in the agency that a notice is for, the one that answers for it now.
///
/// # Errors
/// When the database fails.
pub(crate) fn queue(
    tx: &mut Conn,
    room: &Dossiers,
    tenant: Uuid,
    notice: Uuid,
    agency: Uuid,
    told: &Told,
    facts: &DossierFacts,
) -> TxResult<()> {
    if !room.mail {
        return Ok(());
    }
    let letter = Letter {
        dossier_code: facts.code.clone(),
        procedure_code: facts.procedure.code.clone(),
        procedure_name: facts.procedure.name.clone(),
        submitted_at: facts.submitted_at,
        kind: told.kind,
        passed_at: told.passed_at,
        due_at: facts.due_at,
    };
    let rows = addressed(tx, room, tenant, agency, told.role)?
        .into_iter()
        .map(|email| row(room, tenant, notice, &email, &letter))
        .collect::<Result<Vec<_>>>()?;
    store::insert(tx, &rows)
}

fn addressed(tx: &mut Conn, room: &Dossiers, tenant: Uuid, agency: Uuid, role: Role) -> TxResult<Vec<String>> {
    let (addresses, _) = of_agency(tx, room, tenant, agency)?;
    Ok(addresses.into_iter().filter(|address| address.role == role).map(|address| address.email).collect())
}

fn row(room: &Dossiers, tenant: Uuid, notice: Uuid, email: &str, letter: &Letter) -> Result<MailRow> {
    let (id, now) = (new_id(), room.db.clock.system().0);
    Ok(MailRow {
        tenant_id: Id(tenant),
        id: Id(id),
        notice_id: Id(notice),
        address: room.db.vault.seal(&context(id), email.as_bytes())?,
        address_mark: room.db.vault.lookup("notice address", email),
        content: Json(serde_json::to_value(letter).map_err(Error::internal)?),
        state: WAITING.to_owned(),
        tries: 0,
        last_reply: None,
        written_at: At(now),
        free_at: At(now),
        ended_at: None,
    })
}

/// What the sealed address of an e-mail belongs to.
pub(super) fn context(id: Uuid) -> String {
    format!("notice_mails.address:{id}")
}
