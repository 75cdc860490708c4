//! Recording a version: what every way in has in common.

use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, Journal, Stamp};
use motcua_kernel::{Error, Text, Uuid, new_id};
use sha2::{Digest, Sha256};

use super::facts::{IndicatorSetRecorded, RECORDED};
use super::model::IndicatorSet;
use super::store::{self, VersionRow};
use super::versions::{Span, admit};

/// What became of a text.
#[derive(Debug, Clone)]
pub(super) enum Recorded {
    /// It is a new version.
    New(VersionRow),
    /// It was recorded before, as it is.
    Known(VersionRow),
}

/// The text as it is kept: without a byte order mark, lines ended as on Unix. So the same file saved by another editor is
/// the same text.
pub(super) fn canonical(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n")
}

/// The digest of a canonical text.
pub(super) fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Records a version that was read from a canonical text.
///
/// # Errors
/// `indicator_set.differs` when there is another text under the same version; those of [`admit`].
pub(super) fn record(
    tx: &mut Conn,
    journal: &Journal,
    stamp: &Stamp,
    set: &IndicatorSet,
    text: &str,
) -> TxResult<Recorded> {
    let tenant = stamp.tenant;
    // The same text again changes nothing, not even a count of changes.
    if let Some(known) = known(tx, tenant, set, text)? {
        return Ok(Recorded::Known(known));
    }
    let held = store::hold_set(tx, tenant, &set.code, new_id())?;
    // Somebody may have recorded it while we waited.
    if let Some(known) = known(tx, tenant, set, text)? {
        return Ok(Recorded::Known(known));
    }
    let spans: Vec<Span> = store::versions(tx, tenant, &[held.id.0])?.iter().map(store::BriefRow::span).collect();
    let id = new_id();
    let span = Span { id, label: set.version.clone(), from: set.valid_from, to: set.valid_to };
    admit(&span, &spans, stamp.occurred.day_in_vietnam())?;
    let row = VersionRow {
        tenant_id: Id(tenant),
        id: Id(id),
        set_id: held.id,
        label: set.version.clone(),
        name_vi: set.name.vi.clone(),
        name_en: set.name.en.clone(),
        valid_from: set.valid_from,
        valid_to: set.valid_to,
        content: text.to_owned(),
        sha256: digest(text),
        recorded_by: stamp.actor().to_owned(),
        recorded_at: stamp.now.into(),
    };
    store::insert_version(tx, &row)?;
    crate::measures::register(tx, tenant, set)?;
    let facts = IndicatorSetRecorded {
        set_id: row.set_id.0,
        code: set.code.clone(),
        version_id: id,
        version: row.label.clone(),
        name: Text::new(&row.name_vi, &row.name_en),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        indicators: set.indicators.len(),
        sha256: row.sha256.clone(),
    };
    let data = serde_json::to_value(facts).map_err(Error::internal)?;
    journal.record(tx, stamp, &Change { kind: RECORDED, subject: id, version: 1, data: &data })?;
    Ok(Recorded::New(row))
}

fn known(tx: &mut Conn, tenant: Uuid, set: &IndicatorSet, text: &str) -> TxResult<Option<VersionRow>> {
    let Some(row) = store::set_of(tx, tenant, &set.code)? else { return Ok(None) };
    let versions = store::versions(tx, tenant, &[row.id.0])?;
    let Some(same) = versions.iter().find(|version| version.label == set.version) else { return Ok(None) };
    if same.sha256 != digest(text) {
        return Err(differs(set).into());
    }
    store::version(tx, tenant, same.id.0)
}

pub(super) fn differs(set: &IndicatorSet) -> Error {
    let (code, version) = (&set.code, &set.version);
    Error::conflict(
        "indicator_set.differs",
        format!("Phiên bản {version} của bộ {code} đã có với nội dung khác; phiên bản đã ghi không thay đổi."),
        format!("Version {version} of {code} is there with another text; a recorded version never changes."),
    )
    .with("version", version.as_str())
}
