//! What is allowed of incoming documents. Pure.

mod action;
mod checks;
mod duplicate;
mod state;
mod timers;

pub use action::{Action, Refusal, Standing, act, allowed_actions};
pub use checks::{Checks, IntegrityCheck, SignatureCheck};
pub(super) use duplicate::{Issuer, duplicate_key};
pub use state::{Hand, Hands, State};
pub(super) use timers::{NEVER, TimedStep, act_by, end_of_day, steps};

use motcua_kernel::{Actor, ActorKind, Error, Kind, Result, Uuid};

/// The scope by which officers write documents.
pub(super) const WRITE: &str = "documents:documents:write";
/// The scope by which the systems of others bring documents in.
pub(super) const SUBMIT: &str = "documents:incoming:submit";
/// The scope by which documents are read.
pub(super) const READ: &str = "documents:documents:read";

/// Refuses callers who bring in no documents at all.
///
/// # Errors
/// `scope.missing`, or `incoming.senders_only` for citizens.
pub(super) fn admit_sender(actor: &Actor) -> Result<()> {
    match actor.kind {
        ActorKind::Officer => actor.require_scope(WRITE),
        ActorKind::Client | ActorKind::Service => actor.require_scope(SUBMIT),
        ActorKind::Citizen => Err(Error::forbidden(
            "incoming.senders_only",
            "Chỉ văn thư và các hệ thống được kết nối mới nhập văn bản đến.",
            "Only clerks and connected systems bring documents in.",
        )),
    }
}

/// Reading takes the scope of reading; who sends reads back what it sent by the scope of sending.
///
/// # Errors
/// `scope.missing`.
pub(super) fn admit_reader(actor: &Actor) -> Result<()> {
    let sender = matches!(actor.kind, ActorKind::Client | ActorKind::Service) && actor.scopes.contains(SUBMIT);
    if sender { Ok(()) } else { actor.require_scope(READ) }
}

/// Who a document was brought in by.
pub(super) fn creator(actor: &Actor) -> String {
    format!("{}|{}", actor.issuer, actor.subject)
}

/// Whose a reference is: the service or client itself; of officers, the application they came through.
pub(super) fn reference_owner(actor: &Actor) -> String {
    let through = actor.kind == ActorKind::Officer && !actor.client.is_empty();
    let name = if through { &actor.client } else { &actor.subject };
    format!("{}|{name}", actor.issuer)
}

/// The refusal of an officer who is no clerk of the agency.
pub(super) fn not_its_clerk() -> Error {
    Error::forbidden(
        "incoming.not_clerk",
        "Bạn không giữ vai trò văn thư ở cơ quan nhận văn bản.",
        "You are not a clerk of the receiving agency.",
    )
}

/// The refusal of somebody who sees the document and has no say in this.
pub(super) fn not_yours() -> Error {
    Error::forbidden(
        "incoming.not_yours",
        "Bạn không giữ vai trò được làm bước này với văn bản.",
        "You don't hold the role that may take this step.",
    )
}

/// Why a step is not taken, with the state and what the caller may do now.
pub(super) fn refused(refusal: Refusal, state: State, allowed: &[Action]) -> Error {
    let error = match refusal {
        Refusal::State => Error::new(
            Kind::Conflict,
            "incoming.state",
            format!("Văn bản đang ở trạng thái “{}”, chưa làm được bước này.", state.name().vi),
            format!("The document is “{}”; this step is not possible now.", state.name().en),
        ),
        Refusal::Hand => not_yours(),
    };
    let allowed = serde_json::to_value(allowed).unwrap_or_default();
    error.with("state", state.as_str()).with("allowed_actions", allowed)
}

/// The refusal of a reference that stands for another document.
pub(super) fn reference_reused(document: Option<Uuid>) -> Error {
    let error = Error::conflict(
        "document.external_ref_reused",
        "Tham chiếu này đã dùng cho một văn bản có nội dung khác.",
        "This reference already stands for a document with another content.",
    );
    match document {
        Some(id) => error.with("document_id", id.to_string()),
        None => error,
    }
}
