use std::fs;
use std::path::Path;

use super::*;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn with(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::from_sources(None, variables.iter().copied())
}

fn refusal(variables: &[(&str, &str)]) -> String {
    with(variables).unwrap_err().to_string()
}

#[test]
fn nothing_needs_to_be_set() {
    let settings = with(&[]).unwrap();
    assert_eq!(settings.mode, Mode::Development);
    assert_eq!(settings.auth.issuer, None);
    assert_eq!(settings.procedures.listen.port(), 8081);
    assert_eq!(settings.documents.listen.port(), 8082);
    assert_eq!(settings.kpi.listen.port(), 8083);
    assert_eq!(settings.kpi.database_url.expose(), "sqlite:./data/kpi.db");
    assert_eq!(settings.kpi.peers.procedures, "http://127.0.0.1:8081");
    assert_eq!(settings.auth.development_key_file, Path::new("./data/development-issuer.json"));
}

#[test]
fn a_variable_beats_the_file_and_the_file_beats_the_default() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("motcua.toml");
    fs::write(&file, "data_dir = '/srv/motcua'\n[kpi]\ndatabase_pool = 3\n[documents]\ndatabase_pool = 4\n").unwrap();
    let variables = [("MOTCUA_KPI__DATABASE_POOL", "5"), ("MOTCUA_CONFIG", file.to_str().unwrap())];
    let settings = with(&variables).unwrap();
    assert_eq!(
        (settings.kpi.database_pool, settings.documents.database_pool, settings.procedures.database_pool),
        (5, 4, 8)
    );
    assert_eq!(settings.procedures.database_url.expose(), "sqlite:/srv/motcua/procedures.db");
}

#[test]
fn moving_a_service_moves_what_points_at_it() {
    let settings = with(&[("MOTCUA_DOCUMENTS__LISTEN", "0.0.0.0:9000")]).unwrap();
    assert_eq!(settings.procedures.peers.documents, "http://127.0.0.1:9000");
    assert_eq!(settings.documents.public_url, "http://127.0.0.1:9000");
}

#[test]
fn an_unknown_setting_is_refused_with_its_source_and_what_there_is() {
    let message = refusal(&[("MOTCUA_AUTH__CACHE_SECOND", "5"), ("MOTCUA_DATADIR", "/srv")]);
    assert!(message.contains("auth.cache_second (environment variable MOTCUA_AUTH__CACHE_SECOND)"), "{message}");
    assert!(message.contains("cache_entries, cache_seconds"), "{message}");
    assert!(message.contains("datadir (environment variable MOTCUA_DATADIR)"), "{message}");

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("motcua.toml");
    fs::write(&file, "[kpi.peer]\ndocuments = 'http://docs'\n").unwrap();
    let message = Settings::from_sources(Some(&file), [("A", "b")]).unwrap_err().to_string();
    assert!(message.contains("kpi.peer.documents (file "), "{message}");
    assert!(message.contains("motcua.toml)"), "{message}");
}

#[test]
fn a_service_without_files_has_no_place_for_them() {
    assert!(refusal(&[("MOTCUA_KPI__FILES_DIR", "/srv/files")]).contains("kpi.files_dir"));
}

#[test]
fn a_section_given_as_a_value_is_refused() {
    assert!(refusal(&[("MOTCUA_AUTH", "off")]).contains("`auth` is a section"));
    assert!(refusal(&[("MOTCUA_MODE__NAME", "sandbox")]).contains("mode.name"));
}

