//! Addresses of notices, and how sending went, as the API shows and takes them.

use motcua_kernel::{Role, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The addresses that notices for an agency go to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeAddresses {
    /// The agency.
    pub agency_id: Uuid,
    /// The addresses, by role.
    pub addresses: Vec<NoticeAddress>,
    /// Rises with every change; 0 before the first. The entity tag begins with it.
    pub version: i64,
}

/// The addresses that shall be those of an agency.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutNoticeAddresses {
    /// All of them, at most 50; none ends the e-mails.
    pub addresses: Vec<NoticeAddress>,
}

/// An address for the notices of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeAddress {
    /// The role whose notices go there: `receiver`, `processor`, `approver`, `leader` or `administrator`.
    #[schema(value_type = String, example = "receiver")]
    pub role: Role,
    /// The address, at best of an office and not of a person.
    #[schema(example = "motcua@phuong.tinh.gov.vn")]
    pub email: String,
}

/// How the e-mails of a notice stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoticeMail {
    /// How many wait to be sent.
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
