//! The database's own speed: the statements of a request, run by pgbench.

use std::path::PathBuf;
use std::process::Command;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

use super::installation::Installation;
use super::load::Prepared;
use super::scenario::Scenario;
use crate::Outcome;
use crate::cli::BenchArguments;

/// Finds the program where distributions put it.
pub(crate) fn find() -> Outcome<PathBuf> {
    let in_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|folders| folders.flatten().map(|folder| folder.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort();
    in_path
        .into_iter()
        .chain(debian.into_iter().rev())
        .map(|folder| folder.join("pgbench"))
        .find(|file| file.is_file())
        .ok_or_else(|| "pgbench is not installed: it comes with PostgreSQL's server package".into())
}

/// The statements of a scenario, as the service sends them; a test holds them against the service's own log.
fn script(scenario: Scenario) -> &'static str {
    match scenario {
        Scenario::Create => include_str!("create.sql"),
        Scenario::Get => include_str!("get.sql"),
        Scenario::List => include_str!("list.sql"),
    }
}

/// Transactions a second.
pub(crate) async fn run(
    program: &std::path::Path,
    installation: &Installation,
    scenario: Scenario,
    prepared: &Prepared,
    wanted: &BenchArguments,
) -> Outcome<f64> {
    let url = installation.database_url().to_owned();
    prepare(&url, prepared)?;
    let file = installation.folder().join(format!("{}.sql", scenario.name()));
    let tenant = installation.settings().tenant.to_string();
    std::fs::write(&file, script(scenario).replace("{tenant}", &tenant))?;
    let mut command = Command::new(program);
    command
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .arg(format!("--client={}", wanted.connections))
        .arg(format!("--time={}", wanted.seconds))
        .arg(format!("--define=most={}", prepared.ids.len()))
        .arg(format!("--file={}", file.display()))
        .arg(&url);
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    let told = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() || complained.contains("ERROR") {
        return Err(format!("pgbench {}: {told}{complained}", scenario.name()).into());
    }
    told.lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| format!("pgbench told no rate: {told}").into())
}

/// A table of the dossiers by number, because pgbench draws numbers and not ids.
fn prepare(url: &str, prepared: &Prepared) -> Outcome {
    let rows: Vec<String> = prepared.ids.iter().enumerate().map(|(at, id)| format!("({}, '{id}')", at + 1)).collect();
    let mut server = PgConnection::establish(url)?;
    server.batch_execute(&format!(
        "CREATE TABLE IF NOT EXISTS bench_ids (n int PRIMARY KEY, id uuid NOT NULL); \
         INSERT INTO bench_ids VALUES {} ON CONFLICT DO NOTHING; ANALYZE",
        rows.join(", ")
    ))?;
    Ok(())
}