#[test]
fn a_wrong_value_is_refused_with_its_source_and_what_is_allowed() {
    for (name, value, key, allowed) in [
        ("MOTCUA_MODE", "prod", "mode", "development, sandbox, production"),
        ("MOTCUA_LOG__FORMAT", "xml", "log.format", "text, json"),
        ("MOTCUA_LOG__FILTER", "info,=,", "log.filter", "motcua_web=debug"),
        ("MOTCUA_TENANT", "quang-tri", "tenant", "UUID"),
        ("MOTCUA_KPI__DATABASE_POOL", "many", "kpi.database_pool", "integer"),
        ("MOTCUA_KPI__DATABASE_POOL", "0", "kpi.database_pool", "1 to 1,000"),
        ("MOTCUA_KPI__STATEMENT_CACHE", "perhaps", "kpi.statement_cache", "boolean"),
        ("MOTCUA_KPI__LISTEN", "8083", "kpi.listen", "socket address"),
        ("MOTCUA_KPI__DATABASE_URL", "mysql://x", "kpi.database_url", "postgres://"),
        ("MOTCUA_KPI__DATABASE_URL", "sqlite:./data/documents.db", "kpi.database_url", "its own database"),
        ("MOTCUA_KPI__PUBLIC_URL", "http://kpi/", "kpi.public_url", "without a slash"),
        ("MOTCUA_KPI__PEERS__DOCUMENTS", "http://a:b@docs", "kpi.peers.documents", "a user or a password"),
        ("MOTCUA_DOCUMENTS__FILES_DIR", "{datadir}/f", "documents.files_dir", "{data_dir}"),
        ("MOTCUA_AUTH__CACHE_SECONDS", "61", "auth.cache_seconds", "0 to 60"),
        ("MOTCUA_AUTH__ISSUER", "login.gov.vn", "auth.issuer", "http"),
        ("MOTCUA_AUTH__CITIZEN_CLAIM", "sub", "auth.citizen_claim", "no personal data"),
        ("MOTCUA_AUTH__CLIENT_ID", "motcua", "auth.client_secret", "all three or none"),
        ("MOTCUA_VAULT__KEYS", "1:short", "vault.lookup_key", "both or none"),
    ] {
        let message = refusal(&[(name, value)]);
        assert!(message.contains(&format!("\n  {key} (")), "{name}={value}: {message}");
        assert!(message.contains(allowed), "{name}={value}: {message}");
        let set_elsewhere = ["auth.client_secret", "vault.lookup_key"].contains(&key);
        assert!(set_elsewhere || message.contains(&format!("environment variable {name})")), "{message}");
    }
}

#[test]
fn every_wrong_range_is_named_at_once() {
    let message = refusal(&[("MOTCUA_AUTH__CACHE_SECONDS", "99"), ("MOTCUA_KPI__DATABASE_POOL", "0")]);
    assert!(message.contains("auth.cache_seconds") && message.contains("kpi.database_pool"), "{message}");
}

#[test]
fn mail_is_off_by_itself_and_needs_a_sender_and_both_halves_of_an_account() {
    assert_eq!(with(&[]).unwrap().procedures.mail.host, None);
    let message = refusal(&[
        ("MOTCUA_PROCEDURES__MAIL__HOST", "mail.example"),
        ("MOTCUA_PROCEDURES__MAIL__USER", "motcua"),
        ("MOTCUA_PROCEDURES__MAIL__TIMEOUT_SECONDS", "0"),
        ("MOTCUA_PROCEDURES__MAIL__GIVE_UP_AFTER_DAYS", "31"),
        ("MOTCUA_PAYMENTS__PENDING_EXPIRES_AFTER_HOURS", "0"),
    ]);
    for key in ["mail.from", "mail.user", "mail.timeout_seconds", "mail.give_up_after_days", "payments.pending"] {
        assert!(message.contains(key), "{key}: {message}");
    }
    let variables = [
        ("MOTCUA_PROCEDURES__MAIL__HOST", "mail.example"),
        ("MOTCUA_PROCEDURES__MAIL__FROM", "motcua@tinh.example"),
        ("MOTCUA_PROCEDURES__MAIL__TLS", "tls"),
    ];
    let mail = with(&variables).unwrap().procedures.mail;
    assert_eq!((mail.port, mail.tls), (587, MailTls::Tls));
    assert_eq!(mail.ca_file, None);
    let certified = [variables[0], variables[1], ("MOTCUA_PROCEDURES__MAIL__CA_FILE", "/etc/tinh-ca.pem")];
    assert_eq!(with(&certified).unwrap().procedures.mail.ca_file, Some("/etc/tinh-ca.pem".into()));
    let in_clear = [certified[0], certified[1], certified[2], ("MOTCUA_PROCEDURES__MAIL__TLS", "none")];
    assert!(refusal(&in_clear).contains("mail.ca_file"));
    assert!(refusal(&[("MOTCUA_PROCEDURES__MAIL__TLS", "ssl")]).contains("starttls, tls, none"));
}

