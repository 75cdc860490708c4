//! The refusals that the chassis itself makes, with their stable codes, in one place.

use motcua_kernel::text::Language;
use motcua_kernel::{Error, Kind, Text};

/// No resource stands at the path.
pub(crate) fn unknown_route() -> Error {
    Error::new(
        Kind::NotFound,
        "route.unknown",
        "Không có tài nguyên nào ở đường dẫn này.",
        "There is no resource at this path.",
    )
}

/// The resource does not take the method; `allowed` becomes the `Allow` header.
pub(crate) fn wrong_method(allowed: &[String]) -> Error {
    let list = allowed.join(", ");
    Error::new(
        Kind::MethodNotAllowed,
        "method.not_allowed",
        format!("Tài nguyên này chỉ nhận: {list}."),
        format!("This resource takes only: {list}."),
    )
    .with("allowed_methods", allowed.to_vec())
}

/// More requests are being worked on than the service can serve in good time.
pub(crate) fn overloaded() -> Error {
    let mut error = Error::unavailable("the limit of requests in flight is reached");
    error.code = "overloaded".into();
    error.detail = Text::new(
        "Hệ thống đang quá tải. Vui lòng thử lại sau ít giây.",
        "The system is overloaded. Please try again in a few seconds.",
    );
    error.with("retry_after", 1)
}

/// The body, or the part of it that has come, is larger than `limit` bytes.
pub(crate) fn too_large(code: &str, limit: u64) -> Error {
    Error::new(
        Kind::TooLarge,
        code,
        format!("Dữ liệu gửi lên vượt quá giới hạn {}.", in_words(limit, Language::Vietnamese)),
        format!("The body is larger than the limit of {}.", in_words(limit, Language::English)),
    )
    .with("limit", limit)
}

fn in_words(bytes: u64, language: Language) -> String {
    match bytes {
        n if n >= 1 << 30 && n.is_multiple_of(1 << 30) => format!("{} GiB", n >> 30),
        n if n >= 1 << 20 && n.is_multiple_of(1 << 20) => format!("{} MiB", n >> 20),
        n if n >= 1 << 10 && n.is_multiple_of(1 << 10) => format!("{} KiB", n >> 10),
        n if language == Language::English => format!("{n} bytes"),
        n => format!("{n} byte"),
    }
}

/// The body did not arrive in time.
pub(crate) fn too_slow() -> Error {
    Error::new(
        Kind::Timeout,
        "request.timeout",
        "Dữ liệu gửi lên quá chậm hoặc bị ngắt giữa chừng.",
        "The body arrived too slowly.",
    )
}

/// The connection ended before the body did.
pub(crate) fn cut_off(cause: impl std::fmt::Display) -> Error {
    Error::malformed("body.incomplete", "Dữ liệu gửi lên bị ngắt giữa chừng.", "The body ended before it was complete.")
        .because(cause)
}

/// The content type or encoding is not the one taken here.
pub(crate) fn unsupported_media(wanted: &str) -> Error {
    Error::new(
        Kind::UnsupportedMedia,
        "media_type.unsupported",
        format!("Chỉ nhận nội dung kiểu {wanted}, không nén."),
        format!("Only {wanted} is taken, without a content encoding."),
    )
}

/// A header whose value breaks its rule.
pub(crate) fn bad_header(name: &str, code: &str, vi: &str, en: &str) -> Error {
    Error::malformed(code, vi, en).with("header", name)
}

/// `If-Match` is missing where two people might write over each other.
pub(crate) fn precondition_required() -> Error {
    Error::new(
        Kind::PreconditionRequired,
        "precondition.required",
        "Cần gửi If-Match với ETag của bản bạn đã đọc.",
        "Send If-Match with the ETag of what you have read.",
    )
}

/// A handler asked for the caller on a route that no authentication stands before.
pub(crate) fn no_actor() -> Error {
    Error::internal("the route is not behind the authentication middleware")
}

/// A header that says two things.
pub(crate) fn repeated_header(name: &'static str) -> Error {
    bad_header(name, "header.repeated", "Tiêu đề này chỉ được gửi một lần.", "This header may be sent only once.")
}
