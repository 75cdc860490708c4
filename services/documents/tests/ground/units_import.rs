use std::collections::BTreeMap;
use std::path::Path;

use motcua_documents::{FileReport, units};
use motcua_testkit::on_both_databases;

use crate::installation::Installation;

const PROVINCES_BEFORE: &str = "code,full_name,name,type\r\n\
    44,Tỉnh Quảng Bình,Quảng Bình,Tỉnh\r\n\
    45,Tỉnh Quảng Trị,Quảng Trị,Tỉnh\r\n\
    01,Thành phố Hà Nội,Hà Nội,Thành phố Trung ương\r\n";
const PROVINCES_2025: &str = "code,name,full_name,type,name_ascii,full_name_en_derived\n\
    44,Quảng Trị,Tỉnh Quảng Trị,tỉnh,Quang Tri,Quang Tri Province\n\
    01,Hà Nội,Thành phố Hà Nội,thành phố,Ha Noi,Ha Noi City\n";
const DISTRICTS_BEFORE: &str = "code,full_name,name,type,province_code,province_name\n\
    461,Thành phố Đông Hà,Đông Hà,Thành phố,45,Tỉnh Quảng Trị\n\
    450,Thành Phố Đồng Hới,Thành Phố Đồng Hới,Thành phố,44,Tỉnh Quảng Bình\n\
    471,Huyện Cồn Cỏ,Cồn Cỏ,Huyện,45,Tỉnh Quảng Trị\n";
// Line 4 is a ward that calls itself a commune, 5 hangs in the air, 6 has a code of another level, 7 lacks a cell.
const COMMUNES_BEFORE: &str = "code,full_name,name,type,district_code,district_name,province_code,province_name\n\
    19333,Phường 1,1,Phường,461,Thành phố Đông Hà,45,Tỉnh Quảng Trị\n\
    19345,Phường 4,4,Phường,461,Thành phố Đông Hà,45,Tỉnh Quảng Trị\n\
    19354,Phường 3,3,Xã,461,Thành phố Đông Hà,45,Tỉnh Quảng Trị\n\
    18880,Phường Đức Ninh Đông,Đức Ninh Đông,Phường,999,Thành phố Đồng Hới,44,Tỉnh Quảng Bình\n\
    461,Phường A,A,Phường,461,Thành phố Đông Hà,45,Tỉnh Quảng Trị\n\
    18853,Phường Hải Thành,Hải Thành,Phường,450,Thành phố Đồng Hới,44\n";
const COMMUNES_2025: &str = "code,name,full_name,type,province_code,province_name,name_ascii,full_name_en_derived,resolution\n\
    19333,Đông Hà,Phường Đông Hà,phường,44,Tỉnh Quảng Trị,Dong Ha,Dong Ha Ward,1680/NQ-UBTVQH15\n\
    19351,Nam Đông Hà,Phường Nam Đông Hà,phường,44,Tỉnh Quảng Trị,Nam Dong Ha,Nam Dong Ha Ward,1680/NQ-UBTVQH15\n\
    19742,Cồn Cỏ,Đặc khu Cồn Cỏ,đặc khu,44,Tỉnh Quảng Trị,Con Co,Con Co Special Zone,1680/NQ-UBTVQH15\n";
const MAPPING_PROVINCES: &str = "old_code,old_full_name,new_code,new_full_name\n\
    44,Tỉnh Quảng Bình,44,Tỉnh Quảng Trị\n45,Tỉnh Quảng Trị,44,Tỉnh Quảng Trị\n01,Thành phố Hà Nội,01,Thành phố Hà Nội\n";
// Phường 4 was split; the last line leads to a commune that is not there.
const MAPPING_COMMUNES: &str = "old_level,old_code,old_full_name,new_code,new_full_name,part,resolution,extraction_confidence\n\
    commune,19333,Phường 1,19333,Phường Đông Hà,full,1680/NQ-UBTVQH15,high\n\
    commune,19345,Phường 4,19333,Phường Đông Hà,partial,1680/NQ-UBTVQH15,manual:low\n\
    commune,19345,Phường 4,19351,Phường Nam Đông Hà,partial,1680/NQ-UBTVQH15,high\n\
    district,471,Huyện Cồn Cỏ,19742,Đặc khu Cồn Cỏ,full,1680/NQ-UBTVQH15,high\n\
    commune,19354,Phường 3,19999,Phường Không Có,full,1680/NQ-UBTVQH15,high\n";

/// The demo's files: days of their own, and predecessors that stand in the mapping only.
pub(crate) const DEMO: [(&str, &str); 3] = [
    (
        "provinces.csv",
        "code,name,full_name,type,valid_from,valid_to\n44,Quảng Bình,Tỉnh Quảng Bình,tỉnh,1989-07-01,2025-07-01\n\
         45,Quảng Trị,Tỉnh Quảng Trị,tỉnh,1989-07-01,2025-07-01\n44,Quảng Trị,Tỉnh Quảng Trị,tỉnh,2025-07-01,\n",
    ),
    (
        "communes.csv",
        "code,name,full_name,type,province_code,valid_from,valid_to\n19333,Đông Hà,Phường Đông Hà,phường,44,2025-07-01,\n\
         19351,Nam Đông Hà,Phường Nam Đông Hà,phường,44,2025-07-01,\n",
    ),
    (
        "mapping.csv",
        "old_level,old_code,old_name,new_code,part\nprovince,44,Tỉnh Quảng Bình,44,full\nprovince,45,Tỉnh Quảng Trị,44,full\n\
         commune,19333,Phường 1,19333,full\ncommune,19345,Phường 4,19333,partial\ncommune,19345,Phường 4,19351,partial\n",
    ),
];

