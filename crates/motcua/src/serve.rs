//! `motcua serve`: the services, until Ctrl-C or until one of them fails.

use std::time::Duration;

use futures_util::future::select_all;
use motcua_service::{RunningService, Shared};
use motcua_web::settings::Mode;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::ServiceName;
use crate::{Outcome, demo, welcome};

/// What workers say when they begin comes within this time; the welcome follows, so that it stands last on the screen.
const WORKERS_SPEAK: Duration = Duration::from_secs(1);

/// Runs one service or all three, which share nothing but the process: they still talk HTTP.
pub(crate) async fn run(shared: &Shared, service: Option<ServiceName>) -> Outcome {
    let all = matches!(service, None | Some(ServiceName::All));
    if all && shared.settings.mode != Mode::Production && !demo::is_loaded(shared) {
        demo::load(shared).await?;
    }
    let mut signals = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let wanted = [ServiceName::Documents, ServiceName::Procedures, ServiceName::Kpi];
    let wanted: Vec<ServiceName> = wanted.into_iter().filter(|name| all || service == Some(*name)).collect();
    let mut started: Vec<RunningService> = Vec::new();
    let outcome = until_the_end(shared, &wanted, all, &mut started, &mut signals).await;
    let mut faults: Vec<String> = outcome.err().iter().map(ToString::to_string).collect();
    // The ground floor last: the others may still be asking it something. One that fails keeps none from its orderly end.
    for service in started.into_iter().rev() {
        let name = service.name();
        if let Err(error) = service.stop().await {
            tracing::error!(service = name, %error, "did not stop in order");
            faults.push(format!("{name}: {error}"));
        }
    }
    tracing::info!("stopped");
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ").into()) }
}

/// Returns when somebody asks for the end; fails when a service can't start or ends by itself. What has started by then
/// is in `started`, to be stopped.
async fn until_the_end(
    shared: &Shared,
    wanted: &[ServiceName],
    all: bool,
    started: &mut Vec<RunningService>,
    (interrupt, terminate): &mut (Signal, Signal),
) -> Outcome {
    for name in wanted {
        started.push(start(shared, *name).await?);
    }
    if all {
        tokio::time::sleep(WORKERS_SPEAK).await;
        welcome::print(shared, started)?;
    }
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        fault = first_to_end(started) => {
            tracing::error!(fault, "stopping, because a service has ended by itself");
            return Err(fault.into());
        }
    }
    tracing::info!("stopping");
    Ok(())
}

async fn start(shared: &Shared, name: ServiceName) -> Outcome<RunningService> {
    Ok(match name {
        ServiceName::Documents => motcua_documents::start(shared).await?,
        ServiceName::Procedures => motcua_procedures::start(shared).await?,
        ServiceName::Kpi | ServiceName::All => motcua_kpi::start(shared).await?,
    })
}

/// Waits for a server to end without having been asked to, and says which and why.
async fn first_to_end(started: &mut [RunningService]) -> String {
    let ends = started.iter_mut().map(|service| {
        Box::pin(async move {
            let name = service.name();
            match service.ended().await {
                Ok(()) => format!("{name}: its server has ended"),
                Err(error) => format!("{name}: {error}"),
            }
        })
    });
    select_all(ends).await.0
}
