//! Database errors in the words of `kernel`.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use motcua_kernel::{Error, Kind};

/// The result of a step inside a transaction.
pub type TxResult<T> = Result<T, Failure>;

/// Why a step inside a transaction did not end well.
#[derive(Debug)]
pub enum Failure {
    /// The database said so.
    Database(DieselError),
    /// A rule said so; the caller hears it as it is.
    Refused(Box<Error>),
}

impl From<DieselError> for Failure {
    fn from(error: DieselError) -> Self {
        Self::Database(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(Box::new(error))
    }
}

/// What the transaction loop does about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Run the closure again: another transaction was in the way.
    Again,
    /// The connection is gone: throw it away and take another.
    Reconnect,
    /// Tell the caller.
    Tell,
}

pub(crate) fn remedy(failure: &Failure) -> Remedy {
    match failure {
        Failure::Database(error) => remedy_of(error),
        Failure::Refused(_) => Remedy::Tell,
    }
}

pub(crate) fn remedy_of(error: &DieselError) -> Remedy {
    let (kind, information) = match error {
        DieselError::DatabaseError(kind, information) => (kind, information),
        DieselError::BrokenTransactionManager => return Remedy::Reconnect,
        _ => return Remedy::Tell,
    };
    let message = information.message();
    match kind {
        DatabaseErrorKind::SerializationFailure => Remedy::Again,
        DatabaseErrorKind::ClosedConnection => Remedy::Reconnect,
        _ if message.contains("deadlock detected") || message.contains("database is locked") => Remedy::Again,
        _ if CONNECTION_LOST.iter().any(|text| message.contains(text)) => Remedy::Reconnect,
        _ => Remedy::Tell,
    }
}

// diesel gives PostgreSQL's message without its SQLSTATE, so these are libpq's and the server's own words, in English:
// `pool` asks for it where our role may, and the operator must set `lc_messages = 'C'` where it may not.
const CONNECTION_LOST: [&str; 9] = [
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "could not receive data from server",
    "could not send data to server",
    "connection to server",
    "the database system is",
    "SSL connection has been closed",
    "cannot execute INSERT in a read-only transaction",
];

const NO_ROOM: [&str; 3] = ["database or disk is full", "No space left on device", "could not extend file"];

/// The failure in the words of `kernel`. A row that was not found is a defect: whoever looks for what may be missing says
/// so with `optional`, and only the room knows whether that is a 404.
pub(crate) fn to_kernel(name: &'static str, failure: Failure) -> Error {
    let again = remedy(&failure);
    match failure {
        Failure::Refused(error) => *error,
        Failure::Database(error) => {
            let cause = format!("{name}: {error}");
            if NO_ROOM.iter().any(|text| cause.contains(text)) {
                return storage_full(cause);
            }
            if UNSTORABLE.iter().any(|text| cause.contains(text)) {
                return unstorable(cause);
            }
            let waited = cause.contains("lock timeout") || cause.contains("statement timeout");
            if again != Remedy::Tell || waited || cause.contains("disk I/O error") {
                return Error::unavailable(cause);
            }
            Error::internal(cause)
        }
    }
}

/// What PostgreSQL says of values that no column can hold.
const UNSTORABLE: [&str; 4] =
    ["out of range", "invalid byte sequence", "untranslatable character", "unsupported Unicode escape"];

fn unstorable(cause: String) -> Error {
    Error::malformed(
        "value.unstorable",
        "Yêu cầu có giá trị nằm ngoài phạm vi lưu trữ được (ngày tháng hoặc ký tự).",
        "The request has a value that can't be stored (a date or a character out of range).",
    )
    .because(cause)
}

fn storage_full(cause: String) -> Error {
    Error::new(
        Kind::StorageFull,
        "storage.full",
        "Hết chỗ lưu trữ; chưa có gì được ghi. Vui lòng báo người vận hành.",
        "No room left to store this; nothing was written. Please tell the operator.",
    )
    .because(cause)
}

/// Whether a statement failed because a unique key exists; asked where the statement is known, because SQLite does not
/// always name the constraint.
#[must_use]
pub fn is_unique_violation(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}
