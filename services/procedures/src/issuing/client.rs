//! The part of the documents service's contract that issuing needs (`openapi/documents.json`).

use std::io;

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use motcua_files::FileStore;
use motcua_kernel::Uuid;
use motcua_peer::{Peer, PeerError};
use serde::{Deserialize, Serialize};

/// What documents is asked to issue.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct IssueRequest {
    pub external_ref: String,
    pub issuing_agency: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    pub subject: String,
    pub file_id: Uuid,
}

/// The document with its number.
#[derive(Debug, Clone, Deserialize)]
pub struct IssuedDocument {
    /// Its id in the documents service.
    pub id: Uuid,
    /// Its full number: `15/QĐ-UBND`.
    pub full_number: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
}

/// A file as documents keeps it.
#[derive(Debug, Deserialize)]
struct KeptFile {
    id: Uuid,
}

/// The file of a result, to be sent along.
#[derive(Debug, Clone)]
pub(crate) struct ResultFile {
    pub sha256: String,
    pub size: u64,
    pub media_type: String,
}

/// Hands the file over. The content is kept once however often this is repeated; `attempt` makes each attempt a request
/// of its own, because a refusal kept under one key would be heard again after it was repaired.
pub(crate) async fn send_file(
    peer: &Peer,
    store: &FileStore,
    attempt: &str,
    file: &ResultFile,
) -> Result<Uuid, PeerError> {
    let (store, sha256, size) = (store.clone(), file.sha256.clone(), file.size);
    let open = move || -> motcua_peer::Opening {
        let (store, sha256) = (store.clone(), sha256.clone());
        Box::pin(async move {
            let stream = store.open(&sha256, 0..size).await.map_err(|error| io::Error::other(error.to_string()))?;
            let stream = stream.map(|piece| piece.map_err(|error| io::Error::other(error.to_string())));
            Ok(Box::pin(stream) as motcua_peer::ByteStream)
        })
    };
    let kept = peer
        .upload("/v1/files", &file.media_type, file.size, open)
        .idempotency_key(format!("result-file:{attempt}"))
        .send::<KeptFile>()
        .await?;
    Ok(kept.body.id)
}

/// Asks for the number. The permanent `external_ref` makes this one document for ever.
pub(crate) async fn issue(peer: &Peer, attempt: &str, request: &IssueRequest) -> Result<IssuedDocument, PeerError> {
    let answer = peer
        .post("/v1/outgoing-documents", request)
        .idempotency_key(format!("result:{attempt}"))
        .send::<IssuedDocument>()
        .await?;
    Ok(answer.body)
}
