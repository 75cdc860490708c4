//! What the reading process does: the bytes of a file in, its text out. It runs within limits that its parent set, so it may
//! give up at any place.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

/// The exit code of the reading process when there is nothing in a file to read.
pub const NOTHING_TO_READ: u8 = 3;
/// The most of a DOCX's text that is unpacked.
const MOST_UNPACKED: u64 = 64 << 20;
/// Where a DOCX has its text.
const BODY: &str = "word/document.xml";

/// The text of a file by what its bytes are, not by what its sender said; none when there is nothing to read.
///
/// # Errors
/// Words for the log when it claims to be something and is not.
pub fn read(bytes: &[u8]) -> Result<Option<String>, String> {
    let text = if is_pdf(bytes) {
        pdf_extract::extract_text_from_mem(bytes).map_err(|error| format!("no PDF: {error}"))?
    } else if bytes.starts_with(b"PK\x03\x04") {
        match docx(bytes)? {
            Some(text) => text,
            None => return Ok(None),
        }
    } else {
        match plain(bytes) {
            Some(text) if !text.contains('\0') => text,
            _ => return Ok(None),
        }
    };
    Ok(Some(text).filter(|text| text.chars().any(char::is_alphanumeric)))
}

/// Whether its mark stands within the first 1,024 bytes: scanners put a few bytes before it, and readers take them.
fn is_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF") || bytes.get(..1024).unwrap_or(bytes).windows(5).any(|five| five == b"%PDF-")
}

/// Plain text: UTF-8, or UTF-16 that says so by its first two bytes, as some editors save it.
fn plain(bytes: &[u8]) -> Option<String> {
    let units = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| read(*pair)).collect();
        if rest.is_empty() { String::from_utf16(&units).ok() } else { None }
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => units(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).ok().map(str::to_owned),
    }
}

/// The text of a DOCX; none of another archive.
fn docx(bytes: &[u8]) -> Result<Option<String>, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("no archive: {error}"))?;
    let Ok(body) = archive.by_name(BODY) else { return Ok(None) };
    let mut xml = String::new();
    body.take(MOST_UNPACKED).read_to_string(&mut xml).map_err(|error| format!("no DOCX: {error}"))?;
    let (mut reader, mut text) = (Reader::from_str(&xml), String::new());
    let mut within = false;
    loop {
        match reader.read_event().map_err(|error| format!("no DOCX: {error}"))? {
            Event::Start(tag) if tag.local_name().as_ref() == "t" => within = true,
            Event::End(tag) if tag.local_name().as_ref() == "t" => within = false,
            // Paragraphs, tabs and cells part words; runs of one word do not.
            Event::End(tag) if tag.local_name().as_ref() == "p" => text.push('\n'),
            Event::Empty(tag) if matches!(tag.local_name().as_ref(), "tab" | "br") => text.push(' '),
            Event::Text(part) if within => {
                text.push_str(&part);
            }
            Event::GeneralRef(part) if within => {
                if let Ok(Some(character)) = part.resolve_char_ref() {
                    text.push(character);
                } else {
                    text.push(named(&part));
                }
            }
            Event::DocType(_) => return Err("no DOCX: it has a document type".to_owned()),
            Event::Eof => return Ok(Some(text)),
            _ => {}
        }
    }
}

/// The five characters that XML names; anything else parts words.
fn named(name: &str) -> char {
    match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => ' ',
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(name: &str, content: &str) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_docx_gives_its_text_and_runs_of_a_word_stay_together() {
        let xml = "<w:document xmlns:w=\"x\"><w:body><w:p><w:r><w:t>Quyết </w:t></w:r><w:r><w:t>đị</w:t></w:r>\
                   <w:r><w:t>nh</w:t></w:r></w:p><w:p><w:r><w:t>A &amp; B</w:t><w:tab/><w:t>C</w:t></w:r></w:p></w:body></w:document>";
        let text = read(&archive(BODY, xml)).unwrap().unwrap();
        assert_eq!(text, "Quyết định\nA & B C\n");
    }

    #[test]
    fn other_archives_pictures_and_empty_texts_have_nothing_to_read() {
        for nothing in [archive("a.txt", "chữ"), b"\xff\xd8\xff\xe0".to_vec(), b"a\0b".to_vec(), b" \n ".to_vec()] {
            assert_eq!(read(&nothing), Ok(None));
        }
    }

    #[test]
    fn what_claims_to_be_something_and_is_not_is_told() {
        assert!(read(b"%PDF-1.7 nothing more").unwrap_err().starts_with("no PDF"));
        assert!(read(b"PK\x03\x04 nothing more").unwrap_err().starts_with("no archive"));
        assert!(read(&archive(BODY, "<w:p><w:t>a</w:p>")).unwrap_err().starts_with("no DOCX"));
        let entity = "<!DOCTYPE a [<!ENTITY b \"c\">]><w:p><w:t>&b;</w:t></w:p>";
        assert!(read(&archive(BODY, entity)).unwrap_err().contains("document type"));
    }

    #[test]
    fn plain_text_of_sixteen_bits_is_read_by_its_mark() {
        let units: Vec<u16> = "\u{feff}Thông báo".encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [&little, &big] {
            assert_eq!(read(bytes), Ok(Some("Thông báo".to_owned())));
        }
        assert_eq!(read(&[0xFF, 0xFE, 0x61]), Ok(None));
    }

    #[test]
    fn a_pdf_may_begin_a_little_later() {
        assert!(read(b"\r\n\0\0%PDF-1.7 nothing more").unwrap_err().starts_with("no PDF"));
        let text = format!("{}%PDF-", "a ".repeat(600));
        assert_eq!(read(text.as_bytes()), Ok(Some(text)));
    }

    #[test]
    fn plain_text_is_its_own_text() {
        assert_eq!(read("Thông báo".as_bytes()), Ok(Some("Thông báo".to_owned())));
    }
}
