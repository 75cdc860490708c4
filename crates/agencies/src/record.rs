//! Agencies, successions, officers and clients as events carry them: whole, so that a replica needs nothing else.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use motcua_kernel::time::{deserialize_day, deserialize_optional_day};
use motcua_kernel::{Role, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The kinds of events this crate's records travel in.
pub mod events {
    use motcua_journal::EventKind;

    /// An agency was opened, changed or closed; carries the whole [`super::AgencyRecord`].
    pub const AGENCY_RECORDED: EventKind = EventKind { name: "agency.recorded.v1", subject: "agencies" };
    /// An agency's work went to another; carries a [`super::SuccessionRecord`].
    pub const AGENCY_SUCCEEDED: EventKind = EventKind { name: "agency.succeeded.v1", subject: "agencies" };
    /// An officer's account or grants changed; carries a [`super::OfficerRecord`], without names.
    pub const OFFICER_RECORDED: EventKind = EventKind { name: "officer.recorded.v1", subject: "officers" };
    /// An officer delegated a post to another for a time; carries a [`super::DelegationRecord`].
    pub const POST_DELEGATED: EventKind = EventKind { name: "post.delegated.v1", subject: "delegations" };
    /// A delegation ended before its time; carries the [`super::DelegationRecord`] with its end.
    pub const POST_DELEGATION_ENDED: EventKind = EventKind { name: "post.delegation_ended.v1", subject: "delegations" };
    /// An API client changed; carries a [`super::ClientRecord`].
    pub const CLIENT_RECORDED: EventKind = EventKind { name: "client.recorded.v1", subject: "clients" };
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// The word as files, columns and events write it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(format!("unknown word `{text}`; known are {}", [$($word),+].join(", "))),
                }
            }
        }
    };
}

words! {
    /// What kind of organisation an agency is (loại cơ quan).
    AgencyKind {
        /// People's Committee of a province (UBND tỉnh).
        Province = "province",
        /// Department of a province (sở, ban, ngành).
        Department = "department",
        /// Public administrative service centre (trung tâm phục vụ hành chính công).
        Centre = "centre",
        /// People's Committee of a commune, ward or special zone (UBND xã, phường, đặc khu).
        Commune = "commune",
        /// Party committee (cấp ủy).
        Party = "party",
        /// People's Council (Hội đồng nhân dân).
        Council = "council",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// How one agency's work went to another (hình thức kế thừa).
    SuccessionKind {
        /// Merged into the other (sáp nhập, hợp nhất).
        MergedInto = "merged_into",
        /// One of several parts (chia, tách).
        SplitInto = "split_into",
        /// The same agency under another name or code (đổi tên).
        Renamed = "renamed",
        /// Dissolved, its work given to the other (giải thể).
        DissolvedInto = "dissolved_into",
    }
}

words! {
    /// Why a delegation ended before its time.
    DelegationEnd {
        /// Somebody ended it (chấm dứt ủy quyền).
        Ended = "ended",
        /// Who gave it no longer holds the post (người ủy quyền thôi giữ vai trò).
        PostEnded = "post_ended",
        /// The account of one of the two was closed (khóa tài khoản).
        AccountClosed = "account_closed",
    }
}

/// A code of an agency and the days it was the agency's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatedCode {
    /// Electronic identification code (mã định danh điện tử, Decision 20/2020/QĐ-TTg).
    #[schema(example = "H50.12")]
    pub code: String,
    /// First day.
    #[serde(deserialize_with = "deserialize_day")]
    pub valid_from: NaiveDate,
    /// First day on which it no longer was; none while it is.
    #[serde(default, deserialize_with = "deserialize_optional_day")]
    pub valid_to: Option<NaiveDate>,
}

impl DatedCode {
    /// Whether both are the same code on some day.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |end: Option<NaiveDate>, start: NaiveDate| end.is_some_and(|end| end <= start);
        self.code == other.code && !before(self.valid_to, other.valid_from) && !before(other.valid_to, self.valid_from)
    }
}