const NATIONAL: [(&str, &str); 7] = [
    ("provinces_before_2025-07.csv", PROVINCES_BEFORE),
    ("provinces_2025.csv", PROVINCES_2025),
    ("districts_before_2025-07.csv", DISTRICTS_BEFORE),
    ("communes_before_2025-07.csv", COMMUNES_BEFORE),
    ("communes_2025.csv", COMMUNES_2025),
    ("mapping_provinces_old_to_new.csv", MAPPING_PROVINCES),
    ("mapping_communes_old_to_new.csv", MAPPING_COMMUNES),
];

pub(crate) async fn import(here: &Installation, files: &[(&str, &str)]) -> motcua_kernel::Result<Vec<FileReport>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    import_folder(here, folder.path()).await
}

async fn import_folder(here: &Installation, folder: &Path) -> motcua_kernel::Result<Vec<FileReport>> {
    let foundation = &here.running.foundation;
    units::import(&foundation.db, &foundation.journal, foundation.tenant, folder, &|_, _| ()).await
}

/// Loaded, changed, unchanged, refused by file.
fn counts(reports: &[FileReport]) -> BTreeMap<&str, (usize, usize, usize, usize)> {
    for report in reports {
        let ended = report.changes() + report.unchanged + report.refused.len();
        assert_eq!(report.read, ended, "every line of {report} ends somewhere");
    }
    let count = |report: &FileReport| (report.loaded, report.changed, report.unchanged, report.refused.len());
    reports.iter().map(|report| (report.file.as_str(), count(report))).collect()
}

on_both_databases! {
    async fn a_national_list_loads_with_its_faults_named_and_a_second_run_changes_nothing(database) {
        let here = Installation::empty(database).await;
        let first = import(&here, &NATIONAL).await.unwrap();
        assert_eq!(counts(&first), BTreeMap::from([
            ("provinces_before_2025-07.csv", (3, 0, 0, 0)),
            ("provinces_2025.csv", (2, 0, 0, 0)),
            ("districts_before_2025-07.csv", (3, 0, 0, 0)),
            ("communes_before_2025-07.csv", (3, 0, 0, 3)),
            ("communes_2025.csv", (3, 0, 0, 0)),
            ("mapping_provinces_old_to_new.csv", (3, 0, 0, 0)),
            ("mapping_communes_old_to_new.csv", (4, 0, 0, 1)),
        ]));
        let of = |name: &str| first.iter().find(|report| report.file == name).unwrap();
        let lines = |remarks: &[motcua_documents::Remark]| remarks.iter().map(|remark| remark.line).collect::<Vec<_>>();
        let communes = of("communes_before_2025-07.csv");
        assert_eq!(lines(&communes.refused), [5, 6, 7]);
        assert_eq!(lines(&communes.warnings), [4]);
        assert_eq!(lines(&of("districts_before_2025-07.csv").warnings), [3]);
        assert_eq!(lines(&of("mapping_communes_old_to_new.csv").refused), [6]);

        let second = import(&here, &NATIONAL).await.unwrap();
        assert!(second.iter().all(|report| report.changes() == 0), "{second:?}");
        assert_eq!(here.events(1).await.len(), 1, "a run that changed nothing tells nothing");
        here.stop().await;
    }

    async fn the_two_formats_tell_of_the_same_units_in_either_order(database) {
        let here = Installation::empty(database).await;
        let demo = import(&here, &DEMO).await.unwrap();
        assert_eq!(counts(&demo)["mapping.csv"], (5, 0, 0, 0));
        let national = counts(&import(&here, &NATIONAL).await.unwrap()).into_iter().map(|(n, c)| (n.to_owned(), c)).collect::<BTreeMap<_, _>>();
        // What the mapping alone knew now has its district; the provinces' days stay known.
        assert_eq!(national["communes_before_2025-07.csv"], (1, 2, 0, 3));
        assert_eq!(national["provinces_before_2025-07.csv"], (1, 0, 2, 0));
        assert_eq!(national["mapping_communes_old_to_new.csv"], (1, 3, 0, 1));
        let again = import(&here, &DEMO).await.unwrap();
        assert!(again.iter().all(|report| report.changes() == 0), "{again:?}");
        let units = here.citizen().list("/v1/administrative-units?on=2025-06-30&limit=200", "code").await;
        assert_eq!(units, ["01", "19333", "19345", "19354", "44", "45", "450", "461", "471"]);
        here.stop().await;
    }

    async fn a_folder_without_our_files_or_with_a_wrong_header_changes_nothing(database) {
        let here = Installation::empty(database).await;
        assert_eq!(import(&here, &[("notes.csv", "a,b\n")]).await.unwrap_err().code, "import.no_files");
        let wrong = [DEMO[0], ("communes.csv", "code,name\n")];
        let error = import(&here, &wrong).await.unwrap_err();
        assert_eq!((error.code.as_str(), &error.members["file"]), ("import.columns", &"communes.csv".into()));
        assert!(here.citizen().list("/v1/administrative-units", "id").await.is_empty());
        here.stop().await;
    }
}
