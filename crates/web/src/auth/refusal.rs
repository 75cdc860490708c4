//! Why a caller was not believed: one stable code each, all of them 401.

use motcua_kernel::{Error, Kind};

/// Why a caller was not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Missing,
    /// What is wrong with it, for the caller's developer.
    Malformed(&'static str),
    TooLarge,
    UnsupportedAlgorithm,
    /// Which of the ways a signature can be wrong.
    BadSignature(&'static str),
    WrongIssuer,
    WrongAudience,
    Expired,
    NotYetValid,
    AccountClosed,
}

impl Refusal {
    fn code(self) -> &'static str {
        match self {
            Self::Missing => "token.missing",
            Self::Malformed(_) => "token.malformed",
            Self::TooLarge => "token.too_large",
            Self::UnsupportedAlgorithm => "token.unsupported_algorithm",
            Self::BadSignature(_) => "token.bad_signature",
            Self::WrongIssuer => "token.wrong_issuer",
            Self::WrongAudience => "token.wrong_audience",
            Self::Expired => "token.expired",
            Self::NotYetValid => "token.not_yet_valid",
            Self::AccountClosed => "account.closed",
        }
    }

    fn texts(self) -> (String, String) {
        let (vi, en) = match self {
            Self::Missing => (
                "Thiếu mã truy cập. Gửi tiêu đề `Authorization: Bearer …`.",
                "The access token is missing. Send the header `Authorization: Bearer …`.",
            ),
            Self::Malformed(what) => {
                return (
                    format!("Mã truy cập không đúng định dạng ({what})."),
                    format!("The access token is malformed: {what}."),
                );
            }
            Self::TooLarge => ("Mã truy cập dài quá 8 KiB.", "The access token is larger than 8 KiB."),
            Self::UnsupportedAlgorithm => (
                "Mã truy cập không ký bằng RS256, ES256 hoặc EdDSA đúng với khóa của nơi cấp.",
                "The access token is not signed with RS256, ES256 or EdDSA as the issuer's key demands.",
            ),
            Self::BadSignature(_) => {
                ("Chữ ký của mã truy cập không hợp lệ.", "The signature of the access token is not valid.")
            }
            Self::WrongIssuer => (
                "Mã truy cập do nơi khác cấp, không phải nơi hệ thống này tin cậy.",
                "The access token comes from an issuer this system does not trust.",
            ),
            Self::WrongAudience => {
                ("Mã truy cập được cấp cho hệ thống khác.", "The access token was issued for another system.")
            }
            Self::Expired => (
                "Mã truy cập đã hết hạn. Vui lòng đăng nhập lại.",
                "The access token has expired. Please sign in again.",
            ),
            Self::NotYetValid => (
                "Mã truy cập chưa có hiệu lực. Hãy kiểm tra đồng hồ của nơi cấp.",
                "The access token is not valid yet. Check the issuer's clock.",
            ),
            Self::AccountClosed => {
                ("Tài khoản đã bị đóng hoặc không có trong danh bạ.", "The account is closed or not in the directory.")
            }
        };
        (vi.to_owned(), en.to_owned())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let (vi, en) = refusal.texts();
        let error = Self::new(Kind::Unauthenticated, refusal.code(), vi, en);
        match refusal {
            Refusal::BadSignature(what) => error.because(what),
            _ => error,
        }
    }
}

/// The `WWW-Authenticate` header of an error, when it is one of not being believed (RFC 6750, section 3).
#[must_use]
pub fn challenge(error: &Error) -> Option<String> {
    if error.kind != Kind::Unauthenticated {
        return None;
    }
    if error.code == "token.missing" {
        // Somebody who showed no token is told what is wanted and no error, as the standard asks.
        return Some("Bearer realm=\"motcua\"".to_owned());
    }
    let description = error.detail.en.replace(['"', '\\'], "'");
    Some(format!("Bearer realm=\"motcua\", error=\"invalid_token\", error_description=\"{description}\""))
}
