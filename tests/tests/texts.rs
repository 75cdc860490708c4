//! Documents are found by what their files say; a file that was made to harm harms nobody.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::io::{Cursor, Write};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use motcua_tests::{Api, Installation, Kind, Service, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

async fn upload(api: &Api, name: &str, media_type: &str, bytes: Vec<u8>) -> String {
    let request = api
        .request(Method::POST, "/v1/files")
        .header("Content-Type", media_type)
        .header("Content-Disposition", format!("attachment; filename=\"{name}\""))
        .body(bytes);
    motcua_tests::send(request).await.unwrap().ok()["id"].as_str().unwrap().to_owned()
}

async fn issue(api: &Api, subject: &str, file: &str) -> String {
    let body = json!({"issuing_agency": "H50.05", "type": "TB", "subject": subject, "file_id": file});
    let request = api.request(Method::POST, "/v1/outgoing-documents").json(&body);
    motcua_tests::send(request).await.unwrap().ok()["id"].as_str().unwrap().to_owned()
}

/// The subjects that a search finds.
async fn found(api: &Api, q: &str) -> Vec<String> {
    let request = api.request(Method::POST, "/v1/documents/search").json(&json!({"q": q}));
    let page = motcua_tests::send(request).await.unwrap().ok();
    page["items"].as_array().unwrap().iter().map(|hit| hit["subject"].as_str().unwrap().to_owned()).collect()
}

/// What became of the text of a file, once it is no more to be read.
async fn became(api: &Api, file: &str) -> Value {
    let path = format!("/v1/files/{file}/text-state");
    eventually("the file was read or given up", 120, async || api.get(&path).await.ok()["state"] != "waiting").await;
    api.get(&path).await.ok()
}

