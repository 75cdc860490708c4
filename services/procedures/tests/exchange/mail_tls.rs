//! Notices by e-mail to a server that an authority of the province has certified.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use motcua_testkit::{TestDatabase, on_both_databases};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};

use crate::mail::{alerted, province_with};
use crate::mail_server::{MailServer, Protection};
use crate::support::Province;

/// An authority: its certificate, and a server that it has certified.
struct Authority {
    pem: String,
    server: Arc<ServerConfig>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "CA tỉnh");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let server = versions.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
        Self { pem, server: Arc::new(server) }
    }

    fn file(&self, database: &TestDatabase, name: &str) -> PathBuf {
        let path = database.folder.path().join(name);
        std::fs::write(&path, &self.pem).unwrap();
        path
    }
}

/// A province that sends to the server and believes what this file says.
async fn believing(database: &TestDatabase, server: &MailServer, ca_file: Option<PathBuf>) -> Province {
    let mut settings = server.settings();
    settings.extend(ca_file.map(|path| ("MOTCUA_PROCEDURES__MAIL__CA_FILE", path.display().to_string())));
    province_with(database, &settings).await
}

/// Waits until the e-mails of the one notice about a dossier stand so.
async fn stands(province: &Province, id: &str, expected: (&str, i64)) -> Value {
    let (desk, until) = (province.officer("C1", "receiver"), Instant::now() + Duration::from_mins(1));
    loop {
        let notices = desk.get(&format!("/v1/notices?kind=alert&dossier={id}")).await.ok();
        let mail = &notices["items"][0]["mail"];
        if (&mail["last_reply"], &mail["waiting"]) == (&json!(expected.0), &json!(expected.1)) {
            return mail.clone();
        }
        assert!(Instant::now() < until, "{notices}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

on_both_databases! {
    async fn a_server_of_the_province_s_own_authority_is_believed_with_its_file(database) {
        let authority = Authority::new();
        for protection in [Protection::Tls(authority.server.clone()), Protection::Starttls(authority.server.clone())] {
            let other = TestDatabase::sqlite();
            let database = if matches!(protection, Protection::Tls(_)) { database } else { &other };
            let server = MailServer::protected(protection);
            let province = believing(database, &server, Some(authority.file(database, "ca.pem"))).await;
            alerted(&province).await;
            server.until("the alert", |sent, _| sent.len() == 1).await;
            let said: Vec<String> = server.heard_in_clear();
            assert!(said.iter().all(|line| line.starts_with("EHLO") || line == "STARTTLS"), "{said:?}");
            province.stop().await;
        }
    }

    async fn a_server_that_nobody_vouches_for_is_told_nothing(database) {
        let (authority, other) = (Authority::new(), Authority::new());
        let server = MailServer::protected(Protection::Starttls(authority.server.clone()));
        // The second time another authority is believed, which has not certified this server.
        let second = TestDatabase::sqlite();
        let other = other.file(&second, "other.pem");
        for (database, ca_file) in [(database, None), (&second, Some(other))] {
            let province = believing(database, &server, ca_file).await;
            let id = alerted(&province).await;
            assert_eq!(stands(&province, &id, ("tls", 1)).await["sent"], 0);
            province.stop().await;
        }
        assert!(server.deliveries().is_empty() && server.calls() >= 2);
        assert!(server.heard_in_clear().iter().all(|line| line.starts_with("EHLO") || line == "STARTTLS"));
    }

    async fn what_must_be_protected_is_not_sent_in_clear_to_a_server_that_can_t(database) {
        let server = MailServer::start();
        let mut settings = server.settings();
        settings.retain(|(name, _)| !name.ends_with("__TLS"));
        settings.push(("MOTCUA_PROCEDURES__MAIL__TLS", "starttls".to_owned()));
        let province = province_with(database, &settings).await;
        let id = alerted(&province).await;
        stands(&province, &id, ("capability", 1)).await;
        assert!(server.deliveries().is_empty());
        let said = server.heard_in_clear();
        assert!(said.iter().all(|line| line.starts_with("EHLO") || line == "QUIT"), "{said:?}");
        province.stop().await;
    }
}

#[tokio::test]
async fn a_file_without_a_certificate_stops_the_start() {
    use motcua_service::Shared;
    use motcua_web::settings::Settings;
    let database = TestDatabase::sqlite();
    let path = database.folder.path().join("ca.pem");
    std::fs::write(&path, "none").unwrap();
    for file in [path, database.folder.path().join("nowhere.pem")] {
        let settings = Settings::from_sources(
            None,
            [
                ("MOTCUA_MODE", "sandbox".to_owned()),
                ("MOTCUA_DATA_DIR", database.folder.path().display().to_string()),
                ("MOTCUA_PROCEDURES__DATABASE_URL", database.url.clone()),
                ("MOTCUA_PROCEDURES__LISTEN", "127.0.0.1:0".to_owned()),
                ("MOTCUA_PROCEDURES__MAIL__HOST", "127.0.0.1".to_owned()),
                ("MOTCUA_PROCEDURES__MAIL__FROM", "motcua@tinh.example".to_owned()),
                ("MOTCUA_PROCEDURES__MAIL__CA_FILE", file.display().to_string()),
            ],
        );
        let shared = Shared::prepare(settings.unwrap()).await.unwrap();
        let refused = motcua_procedures::start(&shared).await.err().unwrap();
        assert!(format!("{refused:?}").contains("mail.ca_file"), "{refused:?}");
    }
}
