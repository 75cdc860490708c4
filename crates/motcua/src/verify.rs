//! `motcua verify`: the chains of the journals against tampering.

use motcua_journal::verify::verify;
use motcua_service::{Foundation, Shared};

use crate::Outcome;
use crate::cli::ServiceName;

/// Verifies one service's journal or all; fails when one is not what it was.
pub(crate) async fn run(shared: &Shared, service: Option<ServiceName>) -> Outcome {
    let mut broken = false;
    for name in [ServiceName::Documents, ServiceName::Procedures, ServiceName::Kpi] {
        if !matches!(service, None | Some(ServiceName::All)) && service != Some(name) {
            continue;
        }
        let foundation: Foundation = match name {
            ServiceName::Documents => motcua_documents::open(shared).await?,
            ServiceName::Procedures => motcua_procedures::open(shared).await?,
            ServiceName::Kpi | ServiceName::All => motcua_kpi::open(shared).await?,
        };
        let report = verify(&foundation.db, &foundation.checkpoints()?).await?;
        let (name, events, checkpoints) = (foundation.name, report.events, report.checkpoints);
        match report.fault {
            None => println!("{name}: {events} events in order, {checkpoints} signed checkpoints agree"),
            Some(fault) => {
                broken = true;
                let event = fault.event.map_or_else(String::new, |id| format!(", event {id}"));
                let kind = fault.kind.map_or_else(String::new, |kind| format!(" ({kind})"));
                println!("{name}: TAMPERED at position {}{event}{kind}: {}", fault.position, fault.what);
            }
        }
    }
    if broken { Err("a journal is not what it was".into()) } else { Ok(()) }
}
