//! What the types can't say about settings: ranges, what belongs together, what production requires.

use reqwest::Url;
use tracing_subscriber::EnvFilter;

use super::{DatabaseUrl, MailSettings, MailTls, Mode, ServiceSettings, Settings, WebhookSettings, vault};

/// Everything wrong, by key.
pub(super) fn faults(settings: &Settings) -> Vec<(String, String)> {
    let mut faults = Faults { production: settings.mode == Mode::Production, found: Vec::new() };
    if settings.data_dir.as_os_str().is_empty() {
        faults.add("data_dir", "must name a directory");
    }
    if let Err(error) = EnvFilter::try_new(&settings.log.filter) {
        faults.add("log.filter", format!("{error}; write it like `info,motcua_web=debug`"));
    }
    faults.check_auth(settings);
    faults.check_vault(settings);
    let reminders = settings.reminders;
    for (key, days) in [("approver", reminders.approver_after_days), ("leader", reminders.leader_after_days)] {
        if !(1..=60).contains(&days) {
            faults.add(format!("reminders.{key}_after_days"), "must be 1 to 60");
        }
    }
    if !(30..=3650).contains(&reminders.notices_kept_days) {
        faults.add("reminders.notices_kept_days", "must be 30 to 3,650");
    }
    faults.check_tracking_page(settings.tracking.page.as_deref());
    if !(1..=720).contains(&settings.payments.pending_expires_after_hours) {
        faults.add("payments.pending_expires_after_hours", "must be 1 to 720");
    }
    faults.check_webhooks(&settings.webhooks);
    if !(30..=3650).contains(&settings.digests.kept_days) {
        faults.add("digests.kept_days", "must be 30 to 3,650");
    }
    faults.check_mail("procedures", &settings.procedures.mail);
    faults.check_mail("kpi", &settings.kpi.mail);
    faults.check_service("procedures", &settings.procedures);
    faults.check_service("documents", &settings.documents);
    faults.check_service("kpi", &settings.kpi);
    faults.check_databases_differ(settings);
    faults.found
}

struct Faults {
    production: bool,
    found: Vec<(String, String)>,
}

impl Faults {
    fn add(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.found.push((key.into(), message.into()));
    }

    fn check_tracking_page(&mut self, page: Option<&str>) {
        let Some(page) = page else { return };
        let with = |reference: &str| Url::parse(&page.replace("{reference}", reference)).ok();
        // The address of the machine is the same for every dossier, and short enough for a code that a telephone reads.
        let address = with("one").zip(with("two")).filter(|(one, two)| one.host() == two.host() && one != two);
        if address.is_none_or(|(one, _)| !matches!(one.scheme(), "https" | "http")) || page.len() > 200 {
            let message = "must be an address of a page with `{reference}` behind its host, of 200 characters at most";
            self.add("tracking.page", message);
        }
    }

    fn check_auth(&mut self, settings: &Settings) {
        let auth = &settings.auth;
        if auth.audience.is_empty() {
            self.add("auth.audience", "must not be empty");
        }
        if ["", "iss", "sub", "aud", "azp", "client_id", "jti"].contains(&auth.citizen_claim.as_str()) {
            let reason =
                "must be a claim of its own: journals name callers by the standard ones and hold no personal data";
            self.add("auth.citizen_claim", reason);
        }
        if auth.clock_skew_seconds > 300 {
            self.add("auth.clock_skew_seconds", "must be 0 to 300");
        }
        if auth.cache_seconds > 60 {
            self.add("auth.cache_seconds", "must be 0 to 60: a closed account may not act for longer");
        }
        if !(1..=1_000_000).contains(&auth.cache_entries) {
            self.add("auth.cache_entries", "must be 1 to 1,000,000");
        }
        match &auth.issuer {
            Some(issuer) => self.check_issuer_url("auth.issuer", issuer),
            None if self.production => {
                self.add("auth.issuer", "production needs an OIDC issuer; the development issuer is refused there");
            }
            None => {}
        }
        if let Some(token_url) = &auth.token_url {
            self.check_issuer_url("auth.token_url", token_url);
        }
        let client = [
            ("auth.client_id", auth.client_id.is_some()),
            ("auth.client_secret", auth.client_secret.is_some()),
            ("auth.token_url", auth.token_url.is_some()),
        ];
        if client.iter().any(|(_, set)| *set) {
            for (key, _) in client.iter().filter(|(_, set)| !set) {
                self.add(*key, "client_id, client_secret and token_url belong together: set all three or none");
            }
        }
    }

    fn check_vault(&mut self, settings: &Settings) {
        let vault = &settings.vault;
        match (&vault.keys, &vault.lookup_key) {
            (Some(keys), Some(lookup)) => {
                if let Err(message) = vault::parse_masters(keys.expose()) {
                    self.add("vault.keys", message);
                }
                if let Err(message) = vault::parse_key(lookup.expose()) {
                    self.add("vault.lookup_key", message);
                }
            }
            (None, None) if self.production => {
                self.add("vault.keys", "production needs explicit keys: `1:` and the base64 of 32 random bytes");
                self.add("vault.lookup_key", "production needs an explicit key: the base64 of 32 random bytes");
            }
            (None, None) => {}
            (Some(_), None) => self.add("vault.lookup_key", "belongs to vault.keys: set both or none"),
            (None, Some(_)) => self.add("vault.keys", "belongs to vault.lookup_key: set both or none"),
        }
    }

