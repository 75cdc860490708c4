//! Definitions of indicators (định nghĩa chỉ tiêu): data, not code.
//!
//! A **set** (bộ chỉ số) is a YAML file, one for each of its versions: groups with their maxima, **measures** (số đo: counts
//! of records, filtered in CEL over the fields of [`vocabulary`]), **elements** (số liệu nhập: what people enter because no
//! system knows it), **indicators** (chỉ tiêu: how measures and elements become points), classes and the rule of ranking.
//! What no event tells is defined as well and says that it is not measured, with the reason; it is never 0.
//!
//! A file is read whole: every fault is told at once, with line and column ([`read`]). What was read is [`model`], what
//! follows from it and the figures is [`rules`]; both are pure. A version is kept as it was written, with its digest, and
//! never changes: another text under the same version is refused, and a version that begins on a day that another one
//! governs already would change what was scored, so it is refused too. Which version governs a period is decided by the
//! period's first day.

pub mod exact;
pub mod facts;
pub mod faults;
pub mod filter;
pub mod formula;
pub mod http;
pub mod model;
pub mod rules;
pub mod versions;
pub mod view;
pub mod vocabulary;

mod access;
mod expression;
mod import;
mod ops;
mod reading;
mod recording;
mod shipped;
mod store;
mod table;
pub(crate) mod words;
mod yaml;

use std::sync::Arc;

use motcua_db::{Conn, Db, TxResult};
use motcua_journal::Journal;
use motcua_kernel::{Error, Uuid};
use quick_cache::sync::Cache;

pub(crate) use access::visible_among;
pub use import::{ImportReport, Imported, import};
pub use reading::read;
pub use shipped::SHIPPED;

use model::IndicatorSet;

/// So many versions are kept read; a tenant has a dozen.
const READ_VERSIONS: usize = 64;

/// The room of definitions.
#[derive(Clone)]
pub struct Definitions {
    /// The service's database.
    pub db: Db,
    /// Its journal.
    pub journal: Journal,
    /// Versions never change, so what was read of one holds.
    read: Arc<Cache<(Uuid, Uuid), Arc<IndicatorSet>>>,
}

impl Definitions {
    /// The room over a database and its journal.
    #[must_use]
    pub fn new(db: Db, journal: Journal) -> Self {
        Self { db, journal, read: Arc::new(Cache::new(READ_VERSIONS)) }
    }

    /// A version as it was read; none when there is none of that id.
    ///
    /// # Errors
    /// When the database fails, or a text that was right when it was recorded can't be read any more: a defect.
    pub fn version(&self, conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<Arc<IndicatorSet>>> {
        if let Some(read) = self.read.get(&(tenant, id)) {
            return Ok(Some(read));
        }
        let Some(row) = store::version(conn, tenant, id)? else { return Ok(None) };
        let set = read(&row.content).map_err(|faults| {
            let first =
                faults.first().map_or_else(String::new, |fault| format!("line {}: {}", fault.line, fault.message.en));
            Error::internal(format!("version {id} of a set can't be read any more: {first}"))
        })?;
        let set = Arc::new(set);
        self.read.insert((tenant, id), Arc::clone(&set));
        Ok(Some(set))
    }

    /// Every version of every set.
    ///
    /// # Errors
    /// Those of [`version`](Self::version).
    pub(crate) fn all(&self, conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<Arc<IndicatorSet>>> {
        let mut all = Vec::new();
        for id in store::version_ids(conn, tenant)? {
            all.extend(self.version(conn, tenant, id)?);
        }
        Ok(all)
    }

    /// Whether there is a set of this code.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn is_known(conn: &mut Conn, tenant: Uuid, code: &str) -> TxResult<bool> {
        Ok(store::set_of(conn, tenant, code)?.is_some())
    }

    /// The digest of a version's text.
    ///
    /// # Errors
    /// When the database fails, or there is no such version.
    pub(crate) fn sha256(conn: &mut Conn, tenant: Uuid, version: Uuid) -> TxResult<String> {
        let row = store::version(conn, tenant, version)?;
        Ok(row.map(|row| row.sha256).ok_or_else(|| Error::internal(format!("no version {version} of a set")))?)
    }

    /// The version of a set that governs a period: the one of its first day.
    ///
    /// # Errors
    /// Those of [`version`](Self::version).
    pub fn governing(
        &self,
        conn: &mut Conn,
        tenant: Uuid,
        code: &str,
        period: crate::periods::Period,
    ) -> TxResult<Option<(Uuid, Arc<IndicatorSet>)>> {
        let Some(set) = store::set_of(conn, tenant, code)? else { return Ok(None) };
        let spans: Vec<versions::Span> =
            store::versions(conn, tenant, &[set.id.0])?.iter().map(store::BriefRow::span).collect();
        let Some(span) = versions::governing(&spans, period.first_day()) else { return Ok(None) };
        Ok(self.version(conn, tenant, span.id)?.map(|set| (span.id, set)))
    }
}
