//! The demo province: Quảng Trị after the merger of 2025-07-01, built into the program. Codes below level 1, people and
//! texts are invented; `demo/README.md` says what is real.

use std::path::PathBuf;

use motcua_documents::directory::{self, NewClient};
use motcua_documents::{agencies, units};
use motcua_procedures::catalogue::rules::Source;
use motcua_procedures::catalogue::{self, Catalogue, ImportFile};
use motcua_service::Shared;
use motcua_web::auth::DEVELOPMENT_ISSUER;
use serde_json::Value;

use crate::Outcome;

/// The client id of the demo's portal.
pub(crate) const PORTAL: &str = "demo-portal";
/// The personal identification number of the demo's citizen.
pub(crate) const CITIZEN_NUMBER: &str = "045190000001";

const AGENCIES: &str = include_str!("../demo/agencies.csv");
const OFFICERS: &str = include_str!("../demo/officers.csv");
const PROCEDURES: &str = include_str!("../demo/procedures.jsonl");
const UNITS: [(&str, &str); 3] = [
    ("provinces.csv", include_str!("../demo/units/provinces.csv")),
    ("communes.csv", include_str!("../demo/units/communes.csv")),
    ("mapping.csv", include_str!("../demo/units/mapping.csv")),
];

/// Whether the demo province was loaded whole before. Loading again changes nothing, it only takes a moment.
pub(crate) fn is_loaded(shared: &Shared) -> bool {
    mark(shared).exists()
}

fn mark(shared: &Shared) -> PathBuf {
    shared.settings.data_dir.join("demo-loaded")
}

/// Loads the demo province into whatever databases the settings name.
pub(crate) async fn load(shared: &Shared) -> Outcome {
    let documents = motcua_documents::open(shared).await?;
    let (db, journal, tenant) = (&documents.db, &documents.journal, documents.tenant);
    let folder = tempfile::tempdir()?;
    for (name, content) in UNITS {
        std::fs::write(folder.path().join(name), content)?;
    }
    let quiet = |_, _| {};
    let mut reports = units::import(db, journal, tenant, folder.path(), &quiet).await?;
    reports.push(agencies::import(db, journal, tenant, AGENCIES.as_bytes(), &quiet).await?);
    reports.push(directory::import(db, journal, tenant, DEVELOPMENT_ISSUER, OFFICERS.as_bytes(), &quiet).await?);
    for report in &reports {
        if let Some(remark) = report.refused.first() {
            return Err(format!("the demo's {} line {}: {}", report.file, remark.line, remark.reason.en).into());
        }
    }
    let portal = NewClient {
        issuer: DEVELOPMENT_ISSUER.to_owned(),
        subject: PORTAL.to_owned(),
        name: "Cổng dịch vụ công mẫu".to_owned(),
        owner_agency: Some("H50".to_owned()),
    };
    directory::add_client(db, journal, tenant, portal).await?;
    documents.sequence().await?;

    let procedures = motcua_procedures::open(shared).await?;
    let catalogue = Catalogue::new(procedures.db.clone(), procedures.journal.clone());
    let content = ImportFile {
        name: "demo/procedures.jsonl".to_owned(),
        content: PROCEDURES.as_bytes(),
        written_by: Source::Demo,
    };
    let report = catalogue::import(&catalogue, tenant, "service:demo", content, |_| {}).await?;
    if let Some(refusal) = report.refusals.first() {
        return Err(format!("the demo's procedures line {}: {}", refusal.line, refusal.reason.en).into());
    }
    procedures.sequence().await?;
    // Nothing to load there, but its tables are made, so that `verify` finds three journals and not two.
    motcua_kpi::open(shared).await?;
    std::fs::create_dir_all(&shared.settings.data_dir)?;
    std::fs::write(mark(shared), "")?;
    tracing::info!(
        agencies = reports.iter().map(|report| report.read).sum::<usize>(),
        procedures = report.lines,
        "demo loaded"
    );
    Ok(())
}

/// Data that fits a procedure's form: the example in its own schema.
pub(crate) fn example_form(code: &str) -> Outcome<Value> {
    for line in PROCEDURES.lines() {
        let procedure: Value = serde_json::from_str(line)?;
        if procedure.get("code").and_then(Value::as_str) == Some(code) {
            return procedure
                .pointer("/form/examples/0")
                .cloned()
                .ok_or_else(|| format!("the form of {code} has no example").into());
        }
    }
    Err(format!("the demo has no procedure {code}").into())
}