    fn check_service(&mut self, name: &str, service: &ServiceSettings) {
        let database = &service.database_url;
        let has_path = database.expose().strip_prefix("sqlite:").is_none_or(|path| !path.is_empty());
        if !(database.is_sqlite() || database.is_postgres()) || !has_path {
            self.add(
                format!("{name}.database_url"),
                "must be `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`",
            );
        }
        if !(1..=1_000).contains(&service.database_pool) {
            self.add(format!("{name}.database_pool"), "must be 1 to 1,000");
        }
        for (key, url) in [
            ("public_url", &service.public_url),
            ("peers.documents", &service.peers.documents),
            ("peers.procedures", &service.peers.procedures),
        ] {
            if let Err(message) = check_url(url) {
                self.add(format!("{name}.{key}"), message);
            }
        }
    }

    fn check_webhooks(&mut self, webhooks: &WebhookSettings) {
        for (key, number, range, text) in [
            ("timeout_seconds", webhooks.timeout_seconds, 1..=60, "must be 1 to 60"),
            ("retry_seconds", webhooks.retry_seconds, 1..=3_600, "must be 1 to 3,600"),
            ("give_up_after_hours", webhooks.give_up_after_hours, 1..=720, "must be 1 to 720"),
            ("disable_after_days", webhooks.disable_after_days, 1..=60, "must be 1 to 60"),
            ("together", webhooks.together, 1..=64, "must be 1 to 64"),
            ("most_waiting", webhooks.most_waiting, 100..=1_000_000, "must be 100 to 1,000,000"),
            ("keep_log_days", webhooks.keep_log_days, 1..=3_650, "must be 1 to 3,650"),
        ] {
            if !range.contains(&number) {
                self.add(format!("webhooks.{key}"), text);
            }
        }
    }

    fn check_mail(&mut self, name: &str, mail: &MailSettings) {
        if !(1..=300).contains(&mail.timeout_seconds) {
            self.add(format!("{name}.mail.timeout_seconds"), "must be 1 to 300");
        }
        if !(1..=3_600).contains(&mail.retry_seconds) {
            self.add(format!("{name}.mail.retry_seconds"), "must be 1 to 3,600");
        }
        if !(1..=30).contains(&mail.give_up_after_days) {
            self.add(format!("{name}.mail.give_up_after_days"), "must be 1 to 30");
        }
        if mail.host.is_none() {
            return;
        }
        let is_address = mail.from.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
        if !is_address || mail.from.chars().any(|c| c.is_whitespace() || c.is_control()) {
            self.add(format!("{name}.mail.from"), "must be the address e-mails come from, as `motcua@tinh.gov.vn`");
        }
        if mail.user.is_some() != mail.password.is_some() {
            self.add(format!("{name}.mail.user"), "user and password belong together: set both or none");
        }
        if mail.ca_file.is_some() && mail.tls == MailTls::None {
            self.add(format!("{name}.mail.ca_file"), "has no use without TLS: set `mail.tls`, or leave this out");
        }
        if self.production && mail.user.is_some() && mail.tls == MailTls::None {
            self.add(
                format!("{name}.mail.tls"),
                "must not be `none` in production when there is a password to protect",
            );
        }
    }

    fn check_databases_differ(&mut self, settings: &Settings) {
        let services =
            [("procedures", &settings.procedures), ("documents", &settings.documents), ("kpi", &settings.kpi)];
        for (at, (name, service)) in services.iter().enumerate() {
            let same = |other: &DatabaseUrl| *other == service.database_url;
            if let Some((other, _)) = services.iter().take(at).find(|(_, other)| same(&other.database_url)) {
                self.add(
                    format!("{name}.database_url"),
                    format!("{other} uses it; every service has its own database"),
                );
            }
        }
    }

    fn check_issuer_url(&mut self, key: &str, url: &str) {
        // The issuer's path may end in a slash: it is compared with `iss` letter by letter.
        if let Err(message) = check_url(url.trim_end_matches('/')) {
            self.add(key, message);
        } else if self.production && !url.starts_with("https://") {
            self.add(key, "must begin with https:// in production: whoever answers there decides who is believed");
        }
    }
}

fn check_url(url: &str) -> Result<(), String> {
    let parsed = Url::parse(url).map_err(|error| format!("{error}; write it like `http://127.0.0.1:8082`"))?;
    if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() {
        return Err("must begin with http:// or https://".to_owned());
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err("must not hold a user or a password: addresses are logged".to_owned());
    }
    if url.ends_with('/') || parsed.query().is_some() || parsed.fragment().is_some() {
        return Err("must end without a slash, a query or a fragment".to_owned());
    }
    Ok(())
}
