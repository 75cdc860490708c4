//! `motcua token`: development tokens for people who exist in the directory.

use std::time::Duration;

use motcua_documents::directory;
use motcua_kernel::ActorKind;
use motcua_web::auth::{DEVELOPMENT_ISSUER, DevelopmentIssuer, TokenRequest};

use motcua_service::Shared;

use crate::Outcome;
use crate::cli::{CallerKind, TokenArguments};

/// Prints the token alone, so that `TOKEN=$(motcua token …)` works.
pub(crate) async fn run(shared: &Shared, wanted: TokenArguments) -> Outcome {
    let issuer = DevelopmentIssuer::load(&shared.settings, &shared.clock)?;
    let kind = ActorKind::from(wanted.kind);
    let subject = match (&wanted.subject, &wanted.agency, wanted.role, wanted.kind) {
        (Some(subject), ..) => subject.clone(),
        (None, Some(agency), Some(role), CallerKind::Officer) => {
            let documents = motcua_documents::open_existing(shared).await?;
            directory::find_officer(&documents.db, shared.settings.tenant, DEVELOPMENT_ISSUER, agency, role).await?
        }
        (None, _, _, CallerKind::Officer) => return Err("an officer needs --agency and --role, or --subject".into()),
        (None, _, _, CallerKind::Citizen) => "demo-citizen".to_owned(),
        (None, _, _, CallerKind::Client) => crate::demo::PORTAL.to_owned(),
        (None, _, _, CallerKind::Service) => "demo-service".to_owned(),
    };
    let mut request = TokenRequest::new(kind, subject);
    if !wanted.scopes.is_empty() {
        request.scopes = wanted.scopes;
    }
    request.lifetime = Duration::from_mins(wanted.minutes);
    request.personal_id = wanted.personal_id;
    println!("{}", issuer.mint(&request)?);
    Ok(())
}
