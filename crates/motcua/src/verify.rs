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
        let foundation: Foundation = match open(shared, name).await {
            Ok(foundation) => foundation,
            Err(error) => {
                broken = true;
                println!("{}: NOT VERIFIED: {error}", word(name));
                continue;
            }
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
    if broken { Err("a journal is not what it was, or could not be read".into()) } else { Ok(()) }
}

/// As it is: a verifier that made an empty database would find it in order.
async fn open(shared: &Shared, service: ServiceName) -> motcua_kernel::Result<Foundation> {
    match service {
        ServiceName::Documents => motcua_documents::open_existing(shared).await,
        ServiceName::Procedures => motcua_procedures::open_existing(shared).await,
        ServiceName::Kpi | ServiceName::All => motcua_kpi::open_existing(shared).await,
    }
}

fn word(service: ServiceName) -> &'static str {
    match service {
        ServiceName::Documents => motcua_documents::ABOUT.name,
        ServiceName::Procedures => motcua_procedures::ABOUT.name,
        ServiceName::Kpi | ServiceName::All => motcua_kpi::ABOUT.name,
    }
}
