//! The texts of a request, in normal form, and their faults: missing, too long, more than one line. Lengths are counted in
//! characters, and white space alone says nothing.

use motcua_kernel::text::{is_one_line, normalise, says_something};
use motcua_kernel::{FieldError, Text};

/// The fault of a field that must be there.
pub(crate) fn required(pointer: &str) -> FieldError {
    FieldError::new(pointer, "required", Text::new("Thiếu trường bắt buộc này.", "This field is required."))
}

/// A text that must be there.
pub(crate) fn needed(text: &str, pointer: &str, longest: usize, faults: &mut Vec<FieldError>) -> String {
    let text = normalise(text);
    if text.is_empty() {
        faults.push(required(pointer));
    }
    within(&text, pointer, longest, faults);
    text
}

/// A text that may be left out.
pub(crate) fn optional(
    text: Option<String>,
    pointer: &str,
    longest: usize,
    faults: &mut Vec<FieldError>,
) -> Option<String> {
    let text = text.map(|text| normalise(&text)).filter(|text| !text.is_empty())?;
    within(&text, pointer, longest, faults);
    Some(text)
}

fn within(text: &str, pointer: &str, longest: usize, faults: &mut Vec<FieldError>) {
    if text.chars().count() > longest {
        let message = Text::new(format!("Nhiều nhất {longest} ký tự."), format!("At most {longest} characters."));
        faults.push(FieldError::new(pointer, "too_long", message));
    }
    faults.extend(one_line_fault(pointer, text));
}

/// What is wrong with a text at a place when it is not one line. An empty text is somebody else's fault to find, and no
/// message repeats what was sent.
pub(crate) fn one_line_fault(pointer: &str, text: &str) -> Option<FieldError> {
    if text.is_empty() || is_one_line(text) {
        return None;
    }
    let message = Text::new(
        "Chỉ nhận một dòng chữ: không xuống dòng, không ký tự điều khiển hay đổi chiều, và có chữ nhìn thấy được.",
        "One line of text only: no line breaks, no control characters or changes of direction, and something to see.",
    );
    Some(FieldError::new(pointer, "text.one_line", message))
}

/// The shortest reason that says something.
pub(crate) const SHORTEST_REASON: usize = 10;
/// The longest reason.
pub(crate) const LONGEST_REASON: usize = 2000;

/// A text of any number of lines that must be there, from so many characters to so many.
pub(crate) fn words(text: &str, pointer: &str, (least, most): (usize, usize), faults: &mut Vec<FieldError>) -> String {
    let text = normalise(text);
    let length = text.chars().count();
    if !says_something(&text) {
        faults.push(required(pointer));
    } else if length < least {
        let message = Text::new(format!("Ít nhất {least} ký tự."), format!("At least {least} characters."));
        faults.push(FieldError::new(pointer, "too_short", message));
    } else if length > most {
        let message = Text::new(format!("Nhiều nhất {most} ký tự."), format!("At most {most} characters."));
        faults.push(FieldError::new(pointer, "too_long", message));
    }
    text
}

/// The same of a text that may be left out.
pub(crate) fn optional_words(
    text: Option<&str>,
    pointer: &str,
    most: usize,
    faults: &mut Vec<FieldError>,
) -> Option<String> {
    let text = text.filter(|text| says_something(text))?;
    Some(words(text, pointer, (1, most), faults))
}
