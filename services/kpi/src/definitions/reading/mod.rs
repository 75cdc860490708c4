//! From a text to a set of indicators: everything that is wrong with it, at once.

mod fields;
mod indicator;
mod measure;
mod method;
mod ranking;
mod scoring;
mod set;

use super::faults::{DefinitionFault, Faults};
use super::model::IndicatorSet;
use super::yaml;

/// Reads one version of one set.
///
/// # Errors
/// Every fault there is, in the order of the text.
pub fn read(text: &str) -> Result<IndicatorSet, Vec<DefinitionFault>> {
    let mut faults = Faults::default();
    let set = yaml::read(text, &mut faults).and_then(|root| set::read(&root, &mut faults));
    match set {
        Some(set) if faults.is_empty() => Ok(set),
        _ => Err(faults.into_vec()),
    }
}
