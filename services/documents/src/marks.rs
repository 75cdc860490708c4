//! The marks of a document: urgency (mức độ khẩn), circulation (dấu chỉ dẫn phạm vi lưu hành) and secrecy (dấu chỉ độ
//! mật), as Decree 30/2020/NĐ-CP, Annex I, II.9 has them.
//!
//! State secrets never enter a system on a network (Decision 28/2018/QĐ-TTg, Article 1.2): a secrecy mark is refused at
//! every entrance, and the attempt is logged without content. So a field `secrecy` is looked for in every body before
//! anything else of it is ([`refuse_marked`]), also by operations that have no such field. Words are no marks: a circular
//! about secrecy is not secret, so subjects, names of types and names of files are taken as they are.

use motcua_kernel::{Actor, Error, FieldError, Kind, Result, Text};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// How urgent a document is (mức độ khẩn).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// No mark.
    #[default]
    Normal,
    /// KHẨN.
    Urgent,
    /// THƯỢNG KHẨN.
    VeryUrgent,
    /// HỎA TỐC.
    Express,
}

/// "At once" in working hours: what the decree says of documents with a mark of urgency, in and out (Articles 4.2, 18, 23:
/// "ngay sau khi nhận được", "phải được phát hành và gửi ngay"). The law gives no figure: this is ours, in this one place.
const AT_ONCE_WORKING_HOURS: u32 = 2;

impl Urgency {
    /// How many working hours a document of this urgency has for what is to be done at once; none when it has until the
    /// next working day.
    pub(crate) fn working_hours_at_once(self) -> Option<u32> {
        (self != Self::Normal).then_some(AT_ONCE_WORKING_HOURS)
    }
}

/// Who may keep a document, and how long (dấu chỉ dẫn phạm vi lưu hành).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CirculationMark {
    /// XEM XONG TRẢ LẠI: to be given back when read.
    ReturnAfterReading,
    /// LƯU HÀNH NỘI BỘ: for the agency alone.
    InternalOnly,
}

/// A secrecy mark (dấu chỉ độ mật). Whatever is not `none` is refused before anything else of a request is looked at, and
/// the attempt is logged. It is this field that counts: words in subjects, names of types and names of files are no marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum SecrecyMark {
    /// No mark.
    None,
    /// MẬT.
    Confidential,
    /// TỐI MẬT.
    Secret,
    /// TUYỆT MẬT.
    TopSecret,
}

/// A word that is none of these (`TUYỆT MẬT`, `top secret`) is meant as a mark all the same: it counts as the highest, so
/// that it is refused and logged like one and not as a slip of the pen.
impl<'de> Deserialize<'de> for SecrecyMark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let said = serde_json::Value::deserialize(deserializer)?;
        Ok(match said.as_str() {
            Some("none") => Self::None,
            Some("confidential") => Self::Confidential,
            Some("secret") => Self::Secret,
            _ => Self::TopSecret,
        })
    }
}

/// The field by which requests say it.
const FIELD: &str = "secrecy";

/// Refuses and notes a body with a secrecy mark anywhere in it, whatever else is wrong with the request.
///
/// # Errors
/// `document.secret_refused` at the mark.
pub(crate) fn refuse_marked(actor: &Actor, body: &Value) -> Result<()> {
    let Some(pointer) = mark_in(body) else { return Ok(()) };
    let error = secret_refused(pointer);
    note_secret(actor, &error);
    Err(error)
}

/// Where the first mark of a value stands.
fn mark_in(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let below =
                if name.eq_ignore_ascii_case(FIELD) { is_mark(value).then(String::new) } else { mark_in(value) };
            below.map(|below| format!("/{}{below}", name.replace('~', "~0").replace('/', "~1")))
        }),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(at, item)| mark_in(item).map(|below| format!("/{at}{below}")))
        }
        _ => None,
    }
}

/// Whether what stands in the field is a mark: anything but the word for none, also one of several.
fn is_mark(said: &Value) -> bool {
    match said {
        Value::Null => false,
        Value::String(word) => word != "none",
        Value::Array(several) => several.iter().any(is_mark),
        _ => true,
    }
}

/// Refuses every secrecy mark: what a room says for itself, behind [`refuse_marked`].
///
/// # Errors
/// `document.secret_refused`.
pub(crate) fn refuse_secret(mark: Option<SecrecyMark>) -> Result<()> {
    if mark.is_none_or(|mark| mark == SecrecyMark::None) {
        return Ok(());
    }
    Err(secret_refused(format!("/{FIELD}")))
}

fn secret_refused(pointer: String) -> Error {
    let text = || {
        Text::new(
            "Hệ thống kết nối mạng không tiếp nhận văn bản mang dấu mật.",
            "A system on a network takes no document with a secrecy mark.",
        )
    };
    let mut error = Error::new(Kind::Invalid, "document.secret_refused", text().vi, text().en);
    error.fields = vec![FieldError::new(pointer, "document.secret_refused", text())];
    error
}

/// Notes an attempt to bring in a secret, without a word of what was sent.
pub(crate) fn note_secret(actor: &Actor, error: &Error) {
    if error.code == "document.secret_refused" {
        metrics::counter!("documents_secret_refused_total").increment(1);
        tracing::warn!(target: "security", actor = actor.reference(), "a document with a secrecy mark was refused");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_is_not_the_word_for_none_is_a_secret() {
        let read = |said: serde_json::Value| serde_json::from_value::<Option<SecrecyMark>>(said).unwrap();
        for open in [serde_json::json!(null), serde_json::json!("none")] {
            assert!(refuse_secret(read(open)).is_ok());
        }
        for said in ["secret", "confidential", "top_secret", "TOP SECRET", "Tuyệt mật!", "None", ""] {
            assert_eq!(refuse_secret(read(said.into())).unwrap_err().code, "document.secret_refused", "{said}");
        }
        assert!(refuse_secret(read(serde_json::json!({"mark": 3}))).is_err());
    }

    #[test]
    fn a_mark_is_found_wherever_it_stands() {
        let found = |body: Value| mark_in(&body);
        for open in [json!(null), json!({"secrecy": null}), json!([{"secrecy": "none"}]), json!({"subject": "TỐI MẬT"})]
        {
            assert_eq!(found(open), None);
        }
        assert_eq!(found(json!({"a": 1, "secrecy": "mat"})).as_deref(), Some("/secrecy"));
        assert_eq!(found(json!({"a/b": [{}, {"Secrecy": {"level": 1}}]})).as_deref(), Some("/a~1b/1/Secrecy"));
        assert_eq!(found(json!({"secrecy": ["none", "secret"]})).as_deref(), Some("/secrecy"));
    }

    #[test]
    fn every_mark_of_urgency_means_at_once() {
        assert_eq!(Urgency::Normal.working_hours_at_once(), None);
        for urgency in [Urgency::Urgent, Urgency::VeryUrgent, Urgency::Express] {
            assert_eq!(urgency.working_hours_at_once(), Some(AT_ONCE_WORKING_HOURS));
        }
    }
}
