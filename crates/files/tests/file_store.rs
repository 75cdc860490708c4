//! What the content store promises.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use motcua_files::{FileStore, TEMPORARY_AGE};
use motcua_kernel::{Clock, Error, Result, SystemTime};
use sha2::{Digest, Sha256};

const LIMIT: u64 = 10 << 20;

fn pieces(content: &[u8], size: usize) -> impl Stream<Item = Result<Bytes>> + Unpin + use<> {
    let pieces: Vec<_> = content.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

/// Content that does not repeat, so that a piece at the wrong place shows.
fn content(bytes: u32) -> Vec<u8> {
    (0..bytes / 4).flat_map(u32::to_be_bytes).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

async fn read(store: &FileStore, sha256: &str, range: std::ops::Range<u64>) -> Vec<u8> {
    let pieces: Vec<Bytes> = store.open(sha256, range).await.unwrap().try_collect().await.unwrap();
    pieces.concat()
}

#[tokio::test]
async fn content_comes_back_whole_and_in_ranges() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::in_directory(directory.path().join("made/on/demand")).unwrap();
    let sent = content(3_000_000);
    let stored = store.put(pieces(&sent, 70_001), LIMIT).await.unwrap();
    assert_eq!((stored.size, stored.sha256.clone()), (3_000_000, hex::encode(Sha256::digest(&sent))));
    assert_eq!(read(&store, &stored.sha256, 0..3_000_000).await, sent);
    assert_eq!(read(&store, &stored.sha256, 1_999_999..2_000_003).await, sent[1_999_999..2_000_003]);
    assert!(read(&store, &stored.sha256, 7..7).await.is_empty());
    let empty = store.put(pieces(b"", 1), LIMIT).await.unwrap();
    assert_eq!(empty.size, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_content_at_once_is_stored_once() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::in_directory(directory.path()).unwrap();
    let puts: Vec<_> = (0..16)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { store.put(pieces(&content(2_000_000), 10_000 + n), LIMIT).await.unwrap() })
        })
        .collect();
    let mut hashes = Vec::new();
    for put in puts {
        hashes.push(put.await.unwrap().sha256);
    }
    hashes.dedup();
    let kept = files_below(directory.path());
    assert_eq!((hashes.len(), kept.len()), (1, 1));
    let (folder, rest) = hashes[0].split_at(2);
    assert_eq!(kept[0], directory.path().join("sha256").join(folder).join(rest));
    assert_eq!(read(&store, &hashes[0], 0..2_000_000).await, content(2_000_000));
}

#[tokio::test]
async fn what_breaks_off_or_is_too_large_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::in_directory(directory.path()).unwrap();
    let sent = content(3_000_000);
    let refused = store.put(pieces(&sent, 9_999), 2_999_999).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.members["limit"].as_u64()), ("file.too_large", Some(2_999_999)));
    let broken = pieces(&sent, 9_999).chain(stream::iter([Err(Error::malformed("body.incomplete", "", ""))]));
    assert_eq!(store.put(broken, LIMIT).await.unwrap_err().code, "body.incomplete");
    assert_eq!(files_below(directory.path()), Vec::<PathBuf>::new());
    assert_eq!(store.put(pieces(&sent, 9_999), 3_000_000).await.unwrap().size, 3_000_000);
}

#[tokio::test]
async fn a_sender_that_is_given_up_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::in_directory(directory.path()).unwrap();
    let never_ends = pieces(&content(3_000_000), 9_999).chain(stream::pending());
    let given_up = tokio::time::timeout(Duration::from_millis(300), store.put(never_ends, LIMIT)).await;
    assert!(given_up.is_err());
    for _ in 0..100 {
        if files_below(directory.path()).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("left behind: {:?}", files_below(directory.path()));
}

