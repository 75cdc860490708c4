//! Where settings come from: three layers, each checked by itself against the keys the defaults name, then merged.
//!
//! The defaults hold every key, so they are the list of what exists; checking each layer before the merge is what lets
//! an error say which file or variable the fault is in.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use config::{Config, ConfigError, File, FileFormat, Map, Source, Value, ValueKind};

use super::error::{Fault, SettingsError};
use super::{DEFAULTS, Settings};

const PREFIX: &str = "MOTCUA_";
/// Names the settings file itself.
const FILE_VARIABLE: &str = "MOTCUA_CONFIG";
/// Variables of the test suite, which share the prefix and are no settings.
const TEST_PREFIX: &str = "MOTCUA_TEST_";
const DEFAULTS_NAME: &str = "built-in default";

/// The values of every source, the strongest last.
pub(super) struct Layers(Vec<Layer>);

/// Values of one source by their full key, each with the place it came from.
#[derive(Debug, Clone, Default)]
struct Layer(BTreeMap<String, (Value, String)>);

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.0.iter().map(|(key, (value, _))| (key.clone(), value.clone())).collect())
    }
}

/// Reads defaults, file and variables, and refuses keys that do not exist.
pub(super) fn read(file: Option<&Path>, variables: Vec<(OsString, OsString)>) -> Result<Layers, SettingsError> {
    let named = variables.iter().find(|(name, _)| name == FILE_VARIABLE).map(|(_, path)| PathBuf::from(path));
    let defaults = from_toml(&File::from_str(DEFAULTS, FileFormat::Toml), DEFAULTS_NAME)?;
    let mut layers = vec![defaults];
    if let Some(path) = file.map(Path::to_path_buf).or(named).filter(|path| !path.as_os_str().is_empty()) {
        layers
            .push(from_toml(&File::from(path.clone()).format(FileFormat::Toml), &format!("file {}", path.display()))?);
    }
    layers.push(from_variables(variables)?);
    let layers = Layers(layers);
    let faults = layers.unknown_keys();
    if faults.is_empty() { Ok(layers) } else { Err(SettingsError { faults }) }
}

fn from_toml(source: &impl Source, origin: &str) -> Result<Layer, SettingsError> {
    let table = source.collect().map_err(|error| SettingsError::one(origin, "", error.to_string()))?;
    let mut layer = Layer::default();
    flatten("", table, origin, &mut layer);
    Ok(layer)
}

fn flatten(prefix: &str, table: Map<String, Value>, origin: &str, into: &mut Layer) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value.kind {
            ValueKind::Table(inner) => flatten(&key, inner, origin, into),
            _ => {
                into.0.insert(key, (value, origin.to_owned()));
            }
        }
    }
}

fn from_variables(variables: Vec<(OsString, OsString)>) -> Result<Layer, SettingsError> {
    let mut layer = Layer::default();
    for (name, value) in variables {
        let Some(name) = name.to_str() else { continue };
        let Some(path) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if name == FILE_VARIABLE || name.starts_with(TEST_PREFIX) {
            continue;
        }
        let key = path.to_lowercase().replace("__", ".");
        let origin = format!("environment variable {name}");
        let Ok(text) = value.into_string() else {
            return Err(SettingsError::one(key, origin, "the value must be UTF-8 text"));
        };
        layer.0.insert(key, (Value::new(Some(&origin), text), origin));
    }
    Ok(layer)
}

impl Layers {
    /// One [`Settings`] of all layers, with placeholders filled in.
    pub(super) fn merge(&self) -> Result<Settings, SettingsError> {
        let merged = self.build(&Layer::default()).map_err(|error| self.explain(error))?;
        let filled = self.fill_placeholders(&merged)?;
        self.build(&filled).and_then(Config::try_deserialize).map_err(|error| self.explain(error))
    }

    /// Says for faults found later where the values came from.
    pub(super) fn blame(&self, faults: Vec<(String, String)>) -> SettingsError {
        let blamed = faults.into_iter().map(|(key, message)| {
            let origin = self.origin(&key);
            Fault { key, origin, message }
        });
        SettingsError { faults: blamed.collect() }
    }

