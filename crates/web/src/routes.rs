//! Which methods each path takes, to tell a wrong method from an unknown path.
//!
//! The router does not know: a handler's method is a guard there, and a guard that refuses looks like a path that does
//! not exist. So the list is made from the OpenAPI document, which holds every route of `/v1`.

use actix_web::dev::ResourceDef;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::PathItem;

/// The routes of a service.
pub(crate) struct Routes(Vec<Route>);

struct Route {
    pattern: ResourceDef,
    label: String,
    methods: Vec<&'static str>,
}

impl Routes {
    /// The routes of a document, and `others` that only answer GET.
    pub(crate) fn new(document: &OpenApi, others: &[&str]) -> Self {
        let documented = document.paths.paths.iter().map(|(path, item)| (path.as_str(), methods(item)));
        let others = others.iter().map(|path| (*path, vec!["GET", "HEAD"]));
        let route = |(path, methods): (&str, Vec<&'static str>)| Route {
            pattern: ResourceDef::new(path),
            label: path.to_owned(),
            methods,
        };
        Self(documented.chain(others).map(route).collect())
    }

    /// The methods a path takes; none when there is no such path. A path may match several patterns.
    pub(crate) fn allowed(&self, path: &str) -> Vec<String> {
        let mut allowed: Vec<String> = self.matching(path).flat_map(|r| &r.methods).map(|&m| m.to_owned()).collect();
        allowed.sort();
        allowed.dedup();
        allowed
    }

    /// The pattern a path matches, for logs and metrics of requests that no handler answered.
    pub(crate) fn label(&self, path: &str) -> Option<&str> {
        self.matching(path).next().map(|route| route.label.as_str())
    }

    fn matching(&self, path: &str) -> impl Iterator<Item = &Route> {
        self.0.iter().filter(move |route| route.pattern.is_match(path))
    }
}

fn methods(item: &PathItem) -> Vec<&'static str> {
    let named = [
        ("GET", &item.get),
        // Every GET answers HEAD, which the document need not say.
        ("HEAD", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    named.into_iter().filter(|(_, operation)| operation.is_some()).map(|(method, _)| method).collect()
}
