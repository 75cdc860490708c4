//! `/v1/files`: what the API says of files, and the routes a service takes in with [`file_routes!`](crate::file_routes).

use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use motcua_kernel::{Result, Uuid, Vault};
use motcua_web::{Download, Read, Reply, TraceContext, Upload, WebResult};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ops::{self, Files};
use crate::store::FileRecord;

/// A file (tệp) as it was uploaded; it never changes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct File {
    /// Its id, by which other requests attach it.
    pub id: Uuid,
    /// SHA-256 of the content as it arrived, in hexadecimal: compare it with your own.
    #[schema(example = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")]
    pub sha256: String,
    /// Length of the content in bytes.
    #[schema(example = 48_213)]
    pub size: u64,
    /// What the uploader said it is (`Content-Type`). The beginning of the content was compared with it when the type is a
    /// usual one: PDF, images, office formats, archives, text.
    #[schema(example = "application/pdf")]
    pub media_type: String,
    /// The name it was uploaded under (`Content-Disposition`), empty when none was given. Personal data.
    #[schema(example = "Đơn đề nghị.pdf")]
    pub name: String,
    /// Whether malware was looked for: `not_scanned` while the installation has no scanner.
    #[schema(example = "not_scanned")]
    pub scan_state: String,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

/// The bytes of a file, as they are.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct FileContent(pub Vec<u8>);

impl File {
    pub(crate) fn of(record: &FileRecord, vault: &Vault) -> Result<Self> {
        Ok(Self {
            id: record.id,
            sha256: record.sha256.clone(),
            size: record.size,
            media_type: record.media_type.clone(),
            name: record.name(vault)?,
            scan_state: record.scan_state.clone(),
            created_at: record.created_at,
        })
    }
}

/// The work of `POST /v1/files`.
///
/// # Errors
/// `scope.missing`, `file.too_large`, `file.not_its_type`, `storage.full`, `idempotency.key_reused`.
pub async fn upload(room: &Files, upload: Upload) -> WebResult {
    Reply::answer(ops::upload(room, upload).await?)
}

/// The work of `GET /v1/files/{id}`.
///
/// # Errors
/// `scope.missing`, `not_found`.
pub async fn metadata(room: &Files, request: Read, id: Uuid) -> WebResult {
    let file = ops::read(room, &request.actor, id, "get_file", request_id()).await?;
    Reply::object(&File::of(&file, &room.db.vault)?, None, true)
}

/// The work of `GET /v1/files/{id}/content`.
///
/// # Errors
/// `scope.missing`, `not_found`, `range.not_satisfiable`.
pub async fn content(room: &Files, request: Read, headers: &HttpRequest, id: Uuid) -> WebResult<HttpResponse> {
    let file = ops::read(room, &request.actor, id, "get_file_content", request_id()).await?;
    Download::new(file.name(&room.db.vault)?, file.media_type.as_str(), file.size, &file.sha256)
        .personal()
        .respond(headers, async |range| room.store.open(&file.sha256, range).await)
        .await
}

fn request_id() -> String {
    TraceContext::current().unwrap_or_default().request_id
}

/// The three operations on files, with the scopes of the service that takes them in: handlers `upload_file`, `get_file`
/// and `get_file_content`, `routes` that registers them, and `SCOPES` for [`Files::new`](crate::Files::new).
///
/// A macro, because the scopes of an operation stand in the contract as literals, and the contract of files must be the
/// same in both services.
#[macro_export]
macro_rules! file_routes {
    (write: $write:literal, read: $read:literal) => {
        use ::actix_web::{get, post};

        /// The scopes of the operations below.
        pub const SCOPES: $crate::FileScopes = $crate::FileScopes { write: $write, read: $read };

        /// Registers the operations.
        pub fn routes(config: &mut ::utoipa_actix_web::service_config::ServiceConfig) {
            config.service(upload_file).service(get_file).service(get_file_content);
        }

        /// Upload a file
        ///
        /// The body is the file itself, at most 50 MiB. `Content-Type` says what it is, `Content-Disposition` what it is
        /// called. The same content is stored once, and every upload is a file of its own. Only the uploader may attach
        /// it to something; until then only the uploader may read it. Content that is not what its type and the ending of its
        /// name say is refused, and nothing of it is kept.
        #[::utoipa::path(
            operation_id = "upload_file",
            tag = "files",
            params(("Content-Disposition" = Option<String>, Header,
                description = "Its name: `attachment; filename*=UTF-8''%C4%91%C6%A1n.pdf`")),
            request_body(content = $crate::http::FileContent, content_type = "application/octet-stream", description = "The file."),
            responses(
                (status = 201, description = "Stored.", body = $crate::http::File),
                (status = 422, description = "`file.not_its_type` with `declared` and `found`, or `file.name_invalid`: nothing was stored."),
            ),
            security(("bearer" = [$write]))
        )]
        #[post("/files")]
        pub async fn upload_file(
            room: ::actix_web::web::Data<$crate::Files>,
            upload: ::motcua_web::Upload,
        ) -> ::motcua_web::WebResult {
            $crate::http::upload(&room, upload).await
        }

        /// Read what is known of a file
        ///
        /// For its uploader, and for whoever may read the object it is attached to. Noted in the read audit.
        #[::utoipa::path(
            operation_id = "get_file",
            tag = "files",
            params(("id" = ::motcua_kernel::Uuid, Path, description = "The file.")),
            responses((status = 200, description = "The file, without its content.", body = $crate::http::File)),
            security(("bearer" = [$read]), ("bearer" = [$write]))
        )]
        #[get("/files/{id}")]
        pub async fn get_file(
            room: ::actix_web::web::Data<$crate::Files>,
            request: ::motcua_web::Read,
            id: ::actix_web::web::Path<::motcua_kernel::Uuid>,
        ) -> ::motcua_web::WebResult {
            $crate::http::metadata(&room, request, id.into_inner()).await
        }

        /// Download a file
        ///
        /// The entity tag is its SHA-256. One range may be asked for. Noted in the read audit, and kept by no cache.
        #[::utoipa::path(
            operation_id = "get_file_content",
            tag = "files",
            params(
                ("id" = ::motcua_kernel::Uuid, Path, description = "The file."),
                ("Range" = Option<String>, Header, description = "`bytes=0-1023`"),
            ),
            responses(
                (status = 200, description = "The file.", body = $crate::http::FileContent, content_type = "application/octet-stream"),
                (status = 206, description = "The range.", body = $crate::http::FileContent, content_type = "application/octet-stream"),
                (status = 304, description = "The client has it already."),
                (status = 416, description = "The range is outside the file."),
            ),
            security(("bearer" = [$read]), ("bearer" = [$write]))
        )]
        #[get("/files/{id}/content")]
        pub async fn get_file_content(
            room: ::actix_web::web::Data<$crate::Files>,
            request: ::motcua_web::Read,
            headers: ::actix_web::HttpRequest,
            id: ::actix_web::web::Path<::motcua_kernel::Uuid>,
        ) -> ::motcua_web::WebResult<::actix_web::HttpResponse> {
            $crate::http::content(&room, request, &headers, id.into_inner()).await
        }
    };
}
