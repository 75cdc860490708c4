//! The tables that come with the program, one file a year so that a year's decision is one file's change.

use std::collections::BTreeMap;

use super::{Calendar, CalendarError, table};

const TABLES: [(&str, &str); 4] = [
    ("2024.csv", include_str!("../../calendar/2024.csv")),
    ("2025.csv", include_str!("../../calendar/2025.csv")),
    ("2026.csv", include_str!("../../calendar/2026.csv")),
    ("2027.csv", include_str!("../../calendar/2027.csv")),
];

pub(super) fn calendar() -> Result<Calendar, CalendarError> {
    let mut calendar = Calendar::of_parts(BTreeMap::new(), BTreeMap::new());
    for (name, text) in TABLES {
        calendar = calendar.replaced_by(table::read(name, text.as_bytes())?);
    }
    Ok(calendar)
}
