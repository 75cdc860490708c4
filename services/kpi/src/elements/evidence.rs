//! Evidence and reasons as people write them: normal form, lengths, and links that are links.

use motcua_kernel::text::{is_one_line, normalise, says_something};
use motcua_kernel::{FieldError, Text};

use super::http::values::Evidence;

const LONGEST_TEXT: usize = 2000;
const LONGEST_LINK: usize = 500;
const LONGEST_NUMBER: usize = 100;
/// The shortest reason that says something.
const SHORTEST_REASON: usize = 10;

/// Evidence in normal form.
pub(super) fn clean(written: Evidence, pointer: &str, faults: &mut Vec<FieldError>) -> Evidence {
    let Evidence { text, link, document_number } = written;
    let text = kept(text).inspect(|text| too_long(text, LONGEST_TEXT, &format!("{pointer}/text"), faults));
    let link = kept(link).inspect(|link| {
        too_long(link, LONGEST_LINK, &format!("{pointer}/link"), faults);
        let address = link.strip_prefix("https://").unwrap_or_default();
        if address.is_empty() || link.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"`{}|\\^".contains(c))
        {
            let text = Text::new("Địa chỉ phải bắt đầu bằng https://.", "The link must begin with https://.");
            faults.push(FieldError::new(format!("{pointer}/link"), "link.malformed", text));
        }
    });
    let document_number = kept(document_number).inspect(|number| {
        let pointer = format!("{pointer}/document_number");
        too_long(number, LONGEST_NUMBER, &pointer, faults);
        if !is_one_line(number) {
            let text = Text::new("Chỉ nhận một dòng chữ.", "One line of text only.");
            faults.push(FieldError::new(pointer, "text.one_line", text));
        }
    });
    Evidence { text, link, document_number }
}

/// Whether there is any.
pub(super) fn is_given(evidence: &Evidence) -> bool {
    evidence.text.is_some() || evidence.link.is_some() || evidence.document_number.is_some()
}

/// A reason that was written, in normal form; none when nothing was.
pub(super) fn reason(written: Option<&str>, pointer: &str, faults: &mut Vec<FieldError>) -> Option<String> {
    let text = kept(written.map(str::to_owned))?;
    if text.chars().count() < SHORTEST_REASON {
        let message =
            Text::new(format!("Ít nhất {SHORTEST_REASON} ký tự."), format!("At least {SHORTEST_REASON} characters."));
        faults.push(FieldError::new(pointer, "too_short", message));
    }
    too_long(&text, LONGEST_TEXT, pointer, faults);
    Some(text)
}

/// A reason that must be there.
pub(crate) fn needed_reason(written: Option<&str>, pointer: &str, faults: &mut Vec<FieldError>) -> String {
    reason(written, pointer, faults).unwrap_or_else(|| {
        let text = Text::new("Thiếu lý do.", "The reason is missing.");
        faults.push(FieldError::new(pointer, "required", text));
        String::new()
    })
}

fn kept(text: Option<String>) -> Option<String> {
    text.map(|text| normalise(&text)).filter(|text| says_something(text))
}

fn too_long(text: &str, most: usize, pointer: &str, faults: &mut Vec<FieldError>) {
    if text.chars().count() > most {
        let message = Text::new(format!("Nhiều nhất {most} ký tự."), format!("At most {most} characters."));
        faults.push(FieldError::new(pointer, "too_long", message));
    }
}
