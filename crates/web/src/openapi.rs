//! The contract: OpenAPI 3.1 made from the handlers, completed with what the chassis does for every one of them.
//!
//! The server and the command that writes `openapi/*.json` use the same [`document`], so that what is reviewed is what runs.

use std::collections::BTreeSet;

use actix_web::App;
use motcua_kernel::{Error, Result};
use utoipa::IntoParams;
use utoipa::openapi::info::{InfoBuilder, LicenseBuilder};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::server::Server;
use utoipa::openapi::tag::Tag;
use utoipa::openapi::{Components, ObjectBuilder, OpenApi, Ref, RefOr, Required, Type};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error_responses;
use crate::server::About;

/// The security scheme of every operation; an operation names its scopes with `security(("bearer" = ["…"]))`.
pub const BEARER: &str = "bearer";

/// Where what anybody may ask stands, without token.
pub(crate) const PUBLIC: &str = "/v1/public";

const IDEMPOTENCY_KEY: &str = "IdempotencyKey";
const ACCEPT_LANGUAGE: &str = "AcceptLanguage";

/// The header by which a write says which version it has read: `params(IfMatch)` on operations that require it.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatch {
    /// The ETag of what you have read; its version is compared.
    #[param(rename = "If-Match", example = "\"v3.0123456789ab\"")]
    pub if_match: String,
}

/// The document of a service: what callers with a token may ask, and what anybody may.
#[must_use]
pub fn document(about: &About, routes: fn(&mut ServiceConfig), public: fn(&mut ServiceConfig)) -> OpenApi {
    let open = utoipa_actix_web::scope(PUBLIC).configure(public);
    let scope = utoipa_actix_web::scope("/v1").configure(routes);
    let (_, mut document) = App::new().into_utoipa_app().service(open).service(scope).split_for_parts();
    document.info = InfoBuilder::new()
        .title(about.title)
        .description(Some(about.description))
        .version(about.version)
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    document.servers = Some(vec![Server::new("/")]);
    let components = document.components.get_or_insert_with(Components::new);
    error_responses::add_components(components);
    add_shared(components);
    let mut tags = BTreeSet::new();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            complete(path, method, operation);
            tags.extend(operation.tags.iter().flatten().cloned());
        }
    }
    document.tags = Some(tags.into_iter().map(Tag::new).collect());
    document
}

/// The document as it is served and committed.
///
/// # Errors
/// When it can't be written as JSON, which is a defect.
pub fn text(document: &OpenApi) -> Result<String> {
    let mut text = document.to_pretty_json().map_err(Error::internal)?;
    text.push('\n');
    Ok(text)
}

/// What is missing from the document, one line a fault: an operation without `operationId`, summary or tag, two with the
/// same `operationId`, or a reference to a component that isn't there.
#[must_use]
pub fn faults(document: &OpenApi) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for (path, item) in &document.paths.paths {
        for (method, operation) in operations(item) {
            let name = format!("{} {path}", method.to_uppercase());
            let mut fault = |what: &str| faults.push(format!("{name}: {what}"));
            match operation.operation_id.as_deref() {
                None | Some("") => fault("no operationId"),
                Some(id) if !seen.insert(id.to_owned()) => fault("its operationId is another operation's as well"),
                Some(_) => {}
            }
            if operation.summary.as_deref().is_none_or(|summary| summary.trim().is_empty()) {
                fault("no summary");
            }
            if operation.tags.as_ref().is_none_or(Vec::is_empty) {
                fault("no tag");
            }
        }
    }
    let written = serde_json::to_value(document).unwrap_or_default();
    let mut references = BTreeSet::new();
    collect_references(&written, &mut references);
    for reference in references {
        if reference.strip_prefix('#').is_none_or(|pointer| written.pointer(pointer).is_none()) {
            faults.push(format!("{reference} leads nowhere"));
        }
    }
    faults
}

fn collect_references<'a>(value: &'a serde_json::Value, found: &mut BTreeSet<&'a str>) {
    match value {
        serde_json::Value::Object(members) => {
            found.extend(members.get("$ref").and_then(serde_json::Value::as_str));
            members.values().for_each(|member| collect_references(member, found));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        _ => {}
    }
}

fn complete(path: &str, method: &str, operation: &mut Operation) {
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(parameter_reference(ACCEPT_LANGUAGE));
    let is_unsafe = method != "get";
    let is_public = path.starts_with(PUBLIC);
    if is_unsafe && !is_public {
        parameters.push(parameter_reference(IDEMPOTENCY_KEY));
    }
    let conditional = parameters.iter().any(|parameter| match parameter {
        RefOr::T(parameter) => parameter.name.eq_ignore_ascii_case("If-Match"),
        RefOr::Ref(_) => false,
    });
    let applies = error_responses::Applies {
        to_one_object: path.contains('{'),
        is_unsafe,
        has_body: operation.request_body.is_some(),
        conditional,
        is_public,
    };
    error_responses::add(&mut operation.responses, applies);
    if is_public {
        operation.security = Some(Vec::new());
    }
    operation.security.get_or_insert_with(|| vec![SecurityRequirement::new(BEARER, Vec::<String>::new())]);
}

fn add_shared(components: &mut Components) {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("Access token of the configured OpenID Connect issuer."))
        .build();
    components.security_schemes.insert(BEARER.to_owned(), RefOr::T(SecurityScheme::Http(bearer)));
    let key = header(
        "Idempotency-Key",
        "Makes repeating the request safe: the same key and the same request get the same answer. At most 255 visible \
         ASCII characters.",
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255)),
    );
    let language = header(
        "Accept-Language",
        "The language of texts in errors: `vi` (the default) or `en`.",
        ObjectBuilder::new().schema_type(Type::String),
    );
    components.parameters.insert(IDEMPOTENCY_KEY.to_owned(), RefOr::T(key));
    components.parameters.insert(ACCEPT_LANGUAGE.to_owned(), RefOr::T(language));
}

fn header(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

fn parameter_reference(name: &str) -> RefOr<Parameter> {
    RefOr::Ref(Ref::new(format!("#/components/parameters/{name}")))
}

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let all = [
        ("get", &item.get),
        ("post", &item.post),
        ("put", &item.put),
        ("patch", &item.patch),
        ("delete", &item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}
