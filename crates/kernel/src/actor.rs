//! Who acts, and what they may do where.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::{Error, Result};

/// What kind of caller a token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person on their own behalf (công dân).
    Citizen,
    /// An officer with grants in the directory (cán bộ, công chức).
    Officer,
    /// A portal or another agency's system.
    Client,
    /// One of our own services.
    Service,
}

/// What an officer does in an agency (vai trò).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Receives dossiers at the one-stop desk (cán bộ tiếp nhận, bộ phận một cửa).
    Receiver,
    /// Works on dossiers (cán bộ thụ lý).
    Processor,
    /// Decides dossiers (người phê duyệt).
    Approver,
    /// Keeps registers and issues documents (văn thư).
    Clerk,
    /// Reads figures and reports (lãnh đạo).
    Leader,
    /// Keeps agencies, officers and the catalogue (quản trị).
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::Receiver, Self::Processor, Self::Approver, Self::Clerk, Self::Leader, Self::Administrator];

    /// The name as it is written in tokens, files and events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receiver => "receiver",
            Self::Processor => "processor",
            Self::Approver => "approver",
            Self::Clerk => "clerk",
            Self::Leader => "leader",
            Self::Administrator => "administrator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| {
            format!("unknown role `{text}`: one of receiver, processor, approver, clerk, leader, administrator")
        })
    }
}

/// A role held in an agency. It reaches the agencies below as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The agency (cơ quan) where the role is held.
    pub agency: Uuid,
    /// The role.
    pub role: Role,
}

/// A caller whose token was verified and whose grants were read from the directory.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The installation's province or pilot.
    pub tenant: Uuid,
    /// Who issued the token.
    pub issuer: String,
    /// The caller at the issuer.
    pub subject: String,
    /// The client the caller came through (`azp`), empty when unknown.
    pub client: String,
    /// What kind of caller.
    pub kind: ActorKind,
    /// What the token allows at most.
    pub scopes: BTreeSet<String>,
    /// What the directory allows, where.
    pub grants: Vec<Grant>,
    /// Keyed hash of a citizen's personal identification number, when the token carries it.
    pub person: Option<String>,
}

impl Actor {
    /// Refuses a caller whose token lacks the scope.
    ///
    /// # Errors
    /// `scope.missing`, naming it.
    pub fn require_scope(&self, scope: &str) -> Result<()> {
        if self.scopes.contains(scope) {
            return Ok(());
        }
        Err(Error::forbidden(
            "scope.missing",
            format!("Mã truy cập thiếu quyền {scope}."),
            format!("The token lacks the scope {scope}."),
        )
        .with("scope", scope))
    }

    /// The agencies where the caller holds one of the roles, themselves only; reach below is the predicate's work.
    #[must_use]
    pub fn agencies_with(&self, roles: &[Role]) -> Vec<Uuid> {
        let agencies: BTreeSet<Uuid> =
            self.grants.iter().filter(|grant| roles.contains(&grant.role)).map(|grant| grant.agency).collect();
        agencies.into_iter().collect()
    }

    /// The caller as events and audits name them: `kind:subject@issuer`. A citizen's subject may be an identity number
    /// at some issuers, so a citizen is named by kind alone.
    #[must_use]
    pub fn reference(&self) -> String {
        let kind = match self.kind {
            ActorKind::Citizen => return format!("citizen@{}", self.issuer),
            ActorKind::Officer => "officer",
            ActorKind::Client => "client",
            ActorKind::Service => "service",
        };
        format!("{kind}:{}@{}", self.subject, self.issuer)
    }
}
