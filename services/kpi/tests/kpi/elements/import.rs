//! Importing values: what is read, what is refused and where, and that nothing is half done.

use motcua_testkit::on_both_databases;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use serde_json::{Value, json};

use crate::office::Office;
use crate::setting::Answer;

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PATH: &str = "/v1/element-values:import";

/// The lines, places and codes of the faults of a report.
fn faults(report: &Value) -> Vec<(u64, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let place = |fault: &Value| if fault["cell"].is_null() { text(&fault["column"]) } else { text(&fault["cell"]) };
    let all = report["faults"].as_array().unwrap().iter();
    all.map(|fault| (fault["line"].as_u64().unwrap(), place(fault), text(&fault["code"]))).collect()
}

fn fault(line: u64, place: &str, code: &str) -> (u64, String, String) {
    (line, place.to_owned(), code.to_owned())
}

fn counts(answer: &Answer) -> [u64; 4] {
    assert_eq!(answer.status, 200, "{answer:?}");
    ["loaded", "changed", "unchanged", "refused"].map(|name| answer.body[name].as_u64().unwrap())
}

async fn values(office: &Office) -> Vec<(String, String, String)> {
    let list = office.get("admin", "/v1/element-values?limit=200").await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |item: &Value| (text(&item["agency"]["written_code"]), text(&item["period"]), text(&item["value"]));
    let mut all: Vec<_> = list.body["items"].as_array().unwrap().iter().map(of).collect();
    all.sort();
    all
}

async fn office_with_elements(database: &motcua_testkit::TestDatabase) -> Office {
    let office = Box::pin(Office::start(database)).await;
    assert_eq!(office.define("fibre", json!({"outliers": {"change_percent": "50"}})).await.status, 201);
    let share = json!({"kind": "percent", "decimals": 2, "maximum": "100"});
    assert_eq!(office.define("share", share).await.status, 201);
    office
}