#[tokio::test]
async fn the_sweep_takes_what_a_kill_left_behind_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::in_directory(directory.path()).unwrap();
    let now = Clock::new().system();
    assert_eq!(store.sweep(now).await.unwrap(), 0);
    let stored = store.put(pieces(&content(4_000), 99), LIMIT).await.unwrap();
    let age = TimeDelta::from_std(TEMPORARY_AGE).unwrap();
    for (name, age) in [("half#1", age + TimeDelta::seconds(1)), ("whole", age * 2), ("running#1", age / 2)] {
        let left = File::create(directory.path().join("uploads").join(name)).unwrap();
        left.set_modified((now.0 - age).into()).unwrap();
    }
    assert_eq!(store.sweep(now).await.unwrap(), 2);
    assert_eq!(store.sweep(now).await.unwrap(), 0);
    let much_later = SystemTime(now.0 + TimeDelta::days(400));
    assert_eq!(store.sweep(much_later).await.unwrap(), 1);
    assert_eq!(read(&store, &stored.sha256, 0..4_000).await, content(4_000));
}

#[tokio::test]
async fn content_that_a_disk_lost_or_cut_is_an_error_and_whole_again_after_the_next_upload() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::in_directory(directory.path()).unwrap();
    let stored = store.put(pieces(&content(4_000), 99), LIMIT).await.unwrap();
    let kept = files_below(directory.path()).remove(0);
    File::options().write(true).open(&kept).unwrap().set_len(1_000).unwrap();
    let cut = store.open(&stored.sha256, 0..4_000).await.err().unwrap();
    assert!(cut.inside.unwrap().contains("1000 bytes only"));
    store.put(pieces(&content(4_000), 99), LIMIT).await.unwrap();
    assert_eq!(read(&store, &stored.sha256, 0..4_000).await, content(4_000));
    std::fs::remove_file(&kept).unwrap();
    assert!(store.open(&stored.sha256, 0..4_000).await.err().unwrap().inside.unwrap().contains("missing"));
}

#[tokio::test]
async fn a_hash_that_is_none_never_becomes_a_path() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::in_directory(directory.path()).unwrap();
    for hash in ["../../etc/passwd", "", "ab", &"g".repeat(64), &"A".repeat(64), "é"] {
        assert!(store.open(hash, 0..1).await.is_err(), "{hash}");
    }
}

#[tokio::test]
#[ignore = "needs an empty file system of 1 MiB (mount -t tmpfs -o size=1m), named by MOTCUA_TEST_TINY_DISK"]
async fn a_full_disk_says_so_and_keeps_nothing_half_written() {
    let disk = PathBuf::from(std::env::var("MOTCUA_TEST_TINY_DISK").unwrap());
    let store = FileStore::in_directory(&disk).unwrap();
    let small = store.put(pieces(&content(300_000), 9_999), LIMIT).await.unwrap();
    let refused = store.put(pieces(&content(3_000_000), 9_999), LIMIT).await.unwrap_err();
    assert_eq!((refused.kind, refused.code.as_str()), (motcua_kernel::Kind::StorageFull, "storage.full"));
    assert_eq!(files_below(&disk).len(), 1);
    assert_eq!(read(&store, &small.sha256, 0..300_000).await, content(300_000));
}

#[tokio::test]
async fn a_service_with_a_folder_of_its_own_finds_what_was_stored_before() {
    let directory = tempfile::tempdir().unwrap();
    let shared = FileStore::in_directory(directory.path()).unwrap();
    let own = shared.clone().with_own_folder("documents");
    let (before, after) = (content(4000), content(8000));
    let before = (shared.put(pieces(&before, 100), LIMIT).await.unwrap(), before);
    let after = (own.put(pieces(&after, 100), LIMIT).await.unwrap(), after);
    for (stored, sent) in [&before, &after] {
        assert_eq!(&read(&own, &stored.sha256, 0..stored.size).await, sent);
    }
    assert!(shared.open(&after.0.sha256, 0..after.0.size).await.is_err(), "it is nobody else's");
    assert_eq!(files_below(&directory.path().join("documents")).len(), 1);
    assert_eq!(files_below(&directory.path().join("sha256")).len(), 1);
}
