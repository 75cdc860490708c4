//! What the first start says: where things are, a token for each kind of caller, and the first thing to try.

use std::time::Duration;

use motcua_kernel::ActorKind;
use motcua_service::{RunningService, Shared};
use motcua_web::auth::{DevelopmentIssuer, TokenRequest};
use motcua_web::settings::Mode;

use crate::{Outcome, demo};

/// One ready-made token a kind of caller; officers are those of the tour's agency.
const CALLERS: [(&str, ActorKind, &str); 5] = [
    ("portal (client)", ActorKind::Client, demo::PORTAL),
    ("citizen", ActorKind::Citizen, "demo-citizen"),
    ("officer, receiver at H50.12", ActorKind::Officer, "officer-h50-12-receiver"),
    ("officer, approver at H50.12", ActorKind::Officer, "officer-h50-12-approver"),
    ("officer, leader at H50", ActorKind::Officer, "officer-h50-leader"),
];

/// Prints the welcome; in production only the addresses.
pub(crate) fn print(shared: &Shared, started: &[RunningService]) -> Outcome {
    println!("\nmotcua is running. Press Ctrl-C to stop.\n");
    for (name, service) in ["documents ", "procedures", "kpi       "].iter().zip(started) {
        println!("  {name}  {}/docs/", service.url());
    }
    if shared.settings.mode == Mode::Production {
        return Ok(());
    }
    let issuer = DevelopmentIssuer::load(&shared.settings, &shared.clock)?;
    println!("\nDevelopment tokens, for eight hours (more with `motcua token --help`):");
    let mut portal = String::new();
    for (who, kind, subject) in CALLERS {
        let mut request = TokenRequest::new(kind, subject);
        request.lifetime = Duration::from_hours(8);
        if kind == ActorKind::Citizen {
            request.personal_id = Some(demo::CITIZEN_NUMBER.to_owned());
        }
        let token = issuer.mint(&request)?;
        if kind == ActorKind::Client {
            portal.clone_from(&token);
        }
        println!("\n  {who}:\n  {token}");
    }
    println!(
        "\nTry:\n\n  curl -s -H 'Authorization: Bearer {portal}' '{}/v1/procedures?limit=3'\n",
        shared.settings.procedures.public_url
    );
    Ok(())
}
