//! Measures (số đo): counts of records.

#![allow(dead_code, unused_imports, reason = "what counts them comes with the rest of the room")]

pub(crate) mod records;
