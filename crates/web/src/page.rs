//! Lists: the extractor of handlers that answer one page of many rows, and the parameters that every list has.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use motcua_kernel::{Actor, Cursor, PageRequest, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;
use crate::query;
use crate::read::{NoQuery, actor};

/// What a list gets: who asks, what the list is narrowed to, and which page of it. Its operation documents
/// `params(PageQuery)` beside its own.
#[derive(Debug)]
pub struct List<Q = NoQuery> {
    /// Who asks.
    pub actor: Arc<Actor>,
    /// The query, without the parameters of the page.
    pub query: Q,
    /// The page asked for.
    pub page: PageRequest,
}

impl<Q: DeserializeOwned> FromRequest for List<Q> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || {
            let actor = actor(request)?;
            let (page, query) = query::read_apart::<PageQuery, Q>(request.query_string(), &PAGE)?;
            Ok(Self { actor, query, page: page.request()? })
        };
        ready(read().map_err(Problem))
    }
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many rows, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Cursor of the page before: its `next`.
    after: Option<String>,
    /// Whether to count all rows that match.
    #[param(inline)]
    count: Option<Count>,
}

/// The names of the parameters of [`PageQuery`].
const PAGE: [&str; 3] = ["limit", "after", "count"];

/// Whether the number of all rows is wanted with the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// Counted row by row.
    Exact,
    /// An estimate is enough; an exact number is an allowed answer to this.
    Estimate,
}

impl PageQuery {
    fn request(self) -> Result<PageRequest> {
        let limit = self.limit.unwrap_or(PageRequest::DEFAULT);
        let most = PageRequest::MOST;
        if !(1..=most).contains(&limit) {
            return Err(query::invalid(
                "limit",
                &format!("phải từ 1 đến {most}"),
                &format!("must be between 1 and {most}"),
            ));
        }
        Ok(PageRequest { limit, after: self.after.map(Cursor), count: self.count.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Result<PageRequest> {
        query::read_apart::<PageQuery, NoQuery>(query, &PAGE)?.0.request()
    }

    #[test]
    fn a_page_has_1_to_200_rows() {
        assert_eq!(page("").unwrap().limit, PageRequest::DEFAULT);
        assert_eq!(page("limit=200&count=exact").unwrap().limit, 200);
        for limit in ["0", "201", "x"] {
            assert_eq!(page(&format!("limit={limit}")).unwrap_err().members["parameter"], "limit");
        }
    }

    #[test]
    fn what_is_neither_of_the_page_nor_of_the_list_is_unknown() {
        assert_eq!(page("limit=2&lmit=3").unwrap_err().code, "parameter.unknown");
        assert_eq!(page("count=exact&count=exact").unwrap_err().code, "parameter.invalid");
    }

    #[test]
    fn the_documentation_names_the_parameters_that_are_taken_apart() {
        let names: Vec<String> = PageQuery::into_params(|| None).into_iter().map(|parameter| parameter.name).collect();
        assert_eq!(names, PAGE);
    }
}
