//! A whole national file, by hand, because it is not ours to keep in the repository:
//!
//! ```text
//! MOTCUA_PROCEDURES_FILE=/absolute/path/procedures.jsonl.gz \
//!     scripts/postgres run cargo test -p motcua-procedures --test catalogue -- --ignored --nocapture --test-threads 1
//! ```

#![expect(clippy::print_stdout, reason = "who runs it by hand wants to read the report")]

use std::path::PathBuf;

use motcua_procedures::catalogue::rules::Source;
use motcua_procedures::catalogue::{ImportFile, ImportReport, import};
use motcua_testkit::TestDatabase;

use crate::support::House;

const DEMO: &str = include_str!("../../../../crates/motcua/demo/procedures.jsonl");

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a national file, named by MOTCUA_PROCEDURES_FILE"]
async fn sqlite() {
    loads_whole_and_only_once(&TestDatabase::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a national file, named by MOTCUA_PROCEDURES_FILE"]
async fn postgres() {
    loads_whole_and_only_once(&TestDatabase::postgres()).await;
}

async fn loads_whole_and_only_once(database: &TestDatabase) {
    let house = House::start(database).await;
    let demo = house.import_as(DEMO, Source::Demo).await;
    let first = import_whole_file(&house).await;
    println!("first run: {first:#?}");
    assert_eq!(first.lines, first.loaded + first.with_warnings + first.unchanged + first.refused);
    let second = import_whole_file(&house).await;
    println!("second run: {} lines, {} unchanged, {:.2} s", second.lines, second.unchanged, second.seconds);
    assert_eq!((second.loaded, second.with_warnings, second.refused), (0, 0, first.refused));
    assert_eq!(house.import_as(DEMO, Source::Demo).await.unchanged, demo.loaded, "the demo has said nothing new");
    let listed = house.get("/v1/procedures?limit=1&count=exact").await.ok();
    println!("procedures: {}", listed["count"]);
    house.stop().await;
}

async fn import_whole_file(house: &House) -> ImportReport {
    let path = PathBuf::from(std::env::var_os("MOTCUA_PROCEDURES_FILE").expect("MOTCUA_PROCEDURES_FILE"));
    let (file, bytes) = ImportFile::open(&path).unwrap();
    let mut read = 0;
    let report =
        import(&house.room, house.foundation.tenant, "service:test", file, |now| read = now.bytes).await.unwrap();
    assert_eq!(read, bytes, "the last progress is the whole file");
    report
}
