//! What is to be sent, written with the notice it tells of.

use chrono::{DateTime, Utc};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Result, Role, Uuid};
use motcua_mail::{Letter, Mail, Outbox};
use serde::{Deserialize, Serialize};

use super::addresses::of_agency;
use super::store::{self, MailRow};
use super::text;
use crate::dossiers::Dossiers;
use crate::dossiers::facts::DossierFacts;
use crate::timers::{TimerKind, Told};

/// What an e-mail tells: as things stood when the notice was written, and nothing that names a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NoticeLetter {
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
    let letter = NoticeLetter {
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

fn row(room: &Dossiers, tenant: Uuid, notice: Uuid, email: &str, letter: &NoticeLetter) -> Result<MailRow> {
    let mark = room.db.vault.lookup("notice address", email);
    Ok(MailRow::of(Mail::new::<NoticeMails>(&room.db, tenant, email, letter)?, notice, mark))
}

/// The notices' e-mails.
pub(super) struct NoticeMails;

impl Outbox for NoticeMails {
    const NAME: &'static str = "notice_mails";

    fn waiting(conn: &mut Conn, now: DateTime<Utc>) -> TxResult<(i64, i64)> {
        store::waiting(conn, now)
    }

    fn claim(tx: &mut Conn, now: DateTime<Utc>, until: DateTime<Utc>, most: i64) -> TxResult<Vec<Mail>> {
        store::claim(tx, now, until, most)
    }

    fn tried(tx: &mut Conn, mail: &Mail) -> TxResult<bool> {
        store::tried(tx, mail)
    }

    fn letter(mail: &Mail) -> Result<Letter> {
        Ok(text::of(&serde_json::from_value(mail.content.0.clone()).map_err(Error::internal)?))
    }

    fn context(id: Uuid) -> String {
        format!("notice_mails.address:{id}")
    }
}
