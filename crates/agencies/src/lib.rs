//! Agencies (cơ quan): their dated codes, validity and successions, and the directory of who may act where.
//!
//! `documents` owns these tables and tells of every change; the other services keep the same tables as a replica and
//! follow. An agency is never deleted: it closes, and a succession says who went on with its work. One code may belong
//! to different agencies at different times (`H50` before and after 2025-07-01), so rows refer to ids and keep the code
//! as it was written beside them.

mod authority;
mod codes;
mod delegated;
mod directory;
mod moves;
mod people;
mod record;
mod replica;
mod resolve;
mod schema;
mod store;
mod succession;
mod tree;

pub use authority::authority_in;
pub use codes::{CodeConflict, code_conflicts};
pub use delegated::put_delegation;
pub use directory::{DirectoryReader, DirectoryWatch, posts_of};
pub use moves::{Moved, SuccessionMover, move_responsible, successions_waiting};
pub use people::{load_client, load_officer, put_client, put_officer, touch_directory};
pub use record::{
    AgencyKind, AgencyRecord, ClientRecord, DatedCode, DelegationEnd, DelegationRecord, GrantRecord, OfficerRecord,
    SuccessionKind, SuccessionRecord, events,
};
pub use replica::Replica;
pub use resolve::{Named, current_code, named, names, open_agency, resolve, under};
pub use schema::{
    agencies, agency_codes, agency_successions, agency_tree, agency_units, clients, delegations, grants, officers,
};
pub use store::{MIGRATIONS, load_agency, put_agency, put_succession};
pub use succession::{due_successions, successions_of, successors};
