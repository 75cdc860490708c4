//! Query parameters, read strictly: an unknown, repeated or ill-typed parameter is refused by name, never ignored.

use motcua_kernel::{Error, Result};
use serde::de::DeserializeOwned;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Reads the query of a request into `Q`, texts in normal form C.
///
/// # Errors
/// `parameter.unknown`, `parameter.missing` or `parameter.invalid`, naming the parameter.
pub(crate) fn read<Q: DeserializeOwned>(query: &str) -> Result<Q> {
    let pairs = pairs(query)?;
    let clean = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let mut unknown = None;
    let mut track = serde_path_to_error::Track::new();
    let source = serde_urlencoded::Deserializer::new(form_urlencoded::parse(clean.as_bytes()));
    let mut note = |path: serde_ignored::Path| {
        unknown.get_or_insert_with(|| path.to_string());
    };
    let ignoring = serde_ignored::Deserializer::new(source, &mut note);
    let read = Q::deserialize(serde_path_to_error::Deserializer::new(ignoring, &mut track));
    let value = read.map_err(|fault| refuse(&track.path().to_string(), &fault.to_string()))?;
    match unknown {
        Some(name) => Err(unknown_parameter(&name)),
        None => Ok(value),
    }
}

/// The query with its parameters sorted, for the fingerprint: their order says nothing.
pub(crate) fn sorted(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    pairs.sort();
    form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish()
}

/// The query with one parameter set to another value, the others as they are.
pub(crate) fn with(query: &str, name: &str, value: &str) -> String {
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(other, _)| other != name);
    form_urlencoded::Serializer::new(String::new()).extend_pairs(others).append_pair(name, value).finish()
}

fn pairs(query: &str) -> Result<Vec<(String, String)>> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let (name, value) = (composed(&name), composed(&value));
        if value.contains('\0') {
            return Err(invalid(&name, "chứa ký tự NUL", "contains a NUL character"));
        }
        if pairs.iter().any(|(earlier, _)| *earlier == name) {
            return Err(invalid(&name, "được gửi nhiều lần", "is given more than once"));
        }
        pairs.push((name, value));
    }
    Ok(pairs)
}

/// The text in normal form C, white space kept.
pub(crate) fn composed(text: &str) -> String {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.to_owned(),
        _ => text.nfc().collect(),
    }
}

fn refuse(path: &str, fault: &str) -> Error {
    // serde says what is wrong in words only; these beginnings are part of its public behaviour.
    if fault.starts_with("unknown field") {
        return unknown_parameter(path);
    }
    if let Some(name) = fault.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        return Error::malformed(
            "parameter.missing",
            format!("Thiếu tham số `{name}`."),
            format!("The parameter `{name}` is missing."),
        )
        .with("parameter", name);
    }
    invalid(path, "có giá trị không hợp lệ", "has a value that is not valid")
}

fn unknown_parameter(name: &str) -> Error {
    let name = shown(name);
    Error::malformed(
        "parameter.unknown",
        format!("Không có tham số `{name}`."),
        format!("There is no parameter `{name}`."),
    )
    .with("parameter", name)
}

/// The error for a parameter with a value it does not take.
pub(crate) fn invalid(name: &str, vi: &str, en: &str) -> Error {
    let name = shown(name);
    Error::malformed("parameter.invalid", format!("Tham số `{name}` {vi}."), format!("The parameter `{name}` {en}."))
        .with("parameter", name)
}

fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Loose {
        limit: Option<u32>,
        name: Option<String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        #[allow(dead_code, reason = "only its type matters")]
        limit: u32,
    }

    fn refused<Q: DeserializeOwned + std::fmt::Debug>(query: &str) -> (String, String) {
        let error = read::<Q>(query).unwrap_err();
        (error.code, error.members["parameter"].as_str().unwrap().to_owned())
    }

    #[test]
    fn an_unknown_parameter_is_refused_even_where_the_type_forgot_to() {
        assert_eq!(refused::<Loose>("limit=5&lmit=3"), ("parameter.unknown".to_owned(), "lmit".to_owned()));
        assert_eq!(refused::<Strict>("limit=5&lmit=3"), ("parameter.unknown".to_owned(), "lmit".to_owned()));
    }

    #[test]
    fn a_wrong_repeated_or_missing_parameter_is_named() {
        assert_eq!(refused::<Loose>("limit=five"), ("parameter.invalid".to_owned(), "limit".to_owned()));
        assert_eq!(refused::<Loose>("limit="), ("parameter.invalid".to_owned(), "limit".to_owned()));
        assert_eq!(refused::<Loose>("limit=1&limit=2"), ("parameter.invalid".to_owned(), "limit".to_owned()));
        assert_eq!(refused::<Loose>("name=a%00b"), ("parameter.invalid".to_owned(), "name".to_owned()));
        assert_eq!(refused::<Strict>(""), ("parameter.missing".to_owned(), "limit".to_owned()));
    }

    #[test]
    fn values_arrive_in_normal_form_c() {
        let read: Loose = read("name=Qua%CC%89ng%20Tri%CC%A3&limit=2").unwrap();
        assert_eq!((read.name.unwrap().as_str(), read.limit), ("Quảng Trị", Some(2)));
    }

    #[test]
    fn order_does_not_matter_to_the_fingerprint_and_next_replaces_after() {
        assert_eq!(sorted("b=2&a=1"), sorted("a=1&b=2"));
        assert_eq!(with("a=1&after=x&b=2", "after", "y z"), "a=1&b=2&after=y+z");
    }
}
