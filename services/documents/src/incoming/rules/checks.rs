//! What the clerk looks at when a document arrives (Decree 30/2020/NĐ-CP, Article 21; Decision 28/2018/QĐ-TTg, Article 9):
//! is it for us, is it genuine, is it whole.

use motcua_kernel::Error;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a look at the signature said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignatureCheck {
    /// It holds.
    Valid,
    /// It does not hold.
    Invalid,
    /// There is none: the document is for information only (để biết; Decision 28/2018/QĐ-TTg, Article 4).
    None,
    /// Nobody has looked.
    #[default]
    NotChecked,
}

/// What a look at the content said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntegrityCheck {
    /// It is whole.
    Intact,
    /// Something is missing or was changed.
    Damaged,
    /// Nobody has looked.
    #[default]
    NotChecked,
}

/// The checks of an arrival (kiểm tra văn bản đến).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ArrivalChecks)]
pub struct Checks {
    /// Whether it is for this agency (đúng nơi nhận).
    #[serde(default = "right")]
    pub recipient_right: bool,
    /// Its signature (tính xác thực).
    #[serde(default)]
    pub signature: SignatureCheck,
    /// Its content (tính toàn vẹn).
    #[serde(default)]
    pub integrity: IntegrityCheck,
}

fn right() -> bool {
    true
}

impl Default for Checks {
    fn default() -> Self {
        Self { recipient_right: true, signature: SignatureCheck::default(), integrity: IntegrityCheck::default() }
    }
}

impl Checks {
    /// Whether it is for information only.
    #[must_use]
    pub fn information_only(self) -> bool {
        self.signature == SignatureCheck::None
    }

    /// Refuses what must go back instead of into the register.
    ///
    /// # Errors
    /// `incoming.check_failed`.
    pub fn admit(self) -> Result<(), Error> {
        let failed = !self.recipient_right
            || self.signature == SignatureCheck::Invalid
            || self.integrity == IntegrityCheck::Damaged;
        if !failed {
            return Ok(());
        }
        let basis = "Nghị định 30/2020/NĐ-CP, Điều 21";
        Err(Error::conflict(
            "incoming.check_failed",
            format!("Văn bản sai nơi nhận, không xác thực hoặc không toàn vẹn phải được trả lại nơi gửi ({basis})."),
            format!(
                "A document for somebody else, not genuine or not whole is returned to its sender, not registered \
                 ({basis})."
            ),
        )
        .with("legal_basis", basis))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_a_check_is_not_registered_and_what_nobody_signed_is_only_to_be_known() {
        let good = Checks::default();
        assert!(good.admit().is_ok() && !good.information_only());
        let unsigned = Checks { signature: SignatureCheck::None, ..good };
        assert!(unsigned.admit().is_ok() && unsigned.information_only());
        for bad in [
            Checks { recipient_right: false, ..good },
            Checks { signature: SignatureCheck::Invalid, ..good },
            Checks { integrity: IntegrityCheck::Damaged, ..good },
        ] {
            assert_eq!(bad.admit().unwrap_err().code, "incoming.check_failed");
        }
    }
}
