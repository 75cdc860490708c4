//! The one table between kinds of error and HTTP: each kind has one status and one title.

use actix_web::http::StatusCode;
use motcua_kernel::{Error, Kind, Text};

/// The status of a kind.
pub(crate) fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Kind::Timeout => StatusCode::REQUEST_TIMEOUT,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Stale => StatusCode::PRECONDITION_FAILED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::RangeNotSatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Kind::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
    }
}

/// The title of a kind: the same for every error of the kind, while `detail` tells this one.
pub(crate) fn title(kind: Kind) -> Text {
    let (vi, en) = match kind {
        Kind::Malformed => ("Yêu cầu không đọc được", "The request can't be understood"),
        Kind::Unauthenticated => ("Chưa xác thực", "Not authenticated"),
        Kind::Forbidden => ("Không có quyền", "Not allowed"),
        Kind::NotFound => ("Không tìm thấy", "Not found"),
        Kind::MethodNotAllowed => ("Phương thức không được hỗ trợ", "Method not allowed"),
        Kind::Timeout => ("Gửi dữ liệu quá chậm", "The request took too long to arrive"),
        Kind::Conflict => ("Trạng thái hiện tại không cho phép", "Not possible in the current state"),
        Kind::Stale => ("Dữ liệu đã thay đổi", "Changed in the meantime"),
        Kind::TooLarge => ("Dữ liệu quá lớn", "Too large"),
        Kind::UnsupportedMedia => ("Kiểu nội dung không được hỗ trợ", "Unsupported content type"),
        Kind::RangeNotSatisfiable => ("Đoạn tệp không tồn tại", "No such range"),
        Kind::Invalid => ("Dữ liệu không hợp lệ", "Invalid content"),
        Kind::PreconditionRequired => ("Thiếu điều kiện If-Match", "If-Match is required"),
        Kind::TooMany => ("Quá nhiều yêu cầu", "Too many requests"),
        Kind::Internal => ("Lỗi hệ thống", "Internal error"),
        Kind::NotImplemented => ("Chưa hỗ trợ", "Not implemented"),
        Kind::Unavailable => ("Tạm thời không phục vụ", "Temporarily unavailable"),
        Kind::StorageFull => ("Hết dung lượng lưu trữ", "Out of storage"),
    };
    Text::new(vi, en)
}

/// What to say of a status that something below the handlers answered without saying why.
pub(crate) fn unexplained(status: StatusCode) -> Error {
    let (kind, code) = match status.as_u16() {
        401 => (Kind::Unauthenticated, "unauthenticated"),
        403 => (Kind::Forbidden, "forbidden"),
        404 => return crate::refusal::unknown_route(),
        405 => (Kind::MethodNotAllowed, "method.not_allowed"),
        408 => (Kind::Timeout, "request.timeout"),
        409 => (Kind::Conflict, "conflict"),
        412 => (Kind::Stale, "precondition.failed"),
        413 => (Kind::TooLarge, "body.too_large"),
        415 => (Kind::UnsupportedMedia, "media_type.unsupported"),
        416 => (Kind::RangeNotSatisfiable, "range.not_satisfiable"),
        422 => (Kind::Invalid, "validation"),
        429 => (Kind::TooMany, "too_many_requests"),
        501 => (Kind::NotImplemented, "not_implemented"),
        503 => return Error::unavailable("answered without a reason"),
        400..=499 => (Kind::Malformed, "request.malformed"),
        _ => return Error::internal(format!("status {status} was answered without a reason")),
    };
    let Text { vi, en } = title(kind);
    Error::new(kind, code, format!("{vi}."), format!("{en}."))
}
