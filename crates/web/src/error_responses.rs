//! The error responses that the chassis can give to any operation, described once and referred to by each.

use motcua_kernel::Kind;
use motcua_kernel::text::Language;
use utoipa::PartialSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder, Responses};
use utoipa::openapi::{Components, Ref, RefOr};

use crate::problem::{self, FieldFault, Problem, ProblemDocument};
use crate::status;

/// What decides which errors an operation can answer.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "five facts of an operation that have nothing to do with each other")]
pub(crate) struct Applies {
    /// Its path names an object, which may not exist.
    pub(crate) to_one_object: bool,
    /// It changes something.
    pub(crate) is_unsafe: bool,
    /// It takes a body.
    pub(crate) has_body: bool,
    /// It requires `If-Match`.
    pub(crate) conditional: bool,
    /// Anybody may ask for it, without token.
    pub(crate) is_public: bool,
}

struct Shared {
    name: &'static str,
    kind: Kind,
    description: &'static str,
    applies: fn(Applies) -> bool,
}

const SHARED: [Shared; 15] = [
    shared(
        "BadRequest",
        Kind::Malformed,
        "The request can't be understood, or has a parameter or field not known.",
        |_| true,
    ),
    shared("Unauthenticated", Kind::Unauthenticated, "No token, or one that is not valid here.", |op| !op.is_public),
    shared("Forbidden", Kind::Forbidden, "The token lacks a scope, or the caller a role.", |op| !op.is_public),
    shared("NotFound", Kind::NotFound, "It does not exist, or the caller may not see it.", |op| op.to_one_object),
    shared("RequestTimeout", Kind::Timeout, "The body arrived too slowly.", |op| op.has_body),
    shared("Conflict", Kind::Conflict, "The current state does not allow it.", |op| op.is_unsafe),
    shared("Stale", Kind::Stale, "Changed since it was read; the current ETag is in the header.", |op| op.conditional),
    shared("TooLarge", Kind::TooLarge, "The body is larger than the limit.", |op| op.has_body),
    shared("UnsupportedMedia", Kind::UnsupportedMedia, "The content type is not taken here.", |op| op.has_body),
    shared("Invalid", Kind::Invalid, "Understood, but wrong in content: every fault at once.", |op| op.is_unsafe),
    shared("PreconditionRequired", Kind::PreconditionRequired, "If-Match is missing.", |op| op.conditional),
    shared("TooManyRequests", Kind::TooMany, "The client's limit is reached; see Retry-After.", |_| true),
    shared("InternalError", Kind::Internal, "A defect of the service; report the request id.", |_| true),
    shared("Unavailable", Kind::Unavailable, "Not now: overload, or the database is away; see Retry-After.", |_| true),
    shared("StorageFull", Kind::StorageFull, "No room left to store it; nothing was changed.", |op| op.is_unsafe),
];

const fn shared(name: &'static str, kind: Kind, description: &'static str, applies: fn(Applies) -> bool) -> Shared {
    Shared { name, kind, description, applies }
}

/// Adds the responses and the schema of problem documents to the components.
pub(crate) fn add_components(components: &mut Components) {
    components.schemas.insert("Problem".to_owned(), ProblemDocument::schema());
    components.schemas.insert("FieldFault".to_owned(), FieldFault::schema());
    for shared in &SHARED {
        components.responses.insert(shared.name.to_owned(), RefOr::T(response(shared)));
    }
}

/// Adds references to those that an operation can give. What the operation describes itself stays, and is a problem
/// document as well.
pub(crate) fn add(responses: &mut Responses, operation: Applies) {
    for (status, response) in &mut responses.responses {
        if let RefOr::T(own) = response
            && is_error(status)
            && own.content.is_empty()
        {
            own.content
                .insert(problem::MEDIA_TYPE.to_owned(), RefOr::T(ContentBuilder::new().schema(Some(schema())).build()));
        }
    }
    for shared in SHARED.iter().filter(|shared| (shared.applies)(operation)) {
        let reference = RefOr::Ref(Ref::from_response_name(shared.name));
        responses.responses.entry(status::status(shared.kind).as_str().to_owned()).or_insert(reference);
    }
}

fn is_error(status: &str) -> bool {
    status.starts_with('4') || status.starts_with('5')
}

fn schema() -> Ref {
    Ref::from_schema_name("Problem")
}

fn response(shared: &Shared) -> Response {
    let problem = Problem(status::unexplained(status::status(shared.kind)));
    let example = problem.document(Language::Vietnamese, "019aa5c2-7b1e-7c44-9d0a-5b8f2f0c6a11", "");
    let content = ContentBuilder::new().schema(Some(schema())).example(serde_json::to_value(example).ok()).build();
    ResponseBuilder::new().description(shared.description).content(problem::MEDIA_TYPE, content).build()
}