on_both_databases! {
    async fn a_file_is_tried_then_taken_and_a_second_time_changes_nothing(database) {
        let office = office_with_elements(database).await;
        let file = "\u{feff}element;agency;period;value;document_number\r\n\
                    fibre;H50.12;2026-Q2;100;15/BC-UBND\r\n\
                    share;H50.12;2026-Q2;74,3;\r\n\
                    fibre;H50.13;2026-Q3;7;\r\n\r\n\
                    fibre;H50.12;2026-Q3;10;\r\n";
        let dry = office.post("province-clerk", &format!("{PATH}?dry_run=true&decimal_mark=comma")).file(CSV, file).await;
        assert_eq!((counts(&dry), &dry.body["applied"]), ([4, 0, 0, 0], &false.into()));
        assert_eq!(values(&office).await, []);
        let path = format!("{PATH}?decimal_mark=comma");
        let taken = office.post("province-clerk", &path).key("k").file(CSV, file).await;
        assert_eq!((counts(&taken), &taken.body["applied"]), ([4, 0, 0, 0], &true.into()));
        let value = |agency: &str, period: &str, value: &str| (agency.to_owned(), period.to_owned(), value.to_owned());
        let all = [
            value("H50.12", "2026-Q2", "100"),
            value("H50.12", "2026-Q2", "74.30"),
            value("H50.12", "2026-Q3", "10"),
            value("H50.13", "2026-Q3", "7"),
        ];
        assert_eq!(values(&office).await, all);
        let replayed = office.post("province-clerk", &path).key("k").file(CSV, file).await;
        assert_eq!((&replayed.body, replayed.header("idempotency-replayed")), (&taken.body, "true"));
        let again = office.post("province-clerk", &path).file(CSV, file).await;
        assert_eq!((counts(&again), &again.body["applied"]), ([0, 0, 4, 0], &false.into()));
        // Now that there is a quarter before, the odd one is seen.
        let changed = file.replace("2026-Q3;10", "2026-Q3;20").replace(",3;", ",4;");
        let changed = office.post("province-clerk", &path).file(CSV, changed).await;
        assert_eq!(counts(&changed), [0, 2, 2, 0]);
        let warning = &changed.body["warnings"][0];
        assert_eq!((&warning["line"], &warning["code"]), (&6.into(), &"outlier.change".into()));
        let told = office.told("element-values", 6).await;
        assert!(told.iter().all(|event| event["type"] == "element_value.entered.v1") && told.len() == 6);
    }

    async fn every_fault_has_its_place_and_nothing_is_taken_unless_line_by_line(database) {
        let office = office_with_elements(database).await;
        let locked = office.approved("fibre", "2026-Q1", "100").await;
        assert_eq!(locked.status, 200);
        let body = json!({"agency": "H50.12", "period": "2025-Q4"});
        assert_eq!(office.post("admin", "/v1/element-period-closings").json(&body).await.status, 201);
        let file = "element,agency,period,value,evidence_link\n\
                    fibre,H50.12,2026-Q3,5,\n\
                    share,H50.12,2026-Q3,\"74,3\",\n\
                    fibre,H50.12,2026-Q2,-1,\n\
                    nothing,H50.12,2026-Q3,1,\n\
                    fibre,H50.13,2026-Q3,1,\n\
                    fibre,H99,2026-Q3,1,\n\
                    fibre,H50.12,2026-09,1,\n\
                    fibre,H50.12,2027-Q1,1,\n\
                    fibre,H50.12,2026-Q3,6,\n\
                    fibre,H50.12,2025-Q4,1,\n\
                    fibre,H50.12,2026-Q1,1,\n\
                    share,H50.12,2026-Q2,101,http://x\n\
                    fibre,H50.12,2026-Q2\n";
        let wanted = [
            fault(3, "value", "value.decimal_mark"),
            fault(4, "value", "value.negative"),
            fault(5, "element", "data_element.unknown"),
            fault(6, "agency", "agency.unknown"),
            fault(7, "agency", "agency.unknown"),
            fault(8, "period", "period.kind"),
            fault(9, "period", "period.future"),
            fault(10, "element", "line.duplicate"),
            fault(11, "period", "element_period.closed"),
            fault(12, "value", "element_value.state"),
            fault(13, "evidence_link", "link.malformed"),
            fault(13, "value", "value.maximum"),
            fault(14, "", "line.cells"),
        ];
        let dry = office.post("clerk", &format!("{PATH}?dry_run=true")).file(CSV, file).await;
        assert_eq!((faults(&dry.body), counts(&dry)), (wanted.to_vec(), [1, 0, 0, 12]));
        let message = &dry.body["faults"][0]["message"];
        assert!(message["vi"].as_str().unwrap().contains("dấu phẩy") && message["en"].as_str().unwrap().contains("comma"));
        let refused = office.post("clerk", PATH).file(CSV, file).await;
        assert_eq!((refused.problem(), faults(&refused.body["report"])), ((422, "import.faults"), wanted.to_vec()));
        assert_eq!(values(&office).await.len(), 1, "nothing but what was there");
        let taken = office.post("clerk", &format!("{PATH}?mode=per_item")).file(CSV, file).await;
        assert_eq!((counts(&taken), values(&office).await.len()), ([1, 0, 0, 12], 2));
    }

    async fn files_that_are_not_of_the_form_are_refused_whole(database) {
        let office = office_with_elements(database).await;
        for (media_type, content, code) in [
            (CSV, &b"element,agency,value\n"[..], (422, "import.columns")),
            (CSV, &b""[..], (422, "import.columns")),
            (XLSX, &b"no workbook"[..], (422, "import.unreadable")),
            ("application/pdf", &b"%PDF"[..], (415, "media_type.unsupported")),
        ] {
            let answer = office.post("clerk", PATH).file(media_type, content.to_vec()).await;
            assert_eq!(answer.problem(), code, "{media_type}");
        }
        let latin = b"element,agency,period,value\nfibre,H50.12,2026-Q3,1\nfibre,\xd0\xf4ng,2026-Q3,1\n".to_vec();
        let dry = office.post("clerk", &format!("{PATH}?dry_run=true")).file(CSV, latin).await;
        assert_eq!(faults(&dry.body), [fault(3, "", "line.encoding")]);
        let many = format!("element,agency,period,value\n{}", "a,b,c,1\n".repeat(100_001));
        assert_eq!(office.post("clerk", PATH).file(CSV, many).await.problem(), (413, "import.too_many_lines"));
        assert_eq!(office.post("leader", PATH).file(CSV, "x").await.problem(), (403, "element_value.not_entering"));
        let unknown = office.post("clerk", &format!("{PATH}?decimal=comma")).file(CSV, "x").await;
        assert_eq!(unknown.problem(), (400, "parameter.unknown"));
    }

    async fn a_workbook_is_taken_for_what_its_cells_hold(database) {
        let office = office_with_elements(database).await;
        let book = |fill: &dyn Fn(&mut rust_xlsxwriter::Worksheet)| {
            let mut book = Workbook::new();
            let sheet = book.add_worksheet().set_name("Quý 3").unwrap();
            for (column, name) in ["element", "agency", "period", "value"].into_iter().enumerate() {
                sheet.write(0, u16::try_from(column).unwrap(), name).unwrap();
            }
            fill(sheet);
            book.save_to_buffer().unwrap()
        };
        let good = book(&|sheet| {
            for (row, (element, value)) in [("fibre", 1113.0), ("share", 74.3)].into_iter().enumerate() {
                let row = u32::try_from(row).unwrap() + 1;
                sheet.write(row, 0, element).unwrap().write(row, 1, "H50.12").unwrap();
                sheet.write(row, 2, "2026-Q3").unwrap().write(row, 3, value).unwrap();
            }
            // A cell that only has a colour, far away, is nothing.
            sheet.write_blank(90_000, 3, &Format::new().set_bold()).unwrap();
        });
        // The mark of texts says nothing of numbers.
        let taken = office.post("clerk", &format!("{PATH}?decimal_mark=comma")).file(XLSX, good).await;
        assert_eq!(counts(&taken), [2, 0, 0, 0]);
        assert_eq!(values(&office).await.iter().map(|value| value.2.clone()).collect::<Vec<_>>(), ["1113", "74.30"]);

        let bad = book(&|sheet| {
            for row in 1..=5_u32 {
                sheet.write(row, 0, "share").unwrap().write(row, 1, "H50.12").unwrap();
                sheet.write(row, 2, format!("2025-Q{row}")).unwrap();
            }
            sheet.write_formula(1, 3, Formula::new("=1+1").set_result("2")).unwrap();
            sheet.write_with_format(2, 3, 0.743, &Format::new().set_num_format("0.0%")).unwrap();
            let date = ExcelDateTime::from_ymd(2026, 11, 1).unwrap();
            sheet.write_with_format(3, 3, &date, &Format::new().set_num_format("yyyy-mm")).unwrap();
            sheet.write(4, 3, "74,3").unwrap();
            sheet.write(5, 3, 1.5).unwrap().write(5, 7, "note").unwrap();
        });
        let dry = office.post("clerk", &format!("{PATH}?dry_run=true")).file(XLSX, bad).await;
        assert_eq!(faults(&dry.body), [
            fault(2, "D2", "cell.formula"),
            fault(3, "D3", "cell.per_cent"),
            fault(4, "D4", "cell.date"),
            fault(5, "D5", "value.decimal_mark"),
            fault(6, "H6", "cell.outside"),
        ]);
        assert_eq!((&dry.body["faults"][0]["sheet"], &dry.body["faults"][3]["column"]), (&"Quý 3".into(), &"value".into()));

        let merged = book(&|sheet| {
            sheet.write(1, 0, "fibre").unwrap().write(1, 2, "2026-Q2").unwrap().write(1, 3, 1).unwrap();
            sheet.merge_range(1, 1, 2, 1, "H50.12", &Format::new()).unwrap();
        });
        let dry = office.post("clerk", &format!("{PATH}?dry_run=true&mode=per_item")).file(XLSX, merged).await;
        assert_eq!((faults(&dry.body), counts(&dry)[0]), (vec![fault(2, "B2:B3", "cell.merged")], 0));

        let mut two = Workbook::new();
        two.add_worksheet().set_name("A").unwrap();
        two.add_worksheet().set_name("B").unwrap();
        let answer = office.post("clerk", PATH).file(XLSX, two.save_to_buffer().unwrap()).await;
        assert_eq!((answer.problem(), &answer.body["sheets"]), ((422, "import.sheet"), &json!(["A", "B"])));
    }
}
