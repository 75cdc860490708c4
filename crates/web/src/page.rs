//! Which page of a list a caller wants.

use motcua_kernel::{Cursor, PageRequest, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::query;

/// Whether the number of all rows is wanted with the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// Counted row by row.
    Exact,
    /// An estimate is enough; an exact number is an allowed answer to this.
    Estimate,
}

/// The page that the parameters `limit`, `after` and `count` of a list ask for.
///
/// # Errors
/// `parameter.invalid` when `limit` is not between 1 and [`PageRequest::MOST`].
pub fn page_request(limit: Option<u32>, after: Option<String>, count: Option<Count>) -> Result<PageRequest> {
    let limit = limit.unwrap_or(PageRequest::DEFAULT);
    let most = PageRequest::MOST;
    if !(1..=most).contains(&limit) {
        return Err(query::invalid(
            "limit",
            &format!("phải từ 1 đến {most}"),
            &format!("must be between 1 and {most}"),
        ));
    }
    Ok(PageRequest { limit, after: after.map(Cursor), count: count.is_some() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_1_to_200_rows() {
        assert_eq!(page_request(None, None, None).unwrap().limit, PageRequest::DEFAULT);
        assert_eq!(page_request(Some(200), None, Some(Count::Exact)).unwrap().limit, 200);
        for limit in [0, 201] {
            assert_eq!(page_request(Some(limit), None, None).unwrap_err().members["parameter"], "limit");
        }
    }
}
