//! The sets that come with the program. Each is recorded at the first start; what a tenant has already stays as it is.

use motcua_journal::Stamp;
use motcua_kernel::{Error, Kind, Result, Uuid};

use super::Definitions;
use super::reading::read;
use super::recording::{canonical, record};

/// The texts, by the names of their files.
pub const SHIPPED: [(&str, &str); 8] = [
    ("qd766.yaml", include_str!("../../sets/qd766.yaml")),
    ("bieu06.yaml", include_str!("../../sets/bieu06.yaml")),
    ("dti2022.yaml", include_str!("../../sets/dti2022.yaml")),
    ("dti2025.yaml", include_str!("../../sets/dti2025.yaml")),
    ("nhiem-vu.yaml", include_str!("../../sets/nhiem-vu.yaml")),
    ("van-ban.yaml", include_str!("../../sets/van-ban.yaml")),
    ("phan-anh.yaml", include_str!("../../sets/phan-anh.yaml")),
    ("mot-cua.yaml", include_str!("../../sets/mot-cua.yaml")),
];

impl Definitions {
    /// Records the sets that come with the program, those that are not there yet.
    ///
    /// # Errors
    /// When the database fails, or a text that is shipped is wrong, which is a defect.
    pub async fn prepare(&self, tenant: Uuid) -> Result<()> {
        for (file, text) in SHIPPED {
            let text = canonical(text);
            let set = read(&text).map_err(|faults| {
                let first = faults.first().map(|fault| format!("line {}: {}", fault.line, fault.message.en));
                Error::internal(format!("{file}: {}", first.unwrap_or_default()))
            })?;
            let (journal, clock) = (self.journal.clone(), self.db.clock.clone());
            let recorded = self.db.write("indicator_sets_prepare", move |tx| {
                let stamp = Stamp::by_service(journal.service(), tenant, &clock);
                record(tx, &journal, &stamp, &set, &text).map(drop)
            });
            match recorded.await {
                // A version of the province's own, or an older text of ours, stays what it is: old scores hang on it.
                Err(error) if error.kind == Kind::Conflict => {
                    tracing::warn!(
                        file,
                        code = error.code,
                        "a shipped set of indicators is not taken: {}",
                        error.detail.en
                    );
                }
                other => other?,
            }
        }
        Ok(())
    }
}
