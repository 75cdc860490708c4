//! The catalogue of administrative procedures (danh mục thủ tục hành chính): what each asks for, costs, takes and ends in.
//!
//! A procedure is known by its code for ever; what it says is a **version**, written once and never changed. A dossier is
//! pinned to the version in force on its day, so a later change of the law does not change what was promised to anybody.
//! A version is in force from its first day until the first day of the next one. After Decree 63/2010/NĐ-CP, article 8
//! (the parts a procedure must have), and Decree 118/2025/NĐ-CP.
//!
//! Most versions come from the national catalogue ([`national`] reads it, `from_national` turns it into our
//! [`content`]). It says nothing of who here decides, which register numbers the result, or which electronic form is
//! filled in: those are settings of the province, completed here (`motcua_format` carries them) and kept when the
//! national record changes (`local_settings`). Faults of the source stay with the version as warnings.
//!
//! The province writes its own procedures and completes national ones as [`drafts`], which [`check`] tells every fault at
//! once, and publishes them with the announcing decision and a first day. A published procedure may be suspended, resumed
//! and abolished ([`life`], `transitions`): new dossiers are then refused with the act that says so, those submitted before
//! go on. An import never undoes any of that: it keeps what was completed, and leaves abolished what is abolished, with a
//! warning. A version that is published for a later day waits (`in_force`); lists can put the popular first (`popularity`).
//!
//! An administrator of the province's committee keeps the catalogue (`agencies`). It is public within the installation:
//! whoever holds the scope `procedures:catalogue:read` sees all of it.

pub mod check;
pub mod content;
pub mod drafts;
pub mod facts;
pub mod http;
pub mod import;
pub mod life;
pub mod national;
pub mod rules;
pub mod transitions;
pub mod view;

mod agencies;
mod from_national;
mod in_force;
mod local_settings;
mod motcua_format;
mod popularity;
mod publishing;
mod read;
mod source_words;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use motcua_db::{Conn, Db, Failure, TxResult};
use motcua_journal::Journal;
use motcua_kernel::{Error, Result, Uuid};
use motcua_service::Worker;
use quick_cache::sync::Cache;

use content::VersionContent;
use life::Life;
use rules::ProcedureStatus;

pub(crate) use agencies::province_authority;
pub use import::{ImportFile, ImportReport, Progress, RefusedLine, import};
pub(crate) use store::stale;

/// How many versions are kept read: a province's busy procedures many times over, at about 20 kB each.
const VERSIONS_KEPT: usize = 1000;

/// How often planned versions are looked for.
const ENTER_EVERY: Duration = Duration::from_secs(20);
/// How often dossiers are counted.
const COUNT_EVERY: Duration = Duration::from_hours(1);

/// A version of a procedure that dossiers are made by.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The procedure.
    pub procedure_id: Uuid,
    /// The version.
    pub version_id: Uuid,
    /// The procedure's code as it is written in the catalogue.
    pub code: String,
    /// What the version says.
    pub content: VersionContent,
}

/// What the room works with.
#[derive(Clone)]
pub struct Catalogue {
    /// The service's database.
    pub db: Db,
    /// Its journal.
    pub journal: Journal,
    versions: Arc<Cache<(Uuid, Uuid), Arc<Published>>>,
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalogue").field("versions", &self.versions.len()).finish_non_exhaustive()
    }
}

impl Catalogue {
    /// The catalogue of a service's database.
    #[must_use]
    pub fn new(db: Db, journal: Journal) -> Self {
        Self { db, journal, versions: Arc::new(Cache::new(VERSIONS_KEPT)) }
    }

    /// The background work of the catalogue.
    pub(crate) fn workers(&self) -> Vec<Worker> {
        let (entering, counting) = (self.clone(), self.clone());
        vec![
            Worker::every("versions come into force", ENTER_EVERY, move || {
                let room = entering.clone();
                async move { room.enter_into_force().await.map(drop) }
            }),
            Worker::every("count popularity", COUNT_EVERY, move || {
                let room = counting.clone();
                async move { room.count_popularity().await.map(drop) }
            }),
        ]
    }

