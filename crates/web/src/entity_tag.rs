//! Entity tags: `"v<version>.<hash>"`, or `"<hash>"` for what has no version.
//!
//! The hash makes the tag strong: two bodies that differ in a byte, because of `fields` or of a newer release, have
//! different tags. `If-Match` compares the version alone, because what a writer must not overwrite is the object, not
//! one of its representations.

use actix_web::http::header::HeaderValue;
use motcua_kernel::Result;
use sha2::{Digest, Sha256};

use crate::refusal;

/// The version of a tag that is not ours: no object ever has it, so that comparing finds the caller stale.
pub const NO_VERSION: i64 = -1;

const HASH_DIGITS: usize = 12;

/// The tag of a body, with the version of the object it shows.
#[must_use]
pub fn of(body: &[u8], version: Option<i64>) -> String {
    let digest = Sha256::digest(body);
    let hash: String = hex::encode(digest).chars().take(HASH_DIGITS).collect();
    match version {
        Some(version) => format!("\"v{version}.{hash}\""),
        None => format!("\"{hash}\""),
    }
}

/// The tag that names a version whatever its representation, which `If-Match` takes as well.
#[must_use]
pub fn of_version(version: i64) -> String {
    format!("\"v{version}\"")
}

/// The version that an `If-Match` header names: none without a header, [`NO_VERSION`] for a tag that is not ours.
///
/// # Errors
/// `if_match.invalid` when it names two versions, of which the object can have one only; `precondition.required` for
/// `*`, which names none.
pub fn version_to_match(header: Option<&HeaderValue>) -> Result<Option<i64>> {
    let Some(header) = header else { return Ok(None) };
    let text = header.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Err(refusal::precondition_required());
    }
    let mut versions: Vec<i64> = text.split(',').map(|tag| version_of(tag.trim())).collect();
    versions.dedup();
    match versions.as_slice() {
        [version] => Ok(Some(*version)),
        _ => Err(refusal::bad_header(
            "If-Match",
            "if_match.invalid",
            "If-Match phải nêu đúng một phiên bản.",
            "If-Match must name one version.",
        )),
    }
}

/// Whether an `If-None-Match` header says that the caller already has what the tag names.
#[must_use]
pub fn already_has(header: Option<&HeaderValue>, tag: &str) -> bool {
    let Some(text) = header.and_then(|header| header.to_str().ok()) else {
        return false;
    };
    text.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

fn version_of(tag: &str) -> i64 {
    let read = || {
        let inside = tag.strip_prefix("\"v")?.strip_suffix('"')?;
        let digits = inside.split_once('.').map_or(inside, |(version, _)| version);
        // `parse` alone would take a sign.
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
    };
    read().unwrap_or(NO_VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(text: &'static str) -> Result<Option<i64>> {
        version_to_match(Some(&HeaderValue::from_static(text)))
    }

    #[test]
    fn if_match_compares_the_version_part_only() {
        assert_eq!(matched("\"v7.0123456789ab\"").unwrap(), Some(7));
        assert_eq!(matched("\"v7\"").unwrap(), Some(7));
        assert_eq!(matched("\"v7.a\", \"v7.b\"").unwrap(), Some(7));
        assert_eq!(version_to_match(None).unwrap(), None);
    }

    #[test]
    fn a_tag_that_cannot_be_ours_is_stale_and_not_an_error() {
        for text in ["\"abc\"", "W/\"v7.a\"", "v7", "\"v-7\"", "\"v+7\"", "\"v99999999999999999999\"", "\"v\"", ""] {
            assert_eq!(matched(text).unwrap(), Some(NO_VERSION), "{text}");
        }
    }

    #[test]
    fn if_match_must_name_one_version() {
        assert_eq!(matched("\"v7.a\", \"v8.b\"").unwrap_err().code, "if_match.invalid");
        assert_eq!(matched("*").unwrap_err().code, "precondition.required");
    }

    #[test]
    fn one_byte_more_makes_another_tag() {
        assert_ne!(of(b"{}", Some(1)), of(b"{ }", Some(1)));
        assert_eq!(of(b"{}", Some(1)).len(), "\"v1.0123456789ab\"".len());
    }

    #[test]
    fn if_none_match_compares_weakly_and_takes_lists() {
        let has = |text: &'static str| already_has(Some(&HeaderValue::from_static(text)), "\"v1.ab\"");
        assert!(has("\"v1.ab\"") && has("W/\"v1.ab\"") && has("\"x\", \"v1.ab\"") && has("*"));
        assert!(!has("\"v1.cd\"") && !has("v1.ab"));
    }
}
