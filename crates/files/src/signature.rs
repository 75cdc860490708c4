//! Whether content is what its sender says it is, by the bytes it begins with.
//!
//! Both the media type and the ending of the name say something, and the content must fit each that is known here. A type
//! that nobody knows says nothing, so it is taken as it is: content is served as a download and never run.

use motcua_kernel::{Error, Kind};

/// How much of the content is looked at: a reader of PDF looks for its mark within the first 1,024 bytes.
pub(crate) const HEAD_BYTES: usize = 4096;

/// What content of a type looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// PDF.
    Pdf,
    /// A ZIP, as every office format of today is.
    Zip,
    /// A compound file, as the office formats before 2007 are.
    Compound,
    /// RTF.
    RichText,
    /// Text: nothing in it that no text has.
    Text,
    /// What `infer` knows under this type.
    Known(&'static str),
}

/// Media types and endings of names that stand for one shape.
struct Declaration {
    media_types: &'static [&'static str],
    endings: &'static [&'static str],
    shape: Shape,
}

const DECLARATIONS: [Declaration; 20] = [
    Declaration { media_types: &["application/pdf", "application/x-pdf"], endings: &["pdf"], shape: Shape::Pdf },
    known(&["image/jpeg", "image/jpg", "image/pjpeg"], &["jpg", "jpeg"], "image/jpeg"),
    known(&["image/png", "image/x-png"], &["png"], "image/png"),
    known(&["image/gif"], &["gif"], "image/gif"),
    known(&["image/tiff"], &["tif", "tiff"], "image/tiff"),
    known(&["image/webp"], &["webp"], "image/webp"),
    known(&["image/bmp", "image/x-ms-bmp"], &["bmp"], "image/bmp"),
    known(&["image/heif", "image/heic"], &["heif", "heic"], "image/heif"),
    known(&["video/mp4"], &["mp4"], "video/mp4"),
    known(&["audio/mpeg", "audio/mp3"], &["mp3"], "audio/mpeg"),
    known(&["application/gzip", "application/x-gzip"], &["gz", "tgz"], "application/gzip"),
    known(&["application/x-7z-compressed"], &["7z"], "application/x-7z-compressed"),
    known(&["application/vnd.rar", "application/x-rar-compressed"], &["rar"], "application/vnd.rar"),
    Declaration {
        media_types: &["application/zip", "application/x-zip-compressed", "application/epub+zip"],
        endings: &["zip", "epub"],
        shape: Shape::Zip,
    },
    Declaration {
        media_types: &[
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ],
        endings: &["docx", "xlsx", "pptx"],
        shape: Shape::Zip,
    },
    Declaration {
        media_types: &[
            "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.spreadsheet",
            "application/vnd.oasis.opendocument.presentation",
        ],
        endings: &["odt", "ods", "odp"],
        shape: Shape::Zip,
    },
    Declaration {
        media_types: &["application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"],
        endings: &["doc", "xls", "ppt"],
        shape: Shape::Compound,
    },
    Declaration { media_types: &["application/rtf", "text/rtf"], endings: &["rtf"], shape: Shape::RichText },
    Declaration {
        media_types: &["application/json", "application/xml", "image/svg+xml"],
        endings: &["json", "xml", "svg"],
        shape: Shape::Text,
    },
    Declaration {
        media_types: &["text/plain", "text/csv", "text/xml", "text/html"],
        endings: &["txt", "csv", "htm", "html"],
        shape: Shape::Text,
    },
];

const fn known(
    media_types: &'static [&'static str],
    endings: &'static [&'static str],
    name: &'static str,
) -> Declaration {
    Declaration { media_types, endings, shape: Shape::Known(name) }
}

/// Refuses content that does not look like its declared media type, or not like the ending of its name.
///
/// # Errors
/// `file.not_its_type` with what was declared and what the content looks like.
pub(crate) fn require_declared(media_type: &str, name: &str, head: &[u8]) -> Result<(), Error> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let of_type = DECLARATIONS.iter().find(|known| known.media_types.contains(&media_type));
    let of_name = DECLARATIONS.iter().find(|known| known.endings.contains(&ending.as_str()));
    let declared = [(of_type, media_type), (of_name, ending.as_str())];
    let other = declared.into_iter().find(|(known, _)| known.is_some_and(|known| !looks_like(known.shape, head)));
    match other {
        Some((_, declared)) => Err(not_its_type(declared, head)),
        None => Ok(()),
    }
}

fn looks_like(shape: Shape, head: &[u8]) -> bool {
    match shape {
        // Scanners put a few bytes before it, and readers take them.
        Shape::Pdf => {
            let marked = head.get(..1024).unwrap_or(head).windows(5).any(|five| five == b"%PDF-");
            marked && infer::get(head).is_none_or(|found| found.mime_type() == "application/pdf")
        }
        // An empty archive begins with its end.
        Shape::Zip => head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06"),
        // Word writes RTF under its own ending as well.
        Shape::Compound => head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) || is_rich_text(head),
        Shape::RichText => is_rich_text(head),
        Shape::Text => is_text(head),
        Shape::Known(name) => infer::is_mime(head, name),
    }
}

