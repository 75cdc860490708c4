//! The catalogue: importing files with faults, versions, and reading it over HTTP, on both databases.

mod importing;
mod own_format;
mod reading;
mod support;
