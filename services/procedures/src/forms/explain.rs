//! A fault of a form in words people understand. Values are never repeated: they may be personal.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Fault;
use motcua_kernel::{FieldError, Text};

/// The faults one validation error stands for: one a missing or unknown field.
pub(super) fn faults(error: &ValidationError<'_>) -> Vec<FieldError> {
    let at = format!("/form{}", error.instance_path());
    match error.kind() {
        Fault::AdditionalProperties { unexpected } | Fault::UnevaluatedProperties { unexpected } => unexpected
            .iter()
            .map(|name| {
                let text = Text::new("Biểu mẫu không có trường này.", "The form has no such field.");
                FieldError::new(format!("{at}/{}", escaped(name)), "unknown", text)
            })
            .collect(),
        Fault::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let text = Text::new("Trường này bắt buộc.", "This field is required.");
            vec![FieldError::new(format!("{at}/{}", escaped(name)), "required", text)]
        }
        kind => {
            let (code, text) = told(kind);
            vec![FieldError::new(at, code, text)]
        }
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn told(kind: &Fault) -> (&'static str, Text) {
    let say = |code, vi: String, en: String| (code, Text::new(vi, en));
    match kind {
        Fault::Type { .. } => say("type", "Sai kiểu dữ liệu.".into(), "Of the wrong type.".into()),
        Fault::Enum { options } => {
            let listed = options.as_array().map_or_else(String::new, |options| {
                options.iter().filter_map(|option| option.as_str()).collect::<Vec<_>>().join(", ")
            });
            say("enum", format!("Phải là một trong: {listed}."), format!("Must be one of: {listed}."))
        }
        Fault::Constant { .. } => say("const", "Không đúng giá trị yêu cầu.".into(), "Not the required value.".into()),
        Fault::Pattern { .. } => {
            say("pattern", "Không đúng mẫu quy định.".into(), "Does not have the required shape.".into())
        }
        Fault::Format { format } => say(
            "format",
            format!("Không đúng định dạng {format}{}.", example_vi(format)),
            format!("Not a valid {format}{}.", example_en(format)),
        ),
        Fault::MinLength { limit } => {
            say("min_length", format!("Cần ít nhất {limit} ký tự."), format!("At least {limit} characters."))
        }
        Fault::MaxLength { limit } => {
            say("max_length", format!("Nhiều nhất {limit} ký tự."), format!("At most {limit} characters."))
        }
        Fault::Minimum { limit } => say("minimum", format!("Không nhỏ hơn {limit}."), format!("Not below {limit}.")),
        Fault::Maximum { limit } => say("maximum", format!("Không lớn hơn {limit}."), format!("Not above {limit}.")),
        Fault::ExclusiveMinimum { limit } => {
            say("minimum", format!("Phải lớn hơn {limit}."), format!("Must be above {limit}."))
        }
        Fault::ExclusiveMaximum { limit } => {
            say("maximum", format!("Phải nhỏ hơn {limit}."), format!("Must be below {limit}."))
        }
        Fault::MultipleOf { multiple_of } => say(
            "multiple_of",
            format!("Phải là bội số của {multiple_of}."),
            format!("Must be a multiple of {multiple_of}."),
        ),
        Fault::MinItems { limit } => {
            say("min_items", format!("Cần ít nhất {limit} mục."), format!("At least {limit} items."))
        }
        Fault::MaxItems { limit } => {
            say("max_items", format!("Nhiều nhất {limit} mục."), format!("At most {limit} items."))
        }
        Fault::UniqueItems => say("unique_items", "Có mục bị lặp.".into(), "Items repeat.".into()),
        _ => say("schema", "Không đúng quy định của biểu mẫu.".into(), "Not as the form asks.".into()),
    }
}

fn example_vi(format: &str) -> &'static str {
    match format {
        "date" => " (năm-tháng-ngày, ví dụ 2026-11-21)",
        "email" => " (ví dụ ten@donvi.vn)",
        _ => "",
    }
}

fn example_en(format: &str) -> &'static str {
    match format {
        "date" => " (year-month-day, such as 2026-11-21)",
        "email" => " (such as name@agency.vn)",
        _ => "",
    }
}
