//! `motcua openapi`: the contract as files, so that it is reviewed like code: the documents of the services, and the
//! facts of their events in `events/`.

use std::collections::BTreeSet;
use std::path::Path;

use motcua_service::{EventSchema, broken_promises};
use motcua_web::openapi;
use serde_json::Value;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::Outcome;

/// The handlers of a service.
type Routes = fn(&mut ServiceConfig);

/// Writes the contract of the three services, or checks the committed one.
pub(crate) fn run(folder: &Path, check: bool) -> Outcome {
    let mut wrong = documents(folder, check)?;
    wrong.extend(events(&folder.join("events"), check)?);
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn documents(folder: &Path, check: bool) -> Outcome<Vec<String>> {
    let services: [(motcua_web::About, Routes, Routes); 3] = [
        (motcua_documents::ABOUT, motcua_documents::routes, |_| {}),
        (motcua_procedures::ABOUT, motcua_procedures::routes, motcua_procedures::public_routes),
        (motcua_kpi::ABOUT, motcua_kpi::routes, motcua_kpi::public_routes),
    ];
    let mut wrong = Vec::new();
    for (about, routes, public) in services {
        let document = openapi::document(&about, routes, public);
        wrong.extend(openapi::faults(&document).into_iter().map(|fault| format!("{}: {fault}", about.name)));
        wrong.extend(put(&folder.join(format!("{}.json", about.name)), &openapi::text(&document)?, check)?);
    }
    Ok(wrong)
}

/// An event is for ever: a schema that would break the committed one is not even written.
fn events(folder: &Path, check: bool) -> Outcome<Vec<String>> {
    let (mut wrong, mut known) = (Vec::new(), BTreeSet::new());
    let schemas = [motcua_documents::event_schemas(), motcua_procedures::event_schemas(), motcua_kpi::event_schemas()];
    for schema in schemas.into_iter().flatten() {
        let file = folder.join(format!("{}.json", schema.name));
        known.insert(file.clone());
        let broken = broken(&file, &schema)?;
        if broken.is_empty() {
            wrong.extend(put(&file, &schema.text(), check)?);
        }
        wrong.extend(broken);
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let file = entry?.path();
        if !known.contains(&file) {
            wrong.push(format!("{}: no such event in the code, but journals may hold it for ever", file.display()));
        }
    }
    Ok(wrong)
}

fn broken(file: &Path, schema: &EventSchema) -> Outcome<Vec<String>> {
    let Ok(committed) = std::fs::read_to_string(file) else { return Ok(Vec::new()) };
    let committed: Value =
        serde_json::from_str(&committed).map_err(|error| format!("{} can't be read: {error}", file.display()))?;
    let broken = broken_promises(&committed, &schema.schema).into_iter();
    Ok(broken.map(|what| format!("{}: {what}; fields are only added, or it is a new version", schema.name)).collect())
}

/// Writes a file, or says that it is not what it should be.
fn put(file: &Path, text: &str, check: bool) -> Outcome<Option<String>> {
    if !check {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, text)?;
        println!("{}", file.display());
        return Ok(None);
    }
    let same = std::fs::read_to_string(file).is_ok_and(|committed| committed == text);
    Ok((!same).then(|| format!("{} differs from the code: run `motcua openapi` and commit it", file.display())))
}