    fn today(&self) -> NaiveDate {
        self.db.clock.business().day_in_vietnam()
    }

    /// The version in force on a day of the procedure that a code or an id means; none when there is no such procedure,
    /// or it is not in force yet. A code may be written with a province's suffix or without: a procedure that stands here
    /// under the national code alone answers to both.
    ///
    /// # Errors
    /// `procedure.not_local` when no agency of a province carries it out, `procedure.suspended` or `procedure.abolished`
    /// with the act that says so, `procedure.ambiguous` when a national code
    /// means several provinces' procedures, or when the database fails.
    pub fn published(
        &self,
        conn: &mut Conn,
        tenant: Uuid,
        reference: &str,
        on: NaiveDate,
    ) -> TxResult<Option<Arc<Published>>> {
        let Some(procedure) = find(conn, tenant, reference)? else { return Ok(None) };
        if procedure.status == ProcedureStatus::NotLocal.as_str() {
            return Err(not_local(&procedure.code).into());
        }
        Life::of_found(&procedure)?.takes_dossiers(&procedure.code, on)?;
        match store::version_in_force(conn, tenant, procedure.id.0, on)? {
            Some(version) => self.load_version(conn, tenant, version).map(Some),
            None => Ok(None),
        }
    }

    /// A version by its id, whether it is still in force or not: what a dossier is pinned to. It never changes, so what
    /// was read once is kept.
    ///
    /// # Errors
    /// `not_found` when there is none, or when the database fails.
    pub fn load_version(&self, conn: &mut Conn, tenant: Uuid, version_id: Uuid) -> TxResult<Arc<Published>> {
        if let Some(kept) = self.versions.get(&(tenant, version_id)) {
            return Ok(kept);
        }
        let stored = store::content_of(conn, tenant, version_id)?;
        let (procedure_id, code, content) = stored.ok_or_else(|| Failure::from(Error::not_found()))?;
        let loaded = Arc::new(Published { procedure_id, version_id, code, content: read_content(content)? });
        self.versions.insert((tenant, version_id), Arc::clone(&loaded));
        Ok(loaded)
    }
}

/// The procedure a code or an id means.
fn find(conn: &mut Conn, tenant: Uuid, reference: &str) -> TxResult<Option<store::Found>> {
    if let Ok(id) = reference.parse::<Uuid>() {
        return store::found_by_id(conn, tenant, id);
    }
    let Some(code) = national::procedure_code::parse(reference) else { return Ok(None) };
    let mut found = store::found_by_national_code(conn, tenant, &code.national)?;
    if let Some(exact) = found.iter().position(|procedure| procedure.code == reference) {
        return Ok(Some(found.swap_remove(exact)));
    }
    if code.province_suffix.is_some() {
        // Another province's own version is another procedure; the national one is the same.
        return Ok(found.into_iter().find(|procedure| procedure.code == code.national));
    }
    if found.len() > 1 {
        return Err(ambiguous(&found).into());
    }
    Ok(found.pop())
}

fn read_content(stored: serde_json::Value) -> Result<VersionContent> {
    serde_json::from_value(stored).map_err(Error::internal)
}

fn not_local(code: &str) -> Error {
    Error::conflict(
        "procedure.not_local",
        format!("Thủ tục {code} do cơ quan trung ương thực hiện, không tiếp nhận hồ sơ tại địa phương."),
        format!("The procedure {code} is carried out by central agencies; no dossier of it is taken here."),
    )
}

fn ambiguous(found: &[store::Found]) -> Error {
    let codes: Vec<&str> = found.iter().map(|procedure| procedure.code.as_str()).collect();
    let listed = codes.join(", ");
    Error::conflict(
        "procedure.ambiguous",
        format!("Mã này ứng với nhiều thủ tục: {listed}."),
        format!("The code means several procedures: {listed}."),
    )
    .with("codes", codes)
}
