use std::os::unix::fs::PermissionsExt;

use motcua_kernel::ActorKind;

use super::super::{DEVELOPMENT_ISSUER, DevelopmentIssuer, TokenRequest, default_scopes};
use super::*;
use crate::settings::Mode;

fn settings_in(directory: &tempfile::TempDir) -> Settings {
    settings(&[("MOTCUA_DATA_DIR", directory.path().to_str().unwrap())])
}

async fn desk(settings: &Settings) -> Arc<Authenticator> {
    let source = KeySource::start(settings, &Clock::new()).await.unwrap();
    authenticator(settings, source, &Arc::new(TestDirectory::default()))
}

#[tokio::test]
async fn a_minted_token_says_what_was_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let settings = settings_in(&directory);
    let issuer = DevelopmentIssuer::load(&settings, &Clock::new()).unwrap();
    let desk = desk(&settings).await;
    let request = TokenRequest {
        client: Some("portal".to_owned()),
        personal_id: Some("045084000123".to_owned()),
        ..TokenRequest::new(ActorKind::Citizen, "citizen-1")
    };
    let actor = desk.admit(&issuer.mint(&request).unwrap()).await.unwrap();
    assert_eq!((actor.subject.as_str(), actor.issuer.as_str()), ("citizen-1", DEVELOPMENT_ISSUER));
    assert_eq!((actor.client.as_str(), actor.tenant), ("portal", settings.tenant));
    assert_eq!(actor.person, Some(vault().lookup("person", "045084000123")));
    assert!(
        actor.scopes.iter().eq(default_scopes(ActorKind::Citizen).iter().collect::<std::collections::BTreeSet<_>>())
    );

    let over = TokenRequest { lifetime: Duration::ZERO, ..request };
    assert_eq!(desk.admit(&issuer.mint(&over).unwrap()).await.unwrap_err().code, "token.expired");
}

#[tokio::test]
async fn services_that_share_the_key_file_believe_each_other_and_no_others() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let request = TokenRequest::new(ActorKind::Service, "procedures");
    let mint = |directory| DevelopmentIssuer::load(&settings_in(directory), &Clock::new()).unwrap().mint(&request);
    let desk = desk(&settings_in(&here)).await;
    assert!(desk.admit(&mint(&here).unwrap()).await.is_ok());
    assert_eq!(desk.admit(&mint(&there).unwrap()).await.unwrap_err().code, "token.bad_signature");
}

#[tokio::test]
async fn the_development_issuer_does_not_exist_in_production() {
    let directory = tempfile::tempdir().unwrap();
    let mut settings = settings_in(&directory);
    DevelopmentIssuer::load(&settings, &Clock::new()).unwrap();
    settings.mode = Mode::Production;
    let message = DevelopmentIssuer::load(&settings, &Clock::new()).unwrap_err().to_string();
    assert!(message.contains("auth.issuer") && message.contains("production"), "{message}");
    assert!(KeySource::start(&settings, &Clock::new()).await.is_err());
}

#[tokio::test]
async fn the_key_file_is_for_its_owner_only_and_is_never_guessed_at() {
    let directory = tempfile::tempdir().unwrap();
    let settings = settings_in(&directory);
    let file = &settings.auth.development_key_file;
    let issuer = DevelopmentIssuer::load(&settings, &Clock::new()).unwrap();
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    let content = std::fs::read_to_string(file).unwrap();
    let secret = content.split('"').nth(3).unwrap();
    assert!(!format!("{issuer:?}").contains(secret.get(..20).unwrap()));

    for broken in ["", "{}", "{\"pkcs8\": \"AAAA\"}", "{\"pkcs8\": \"!\"}"] {
        std::fs::write(file, broken).unwrap();
        let message = DevelopmentIssuer::load(&settings, &Clock::new()).unwrap_err().to_string();
        assert!(message.contains("auth.development_key_file"), "{broken}: {message}");
        assert_eq!(std::fs::read_to_string(file).unwrap(), broken, "a broken file is for people to look at");
    }
}
