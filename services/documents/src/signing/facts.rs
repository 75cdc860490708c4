//! What the journal tells of signing authorities: posts and days, and nobody's name.

use chrono::NaiveDate;
use motcua_journal::EventKind;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::Capacity;

/// Somebody may sign for an agency.
pub const GRANTED: EventKind = EventKind { name: "signing_authority.granted.v1", subject: "signing-authorities" };
/// An authority ended before its time.
pub const ENDED: EventKind = EventKind { name: "signing_authority.ended.v1", subject: "signing-authorities" };

/// The facts of [`GRANTED`] and [`ENDED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SigningAuthorityFacts {
    /// The authority.
    pub id: Uuid,
    /// The version it has now.
    pub version: i64,
    /// The agency that is signed for.
    pub agency_id: Uuid,
    /// Its code when the authority was recorded.
    pub agency_code: String,
    /// Who signs.
    pub officer_id: Uuid,
    /// In which capacity.
    pub capacity: Capacity,
    /// What stands above the post on the document: `KT. CHỦ TỊCH`; empty for the head.
    pub prefix: String,
    /// The post.
    pub position: String,
    /// The types of document it is for, by code; all when left out.
    pub document_types: Option<Vec<String>>,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day on which it no longer holds.
    pub valid_to: Option<NaiveDate>,
    /// First day on which it no longer held, when it ended before its time.
    pub ended_on: Option<NaiveDate>,
    /// The decision it rests on.
    pub legal_basis: String,
}
