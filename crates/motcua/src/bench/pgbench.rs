//! The database's own speed: the statements of a request, run by pgbench.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl};

use super::installation::Installation;
use super::load::Prepared;
use super::scenario::Scenario;
use crate::Outcome;
use crate::cli::BenchArguments;

/// Finds the program where distributions put it.
pub(crate) fn find() -> Outcome<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|folders| folders.flatten().map(|folder| folder.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort();
    std::env::split_paths(&path)
        .chain(debian.into_iter().rev())
        .map(|folder| folder.join("pgbench"))
        .find(|file| file.is_file())
        .ok_or_else(|| "pgbench is not installed: it comes with PostgreSQL's server package".into())
}

/// The statements of a scenario, as the service's own log shows them, with literals for what does not vary.
fn script(scenario: Scenario) -> &'static str {
    match scenario {
        Scenario::Create => include_str!("create.sql"),
        Scenario::Get => include_str!("get.sql"),
        Scenario::List => include_str!("list.sql"),
    }
}

/// Transactions a second.
pub(crate) async fn run(
    program: &Path,
    installation: &Installation,
    scenario: Scenario,
    prepared: &Prepared,
    wanted: &BenchArguments,
) -> Outcome<f64> {
    let url = installation.database_url().to_owned();
    let mut text = script(scenario).to_owned();
    for (word, value) in words(&url, installation, prepared)? {
        text = text.replace(&format!("{{{word}}}"), &value);
    }
    let file = installation.folder().join(format!("{}.sql", scenario.name()));
    std::fs::write(&file, text)?;
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

#[derive(QueryableByName)]
struct Sample {
    #[diesel(sql_type = Text)]
    word: String,
    #[diesel(sql_type = Text)]
    value: String,
}

/// What stands for the words in braces: taken from a dossier that the service wrote. Also makes a table of the dossiers
/// by number, because pgbench draws numbers and not ids.
fn words(url: &str, installation: &Installation, prepared: &Prepared) -> Outcome<BTreeMap<String, String>> {
    let rows: Vec<String> = prepared.ids.iter().enumerate().map(|(at, id)| format!("({}, '{id}')", at + 1)).collect();
    let first = prepared.ids.first().ok_or("no dossier was prepared")?;
    let mut server = PgConnection::establish(url)?;
    server.batch_execute(&format!(
        "CREATE TABLE IF NOT EXISTS bench_ids (n int PRIMARY KEY, id uuid NOT NULL); \
         INSERT INTO bench_ids VALUES {} ON CONFLICT DO NOTHING; ANALYZE",
        rows.join(", ")
    ))?;
    let samples: Vec<Sample> = diesel::sql_query(format!(
        "SELECT s.word, s.value FROM dossiers d JOIN dossier_agencies a ON a.dossier_id = d.id AND a.role = 'receiving' \
         JOIN journal_events e ON e.subject_id = d.id AND e.subject_version = 1, \
         LATERAL (VALUES ('procedure', d.procedure_id::text), ('version', d.version_id::text), ('client', d.client), \
         ('code', d.procedure_code), ('applicant', d.applicant::text), ('form', d.form::text), \
         ('facts', encode(convert_to(d.facts::text, 'UTF8'), 'hex')), ('canonical', e.canonical::text), \
         ('one_agency', a.responsible_agency_id::text), ('agency_array', '{{' || a.responsible_agency_id || '}}'), \
         ('agency_code', a.written_code)) AS s(word, value) WHERE d.id = '{first}'"
    ))
    .load(&mut server)?;
    let mut words: BTreeMap<String, String> = samples.into_iter().map(|sample| (sample.word, sample.value)).collect();
    words.insert("tenant".to_owned(), installation.settings().tenant.to_string());
    let page: Vec<&str> = prepared.ids.iter().take(50).map(String::as_str).collect();
    words.insert("ids".to_owned(), format!("{{{}}}", page.join(",")));
    Ok(words)
}
