//! `motcua serve`: the services, until Ctrl-C.

use motcua_service::{RunningService, Shared};
use motcua_web::settings::Mode;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::ServiceName;
use crate::{Outcome, demo, welcome};

/// Runs one service or all three, which share nothing but the process: they still talk HTTP.
pub(crate) async fn run(shared: &Shared, service: Option<ServiceName>) -> Outcome {
    let all = matches!(service, None | Some(ServiceName::All));
    if all && shared.settings.mode != Mode::Production && !demo::is_loaded(shared) {
        demo::load(shared).await?;
    }
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut started: Vec<RunningService> = Vec::new();
    for name in [ServiceName::Documents, ServiceName::Procedures, ServiceName::Kpi] {
        if all || service == Some(name) {
            started.push(start(shared, name).await?);
        }
    }
    if all {
        welcome::print(shared, &started).await?;
    }
    tokio::select! {
        _ = interrupt.recv() => tracing::info!("stopping"),
        _ = terminate.recv() => tracing::info!("stopping"),
    }
    // The ground floor last: the others may still be asking it something.
    for service in started.into_iter().rev() {
        service.stop().await?;
    }
    tracing::info!("stopped");
    Ok(())
}

async fn start(shared: &Shared, name: ServiceName) -> Outcome<RunningService> {
    Ok(match name {
        ServiceName::Documents => motcua_documents::start(shared).await?,
        ServiceName::Procedures => motcua_procedures::start(shared).await?,
        ServiceName::Kpi | ServiceName::All => motcua_kpi::start(shared).await?,
    })
}