    fn build(&self, last: &Layer) -> Result<Config, ConfigError> {
        let mut builder = Config::builder();
        for layer in &self.0 {
            builder = builder.add_source(layer.clone());
        }
        builder.add_source(last.clone()).build()
    }

    fn known_keys(&self) -> BTreeSet<&str> {
        self.0.first().into_iter().flat_map(|defaults| defaults.0.keys()).map(String::as_str).collect()
    }

    fn unknown_keys(&self) -> Vec<Fault> {
        let known = self.known_keys();
        let given = self.0.iter().flat_map(|layer| layer.0.iter());
        given
            .filter(|(key, _)| !known.contains(key.as_str()))
            .map(|(key, (_, origin))| Fault {
                key: key.clone(),
                origin: origin.clone(),
                message: format!("there is no such setting; {}", siblings(key, &known)),
            })
            .collect()
    }

    fn origin(&self, key: &str) -> String {
        let strongest = self.0.iter().rev().find_map(|layer| layer.0.get(key));
        strongest.map(|(_, origin)| origin.clone()).unwrap_or_default()
    }

    fn fill_placeholders(&self, merged: &Config) -> Result<Layer, SettingsError> {
        let mut places = vec![("{data_dir}".to_owned(), merged.get_string("data_dir").unwrap_or_default())];
        for service in ["procedures", "documents", "kpi"] {
            let listen = merged.get_string(&format!("{service}.listen")).unwrap_or_default();
            places.push((format!("{{{service}.address}}"), reachable(&listen)));
        }
        let mut filled = Layer::default();
        let mut faults = Vec::new();
        for key in self.known_keys() {
            if !takes_placeholders(key) {
                continue;
            }
            let Ok(text) = merged.get_string(key) else { continue };
            let whole = places.iter().fold(text.clone(), |text, (name, value)| text.replace(name, value));
            if whole.contains('{') {
                let names: Vec<&str> = places.iter().map(|(name, _)| name.as_str()).collect();
                faults.push((key.to_owned(), format!("unknown placeholder; there are {}", names.join(", "))));
            }
            if whole != text {
                filled.0.insert(key.to_owned(), (Value::from(whole), String::new()));
            }
        }
        if faults.is_empty() { Ok(filled) } else { Err(self.blame(faults)) }
    }

    fn explain(&self, error: ConfigError) -> SettingsError {
        let (key, message) = match error {
            ConfigError::At { error, key, .. } => (key, error.to_string()),
            ConfigError::Type { key, unexpected, expected, .. } => {
                (key, format!("found {unexpected}, expected {expected}"))
            }
            ConfigError::NotFound(key) => (Some(key), "is missing".to_owned()),
            other => (None, other.to_string()),
        };
        self.blame(vec![(key.unwrap_or_default(), message)])
    }
}

/// Paths and addresses; elsewhere a brace is a brace.
fn takes_placeholders(key: &str) -> bool {
    let name = key.rsplit('.').next().unwrap_or(key);
    let is_place = name.ends_with("_file") || name.ends_with("_dir") || name.ends_with("_url");
    (is_place && key != "data_dir") || key.contains(".peers.")
}

/// Where a program on this machine reaches what listens at an address: `0.0.0.0` is not an address to call.
fn reachable(listen: &str) -> String {
    match listen.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_unspecified() => format!("127.0.0.1:{}", address.port()),
        _ => listen.to_owned(),
    }
}

/// What could have been meant: the settings beside an unknown one.
fn siblings(key: &str, known: &BTreeSet<&str>) -> String {
    let inside = format!("{key}.");
    if known.iter().any(|other| other.starts_with(&inside)) {
        return format!("`{key}` is a section");
    }
    let mut section = key;
    while let Some((parent, _)) = section.rsplit_once('.') {
        section = parent;
        let inside = format!("{section}.");
        let names: Vec<&str> = known.iter().filter_map(|other| other.strip_prefix(&inside)).collect();
        if !names.is_empty() {
            return format!("`{section}` has {}", names.join(", "));
        }
    }
    let tops: BTreeSet<&str> = known.iter().filter_map(|other| other.split('.').next()).collect();
    format!("there are {}", tops.into_iter().collect::<Vec<_>>().join(", "))
}
