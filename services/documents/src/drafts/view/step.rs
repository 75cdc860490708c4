//! Steps of a draft, as the API takes and shows them.

use chrono::{DateTime, Utc};
use motcua_kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::drafts::rules::DraftAction;
use crate::outgoing::http::{LateNumber, ReservationReference};

/// A step of a draft; `allowed_actions` of the draft says what the caller may do now.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum CreateDraftTransition {
    /// Give it to be checked.
    Submit {
        /// A word to who checks it, at most 2,000 characters. Personal data.
        #[serde(default)]
        comment: Option<String>,
    },
    /// Approve what it says.
    ApproveContent {
        /// The version that was read and is approved.
        revision: i32,
        /// At most 2,000 characters. Personal data.
        #[serde(default)]
        comment: Option<String>,
    },
    /// Approve form and procedure.
    ApproveForm {
        /// The version that was read and is approved.
        revision: i32,
        /// At most 2,000 characters. Personal data.
        #[serde(default)]
        comment: Option<String>,
        /// Who shall sign it: id of the officer, or the account at the installation's issuer. They join its circle.
        #[serde(default)]
        signer: Option<String>,
    },
    /// Give it back to its author.
    Return {
        /// Why, 10 to 2,000 characters. Personal data.
        #[schema(min_length = 10, max_length = 2000)]
        reason: String,
    },
    /// Sign it.
    Sign {
        /// The version that was read and is signed.
        revision: i32,
        /// By which authority; the highest the caller has for this type of document when left out.
        #[serde(default)]
        authority_id: Option<Uuid>,
        /// The signed file, which you have uploaded, when it takes the place of the version's text.
        #[serde(default)]
        file_id: Option<Uuid>,
    },
    /// Give it its number and day.
    Number {
        /// How many pages it has, 1 to 99,999.
        #[serde(default)]
        pages: Option<i32>,
        /// How many copies are made of it (số lượng bản), 1 to 99,999: the register shows it.
        #[serde(default)]
        copies: Option<i32>,
        /// Its language (ngôn ngữ), at most 50 characters.
        #[serde(default)]
        #[schema(max_length = 50, example = "Tiếng Việt")]
        language: Option<String>,
        /// More about it (ghi chú), at most 2,000 characters. Personal data.
        #[serde(default)]
        #[schema(max_length = 2000)]
        description: Option<String>,
        /// The number that was reserved for it; the next of its register when none is named.
        #[serde(default)]
        reservation: Option<ReservationReference>,
        /// A number behind another one, by a decision of the agency's head, instead of the next.
        #[serde(default)]
        late_number: Option<LateNumber>,
    },
    /// Put the agency's signature on it.
    Seal {},
    /// Issue it.
    Issue {},
    /// Give it up; a number it has stays in the register and is never given again.
    Cancel {
        /// Why, 10 to 2,000 characters. Personal data.
        #[schema(min_length = 10, max_length = 2000)]
        reason: String,
    },
}

impl CreateDraftTransition {
    /// What is to be done.
    #[must_use]
    pub const fn action(&self) -> DraftAction {
        match self {
            Self::Submit { .. } => DraftAction::Submit,
            Self::ApproveContent { .. } => DraftAction::ApproveContent,
            Self::ApproveForm { .. } => DraftAction::ApproveForm,
            Self::Return { .. } => DraftAction::Return,
            Self::Sign { .. } => DraftAction::Sign,
            Self::Number { .. } => DraftAction::Number,
            Self::Seal {} => DraftAction::Seal,
            Self::Issue {} => DraftAction::Issue,
            Self::Cancel { .. } => DraftAction::Cancel,
        }
    }

    /// The version that was read, where the step is about one.
    pub(in crate::drafts) const fn revision(&self) -> Option<i32> {
        match self {
            Self::ApproveContent { revision, .. }
            | Self::ApproveForm { revision, .. }
            | Self::Sign { revision, .. } => Some(*revision),
            _ => None,
        }
    }
}

/// A comment on a draft.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "Đề nghị bổ sung căn cứ pháp lý ở Điều 2."}))]
pub struct CreateComment {
    /// What is said, at most 10,000 characters. Personal data.
    #[schema(max_length = 10000)]
    pub text: String,
}

/// What happened to a draft, once and for ever (vết xử lý).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftStep {
    /// Its place.
    pub number: i32,
    /// What happened: `created`, `revised`, `submitted`, `commented`, `content_approved`, `form_approved`, `returned`,
    /// `signed`, `signed_another_file` where what was signed is not what was checked byte for byte, `numbered`, `sealed`, `issued`, `cancelled`, `moved`, `unit_moved`.
    #[schema(example = "content_approved")]
    pub kind: String,
    /// Which version it was about.
    pub revision: i32,
    /// Who did it; none where the service did.
    pub officer_id: Option<Uuid>,
    /// The account that did it.
    pub actor: String,
    /// On whose post, where it was delegated.
    pub on_behalf_of: Option<String>,
    /// When.
    pub taken_at: DateTime<Utc>,
    /// What was said. Personal data.
    pub text: Option<String>,
}

/// Who read a draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftReader {
    /// The officer.
    pub officer_id: Uuid,
    /// When for the first time.
    pub first_read_at: DateTime<Utc>,
    /// When for the last time.
    pub last_read_at: DateTime<Utc>,
}
