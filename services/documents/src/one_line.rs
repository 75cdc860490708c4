//! The fault of a text that must be one visible line: names, titles, references.

use motcua_kernel::text::is_one_line;
use motcua_kernel::{FieldError, Text};

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
