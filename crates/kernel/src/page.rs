//! Keyset pages: a cursor says after which row to go on, so that rows inserted meanwhile are neither missed nor seen twice.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::error::{Error, Result};

/// The page a caller asks for.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// How many rows, 1 to [`PageRequest::MOST`].
    pub limit: u32,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// Whether the number of all rows is wanted.
    pub count: bool,
}

impl PageRequest {
    /// The largest page.
    pub const MOST: u32 = 200;
    /// The page when none is asked for.
    pub const DEFAULT: u32 = 50;

    /// The rows to fetch: one more than asked for, to know whether another page follows.
    #[must_use]
    pub fn fetch(&self) -> i64 {
        i64::from(self.limit) + 1
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The rows, in the order of the list.
    pub items: Vec<T>,
    /// Opaque cursor of the next page; `null` on the last.
    pub next: Option<String>,
    /// The number of all rows that match, when `count=exact` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

impl<T> Page<T> {
    /// A page from the rows fetched with [`PageRequest::fetch`]: cuts the extra one and makes the cursor of the last kept.
    ///
    /// # Errors
    /// When the key can't be written as JSON, which is a defect.
    pub fn cut<K: Serialize>(
        mut rows: Vec<T>,
        request: &PageRequest,
        scope: &str,
        key: impl Fn(&T) -> K,
    ) -> Result<Self> {
        let limit = request.limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some(last) if more => Some(Cursor::write(scope, &key(last))?.0),
            _ => None,
        };
        Ok(Self { items: rows, next, count: None })
    }

    /// The same page with every row turned into another.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), next: self.next, count: self.count }
    }
}

/// An opaque cursor. It names the list and filters it was made for and is refused elsewhere; it grants nothing, because
/// the list's predicate applies to every page again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

impl Cursor {
    /// Writes the key of the last row of a page.
    ///
    /// # Errors
    /// When the key can't be written as JSON, which is a defect.
    pub fn write(scope: &str, key: &impl Serialize) -> Result<Self> {
        let bytes = serde_json::to_vec(&(mark(scope), key)).map_err(Error::internal)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Reads the key back for the same list and filters.
    ///
    /// # Errors
    /// `cursor.invalid` when it was cut, made up, or made for another list or other filters.
    pub fn read<K: DeserializeOwned>(&self, scope: &str) -> Result<K> {
        let read = URL_SAFE_NO_PAD.decode(&self.0).ok().and_then(|b| serde_json::from_slice::<(String, K)>(&b).ok());
        match read {
            Some((made_for, key)) if made_for == mark(scope) => Ok(key),
            _ => Err(Error::malformed(
                "cursor.invalid",
                "Con trỏ trang không hợp lệ hoặc thuộc về danh sách hay bộ lọc khác.",
                "The page cursor is not valid, or belongs to another list or other filters.",
            )),
        }
    }
}

fn mark(scope: &str) -> String {
    let digest = Sha256::digest(scope.as_bytes());
    hex::encode(digest.iter().take(6).copied().collect::<Vec<u8>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_refused_with_other_filters() {
        let cursor = Cursor::write("dossiers?state=a", &("2026", 7)).unwrap();
        assert_eq!(cursor.read::<(String, i32)>("dossiers?state=a").unwrap(), ("2026".to_owned(), 7));
        assert_eq!(cursor.read::<(String, i32)>("dossiers?state=b").unwrap_err().code, "cursor.invalid");
        assert_eq!(Cursor("!".to_owned()).read::<i32>("x").unwrap_err().code, "cursor.invalid");
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let request = PageRequest { limit: 2, after: None, count: false };
        assert!(Page::cut(vec![1, 2], &request, "s", |n| *n).unwrap().next.is_none());
        let page = Page::cut(vec![1, 2, 3], &request, "s", |n| *n).unwrap();
        assert_eq!(page.items, [1, 2]);
        assert!(page.next.is_some());
    }
}
