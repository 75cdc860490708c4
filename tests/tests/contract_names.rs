//! A name in an API document means one thing. Two schemas of equal name would overwrite each other without a word, and
//! the document would describe what the service refuses.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Floors whose schemas every service may show.
const SHARED: &str = "crates";
/// The floor of which only procedures shows any.
const PAPERS: &str = "paper/src";

#[test]
fn no_two_schemas_of_a_service_have_one_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let shared = sources(&root.join(SHARED));
    for service in ["documents", "procedures", "kpi"] {
        let mut own = sources(&root.join("services").join(service).join("src"));
        let shows = |file: &&PathBuf| service == "procedures" || !file.to_string_lossy().contains(PAPERS);
        own.extend(shared.iter().filter(shows).cloned());
        let mut names = BTreeMap::<String, PathBuf>::new();
        for file in own {
            for name in schemas(&std::fs::read_to_string(&file).unwrap()) {
                if let Some(other) = names.insert(name.clone(), file.clone()) {
                    assert_eq!(other, file, "{service}: {name} is two schemas; give one of them #[schema(as = …)]");
                }
            }
        }
        assert!(names.len() > 20, "{service}: only {} schemas were found: has their notation changed?", names.len());
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("tests") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
    found
}

/// The names of the types of a source that derive `ToSchema`, as the document calls them.
fn schemas(source: &str) -> Vec<String> {
    let (mut names, mut derives, mut called) = (Vec::new(), false, None);
    // What tests declare for themselves no document shows.
    let shown = source.split("#[cfg(test)]").next().unwrap_or_default();
    for line in shown.lines().map(str::trim) {
        if line.starts_with("#[derive(") {
            (derives, called) = (line.contains("ToSchema"), None);
        } else if let Some((_, name)) = line.split_once("#[schema(as = ") {
            called = name.split(')').next().map(str::to_owned);
        } else if let Some(name) = declared(line).filter(|_| derives) {
            names.push(called.take().unwrap_or(name));
            derives = false;
        }
    }
    names
}

fn declared(line: &str) -> Option<String> {
    let rest = line.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ").trim_start_matches("pub ");
    let name = rest.strip_prefix("struct ").or_else(|| rest.strip_prefix("enum "))?;
    let end = name.find(|c: char| !c.is_alphanumeric()).unwrap_or(name.len());
    name.get(..end).map(str::to_owned)
}