/// An agency, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgencyRecord {
    /// Its id, for ever.
    pub id: Uuid,
    /// Name in Vietnamese.
    pub name: String,
    /// Name in English; empty when unknown.
    pub name_en: String,
    /// What kind of organisation.
    pub kind: AgencyKind,
    /// Abbreviation in notations (`UBND`, `SXD`), Decree 30/2020 Annex I.
    pub symbol: String,
    /// The agency above it.
    pub parent_id: Option<Uuid>,
    /// First day of its existence.
    pub valid_from: NaiveDate,
    /// First day on which it no longer existed; none while it does.
    pub valid_to: Option<NaiveDate>,
    /// Its codes, the oldest first.
    pub codes: Vec<DatedCode>,
    /// Administrative units it serves (Decision 19/2025/QĐ-TTg codes).
    pub units: Vec<String>,
    /// Anything a reader should know, such as that a code is invented for the demo.
    pub note: String,
    /// Rises with every change.
    pub version: i64,
}

impl AgencyRecord {
    /// Whether it exists on a day.
    #[must_use]
    pub fn is_open(&self, on: NaiveDate) -> bool {
        self.valid_from <= on && self.valid_to.is_none_or(|end| on < end)
    }
}

/// An agency's work going to another on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SuccessionRecord {
    /// Its id.
    pub id: Uuid,
    /// Whose work.
    pub from_agency_id: Uuid,
    /// Who went on with it.
    pub to_agency_id: Uuid,
    /// How.
    pub kind: SuccessionKind,
    /// The first day on which the other is responsible.
    pub effective_on: NaiveDate,
    /// The resolution or decision.
    pub legal_basis: String,
}

/// A role held in an agency for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GrantRecord {
    /// Where.
    pub agency_id: Uuid,
    /// What.
    pub role: Role,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day on which it is no longer held; none while open-ended.
    pub valid_to: Option<NaiveDate>,
}

/// An officer as the other services know them: an account with grants, no name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OfficerRecord {
    /// Id in the directory.
    pub id: Uuid,
    /// Issuer of the tokens.
    pub issuer: String,
    /// Subject at the issuer.
    pub subject: String,
    /// False when the account is closed.
    pub active: bool,
    /// Everything the officer may do.
    pub grants: Vec<GrantRecord>,
    /// Rises with every change.
    pub version: i64,
}

/// A post delegated from one officer to another for a time (ủy quyền): the role of a grant, in the agency of that grant.
///
/// It has effect on the days on which it is in force, both accounts are open, and who gave it holds the post themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DelegationRecord {
    /// Its id.
    pub id: Uuid,
    /// The officer whose post it is.
    pub delegator_id: Uuid,
    /// The officer who may act on it.
    pub delegate_id: Uuid,
    /// Where the post is held.
    pub agency_id: Uuid,
    /// What it is.
    pub role: Role,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day on which it no longer holds.
    pub valid_to: NaiveDate,
    /// First day on which it no longer held, when it ended before its time.
    pub ended_on: Option<NaiveDate>,
    /// Why it ended before its time.
    pub end_reason: Option<DelegationEnd>,
    /// The decision it rests on; empty when none was named.
    pub legal_basis: String,
    /// Rises with every change.
    pub version: i64,
}

impl DelegationRecord {
    /// The first day on which it does not hold any more.
    #[must_use]
    pub fn end(&self) -> NaiveDate {
        self.ended_on.map_or(self.valid_to, |ended| ended.min(self.valid_to))
    }

    /// Whether it is in force on a day, as far as it says itself.
    #[must_use]
    pub fn is_in_force(&self, on: NaiveDate) -> bool {
        self.valid_from <= on && on < self.end()
    }
}

/// A portal or system that calls our API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClientRecord {
    /// Id in the directory.
    pub id: Uuid,
    /// Issuer of the tokens.
    pub issuer: String,
    /// Client id at the issuer.
    pub subject: String,
    /// What it is called.
    pub name: String,
    /// The agency that answers for it.
    pub owner_agency_id: Option<Uuid>,
    /// False when it was disabled.
    pub active: bool,
    /// Rises with every change.
    pub version: i64,
}
