//! Counts of a turn as they are stored: for each agency a line with its id and basis, and behind it its counts.

use std::collections::BTreeMap;

use motcua_kernel::{Error, Result, Uuid};

use super::contributions::Basis;
use super::counts::Counts;

/// As it is stored; empty when it comes to nothing.
pub(super) fn text<'c>(all: impl Iterator<Item = ((Uuid, Basis), &'c Counts)>) -> String {
    let mut text = String::new();
    for ((agency, basis), counts) in all.filter(|(_, counts)| !counts.is_empty()) {
        text.push_str(&agency.to_string());
        text.push(' ');
        text.push_str(basis.as_str());
        text.push('\n');
        text.push_str(&counts.text());
    }
    text
}

/// Reads what is stored.
///
/// # Errors
/// When it is not what [`text`] writes.
pub(super) fn read(text: &str) -> Result<BTreeMap<(Uuid, Basis), Counts>> {
    let wrong = |line: &str| Error::internal(format!("no turn: {line}"));
    let mut all: BTreeMap<(Uuid, Basis), Counts> = BTreeMap::new();
    let mut current: Option<(Uuid, Basis)> = None;
    for line in text.split_terminator('\n') {
        if line.contains('=') {
            let counts = all.entry(current.ok_or_else(|| wrong(line))?).or_default();
            counts.join(&Counts::read(line)?);
            continue;
        }
        let (agency, basis) = line.split_once(' ').ok_or_else(|| wrong(line))?;
        let basis = match basis {
            "written" => Basis::Written,
            "moved" => Basis::Moved,
            _ => return Err(wrong(line)),
        };
        current = Some((agency.parse().map_err(Error::internal)?, basis));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_again() {
        let mut all = BTreeMap::new();
        for (agency, basis) in [(7_u128, Basis::Written), (7, Basis::Moved), (9, Basis::Moved)] {
            let mut counts = Counts::default();
            counts.add(3, "", -1);
            counts.add(5, "1.004321 = a", 2);
            all.insert((Uuid::from_u128(agency), basis), counts);
        }
        let stored = text(all.iter().map(|(key, counts)| (*key, counts)));
        assert_eq!(read(&stored).unwrap(), all);
        assert_eq!(text(std::iter::once(((Uuid::nil(), Basis::Moved), &Counts::default()))), "");
    }
}
