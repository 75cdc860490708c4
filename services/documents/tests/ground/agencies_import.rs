use motcua_testkit::on_both_databases;
use serde_json::json;

use crate::installation::{AGENCIES, Installation};

on_both_databases! {
    async fn a_province_loads_once_with_an_event_for_every_agency_and_succession(database) {
        let here = Installation::empty(database).await;
        let first = here.import_agencies(AGENCIES).await;
        assert_eq!((first.read, first.loaded, first.refused.len()), (8, 8, 0), "{first:?}");
        let events = here.events(12).await;
        let of = |kind: &str| events.iter().filter(|event| event["type"] == kind).count();
        assert_eq!((of("agency.recorded.v1"), of("agency.succeeded.v1")), (8, 4));

        let second = here.import_agencies(AGENCIES).await;
        assert_eq!((second.changes(), second.unchanged), (0, 8));
        assert_eq!(here.events(12).await.len(), 12);
        here.stop().await;
    }

    async fn a_line_that_changed_is_the_only_change(database) {
        let here = Installation::empty(database).await;
        here.import_agencies(AGENCIES).await;
        let renamed = AGENCIES.replace("Sở Tài chính,,", "Sở Tài chính tỉnh,,");
        let report = here.import_agencies(&renamed).await;
        assert_eq!((report.changed, report.unchanged), (1, 7));
        let names = here.citizen().list("/v1/agencies?code=H50.04&open_on=2026-01-01", "name").await;
        assert_eq!(names, ["Sở Tài chính tỉnh"]);
        here.stop().await;
    }

    async fn a_file_does_not_reopen_what_was_closed_since(database) {
        let here = Installation::with_province(database).await;
        let province = here.officer("province");
        let path = format!("/v1/agencies/{}", province.agency("H50.13").await);
        let etag = province.get(&path).await.etag().to_owned();
        let merger = json!({
            "kind": "merged_into", "successors": ["H50.12"], "effective_on": "2026-12-01", "legal_basis": "1/NQ-HĐND",
        });
        province.change(reqwest::Method::POST, &format!("{path}/successions"), &etag, &merger).await.ok();
        let report = here.import_agencies(AGENCIES).await;
        assert_eq!((report.unchanged, report.changes()), (7, 0));
        assert_eq!(report.refused.iter().map(|remark| remark.line).collect::<Vec<_>>(), [9]);
        here.stop().await;
    }

    async fn a_list_of_codes_adds_what_it_knows_and_erases_nothing(database) {
        let here = Installation::empty(database).await;
        let list = "code_qd20_order_derived,name,parent_code,level\n\
                    H53,Ủy ban nhân dân tỉnh Tây Ninh,,Cấp 1\n\
                    H53.02,Sở Công thương,000.00.00.H53,Cấp 2\n\
                    H53.31.04,UBND xã A,000.00.31.H53,Cấp 3\n";
        let report = here.import_agencies(list).await;
        assert_eq!((report.loaded, report.refused.len()), (2, 1));
        let own = "code,name,name_en,kind,parent_code,valid_from,valid_to,successor_code,succession_kind,legal_basis,symbol,units,note\n\
                   H53.02,Sở Công Thương,Department,department,H53,2020-09-15,,,,,SCT,72,\n";
        assert_eq!(here.import_agencies(own).await.changed, 1);
        // The list has no symbol and no units: they stay. Its spelling of the name and its note come back.
        assert_eq!(here.import_agencies(list).await.changed, 1);
        let citizen = here.citizen();
        let id = citizen.list("/v1/agencies?code=H53.02", "id").await.remove(0);
        let agency = citizen.get(&format!("/v1/agencies/{id}")).await.ok();
        assert_eq!((&agency["symbol"], &agency["units"]), (&"SCT".into(), &json!(["72"])));
        assert_eq!(agency["kind"], "department");
        here.stop().await;
    }

    async fn a_line_that_breaks_a_rule_is_refused_alone(database) {
        let here = Installation::with_province(database).await;
        let header = AGENCIES.lines().next().unwrap();
        let report = here.import_agencies(&format!(
            "{header}\nH50.12,Phường khác,,commune,H50,2026-01-01,,,,,UBND,,\n\
             h50.99,Mã sai,,commune,H50,2026-01-01,,,,,UBND,,\n\
             H50.20,Đúng,,commune,H50,2026-01-01,,,,,UBND,,\n"
        )).await;
        assert_eq!(report.refused.iter().map(|remark| remark.line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(report.loaded, 1);
        here.stop().await;
    }
}
