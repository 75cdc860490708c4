use motcua_kernel::Text;
use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize, ToSchema)]
struct Person {
    name: String,
    #[serde(default)]
    #[expect(dead_code, reason = "only its type matters")]
    age: Option<u8>,
    #[serde(default)]
    #[expect(dead_code, reason = "only its type matters")]
    addresses: Vec<Address>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Address {
    #[expect(dead_code, reason = "only its type matters")]
    kind: Kind,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Home,
    Work,
}

fn read(text: &str) -> Result<Person> {
    typed(&parse(text.as_bytes())?.sound()?)
}

fn refused(text: &str) -> (String, String, String) {
    let error = read(text).unwrap_err();
    let field = error.fields.first().cloned().unwrap_or_else(|| FieldError::new("-", "-", Text::new("", "")));
    (error.code, field.pointer, field.code)
}

fn words(code: &str, pointer: &str, fault: &str) -> (String, String, String) {
    (code.to_owned(), pointer.to_owned(), fault.to_owned())
}

#[test]
fn texts_and_keys_are_composed_whether_written_or_escaped() {
    let person = read("{\"name\": \"Qua\u{309}ng Tri\\u0323\"}").unwrap();
    assert_eq!(person.name, "Quảng Trị");
    assert_eq!(parse("{\"e\u{301}\": 1}".as_bytes()).unwrap().sound().unwrap(), serde_json::json!({"é": 1}));
    // A combining mark behind an escape must not swallow the escape.
    assert_eq!(parse("\"a\\n\u{303}\"".as_bytes()).unwrap().sound().unwrap(), "a\n\u{303}");
}

#[test]
fn every_unknown_field_is_named_even_where_the_type_forgot_to() {
    let error = read(r#"{"name": "A", "nmae": 1, "x/y": 2}"#).unwrap_err();
    let pointers: Vec<&str> = error.fields.iter().map(|field| field.pointer.as_str()).collect();
    assert_eq!((error.code.as_str(), pointers), ("body.unknown_field", vec!["/nmae", "/x~1y"]));
    let strict = refused(r#"{"name": "A", "addresses": [{"kind": "home", "floor": 3}]}"#);
    assert_eq!(strict, words("body.unknown_field", "/addresses/0/floor", "unknown"));
}

#[test]
fn a_missing_or_ill_typed_field_is_pointed_at() {
    assert_eq!(refused("{}"), words("validation", "/name", "required"));
    assert_eq!(refused(r#"{"name": 7}"#), words("validation", "/name", "type"));
    assert_eq!(refused(r#"{"name": "A", "age": 300}"#), words("validation", "/age", "value"));
    assert_eq!(refused(r#"{"name": "A", "addresses": [{}]}"#), words("validation", "/addresses/0/kind", "required"));
    let variant = refused(r#"{"name": "A", "addresses": [{"kind": "boat"}]}"#);
    assert_eq!(variant, words("validation", "/addresses/0/kind", "enum"));
    assert_eq!(refused(r#"{"name": null}"#), words("validation", "/name", "type"));
}

#[test]
fn a_list_is_no_object_anywhere() {
    assert_eq!(refused(r#"["A", 3, []]"#), words("validation", "", "type"));
    assert_eq!(refused(r#"{"name": "A", "addresses": [["home"]]}"#), words("validation", "/addresses/0", "type"));
}

#[test]
fn every_kind_of_type_is_read() {
    #[derive(Debug, PartialEq, Deserialize, ToSchema)]
    struct All {
        unit: (),
        flag: bool,
        small: i8,
        large: u64,
        real: f64,
        letter: char,
        pair: (i32, String),
        wrapped: Wrapped,
        map: std::collections::BTreeMap<String, Option<u8>>,
        cases: Vec<Case>,
        tagged: Tagged,
        free: Value,
    }
    #[derive(Debug, PartialEq, Deserialize, ToSchema)]
    struct Wrapped(u8);
    #[derive(Debug, PartialEq, Deserialize, ToSchema)]
    enum Case {
        Bare,
        One(u8),
        Two(u8, u8),
        Named { a: u8 },
    }
    #[derive(Debug, PartialEq, Deserialize, ToSchema)]
    #[serde(tag = "kind", deny_unknown_fields)]
    enum Tagged {
        A { n: i64 },
    }
    let text = r#"{"unit": null, "flag": true, "small": -3, "large": 18446744073709551615, "real": 2, "letter": "ệ",
        "pair": [1, "x"], "wrapped": 7, "map": {"a": null, "b": 2},
        "cases": ["Bare", {"One": 1}, {"Two": [1, 2]}, {"Named": {"a": 1}}],
        "tagged": {"kind": "A", "n": 5}, "free": {"any": [1, {"thing": 1.5}]}}"#;
    let all: All = typed(&parse(text.as_bytes()).unwrap().sound().unwrap()).unwrap();
    let plain: All = serde_json::from_str(text).unwrap();
    assert_eq!(all, plain);
    let faulty = text.replace(r#"{"Two": [1, 2]}"#, r#"{"Two": [1, "2"]}"#);
    let error = typed::<All>(&parse(faulty.as_bytes()).unwrap().sound().unwrap()).unwrap_err();
    assert_eq!(error.fields[0].pointer, "/cases/2/Two/1");
    let unknown = text.replace(r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#);
    let error = typed::<All>(&parse(unknown.as_bytes()).unwrap().sound().unwrap()).unwrap_err();
    assert_eq!((error.code.as_str(), error.fields[0].pointer.as_str()), ("body.unknown_field", "/cases/3/Named/b"));
}

#[test]
fn no_message_repeats_what_was_sent() {
    for text in [r#"{"name": ["045084000123"]}"#, r#"{"name": "A", "age": "045084000123, expected secret"}"#] {
        let shown = format!("{:?}", read(text).unwrap_err());
        assert!(!shown.contains("045084000123"), "{shown}");
        assert!(!shown.contains("Person"), "{shown}");
    }
    let shown = format!("{:?}", read(r#"{"name": "045084000123" oops}"#).unwrap_err());
    assert!(!shown.contains("045084000123"), "{shown}");
}

#[test]
fn a_repeated_key_is_refused_instead_of_the_last_winning() {
    assert_eq!(refused(r#"{"name": "A", "name": "B"}"#), words("validation", "/name", "repeated"));
    assert_eq!(refused("{\"e\u{301}\": 1, \"é\": 2}"), words("validation", "/é", "repeated"));
}

#[test]
fn nul_is_refused_because_postgresql_cannot_keep_it() {
    assert_eq!(refused(r#"{"name": "a\u0000b"}"#), words("validation", "/name", "nul"));
    let error = read(r#"{"name": "\u0000", "addresses": ["", {"\u0000": 1}], "addresses": "\u0000"}"#).unwrap_err();
    assert_eq!(error.fields.len(), 4);
}

#[test]
fn what_is_not_json_is_malformed() {
    for text in ["{", "{\"name\": \"A\",}", "{} {}", "\u{feff}{}", "{\"name\": 1e999}", "nul", " "] {
        assert_eq!(refused(text).0, "json.malformed", "{text}");
    }
    assert_eq!(parse(b"{\"name\": \"\xff\"}").map(drop).unwrap_err().code, "json.malformed");
    let deep = "[".repeat(100_000);
    assert_eq!(parse(deep.as_bytes()).map(drop).unwrap_err().code, "json.malformed");
}

#[test]
fn an_empty_body_is_missing_only_where_one_is_needed() {
    assert_eq!(refused(""), words("body.missing", "-", "-"));
    assert!(typed::<crate::NoBody>(&parse(b"").unwrap().sound().unwrap()).is_ok());
    assert!(typed::<crate::NoBody>(&parse(b"{}").unwrap().sound().unwrap()).is_ok());
    assert_eq!(
        typed::<crate::NoBody>(&parse(b"{\"a\": 1}").unwrap().sound().unwrap()).unwrap_err().code,
        "body.unknown_field"
    );
}
