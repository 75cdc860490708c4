//! What ended long ago leaves the log, and so does what has waited as long for a disabled subscription.

use chrono::TimeDelta;
use motcua_kernel::Result;

use super::room::Webhooks;
use super::store::overall;

impl Webhooks {
    /// Removes from the logs what ended longer ago than the settings keep it, or waits that long while nothing is pushed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self) -> Result<()> {
        let before = self.db.clock.system().0 - TimeDelta::days(i64::from(self.settings.keep_log_days));
        let removed = self.db.write("webhook_sweep", move |tx| overall::sweep(tx, before)).await?;
        if removed > 0 {
            tracing::debug!(removed, "old deliveries have left the log");
        }
        Ok(())
    }
}