fn is_rich_text(head: &[u8]) -> bool {
    head.starts_with(br"{\rtf")
}

/// Text in any encoding that is still in use here: legacy ones of one byte leave only control characters to tell binary
/// content by.
fn is_text(head: &[u8]) -> bool {
    let control = |unit: u16| unit < 0x20 && !matches!(unit, 0x09 | 0x0A | 0x0D | 0x0C | 0x1B);
    let units =
        |read: fn([u8; 2]) -> u16| head.as_chunks::<2>().0.iter().map(move |pair| read(*pair)).collect::<Vec<_>>();
    let units: Vec<u16> = match head.first_chunk::<2>() {
        Some([0xFF, 0xFE]) => units(u16::from_le_bytes),
        Some([0xFE, 0xFF]) => units(u16::from_be_bytes),
        _ => head.iter().map(|byte| u16::from(*byte)).collect(),
    };
    !head.starts_with(b"%PDF-") && !units.into_iter().any(control)
}

fn not_its_type(declared: &str, head: &[u8]) -> Error {
    let found = match infer::get(head) {
        Some(found) => found.mime_type(),
        None if is_text(head) => "text/plain",
        None => "application/octet-stream",
    };
    Error::new(
        Kind::Invalid,
        "file.not_its_type",
        format!("Nội dung tệp không phải là {declared} như đã khai báo."),
        format!("The content of the file is not {declared}, which it was said to be."),
    )
    .with("declared", declared)
    .with("found", found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
    const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR";
    const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\0\x10JFIF\0";
    const ZIP: &[u8] = b"PK\x03\x04\x14\0\x06\0";
    const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0";
    const PROGRAM: &[u8] = b"MZ\x90\0\x03\0\0\0";
    const TEXT: &[u8] = "Họ tên;Năm sinh\r\nVí Dụ;1990\r\n".as_bytes();

    fn taken(media_type: &str, name: &str, head: &[u8]) -> bool {
        require_declared(media_type, name, head).is_ok()
    }

    #[test]
    fn content_of_its_type_is_taken() {
        for (media_type, name, head) in [
            ("application/pdf", "đơn.pdf", PDF),
            ("application/pdf", "scan.PDF", &[b"\r\n\0\0", PDF].concat()),
            ("image/png", "ảnh.png", PNG),
            ("image/jpeg", "ảnh.jpeg", JPEG),
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "đơn.docx", ZIP),
            ("application/zip", "", b"PK\x05\x06\0\0"),
            ("application/msword", "đơn.doc", COMPOUND),
            ("application/msword", "đơn.doc", br"{\rtf1\ansi"),
            ("text/csv", "bảng.csv", TEXT),
            ("text/plain", "", b"\xFF\xFEX\0i\0n\0"),
            ("text/plain", "", b""),
            ("application/json", "a.json", b"{\"a\": 1}"),
            ("application/octet-stream", "", PROGRAM),
            ("application/x-unheard-of", "a.unheard", PROGRAM),
            ("application/octet-stream", "đơn.pdf", PDF),
        ] {
            assert!(taken(media_type, name, head), "{media_type} {name}");
        }
    }

    #[test]
    fn content_of_another_type_is_refused_by_type_and_by_name() {
        for (media_type, name, head) in [
            ("application/pdf", "", PROGRAM),
            ("application/pdf", "", b""),
            ("application/pdf", "", b"MZ%PDF-1.7"),
            ("text/plain", "", b"\xFF\xFE\x01\0\x02\0"),
            ("application/pdf", "", TEXT),
            ("image/png", "", JPEG),
            ("image/jpeg", "", PDF),
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "", COMPOUND),
            ("application/msword", "", ZIP),
            ("text/plain", "", PROGRAM),
            ("text/xml", "", PDF),
            ("application/json", "", ZIP),
            ("application/octet-stream", "đơn.pdf", PROGRAM),
            ("application/pdf", "đơn.docx", PDF),
        ] {
            assert!(!taken(media_type, name, head), "{media_type} {name}");
        }
    }

    #[test]
    fn every_type_that_a_declaration_rests_on_is_known() {
        for declaration in &DECLARATIONS {
            if let Shape::Known(name) = declaration.shape {
                assert!(infer::is_mime_supported(name), "{name}");
            }
        }
    }

    #[test]
    fn a_refusal_says_what_the_content_looks_like() {
        let error = require_declared("application/pdf", "", PNG).unwrap_err();
        assert_eq!((error.kind, error.code.as_str()), (Kind::Invalid, "file.not_its_type"));
        assert_eq!(error.members.get("found").unwrap(), "image/png");
    }
}
