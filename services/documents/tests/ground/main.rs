//! What the service promises about places, agencies and people, over real HTTP on both databases.

mod agencies;
mod agencies_import;
mod clients;
mod installation;
mod officers;
mod sandbox;
mod succession;
mod tables;
mod units;
mod units_import;
