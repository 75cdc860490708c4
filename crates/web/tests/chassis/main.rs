//! What the chassis promises for every endpoint, held against a tiny service over real HTTP.

mod contract;
mod errors;
mod files;
mod reading;
mod running;
mod shape;
mod tiny;
mod writing;
