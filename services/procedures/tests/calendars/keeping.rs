//! Keeping years and office hours: who may, what is refused, what is inherited.

use motcua_testkit::on_both_databases;
use reqwest::Method;
use serde_json::{Value, json};

use crate::office::{agency_id, due, faults, received, through, with_a_swap};
use crate::support::{Province, read};

fn next_year(days: &Value) -> Value {
    json!({
        "name_vi": "Bảng ngày nghỉ năm 2028", "name_en": "Table of days off of 2028", "source": "Bộ luật Lao động",
        "provisional": true, "days": days
    })
}

on_both_databases! {
    async fn a_faulty_year_tells_every_fault_at_once_and_changes_nothing(database) {
        let province = Province::start(database).await;
        let keeper = province.officer("P", "administrator");
        let before = keeper.get("/v1/calendar-years/2026").await.ok();
        let (revision, mut table) = with_a_swap(&keeper).await;
        let days = table["days"].as_array_mut().unwrap();
        let at = days.len();
        // Off and worked at once; a day off on a Sunday; a swapped day without its other half.
        let mut contrary = days[at - 1].clone();
        contrary["kind"] = json!("public_holiday");
        contrary["linked_date"] = json!(null);
        let mut sunday = days[at - 2].clone();
        sunday["date"] = json!("2026-12-06");
        let mut alone = days[at - 2].clone();
        alone["date"] = json!("2026-12-10");
        alone["linked_date"] = json!(null);
        days.extend([contrary, sunday, alone]);
        let refused = keeper.put("/v1/calendar-years/2026", revision, &table).await;
        assert_eq!(refused.code(422), "validation");
        let place = |further: usize, field: &str| format!("/days/{}/{field}", at + further);
        assert_eq!(faults(&refused), [
            (place(0, "date"), "calendar.off_and_worked".to_owned()),
            (place(1, "date"), "calendar.off_anyway".to_owned()),
            (place(2, "linked_date"), "calendar.linked_date_missing".to_owned()),
        ]);
        let counted = json!({"dry_run": true, "change": {"kind": "year", "year": 2026, "table": table}});
        let refused = keeper.post("/v1/calendar-changes", &counted).await;
        assert_eq!(faults(&refused)[0].0, format!("/change/table{}", place(0, "date")));
        assert_eq!(keeper.get("/v1/calendar-years/2026").await.ok(), before);
        assert_eq!(keeper.get("/v1/calendar-changes").await.ok()["items"], json!([]));
        province.stop().await;
    }

    async fn a_year_that_stands_nowhere_is_an_error_until_it_is_decreed(database) {
        let province = Province::start(database).await;
        let keeper = province.officer("P", "administrator");
        assert_eq!(keeper.get("/v1/calendar-years/2028").await.code(404), "not_found");
        province.travel("2027-12-30T02:00:00Z");
        let id = province.portal().submitted().await;
        let receiver = province.officer("C1", "receiver");
        let refused = receiver.step(&id, &json!({"action": "receive"})).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
        assert!(refused.body["detail"].as_str().unwrap().contains("2028"), "{}", refused.body);
        let holiday = json!([{
            "date": "2028-01-03", "kind": "public_holiday", "name_vi": "Nghỉ", "name_en": "Off", "source": "Luật"
        }]);
        let request = keeper.request(Method::PUT, "/v1/calendar-years/2028").json(&next_year(&holiday));
        let decreed = read(request.send().await.unwrap()).await.ok();
        through(&keeper, &decreed["change_id"]).await;
        let received = receiver.step(&id, &json!({"action": "receive"})).await.ok();
        // Thursday the 30th; the 31st is day 1, the 3rd is off, so the 7th is day 5.
        assert_eq!(received["due_at"], "2028-01-07T10:00:00Z");
        let years = keeper.get("/v1/calendar-years?limit=2&count=exact").await.ok();
        assert_eq!((&years["items"][0]["year"], &years["count"]), (&json!(2024), &json!(5)), "{years}");
        province.stop().await;
    }

    async fn a_year_that_no_calendar_can_cover_is_refused_and_keeps_no_memory(database) {
        let province = Province::start(database).await;
        let keeper = province.officer("P", "administrator");
        for year in [i64::from(i32::MAX), 262_144, 99_999, 2100, 1975] {
            let code = if year < 1976 { "calendar.year_too_early" } else { "calendar.year_too_late" };
            let path = format!("/v1/calendar-years/{year}");
            let refused = read(keeper.request(Method::PUT, &path).json(&next_year(&json!([]))).send().await.unwrap()).await;
            assert_eq!((refused.code(422), &*faults(&refused)[0].1), ("validation".into(), code));
            let change = json!({"kind": "year", "year": year, "table": next_year(&json!([]))});
            let refused = keeper.post("/v1/calendar-changes", &json!({"dry_run": true, "change": change})).await;
            assert_eq!((refused.code(422), &*faults(&refused)[0].1), ("validation".into(), code));
        }
        assert_eq!(keeper.get("/v1/calendar-changes").await.ok()["items"], json!([]));
        province.stop().await;
    }

    async fn steps_that_need_no_due_date_in_a_year_that_stands_nowhere_are_taken(database) {
        let province = Province::start(database).await;
        province.travel("2027-12-20T02:00:00Z");
        let (asked, posted) = (province.processing("2.002080").await, province.processing("1.000777").await);
        let processor = province.officer("C1", "processor");
        province.travel("2027-12-22T02:00:00Z");
        let law = "Nghị định 118/2025/NĐ-CP, Điều 17";
        let item = json!({"what": "Đơn", "reason": "Bản nộp không đọc được", "copies": 1});
        let ask = json!({"action": "request_supplement", "items": [item], "legal_basis": law});
        let pause = json!({"action": "pause", "wait": "posting", "legal_basis": law});
        assert_eq!(processor.step(&posted, &pause).await.ok()["state"]["local"], "paused");
        let waiting = processor.step(&asked, &ask).await.ok();
        assert_eq!((&waiting["state"]["local"], &waiting["due_at"]), (&json!("awaiting_supplement"), &json!(null)));
        // Friday the 31st, after which no clock of the desk can be counted: it stands in the inbox all the same.
        province.travel("2027-12-31T09:59:00Z");
        let submitted = province.portal().submitted().await;
        let inbox = province.officer("C1", "receiver").get("/v1/dossiers?sort=urgency").await.ok();
        let found = inbox["items"].as_array().unwrap().iter().find(|dossier| dossier["id"] == json!(submitted)).unwrap();
        assert_eq!(found["act_by_at"], "2027-12-31T17:00:00Z");
        province.stop().await;
    }

    async fn a_make_up_day_needs_its_swapped_day_in_the_year_before(database) {
        let province = Province::start(database).await;
        let keeper = province.officer("P", "administrator");
        let day = |date: &str, kind: &str, linked: &str| json!({
            "date": date, "kind": kind, "linked_date": linked, "name_vi": "Hoán đổi", "name_en": "Swapped",
            "source": "Thông báo 1/TB-BNV"
        });
        let mut next = next_year(&json!([]));
        next["days"] = json!([day("2028-01-08", "make_up_working_day", "2027-12-31")]);
        let put = async |year: i32, version: Option<i64>, table: &Value| {
            let request = keeper.request(Method::PUT, &format!("/v1/calendar-years/{year}"));
            let request = version.into_iter().fold(request, |request, version| {
                request.header("If-Match", format!("\"v{version}\""))
            });
            read(request.json(table).send().await.unwrap()).await
        };
        let refused = put(2028, None, &next).await;
        assert_eq!(faults(&refused), [("/days/0/linked_date".to_owned(), "calendar.wrong_pair".to_owned())]);

        let year = keeper.get("/v1/calendar-years/2027").await.ok();
        let mut this = next_year(&year["days"]);
        this["days"].as_array_mut().unwrap().push(day("2027-12-31", "swapped_day_off", "2028-01-08"));
        let decreed = put(2027, Some(0), &this).await.ok();
        through(&keeper, &decreed["change_id"]).await;
        let made_up = put(2028, None, &next).await.ok();
        through(&keeper, &made_up["change_id"]).await;
        // Nor can it be taken away from under the make-up day.
        let refused = put(2027, decreed["revision"].as_i64(), &next_year(&year["days"])).await;
        assert_eq!(faults(&refused), [("/days".to_owned(), "calendar.wrong_pair".to_owned())]);
        province.stop().await;
    }

    async fn years_are_kept_by_the_province_as_read_and_once(database) {
        let province = Province::start(database).await;
        let keeper = province.officer("P", "administrator");
        let (revision, table) = with_a_swap(&keeper).await;
        for other in [province.officer("C1", "administrator"), province.officer("P", "approver")] {
            let refused = other.put("/v1/calendar-years/2026", revision, &table).await;
            assert_eq!(refused.code(403), "calendar.not_administrator");
        }
        let citizens = province.portal().get("/v1/calendar-years").await;
        assert_eq!(citizens.status, 403, "{}", citizens.body);
        let blind = read(keeper.request(Method::PUT, "/v1/calendar-years/2026").json(&table).send().await.unwrap()).await;
        assert_eq!(blind.code(428), "precondition.required");
        let put = || {
            let request = keeper.request(Method::PUT, "/v1/calendar-years/2026").header("If-Match", "\"v0\"");
            request.header("Idempotency-Key", "swap").json(&table)
        };
        let first = read(put().send().await.unwrap()).await;
        let again = read(put().send().await.unwrap()).await;
        assert_eq!((again.headers["idempotency-replayed"].to_str().unwrap(), &again.body), ("true", &first.body));
        let body = first.ok();
        assert_eq!((&body["revision"], &body["working_days"]), (&json!(1), &keeper.get("/v1/calendar-years/2026").await.ok()["working_days"]));
        through(&keeper, &body["change_id"]).await;
        assert_eq!(keeper.put("/v1/calendar-years/2026", 0, &table).await.code(412), "precondition.stale");
        // An administrator of a commune hears nothing of the province's changes.
        let change = format!("/v1/calendar-changes/{}", body["change_id"].as_str().unwrap());
        assert_eq!(province.officer("C1", "administrator").get(&change).await.code(404), "not_found");
        province.stop().await;
    }

    async fn office_hours_are_inherited_from_the_nearest_above_and_move_the_end_of_the_day(database) {
        let province = Province::start(database).await;
        let keeper = province.officer("P", "administrator");
        let (first, second) = (received(&province, "H1.1", "C1").await, received(&province, "H1.2", "C2").await);
        let own = agency_id(&province, &first).await;
        let other = agency_id(&province, &second).await;
        let submitted = province.portal().submit(|body| body["procedure"] = json!("1.000828")).await.ok();
        let above = submitted["agencies"]["issuing"]["id"].as_str().unwrap().to_owned();
        let path = |agency: &str| format!("/v1/agencies/{agency}/office-hours");
        let usual = keeper.get(&path(&own)).await.ok();
        assert_eq!((&usual["set_for"], &usual["revision"], &usual["sessions"][1]["closes"]), (&json!(null), &json!(0), &json!("17:00:00")));
        let hours = |closes: &str| json!({
            "sessions": [{"opens": "08:00:00", "closes": "12:00:00"}, {"opens": "13:00:00", "closes": closes}],
            "source": "Quyết định 20/2026/QĐ-UBND"
        });
        let set = keeper.put(&path(&above), 0, &hours("16:00:00")).await.ok();
        through(&keeper, &set["change_id"]).await;
        assert_eq!(due(&province, &first).await.0, "2026-11-23T09:00:00Z");
        let admin = province.officer("C1", "administrator");
        let set = admin.put(&path(&own), 0, &hours("16:30:00")).await.ok();
        assert_eq!(set["set_for"], json!(own));
        through(&admin, &set["change_id"]).await;
        assert_eq!(due(&province, &first).await.0, "2026-11-23T09:30:00Z");
        assert_eq!(due(&province, &second).await.0, "2026-11-23T09:00:00Z");
        assert_eq!(keeper.get(&path(&other)).await.ok()["set_for"], json!(above));
        let given_up = json!({"sessions": null, "source": "Quyết định 21/2026/QĐ-UBND"});
        let set = admin.put(&path(&own), set["revision"].as_i64().unwrap(), &given_up).await.ok();
        through(&admin, &set["change_id"]).await;
        assert_eq!(due(&province, &first).await.0, "2026-11-23T09:00:00Z");
        let mut overlapping = hours("16:00:00");
        overlapping["sessions"][1]["opens"] = json!("11:00:00");
        let refused = admin.put(&path(&own), set["revision"].as_i64().unwrap(), &overlapping).await;
        assert_eq!(refused.body["errors"][0]["code"], "office_hours.overlap", "{}", refused.body);
        province.stop().await;
    }
}
