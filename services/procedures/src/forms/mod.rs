//! Electronic forms (biểu mẫu điện tử): the applicant's data against the JSON Schema of the procedure version, with
//! every fault at once, in both languages.

mod explain;

use std::sync::Arc;

use jsonschema::{Draft, Validator};
use motcua_kernel::{Error, FieldError, Result, Uuid};
use quick_cache::sync::Cache;
use serde_json::Value;

/// Compiled schemas of procedure versions. A version never changes, so a compiled schema never goes stale.
#[derive(Clone)]
pub struct Forms {
    compiled: Arc<Cache<Uuid, Arc<Validator>>>,
}

impl std::fmt::Debug for Forms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Forms").field("compiled", &self.compiled.len()).finish()
    }
}

impl Default for Forms {
    fn default() -> Self {
        Self { compiled: Arc::new(Cache::new(2000)) }
    }
}

impl Forms {
    /// Every fault of the data, with pointers below `/form`.
    ///
    /// # Errors
    /// When the schema of the version is itself broken, which publishing must have refused.
    pub fn faults(&self, version: Uuid, schema: &Value, data: &Value) -> Result<Vec<FieldError>> {
        let validator = self.compiled.get_or_insert_with(&version, || compile(schema).map(Arc::new))?;
        let mut faults: Vec<FieldError> =
            validator.iter_errors(data).flat_map(|error| explain::faults(&error)).collect();
        faults.sort_by(|a, b| (&a.pointer, &a.code).cmp(&(&b.pointer, &b.code)));
        faults.dedup_by(|a, b| a.pointer == b.pointer && a.code == b.code);
        Ok(faults)
    }
}

/// Compiles a schema: draft 2020-12, formats checked, nothing fetched from anywhere.
///
/// # Errors
/// When it is not a valid schema.
pub fn compile(schema: &Value) -> Result<Validator> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(schema)
        .map_err(|error| Error::internal(format!("a form's schema is broken: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema() -> Value {
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": false,
            "required": ["team", "from"],
            "properties": {
                "team": {"type": "string", "minLength": 3},
                "from": {"type": "string", "format": "date"},
                "kind": {"enum": ["land", "family"]},
                "cases": {"type": "integer", "minimum": 1},
                "account": {"type": "string", "pattern": "^[0-9]{6,20}$"}
            }
        })
    }

    #[test]
    fn five_faults_are_told_at_once_with_pointer_and_both_languages() {
        let data = json!({"team": "A", "from": "01/07/2026", "kind": "theft", "cases": 0, "account": "12-34"});
        let faults = Forms::default().faults(Uuid::nil(), &schema(), &data).unwrap();
        let found: Vec<(&str, &str)> = faults.iter().map(|f| (f.pointer.as_str(), f.code.as_str())).collect();
        assert_eq!(
            found,
            [
                ("/form/account", "pattern"),
                ("/form/cases", "minimum"),
                ("/form/from", "format"),
                ("/form/kind", "enum"),
                ("/form/team", "min_length")
            ]
        );
        assert!(faults.iter().all(|f| !f.message.vi.is_empty() && !f.message.en.is_empty()));
    }

    #[test]
    fn missing_and_unknown_fields_point_at_the_field_itself() {
        let faults = Forms::default().faults(Uuid::nil(), &schema(), &json!({"extra": 1})).unwrap();
        let found: Vec<(&str, &str)> = faults.iter().map(|f| (f.pointer.as_str(), f.code.as_str())).collect();
        assert_eq!(found, [("/form/extra", "unknown"), ("/form/from", "required"), ("/form/team", "required")]);
    }

    #[test]
    fn messages_never_repeat_what_the_applicant_wrote() {
        let data = json!({"team": "Nguyễn", "from": "045190000001", "kind": "045190000001"});
        let faults = Forms::default().faults(Uuid::nil(), &schema(), &data).unwrap();
        assert!(!faults.is_empty());
        assert!(faults.iter().all(|f| !f.message.en.contains("0451") && !f.message.vi.contains("0451")));
    }

    #[test]
    fn a_schema_that_refers_to_the_network_is_refused_not_fetched() {
        assert!(compile(&json!({"$ref": "http://127.0.0.1:9/schema.json"})).is_err());
    }
}