#[test]
fn digests_have_a_time_of_day_and_a_mail_server_of_their_own() {
    let settings = with(&[("MOTCUA_DIGESTS__AT", "06:45"), ("MOTCUA_PROCEDURES__MAIL__HOST", "")]).unwrap();
    assert_eq!((settings.digests.at.0.to_string(), settings.kpi.mail.host), ("06:45:00".to_owned(), None));
    assert_eq!(with(&[]).unwrap().digests.at.0.to_string(), "07:30:00");
    for wrong in ["25:00", "7h30", "", "07:30:15"] {
        assert!(refusal(&[("MOTCUA_DIGESTS__AT", wrong)]).contains("no time of day"), "{wrong}");
    }
    let message = refusal(&[("MOTCUA_KPI__MAIL__HOST", "mail.example"), ("MOTCUA_DIGESTS__KEPT_DAYS", "29")]);
    assert!(message.contains("kpi.mail.from") && message.contains("digests.kept_days"), "{message}");
}

#[test]
fn webhooks_go_to_public_receivers_alone_unless_the_operator_vouches_for_others() {
    let webhooks = with(&[]).unwrap().webhooks;
    assert!(!webhooks.allowed.has_address("127.0.0.1".parse().unwrap()) && webhooks.ports.has(443));
    let message = refusal(&[("MOTCUA_WEBHOOKS__TOGETHER", "0"), ("MOTCUA_WEBHOOKS__TIMEOUT_SECONDS", "61")]);
    assert!(message.contains("webhooks.together") && message.contains("webhooks.timeout_seconds"), "{message}");
    assert!(refusal(&[("MOTCUA_WEBHOOKS__ALLOWED", "10.0.0.0/99")]).contains("webhooks.allowed"));
    assert!(refusal(&[("MOTCUA_WEBHOOKS__PORTS", "https")]).contains("webhooks.ports"));
}

#[test]
fn a_settings_file_that_is_missing_or_broken_stops_the_start() {
    assert!(refusal(&[("MOTCUA_CONFIG", "/nowhere/motcua.toml")]).contains("/nowhere/motcua.toml"));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("motcua.toml");
    fs::write(&file, "mode = \n").unwrap();
    assert!(Settings::from_sources(Some(&file), [("A", "b")]).unwrap_err().to_string().contains("motcua.toml"));
}

#[test]
fn variables_of_the_test_suite_are_no_settings() {
    assert!(with(&[("MOTCUA_TEST_POSTGRES", "postgres://x"), ("MOTCUA_CONFIG", ""), ("PATH", "/bin")]).is_ok());
}

#[test]
fn production_demands_an_issuer_and_explicit_keys() {
    let message = refusal(&[("MOTCUA_MODE", "production")]);
    for key in ["auth.issuer", "vault.keys", "vault.lookup_key"] {
        assert!(message.contains(&format!("\n  {key} (")), "{message}");
    }
    let keys = format!("1:{KEY}");
    let mut complete = vec![
        ("MOTCUA_MODE", "production"),
        ("MOTCUA_VAULT__KEYS", keys.as_str()),
        ("MOTCUA_VAULT__LOOKUP_KEY", KEY),
        ("MOTCUA_AUTH__ISSUER", "https://login.gov.vn/realms/motcua"),
    ];
    assert!(with(&complete).is_ok());
    complete[3].1 = "http://login.gov.vn";
    assert!(refusal(&complete).contains("https://"));
}

