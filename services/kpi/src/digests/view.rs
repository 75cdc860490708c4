//! Addresses of digests, and how the last one went, as the API shows and takes them.

use chrono::NaiveDate;
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The addresses that digests of an agency's alerts go to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AlertAddresses {
    /// The agency.
    pub agency_id: Uuid,
    /// The addresses.
    pub addresses: Vec<AlertAddress>,
    /// The newest digest that is still kept; none before the first.
    pub last_digest: Option<LastDigest>,
    /// Rises with every change; 0 before the first. The entity tag begins with it.
    pub version: i64,
}

/// The addresses that shall be those of an agency.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutAlertAddresses {
    /// All of them, at most 50; none ends the digests.
    pub addresses: Vec<AlertAddress>,
}

/// An address for digests of alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertAddress {
    /// The address, at best of an office and not of a person.
    #[schema(example = "vanphong@phuong.tinh.gov.vn")]
    pub email: String,
}

/// A digest (bản tin cảnh báo), and how its messages stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LastDigest {
    /// Of which day.
    pub day: NaiveDate,
    /// How many alerts it tells of.
    pub raised: i64,
    /// How many messages wait to be sent.
    pub waiting: i64,
    /// How many the mail server has taken.
    pub sent: i64,
    /// How many were given up, because it took them for no try in the time that is set.
    pub given_up: i64,
    /// What the last try that failed was answered: the server's code, `timeout`, `connection`, `tls` where its certificate
    /// or its TLS was not good, `capability` where it lacks what is required of it, as STARTTLS, or `message`.
    #[schema(example = "421")]
    pub last_reply: Option<String>,
}
