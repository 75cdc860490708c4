//! Data elements: definitions, values and their way, closed periods, imports.

mod closing;
mod counted;
mod definitions;
mod import;
mod tables;
mod values;
