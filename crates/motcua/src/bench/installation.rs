//! A throw-away installation as a process of its own.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use motcua_kernel::{Clock, new_id};
use motcua_web::auth::DevelopmentIssuer;
use motcua_web::settings::Settings;
use tempfile::TempDir;

use crate::Outcome;

/// Three services in one process; procedures and documents on PostgreSQL.
pub(crate) struct Installation {
    folder: TempDir,
    server: String,
    databases: [String; 2],
    child: Child,
    settings: Settings,
}

impl Installation {
    /// Makes a database on the server, loads the demo province and starts the services.
    pub(crate) async fn start(server: &str) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let databases = ["procedures", "documents"].map(|service| format!("bench_{service}_{}", new_id().simple()));
        let (host, _) = server.rsplit_once('/').ok_or("the URL names no database")?;
        let mut administrator = PgConnection::establish(server)?;
        for database in &databases {
            administrator.batch_execute(&format!("CREATE DATABASE {database}"))?;
        }
        let [procedures, documents] = databases.each_ref().map(|database| format!("{host}/{database}"));
        let mut variables: Vec<(String, String)> = vec![
            ("MOTCUA_DATA_DIR".into(), folder.path().display().to_string()),
            ("MOTCUA_PROCEDURES__DATABASE_URL".into(), procedures),
            ("MOTCUA_DOCUMENTS__DATABASE_URL".into(), documents),
            ("MOTCUA_LOG__FILTER".into(), "warn".into()),
        ];
        for service in ["PROCEDURES", "DOCUMENTS", "KPI"] {
            // Held only until its number is known; the service takes it a moment later.
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            variables.push((format!("MOTCUA_{service}__LISTEN"), format!("127.0.0.1:{port}")));
        }
        let settings = Settings::from_sources(None, variables.clone())?;
        let log = std::fs::File::create(folder.path().join("serve.log"))?;
        let mut command = Command::new(std::env::current_exe()?);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MOTCUA_")) {
            command.env_remove(name);
        }
        let child = command
            .args(["serve", "all"])
            .envs(variables)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let installation = Self { folder, server: server.to_owned(), databases, child, settings };
        installation.wait_until_ready().await?;
        Ok(installation)
    }

    async fn wait_until_ready(&self) -> Outcome {
        let url = format!("{}/readyz", self.url());
        for _ in 0..1200 {
            if reqwest::get(&url).await.is_ok_and(|response| response.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let log = std::fs::read_to_string(self.folder.path().join("serve.log")).unwrap_or_default();
        Err(format!("the installation was not ready within a minute:\n{log}").into())
    }

    /// The address of the procedures service.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.settings.procedures.listen)
    }

    /// The address of the documents service.
    pub(crate) fn documents_url(&self) -> String {
        format!("http://{}", self.settings.documents.listen)
    }

    /// The database of the procedures service.
    pub(crate) fn database_url(&self) -> &str {
        self.settings.procedures.database_url.expose()
    }

    /// Lets the server count its rows anew, as autovacuum does in time.
    pub(crate) fn analyze(&self) -> Outcome {
        Ok(PgConnection::establish(self.database_url())?.batch_execute("ANALYZE")?)
    }

    /// The issuer of its tokens.
    pub(crate) fn issuer(&self) -> Outcome<DevelopmentIssuer> {
        Ok(DevelopmentIssuer::load(&self.settings, &Clock::new())?)
    }

    /// Its settings.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A folder for what is needed meanwhile.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Ends the services and drops the databases.
    pub(crate) fn stop(self) {
        drop(self);
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        // What fails here is left to the throw-away server and the temporary folder.
        drop(self.child.kill().and_then(|()| self.child.wait()));
        if let Ok(mut server) = PgConnection::establish(&self.server) {
            for database in &self.databases {
                drop(server.batch_execute(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)")));
            }
        }
    }
}
