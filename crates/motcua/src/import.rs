//! `motcua import`: data from files, straight into the databases, also while the services run.

use std::fs::File;
use std::path::Path;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use motcua_documents::{FileReport, agencies, directory, units};
use motcua_kpi::definitions::faults::DefinitionFault;
use motcua_kpi::definitions::{self, Imported};
use motcua_procedures::catalogue::{self, Catalogue, ImportFile};
use motcua_service::Shared;
use motcua_web::auth::DEVELOPMENT_ISSUER;

use crate::Outcome;
use crate::cli::Import;

/// How many refused lines are printed; all of them can be asked for over the API or found with the file's line numbers.
const REFUSALS_PRINTED: usize = 20;

/// Imports what the command names and says what became of every line.
pub(crate) async fn run(shared: &Shared, what: Import) -> Outcome {
    match what {
        Import::Procedures { file } => procedures(shared, &file).await,
        Import::Indicators { path } => indicators(shared, path.as_deref()).await,
        other => documents(shared, other).await,
    }
}

async fn documents(shared: &Shared, what: Import) -> Outcome {
    let foundation = motcua_documents::open(shared).await?;
    let (db, journal, tenant) = (&foundation.db, &foundation.journal, foundation.tenant);
    let (started, bar) = (Instant::now(), lines_bar());
    let progress = |done: usize, all: usize| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let reports = match what {
        Import::Units { folder } => units::import(db, journal, tenant, &folder, &progress).await?,
        Import::Agencies { file } => vec![agencies::import(db, journal, tenant, open(&file)?, &progress).await?],
        Import::Officers { file } => {
            let issuer = shared.settings.auth.issuer.as_deref().unwrap_or(DEVELOPMENT_ISSUER);
            vec![directory::import(db, journal, tenant, issuer, open(&file)?, &progress).await?]
        }
        Import::Procedures { .. } | Import::Indicators { .. } => Vec::new(),
    };
    bar.finish_and_clear();
    foundation.sequence().await?;
    for report in &reports {
        tell(report);
    }
    println!("{:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

fn open(file: &Path) -> Outcome<File> {
    File::open(file).map_err(|error| format!("{}: {error}", file.display()).into())
}

fn tell(report: &FileReport) {
    println!("{report}");
    for (what, remarks) in [("refused", &report.refused), ("warning", &report.warnings)] {
        for remark in remarks.iter().take(REFUSALS_PRINTED) {
            println!("  line {} {what}: {}", remark.line, remark.reason.en);
        }
        if remarks.len() > REFUSALS_PRINTED {
            println!("  … and {} more", remarks.len() - REFUSALS_PRINTED);
        }
    }
}

async fn procedures(shared: &Shared, file: &Path) -> Outcome {
    let foundation = motcua_procedures::open(shared).await?;
    let catalogue = Catalogue::new(foundation.db.clone(), foundation.journal.clone());
    let (content, bytes) = ImportFile::open(file)?;
    let bar = ProgressBar::new(bytes);
    bar.set_style(ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg} lines  {elapsed}")?);
    let shown = bar.clone();
    let report = catalogue::import(&catalogue, foundation.tenant, "service:import", content, move |progress| {
        shown.set_position(progress.bytes);
        shown.set_message(progress.lines.to_string());
    })
    .await?;
    bar.finish_and_clear();
    foundation.sequence().await?;
    println!(
        "{}: {} lines: {} loaded, {} with warnings, {} unchanged, {} refused; {} changes in {:.1} s",
        file.display(),
        report.lines,
        report.loaded,
        report.with_warnings,
        report.unchanged,
        report.refused,
        report.loaded + report.with_warnings,
        report.seconds
    );
    for refusal in report.refusals.iter().take(REFUSALS_PRINTED) {
        println!("  line {} refused, {}: {}", refusal.line, refusal.code, refusal.reason.en);
    }
    let mut warnings: Vec<(&String, &u64)> = report.warnings_by_code.iter().collect();
    warnings.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    if !warnings.is_empty() {
        println!("warnings, most frequent first:");
        for (code, times) in warnings.into_iter().take(12) {
            println!("  {times:>6}  {code}");
        }
        println!("all of them: GET /v1/procedures?has_warnings=true, then /v1/procedures/{{id}}/warnings");
    }
    Ok(())
}

/// Every file is taken or refused by itself; one that is refused makes the command fail in the end.
async fn indicators(shared: &Shared, path: Option<&Path>) -> Outcome {
    let foundation = motcua_kpi::open(shared).await?;
    let (db, journal, tenant) = (&foundation.db, &foundation.journal, foundation.tenant);
    let Some(path) = path else {
        definitions::Definitions::new(db.clone(), journal.clone()).prepare(tenant).await?;
        foundation.sequence().await?;
        println!("the sets that come with the program are there");
        return Ok(());
    };
    let reports = definitions::import(db, journal, tenant, path).await?;
    foundation.sequence().await?;
    let mut refused = 0;
    for report in &reports {
        let file = report.file.display();
        match &report.outcome {
            Imported::Recorded(code, version) => println!("{file}: {code} {version} recorded"),
            Imported::Unchanged(code, version) => println!("{file}: {code} {version} unchanged"),
            Imported::Refused(code, reason) => {
                refused += 1;
                println!("{file}: refused, {code}: {}", reason.en);
            }
            Imported::Wrong(faults) => {
                refused += 1;
                println!("{file}: refused, {} faults", faults.len());
                for fault in faults {
                    let DefinitionFault { line, column, path, code, message } = fault;
                    println!("  {line}:{column} {path} {code}: {}", message.en);
                }
            }
        }
    }
    match refused {
        0 => Ok(()),
        refused => Err(format!("{refused} of {} files refused", reports.len()).into()),
    }
}

fn lines_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} lines  {elapsed}") {
        bar.set_style(style);
    }
    bar
}
