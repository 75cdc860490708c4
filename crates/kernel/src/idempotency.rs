//! A request that may come twice and must act once.

/// The identity of a request by its `Idempotency-Key`, and what it asked.
///
/// Two requests are the same when issuer, client, subject, operation and key agree; they ask the same when their
/// fingerprints agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Issuer of the caller's token.
    pub issuer: String,
    /// The client the caller came through; empty when the token names none.
    pub client: String,
    /// The caller.
    pub subject: String,
    /// The operation, by its `operationId`.
    pub operation: String,
    /// The key the caller chose, at most 255 characters.
    pub key: String,
    /// SHA-256 over method, path, query, precondition and body, in hexadecimal.
    pub fingerprint: String,
}
