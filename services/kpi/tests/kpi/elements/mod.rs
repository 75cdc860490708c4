//! Data elements: definitions, values and their way, closed periods, imports.

mod closing;
mod definitions;
mod import;
mod tables;
mod values;
