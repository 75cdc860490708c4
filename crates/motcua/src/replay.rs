//! `motcua replay`: indicators from the beginning again.

use motcua_service::Shared;

use crate::Outcome;

/// Empties what the kpi service derived; its followers start at the first event when it is started again.
pub(crate) async fn run(shared: &Shared, digest: bool) -> Outcome {
    // Emptying brings the tables up to date as well, but makes none where there were none.
    let foundation = motcua_kpi::open_existing(shared).await?;
    if digest {
        for table in motcua_kpi::digest(&foundation.db, shared.settings.tenant).await? {
            println!("{} {} rows {}", table.table, table.rows, table.sha256);
        }
        return Ok(());
    }
    let foundation = motcua_kpi::open(shared).await?;
    motcua_kpi::replay(&foundation.db, shared.settings.tenant).await?;
    println!("kpi: emptied; it follows from the first event at its next start");
    Ok(())
}
