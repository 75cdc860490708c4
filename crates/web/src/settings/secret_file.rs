//! A file with key material: made once, whole, and for its owner's eyes only.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The text of a secret file, which is made with `content` when it is missing.
///
/// Of several processes that start at once, one makes the file and the others read that one: it appears under its name
/// only when it is complete, and never replaces another.
///
/// # Errors
/// When it can't be read or made, or when other users of the machine may read it.
pub(crate) fn read_or_create(path: &Path, content: impl FnOnce() -> io::Result<String>) -> io::Result<String> {
    if let Some(text) = read(path)? {
        return Ok(text);
    }
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(directory)?;
    let mut file = tempfile::Builder::new().prefix(".secret-").tempfile_in(directory)?;
    file.write_all(content()?.as_bytes())?;
    file.as_file().sync_all()?;
    if let Err(refused) = file.persist_noclobber(path)
        && refused.error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(refused.error);
    }
    // A key that is lost in a power failure takes what it sealed with it, so the name must be on the disk too.
    fs::File::open(directory)?.sync_all()?;
    read(path)?.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "it vanished while it was made"))
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(metadata) => refuse_when_open_to_others(&metadata)?,
    }
    fs::read_to_string(path).map(Some)
}

fn refuse_when_open_to_others(metadata: &fs::Metadata) -> io::Result<()> {
    let open_to_others = metadata.permissions().mode() & 0o077;
    if open_to_others == 0 {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::PermissionDenied, "other users may read this key; `chmod 600` it"))
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn processes_that_start_at_once_agree_on_one_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deeper/key.json");
        let together = Barrier::new(8);
        let seen: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|number| {
                    let (path, together) = (&path, &together);
                    scope.spawn(move || {
                        together.wait();
                        read_or_create(path, || Ok(format!("key {number}"))).unwrap()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(seen.iter().all(|text| *text == seen[0]), "{seen:?}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing half-made is left behind");
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key.json");
        fs::write(&path, "key").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = read_or_create(&path, || Ok(String::new())).unwrap_err();
        assert!(error.to_string().contains("chmod 600"));
    }
}
