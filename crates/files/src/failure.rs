//! What went wrong with the place where content is kept, in the words of `kernel`.

use std::error::Error as StdError;
use std::io;

use motcua_kernel::{Error, Kind};

/// The failure of the content store: `storage.full` when there is no room, else unavailable, because nothing the caller
/// sent was wrong and the operator can mend it.
pub(crate) fn failed(error: object_store::Error) -> Error {
    if lacks_room(&error) {
        return Error::new(
            Kind::StorageFull,
            "storage.full",
            "Hết chỗ lưu trữ; chưa có gì được ghi. Vui lòng báo người vận hành.",
            "No room left to store this; nothing was written. Please tell the operator.",
        )
        .because(error);
    }
    Error::unavailable(error)
}

fn lacks_room(error: &(dyn StdError + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn store_error(source: io::Error) -> object_store::Error {
        object_store::Error::Generic { store: "LocalFileSystem", source: Box::new(source) }
    }

    #[test]
    fn a_full_disk_is_told_from_a_broken_one_and_neither_shows_a_path() {
        let mut full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let error = failed(store_error(full.write_all(b"x").unwrap_err()));
        assert_eq!((error.kind, error.code.as_str()), (Kind::StorageFull, "storage.full"));
        let broken = io::Error::new(io::ErrorKind::PermissionDenied, "/srv/files/ab");
        let error = failed(store_error(broken));
        assert_eq!(error.kind, Kind::Unavailable);
        assert!(!error.detail.en.contains("/srv") && error.inside.unwrap().contains("/srv"));
    }
}