#[test]
fn a_tracking_page_takes_the_reference_behind_its_host() {
    let page = |page: &str| with(&[("MOTCUA_TRACKING__PAGE", page)]).map(|settings| settings.tracking.page);
    for good in ["https://dvc.example.vn/#{reference}", "http://localhost:3000/t/{reference}?x=1"] {
        assert_eq!(page(good).unwrap().as_deref(), Some(good));
    }
    assert_eq!(page("").unwrap(), None);
    let long = format!("https://dvc.example.vn/{}#{{reference}}", "a".repeat(200));
    for bad in ["https://dvc.example.vn/", "{reference}", "https://{reference}.vn/", "javascript:{reference}", &long] {
        assert!(page(bad).unwrap_err().to_string().contains("tracking.page"), "{bad}");
    }
    assert!(refusal(&[("MOTCUA_REMINDERS__NOTICES_KEPT_DAYS", "29")]).contains("reminders.notices_kept_days"));
}

#[test]
fn neither_settings_nor_their_errors_show_a_secret() {
    let secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlYyE=";
    let keys = format!("1:{secret}");
    let given = [
        ("MOTCUA_VAULT__KEYS", keys.as_str()),
        ("MOTCUA_VAULT__LOOKUP_KEY", secret),
        ("MOTCUA_AUTH__CLIENT_ID", "motcua"),
        ("MOTCUA_AUTH__CLIENT_SECRET", "hunter2"),
        ("MOTCUA_AUTH__TOKEN_URL", "https://login.gov.vn/token"),
        ("MOTCUA_KPI__DATABASE_URL", "postgres://kpi:hunter2@db/kpi"),
    ];
    assert_eq!(with(&given).unwrap().auth.service_client().unwrap().secret.expose(), "hunter2");
    let shown = format!("{:?}", with(&given).unwrap());
    assert!(!shown.contains("hunter2") && !shown.contains(secret), "{shown}");

    let wrong = [("MOTCUA_VAULT__KEYS", "1:hunter2"), ("MOTCUA_VAULT__LOOKUP_KEY", "hunter2")];
    assert!(!refusal(&wrong).contains("hunter2"));
    assert!(!refusal(&[("MOTCUA_KPI__DATABASE_URL", "kpi:hunter2@db")]).contains("hunter2"));
}

#[test]
fn keys_nobody_configured_are_made_once_and_kept() {
    let directory = tempfile::tempdir().unwrap();
    let data_dir = directory.path().to_str().unwrap();
    let settings = with(&[("MOTCUA_DATA_DIR", data_dir)]).unwrap();
    let sealed = settings.vault().unwrap().seal("c", b"x").unwrap();
    assert_eq!(settings.vault().unwrap().open("c", &sealed).unwrap(), b"x");

    fs::write(&settings.vault.key_file, "{}").unwrap();
    let message = settings.vault().unwrap_err().to_string();
    assert!(message.contains("vault-keys.json"), "{message}");
}

#[test]
fn the_newest_configured_key_seals_and_the_older_still_opens() {
    let old = with(&[("MOTCUA_VAULT__KEYS", &format!("1:{KEY}")), ("MOTCUA_VAULT__LOOKUP_KEY", KEY)]).unwrap();
    let sealed = old.vault().unwrap().seal("c", b"x").unwrap();
    let newer = format!("1:{KEY}, 2:HR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw=");
    let new = with(&[("MOTCUA_VAULT__KEYS", &newer), ("MOTCUA_VAULT__LOOKUP_KEY", KEY)]).unwrap();
    assert_eq!(new.vault().unwrap().open("c", &sealed).unwrap(), b"x");
    assert!(old.vault().unwrap().open("c", &new.vault().unwrap().seal("c", b"x").unwrap()).is_err());
}