fn docx(text: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    let xml =
        format!("<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>");
    writer.write_all(xml.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// A PDF of one page with these drawing instructions, and one form that they may call.
fn pdf(instructions: &[u8], filter: &str, form: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
                /Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>";
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";
    let form_of = |content: &str| {
        format!(
            "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        )
    };
    let objects: [Vec<u8>; 6] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        page.as_bytes().to_vec(),
        [
            format!("<< /Length {} {filter} >>\nstream\n", instructions.len()).as_bytes(),
            instructions,
            b"\nendstream".as_slice(),
        ]
        .concat(),
        font.as_bytes().to_vec(),
        form_of(form).into_bytes(),
    ];
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", number + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let table = file.len();
    file.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for place in places {
        file.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let trailer = format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1);
    file.extend_from_slice(trailer.as_bytes());
    file
}

/// Deflated twice: a few thousand bytes that become more than the reading process may have.
fn swelling() -> Vec<u8> {
    let mut inner = ZlibEncoder::new(Vec::new(), Compression::fast());
    let blanks = vec![b' '; 1 << 20];
    for _mebibyte in 0..2_048 {
        inner.write_all(&blanks).unwrap();
    }
    let mut outer = ZlibEncoder::new(Vec::new(), Compression::best());
    outer.write_all(&inner.finish().unwrap()).unwrap();
    outer.finish().unwrap()
}

/// Makes the database refuse to say of this content that it was read: everything its transaction did is rolled back.
fn refuse_to_keep(installation: &Installation, kind: Kind, sha256: &str) {
    let url = &installation.database(Service::Documents).url;
    match kind {
        Kind::Sqlite => {
            let mut conn = SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap();
            conn.batch_execute(&format!(
                "PRAGMA busy_timeout = 10000; CREATE TRIGGER doomed BEFORE UPDATE ON file_texts \
                 WHEN NEW.sha256 = '{sha256}' AND NEW.state = 'read' BEGIN SELECT RAISE(ABORT, 'doomed'); END"
            ))
        }
        Kind::Postgres => PgConnection::establish(url).unwrap().batch_execute(&format!(
            "ALTER TABLE file_texts ADD CONSTRAINT doomed CHECK (NOT (sha256 = '{sha256}' AND state = 'read'))"
        )),
    }
    .unwrap();
}

/// Distinct words of 60 letters of two bytes, so many of them that PostgreSQL would not keep them all.
fn long_words() -> Vec<u8> {
    let words = (0..9_000).map(|n| format!("{}{n:05}\n", "ы".repeat(55)));
    format!("khởi đầu\n{}", words.collect::<String>()).into_bytes()
}

/// A file that can't be kept keeps no other waiting, and says so.
async fn trouble_of_one_file(kind: Kind) {
    let installation = Installation::new(kind);
    installation.start(Service::Documents).await;
    let clerk = installation.token(&["--kind", "officer", "--agency", "H50.05", "--role", "clerk"]);
    let clerk = installation.api(Service::Documents, &clerk);
    let swollen = upload(&clerk, "long.txt", "text/plain", long_words()).await;
    issue(&clerk, "Dài", &swollen).await;
    assert_eq!(became(&clerk, &swollen).await, json!({"state": "read", "failure": null}));
    assert_eq!(found(&clerk, "khởi đầu").await, ["Dài"]);

    let doomed = upload(&clerk, "doomed.txt", "text/plain", "Không ghi được".as_bytes().to_vec()).await;
    let sha256 = clerk.get(&format!("/v1/files/{doomed}")).await.ok()["sha256"].as_str().unwrap().to_owned();
    refuse_to_keep(&installation, kind, &sha256);
    let neighbour = upload(&clerk, "good.txt", "text/plain", "Hàng xóm bình yên".as_bytes().to_vec()).await;
    issue(&clerk, "Hỏng", &doomed).await;
    issue(&clerk, "Lành", &neighbour).await;
    assert_eq!(became(&clerk, &doomed).await, json!({"state": "failed", "failure": "not_kept"}));
    assert_eq!(became(&clerk, &neighbour).await, json!({"state": "read", "failure": null}));
    assert_eq!(found(&clerk, "bình yên").await, ["Lành"]);
    assert_eq!(found(&clerk, "Hỏng").await, ["Hỏng"], "the document is as it was");

    // As scanners and editors write them: bytes before the mark of a PDF, and text of sixteen bits.
    let scanned = [b"\r\n\0\0".to_vec(), pdf(b"BT /F1 12 Tf 72 720 Td (Cay hoa sua) Tj ET", "", "")].concat();
    let scanned = upload(&clerk, "a.pdf", "application/pdf", scanned).await;
    issue(&clerk, "Quét", &scanned).await;
    let wide: Vec<u8> = "\u{feff}Cầu Hiền Lương".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide = upload(&clerk, "b.txt", "text/plain", wide).await;
    issue(&clerk, "Rộng", &wide).await;
    for file in [&scanned, &wide] {
        assert_eq!(became(&clerk, file).await, json!({"state": "read", "failure": null}));
    }
    assert_eq!(found(&clerk, "cây hoa sữa").await, ["Quét"]);
    assert_eq!(found(&clerk, "hiền lương").await, ["Rộng"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_can_not_be_kept_keeps_no_other_waiting_sqlite() {
    trouble_of_one_file(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_can_not_be_kept_keeps_no_other_waiting_postgres() {
    trouble_of_one_file(Kind::Postgres).await;
}

async fn what_files_say(kind: Kind) {
    let installation = Installation::new(kind);
    installation.start(Service::Documents).await;
    let clerk = installation.token(&["--kind", "officer", "--agency", "H50.05", "--role", "clerk"]);
    let clerk = installation.api(Service::Documents, &clerk);

    let plain = pdf(b"BT /F1 12 Tf 72 720 Td (Ke hoach trong cay bang lang) Tj ET", "", "");
    let (plain, letter, note, scan) = (
        upload(&clerk, "a.pdf", "application/pdf", plain).await,
        upload(&clerk, "b.docx", DOCX, docx("Mời họp về đê biển Vĩnh Thái")).await,
        upload(&clerk, "c.txt", "text/plain", "Danh sách hộ trồng hồ tiêu".as_bytes().to_vec()).await,
        upload(&clerk, "d.pdf", "application/pdf", pdf(b"0 0 9 9 re f", "", "")).await,
    );
    for (subject, file) in [("Một", &plain), ("Hai", &letter), ("Ba", &note), ("Bốn", &scan)] {
        issue(&clerk, subject, file).await;
    }
    for file in [&plain, &letter, &note] {
        assert_eq!(became(&clerk, file).await, json!({"state": "read", "failure": null}));
    }
    assert_eq!(became(&clerk, &scan).await, json!({"state": "none", "failure": null}));
    assert_eq!(found(&clerk, "bằng lăng").await, ["Một"]);
    assert_eq!(found(&clerk, "\"đê biển\" vinh thai").await, ["Hai"]);
    assert_eq!(found(&clerk, "hồ tiêu").await, ["Ba"]);
    assert_eq!(found(&clerk, "ba hồ tiêu").await, ["Ba"], "fields and files together");
    // The same content once more: read long ago, found at once.
    issue(&clerk, "Năm", &letter).await;
    assert_eq!(found(&clerk, "đê biển").await.len(), 2);
    // A draft is found by its text like a document.
    let leaflet = upload(&clerk, "f.txt", "text/plain", "Tờ trình về cây mắc ca".as_bytes().to_vec()).await;
    let draft = json!({"agency": "H50.05", "type": "TTr", "subject": "Dự thảo", "file_id": leaflet});
    motcua_tests::send(clerk.request(Method::POST, "/v1/drafts").json(&draft)).await.unwrap().ok();
    assert_eq!(became(&clerk, &leaflet).await["state"], "read");
    assert_eq!(found(&clerk, "mac ca").await, ["Dự thảo"]);

    let filter = "/Filter [/FlateDecode /FlateDecode]";
    let harmful = [
        ("endless", pdf(b"/X Do", "", "/X Do"), ["limits", "timeout", "malformed"]),
        ("swelling", pdf(&swelling(), filter, ""), ["limits", "timeout", "malformed"]),
        ("cut", b"%PDF-1.7\n1 0 obj << /Type /Catalog".to_vec(), ["malformed", "limits", "timeout"]),
    ];
    for (subject, bytes, reasons) in harmful {
        assert!(bytes.len() < 200_000, "{subject}: {}", bytes.len());
        let file = upload(&clerk, "harm.pdf", "application/pdf", bytes).await;
        let document = issue(&clerk, subject, &file).await;
        let state = became(&clerk, &file).await;
        assert_eq!(state["state"], "failed", "{subject}: {state}");
        assert!(reasons.contains(&state["failure"].as_str().unwrap()), "{subject}: {state}");
        // The document is as it was, and found by its fields.
        assert_eq!(clerk.get(&format!("/v1/outgoing-documents/{document}")).await.status, 200);
        assert_eq!(clerk.get(&format!("/v1/files/{file}/content")).await.status, 200);
        assert_eq!(found(&clerk, subject).await, [subject]);
    }
    // And the next one is read.
    let after = upload(&clerk, "e.txt", "text/plain", "Sau cơn bão".as_bytes().to_vec()).await;
    issue(&clerk, "Sáu", &after).await;
    assert_eq!(became(&clerk, &after).await["state"], "read");
    assert_eq!(found(&clerk, "cơn bão").await, ["Sáu"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_found_by_what_their_files_say_sqlite() {
    what_files_say(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_found_by_what_their_files_say_postgres() {
    what_files_say(Kind::Postgres).await;
}
