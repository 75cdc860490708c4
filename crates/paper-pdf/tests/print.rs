//! Every form comes out as a file that a reader and an archive can use, whatever its texts are.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::thread;

use motcua_paper::Form;
use motcua_paper_pdf::Printer;
use serde_json::{Value, json};

const FORMS: [&str; 7] =
    ["receipt", "supplement_request", "refusal", "extension", "stop_notice", "control_slip", "register"];

fn sample(name: &str) -> Value {
    let path = format!("{}/../paper/tests/samples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn print(printer: &Printer, json: &Value) -> Vec<u8> {
    let form: Form = serde_json::from_value(json.clone()).unwrap();
    printer.pdf(&form, "2026-11-21T08:05:00Z".parse().unwrap()).unwrap()
}

fn printer() -> Printer {
    Printer::with_fonts_under(&[]).unwrap()
}

/// The text of a file, its lines joined: a line of paper ends anywhere.
fn text(file: &[u8]) -> String {
    let text = pdf_extract::extract_text_from_mem(file).unwrap();
    text.replace('\u{200b}', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn says(file: &[u8], part: &str) -> bool {
    file.windows(part.len()).any(|window| window == part.as_bytes())
}

#[test]
fn every_form_is_a_tagged_archive_file_with_its_text_in_vietnamese() {
    let printer = printer();
    for name in FORMS {
        let json = sample(name);
        let file = print(&printer, &json);
        assert!(file.starts_with(b"%PDF-1.7"), "{name}");
        assert!(says(&file, "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"), "{name}");
        let text = text(&file);
        assert!(text.contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), "{name}: {text}");
        assert!(text.contains("Độc lập - Tự do - Hạnh phúc"), "{name}: {text}");
        assert!(text.contains("Đồng Hới, ngày ") && text.contains(" năm 2026"), "{name}: {text}");
        if json["content"].get("applicant").is_some() {
            assert!(text.contains("Nguyễn Thị Hồng Hạnh"), "{name}: {text}");
        }
    }
}

#[test]
fn no_text_becomes_markup() {
    let mut json = sample("refusal");
    let hostile = "#panic() $x^2$ *y* _z_ `c` @ref <label> \\ // ] <script>";
    json["content"]["reason"] = json!(hostile);
    json["content"]["applicant"]["name"] = json!(hostile);
    json["letterhead"]["agency"] = json!(hostile);
    let text = text(&print(&printer(), &json));
    assert!(text.contains(hostile), "{text}");
}

#[test]
fn a_sign_without_a_font_costs_the_archive_mark_and_not_the_paper() {
    let mut json = sample("refusal");
    json["content"]["applicant"]["name"] = json!("Nguyễn 陳 \u{1F600}");
    let file = print(&printer(), &json);
    assert!(file.starts_with(b"%PDF") && !says(&file, "<pdfaid:part>"));
}

#[test]
fn what_is_printed_at_once_is_printed_the_same() {
    let (printer, json) = (printer(), sample("stop_notice"));
    let alone = print(&printer, &json);
    let together: Vec<Vec<u8>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| print(&printer, &json))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(together.iter().all(|file| *file == alone));
}

#[test]
fn a_row_taller_than_a_page_goes_on_over_the_next() {
    let mut json = sample("control_slip");
    json["content"]["hops"][0]["note"] = json!("chờ xác minh ".repeat(400).trim());
    assert_eq!(text(&print(&printer(), &json)).matches("xác").count(), 401);
}
