//! `motcua openapi`: the contract as files, so that it is reviewed like code.

use std::path::Path;

use motcua_web::openapi;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::Outcome;

/// Writes the documents of the three services, or checks the committed ones.
pub(crate) fn run(folder: &Path, check: bool) -> Outcome {
    let services: [(motcua_web::About, fn(&mut ServiceConfig)); 3] = [
        (motcua_documents::ABOUT, motcua_documents::routes),
        (motcua_procedures::ABOUT, motcua_procedures::routes),
        (motcua_kpi::ABOUT, motcua_kpi::routes),
    ];
    let mut wrong = Vec::new();
    for (about, routes) in services {
        let document = openapi::document(&about, routes);
        wrong.extend(openapi::faults(&document).into_iter().map(|fault| format!("{}: {fault}", about.name)));
        let text = openapi::text(&document)?;
        let file = folder.join(format!("{}.json", about.name));
        if !check {
            std::fs::create_dir_all(folder)?;
            std::fs::write(&file, text)?;
            println!("{}", file.display());
        } else if std::fs::read_to_string(&file).ok().as_deref() != Some(text.as_str()) {
            wrong.push(format!("{} differs from the code: run `motcua openapi` and commit it", file.display()));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(wrong.join("\n").into())
}
