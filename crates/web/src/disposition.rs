//! File names in `Content-Disposition` (RFC 6266): Vietnamese ones come and go as UTF-8, and none may be a path.

use actix_web::http::header::{
    self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, HeaderMap,
};

use crate::query::composed;

const MOST_BYTES: usize = 255;

/// The name the client gives the file it sends, without any path.
pub(crate) fn file_name(headers: &HeaderMap) -> Option<String> {
    let disposition = ContentDisposition::from_raw(headers.get(header::CONTENT_DISPOSITION)?).ok()?;
    let extended = disposition.get_filename_ext().and_then(|name| String::from_utf8(name.value.clone()).ok());
    clean(&extended.or_else(|| disposition.get_filename().map(str::to_owned))?)
}

/// The header that makes a browser keep a file under its name instead of showing it.
pub(crate) fn attachment(name: &str) -> ContentDisposition {
    let name = clean(name).unwrap_or_else(|| "file".to_owned());
    let plain = name.chars().map(|c| if c.is_ascii_graphic() && !"\"\\%".contains(c) || c == ' ' { c } else { '_' });
    let plain = DispositionParam::Filename(plain.collect());
    let extended =
        ExtendedValue { charset: Charset::Ext("UTF-8".to_owned()), language_tag: None, value: name.into_bytes() };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![plain, DispositionParam::FilenameExt(extended)],
    }
}

/// The last part of a name on any system, without control characters, in normal form C and short enough for a disk.
fn clean(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = composed(last).chars().filter(|c| !c.is_control()).collect();
    let visible = visible.trim();
    let mut end = visible.len().min(MOST_BYTES);
    while !visible.is_char_boundary(end) {
        end -= 1;
    }
    visible.get(..end).filter(|name| !name.trim_matches('.').is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn named(header: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_bytes(header.as_bytes()).unwrap());
        file_name(&headers)
    }

    #[test]
    fn a_file_name_loses_its_path_and_control_characters() {
        assert_eq!(named("attachment; filename=\"../../etc/passwd\"").unwrap(), "passwd");
        assert_eq!(named("attachment; filename=\"C:\\\\hồ sơ\\\\đơn.pdf\"").unwrap(), "đơn.pdf");
        assert_eq!(named("attachment; filename*=UTF-8''%C4%91%C6%A1n%0A.pdf; filename=\"x\"").unwrap(), "đơn.pdf");
        for none in ["attachment", "attachment; filename=\"..\"", "attachment; filename=\"a/\"", "; ="] {
            assert_eq!(named(none), None, "{none}");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let name = clean(&"ệ".repeat(200)).unwrap();
        assert!(name.len() <= MOST_BYTES && name.chars().all(|c| c == 'ệ'));
    }

    #[test]
    fn a_vietnamese_name_goes_out_as_utf8_beside_a_plain_one() {
        let header = attachment("Đơn \"gấp\".pdf").to_string();
        assert!(header.starts_with("attachment; filename=\"_"), "{header}");
        assert!(header.contains("filename*=UTF-8''%C4%90%C6%A1n"), "{header}");
        assert!(header.is_ascii());
    }
}
