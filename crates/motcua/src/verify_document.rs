//! `motcua verify-document`: a published document against its signature, offline.

use std::path::Path;

use motcua_kpi::publishing::signing::verify;

use crate::Outcome;

/// Says whether a document is what was signed; fails when it is not.
pub(crate) fn run(file: &Path, signature: &str, key: &str) -> Outcome {
    let document = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let written = Path::new(key);
    let key = if written.is_file() { std::fs::read_to_string(written)? } else { key.to_owned() };
    verify(&document, signature, &key).map_err(|reason| format!("NOT VERIFIED: {}: {reason}", file.display()))?;
    println!("{}: verified, {} bytes as they were signed", file.display(), document.len());
    Ok(())
}
