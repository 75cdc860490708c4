//! Kinds of values, and what a schema asks of one value by itself.

use chrono::DateTime;
use motcua_kernel::time::parse_day;
use motcua_kernel::{Text, Uuid};
use serde_json::Value;
use utoipa::Number;
use utoipa::openapi::schema::{KnownFormat, Object, SchemaFormat, SchemaType, Type};

/// Whether this kind of value is taken.
pub(super) fn takes(schema_type: &SchemaType, value: &Value) -> bool {
    match schema_type {
        SchemaType::Type(one) => is_a(one, value),
        SchemaType::Array(several) => several.iter().any(|one| is_a(one, value)),
        SchemaType::AnyValue => true,
    }
}

fn is_a(kind: &Type, value: &Value) -> bool {
    match kind {
        Type::Object => value.is_object(),
        Type::String => value.is_string(),
        Type::Integer => value.is_i64() || value.is_u64(),
        Type::Number => value.is_number(),
        Type::Boolean => value.is_boolean(),
        Type::Array => value.is_array(),
        Type::Null => value.is_null(),
    }
}

/// The kind of value, in serde's words; empty for none or several.
pub(super) fn expected(schema_type: &SchemaType) -> &'static str {
    let word = |kind: &Type| match kind {
        Type::Object => "an object",
        Type::String => "a string",
        Type::Integer => "i64",
        Type::Number => "f64",
        Type::Boolean => "a boolean",
        Type::Array => "a sequence",
        Type::Null => "",
    };
    match schema_type {
        SchemaType::Type(one) => word(one),
        SchemaType::Array(several) => match several.as_slice() {
            [one] | [one, Type::Null] | [Type::Null, one] => word(one),
            _ => "",
        },
        SchemaType::AnyValue => "",
    }
}

/// What is wrong with a text that should have a format.
pub(super) fn format_fault(schema: &Object, text: &str) -> Option<Text> {
    let Some(SchemaFormat::KnownFormat(format)) = &schema.format else { return None };
    match format {
        KnownFormat::Date if parse_day(text).is_none() => Some(Text::new(
            "Cần một ngày dạng năm-tháng-ngày, ví dụ 2026-11-21.",
            "A day is expected: year-month-day, such as 2026-11-21.",
        )),
        KnownFormat::DateTime if DateTime::parse_from_rfc3339(text).is_err() => Some(Text::new(
            "Cần một thời điểm theo RFC 3339, ví dụ 2026-11-21T01:30:00Z.",
            "An instant is expected by RFC 3339, such as 2026-11-21T01:30:00Z.",
        )),
        KnownFormat::Uuid if Uuid::parse_str(text).is_err() => {
            Some(Text::new("Cần một mã định danh dạng UUID.", "A UUID is expected."))
        }
        _ => None,
    }
}

/// Whether a whole number can't be held by its type. The schema names the sizes 32 and 64 without their sign, which
/// shows in a least value of 0.
pub(super) fn out_of_range(schema: &Object, number: &serde_json::Number) -> bool {
    let unsigned = match schema.minimum {
        Some(Number::Int(least)) => least >= 0,
        Some(Number::UInt(_)) => true,
        Some(Number::Float(least)) => least >= 0.0,
        None => false,
    };
    let small = matches!(schema.format, Some(SchemaFormat::KnownFormat(KnownFormat::Int32)));
    match number.as_i64() {
        Some(value) if unsigned && value < 0 => true,
        Some(value) if small && unsigned => u32::try_from(value).is_err(),
        Some(value) if small => i32::try_from(value).is_err(),
        None if small => number.is_u64(),
        _ => false,
    }
}
