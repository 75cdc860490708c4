//! Query parameters, read strictly: an unknown, repeated or ill-typed parameter is refused by name, never ignored.

use std::cell::RefCell;

use motcua_kernel::{Error, Result};
use serde::de::value::{MapDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::misfit::{At, Fault, Misfit};

/// Reads the query of a request into `Q`, texts in normal form C.
///
/// # Errors
/// `parameter.unknown`, `parameter.missing` or `parameter.invalid`, naming the parameter.
pub(crate) fn read<Q: DeserializeOwned>(query: &str) -> Result<Q> {
    typed(&pairs(query)?)
}

/// Reads the parameters with these names into `P`, and all others into `Q`.
///
/// # Errors
/// As for [`read`].
pub(crate) fn read_apart<P: DeserializeOwned, Q: DeserializeOwned>(query: &str, names: &[&str]) -> Result<(P, Q)> {
    let (named, others): (Vec<_>, Vec<_>) =
        pairs(query)?.into_iter().partition(|(name, _)| names.contains(&name.as_str()));
    Ok((typed(&named)?, typed(&others)?))
}

fn typed<Q: DeserializeOwned>(pairs: &[(String, String)]) -> Result<Q> {
    let ignored = RefCell::new(None);
    let words = pairs.iter().map(|(name, text)| (name.as_str(), Word { name, text, ignored: &ignored }));
    let value = Q::deserialize(MapDeserializer::<_, Misfit>::new(words)).map_err(refuse)?;
    match ignored.into_inner() {
        Some(name) => Err(unknown(name)),
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

/// One value; it is text, and the type decides what the text must look like.
#[derive(Clone, Copy)]
struct Word<'de, 'n> {
    name: &'de str,
    text: &'de str,
    ignored: &'n RefCell<Option<&'de str>>,
}

impl<'de> IntoDeserializer<'de, Misfit> for Word<'de, '_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            let value = self.text.parse().map_err(|_| Misfit::from(Fault::Value));
            value.and_then(|value| visitor.$visit(value)).map_err(|misfit| misfit.at(self.at()))
        })*
    };
}

impl<'de> Word<'de, '_> {
    fn at(&self) -> At<'de> {
        At::Key(&At::Root, self.name)
    }
}

impl<'de> Deserializer<'de> for Word<'de, '_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_borrowed_str(self.text).map_err(|misfit: Misfit| misfit.at(self.at()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let name: StrDeserializer<Misfit> = self.text.into_deserializer();
        visitor.visit_enum(name).map_err(|misfit| misfit.at(self.at()))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.ignored.borrow_mut().get_or_insert(self.name);
        visitor.visit_unit()
    }

    parsed! {
        deserialize_bool visit_bool
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32 deserialize_i64 visit_i64
        deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32 deserialize_u64 visit_u64
        deserialize_f32 visit_f32 deserialize_f64 visit_f64
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

fn refuse(misfit: Misfit) -> Error {
    let place = misfit.pointer().trim_start_matches('/').to_owned();
    match misfit.fault {
        Fault::Unknown(name) => unknown(&name),
        Fault::Missing(name) => Error::malformed(
            "parameter.missing",
            format!("Thiếu tham số `{name}`."),
            format!("The parameter `{name}` is missing."),
        )
        .with("parameter", name),
        Fault::Variant(names) => {
            let names = names.join(", ");
            invalid(&place, &format!("chỉ nhận một trong: {names}"), &format!("must be one of: {names}"))
        }
        Fault::Type(_) | Fault::Value => invalid(&place, "có giá trị không hợp lệ", "has a value that is not valid"),
    }
}

fn unknown(name: &str) -> Error {
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
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Old,
        New,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        #[expect(dead_code, reason = "only its type matters")]
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
        assert_eq!(refused::<Strict>(""), ("parameter.missing".to_owned(), "limit".to_owned()));
        for (query, name) in [
            ("limit=five", "limit"),
            ("limit=", "limit"),
            ("limit=-1", "limit"),
            ("limit=1&limit=2", "limit"),
            ("name=a%00b", "name"),
            ("kind=newest", "kind"),
        ] {
            assert_eq!(refused::<Loose>(query), ("parameter.invalid".to_owned(), name.to_owned()), "{query}");
        }
        assert!(read::<Loose>("kind=newest").unwrap_err().detail.en.contains("old, new"));
        assert!(matches!(read::<Loose>("kind=new").unwrap().kind, Some(Kind::New)));
        assert!(matches!(read::<Loose>("kind=old").unwrap().kind, Some(Kind::Old)));
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
