//! The one filter grammar: `status=in:processing,paused`, `due_on=lt:2026-01-01`, `agency=under:H50`.
//!
//! A value without an operator means equality. Each resource says which operators and which values a field takes.

use crate::error::{Error, Result};

/// A parsed filter value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Equal to one value.
    Is(String),
    /// Equal to one of several.
    In(Vec<String>),
    /// Less than.
    Less(String),
    /// Less than or equal.
    AtMost(String),
    /// Greater than.
    Greater(String),
    /// Greater than or equal.
    AtLeast(String),
    /// The agency itself and all below it.
    Under(String),
}

impl Filter {
    /// The most values `in:` takes.
    pub const MOST_VALUES: usize = 100;

    /// Reads a filter value.
    ///
    /// # Errors
    /// `filter.invalid` when a value is empty or `in:` names too many.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let (operator, rest) = match text.split_once(':') {
            Some((operator @ ("in" | "lt" | "lte" | "gt" | "gte" | "under" | "eq"), rest)) => (operator, rest),
            _ => ("eq", text),
        };
        if rest.is_empty() {
            return Err(Self::refuse(name, text));
        }
        let value = rest.to_owned();
        Ok(match operator {
            "in" => {
                let values: Vec<String> = rest.split(',').map(str::to_owned).collect();
                if values.len() > Self::MOST_VALUES || values.iter().any(String::is_empty) {
                    return Err(Self::refuse(name, text));
                }
                Self::In(values)
            }
            "lt" => Self::Less(value),
            "lte" => Self::AtMost(value),
            "gt" => Self::Greater(value),
            "gte" => Self::AtLeast(value),
            "under" => Self::Under(value),
            _ => Self::Is(value),
        })
    }

    /// The error for a filter that this field does not take.
    #[must_use]
    pub fn refuse(name: &str, text: &str) -> Error {
        let mut shown: String = text.chars().take(60).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        Error::malformed(
            "filter.invalid",
            format!("Bộ lọc `{name}` không nhận giá trị `{shown}`."),
            format!("The filter `{name}` does not take `{shown}`."),
        )
        .with("parameter", name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_read_and_plain_values_mean_equality() {
        assert_eq!(Filter::parse("s", "in:a,b").unwrap(), Filter::In(vec!["a".into(), "b".into()]));
        assert_eq!(Filter::parse("s", "under:H50").unwrap(), Filter::Under("H50".into()));
        assert_eq!(Filter::parse("s", "H50.12").unwrap(), Filter::Is("H50.12".into()));
        // A colon that is no operator belongs to the value.
        assert_eq!(Filter::parse("s", "urn:x").unwrap(), Filter::Is("urn:x".into()));
        assert!(Filter::parse("s", "lt:").is_err());
        assert!(Filter::parse("s", "in:a,,b").is_err());
    }
}
