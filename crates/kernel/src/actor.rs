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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The agency (cơ quan) where the role is held.
    pub agency: Uuid,
    /// The role.
    pub role: Role,
    /// Whose post it is, as events name them, when it is held by delegation (ủy quyền); none of one's own.
    pub on_behalf_of: Option<String>,
}

/// By what right somebody acts: what an event needs to know of its author. Only a permission check gives one out, so an
/// act can't be recorded without saying whose post it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    tenant: Uuid,
    actor: String,
    on_behalf_of: BTreeSet<String>,
}

impl Authority {
    /// The tenant.
    #[must_use]
    pub fn tenant(&self) -> Uuid {
        self.tenant
    }

    /// Who acts: [`Actor::reference`].
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// For whom (người ủy quyền), when the act rests on a delegated post: one person, or several joined by `, ` when the
    /// posts of several were needed.
    #[must_use]
    pub fn on_behalf_of(&self) -> Option<String> {
        joined(self.on_behalf_of.iter().map(String::as_str))
    }

    /// Adds another right that the same act takes.
    pub fn join(&mut self, other: Self) {
        self.on_behalf_of.extend(other.on_behalf_of);
    }
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

    /// By what right the caller acts where one of these roles in one of these agencies is needed; none when they hold
    /// none. Own right goes first: a delegated post is named only when nothing else would do.
    #[must_use]
    pub fn authority(&self, agencies: &[Uuid], roles: &[Role]) -> Option<Authority> {
        let admits = |grant: &&Grant| agencies.contains(&grant.agency) && roles.contains(&grant.role);
        // No name sorts before a name.
        let by = self.grants.iter().filter(admits).map(|grant| &grant.on_behalf_of).min()?;
        Some(Authority { on_behalf_of: by.iter().cloned().collect(), ..self.in_own_name() })
    }

    /// The right to an act that takes no post: what citizens, clients and services do within their scopes, and what
    /// somebody does about their own account.
    #[must_use]
    pub fn in_own_name(&self) -> Authority {
        Authority { tenant: self.tenant, actor: self.reference(), on_behalf_of: BTreeSet::new() }
    }

    /// Whose posts the caller holds by delegation now, needed or not: as [`Authority::on_behalf_of`] writes them.
    #[must_use]
    pub fn standing_in_for(&self) -> Option<String> {
        let others: BTreeSet<&str> = self.grants.iter().filter_map(|grant| grant.on_behalf_of.as_deref()).collect();
        joined(others.into_iter())
    }

    /// The caller as events and audits name them: `kind:subject@issuer`. A citizen's subject may be an identity number
    /// at some issuers, so a citizen is named by kind alone.
    #[must_use]
    pub fn reference(&self) -> String {
        let kind = match self.kind {
            ActorKind::Citizen => return format!("citizen@{}", self.issuer),
            ActorKind::Officer => return officer_reference(&self.issuer, &self.subject),
            ActorKind::Client => "client",
            ActorKind::Service => "service",
        };
        format!("{kind}:{}@{}", self.subject, self.issuer)
    }
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: Vec<&str> = names.collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// An officer as events and audits name them.
#[must_use]
pub fn officer_reference(issuer: &str, subject: &str) -> String {
    format!("officer:{subject}@{issuer}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer(grants: &[(Uuid, Role, Option<&str>)]) -> Actor {
        let grant = |(agency, role, by): &(Uuid, Role, Option<&str>)| Grant {
            agency: *agency,
            role: *role,
            on_behalf_of: by.map(str::to_owned),
        };
        Actor {
            tenant: Uuid::nil(),
            issuer: "issuer".into(),
            subject: "deputy".into(),
            client: String::new(),
            kind: ActorKind::Officer,
            scopes: BTreeSet::new(),
            grants: grants.iter().map(grant).collect(),
            person: None,
        }
    }

    #[test]
    fn own_right_goes_before_a_delegated_post() {
        let (ward, province) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let deputy = officer(&[
            (ward, Role::Approver, Some("officer:head@issuer")),
            (province, Role::Approver, None),
            (ward, Role::Clerk, Some("officer:clerk@issuer")),
        ]);
        let by = |agencies: &[Uuid], roles: &[Role]| deputy.authority(agencies, roles).map(|by| by.on_behalf_of());
        assert_eq!(by(&[ward, province], &[Role::Approver]), Some(None));
        assert_eq!(by(&[ward], &[Role::Approver]), Some(Some("officer:head@issuer".into())));
        assert_eq!(by(&[province], &[Role::Clerk]), None);
        let mut both = deputy.authority(&[ward], &[Role::Approver]).unwrap();
        both.join(deputy.authority(&[ward], &[Role::Clerk]).unwrap());
        assert_eq!(both.on_behalf_of().unwrap(), "officer:clerk@issuer, officer:head@issuer");
        assert_eq!(deputy.standing_in_for(), both.on_behalf_of());
        assert_eq!((both.actor(), deputy.in_own_name().on_behalf_of()), ("officer:deputy@issuer", None));
    }
}
